"""TOML files: read in one place, with errors that name the file, the line and the fix."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mtqe.errors import ConfigError

CONFIG = "mtqe.toml"


LARGEST = 8 << 20
"""Bytes of a configuration: 8 MiB."""
DEEPEST = 100
"""Parts of a dotted key: each makes a table, and reading takes time that grows with the square."""
_SEPARATOR = re.compile(r"[=\[\]{},\"'#\n]")
_LONG_KEY = re.compile(rf"\s*[\w-]+(?:\s*\.\s*[\w-]+){{{DEEPEST},}}\s*")


def _refuse_greedy(file: Path, text: str) -> None:
    if len(text) > LARGEST:
        raise ConfigError(f"{file} is larger than {LARGEST >> 20} MiB; keep texts in files.")
    for part in _SEPARATOR.split(text):
        if part.count(".") >= DEEPEST and _LONG_KEY.fullmatch(part):
            raise ConfigError(f"{file}: a key has more than {DEEPEST} parts; write fewer dots.")


def read_toml(path: Path, hint: str) -> tuple[dict[str, Any], str]:
    """The content of a TOML file, or of the ``mtqe.toml`` of a folder, and its text.

    Args:
        path: the file or folder.
        hint: what to do where it can't be read.

    Raises:
        ConfigError: the file can't be read, or is not TOML.
    """
    file = toml_file(path)
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file} is not UTF-8 (byte {error.start}); save it as UTF-8.") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ConfigError(f"{file} can't be read ({reason}); {hint}.") from error
    _refuse_greedy(file, text)
    import tomllib  # not for whoever asks for a name alone, such as every pytest of a user

    try:
        data = tomllib.loads(text)
    except ValueError as error:  # TOMLDecodeError, or a number of thousands of digits
        raise ConfigError(f"{file} is not valid TOML: {error}.") from error
    except RecursionError:
        raise ConfigError(
            f"{file} is nested too deeply; a configuration needs few levels."
        ) from None
    if _has_nul(data):
        raise ConfigError(f"{file}: a string has U+0000, which no path can have; remove it.")
    return data, text


def _has_nul(value: object) -> bool:
    """Whether a string or key in a TOML value has U+0000: paths with it can't even be looked at."""
    if isinstance(value, dict):
        return any("\0" in key or _has_nul(item) for key, item in value.items())
    if isinstance(value, list):
        return any(map(_has_nul, value))
    return isinstance(value, str) and "\0" in value


def toml_file(path: Path) -> Path:
    """The file itself, or the ``mtqe.toml`` of a folder."""
    return path / CONFIG if path.is_dir() else path
