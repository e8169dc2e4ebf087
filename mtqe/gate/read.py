"""Gate rules from a file: an `mtqe.toml`, or a TOML file with a `[gate]` table alone."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from mtqe.errors import ConfigError
from mtqe.gate.parse import parse_gate
from mtqe.gate.rules import Gate

RULE = re.compile(r"\s*\[\[\s*gate\s*\.\s*rules\s*\]\]")


def read_gate(path: Path) -> Gate:
    """Read the rules of a file, or of the ``mtqe.toml`` of a folder.

    Raises:
        ConfigError: the file can't be read, has no `[gate]` table, or says what can't be meant.
    """
    file = path / "mtqe.toml" if path.is_dir() else path
    try:
        text = file.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except OSError as error:
        raise ConfigError(
            f"{file} can't be read ({error.strerror}); name the file of the rules with --rules."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} is no valid TOML: {error}.") from error
    table = data.get("gate")
    if not isinstance(table, dict):
        raise ConfigError(f"{file}: the table [gate] is missing; add it and [[gate.rules]].")
    lines = [n for n, line in enumerate(text.splitlines(), start=1) if RULE.match(line)]
    return parse_gate(table, str(file), lines)
