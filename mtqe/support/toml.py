"""TOML files: read in one place, with errors that name the file, the line and the fix."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from mtqe.errors import ConfigError

CONFIG = "mtqe.toml"


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
    try:
        return tomllib.loads(text), text
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file} is not valid TOML: {error}.") from error
    except RecursionError:
        raise ConfigError(
            f"{file} is nested too deeply; a configuration needs few levels."
        ) from None


def toml_file(path: Path) -> Path:
    """The file itself, or the ``mtqe.toml`` of a folder."""
    return path / CONFIG if path.is_dir() else path
