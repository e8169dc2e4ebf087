"""``[locale]`` of an `mtqe.toml`: the folder of a program's texts, to check and to gate."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from mtqe.config.checks import CheckTable, parse_checks
from mtqe.errors import ConfigError
from mtqe.support.languages import language
from mtqe.support.options import parse_options
from mtqe.support.toml import read_toml, toml_file

DEFAULT_SOURCE = "en"
"""Language of programs' own texts, where nobody says another."""


@dataclass(frozen=True)
class LocaleConfig:
    """``[locale]``.

    Attributes:
        folder: where the files lie; relative to the configuration's folder.
        source_language: the language of the program's own texts.
        languages: only these targets; all that there are if empty.
    """

    folder: str = "."
    source_language: str = DEFAULT_SOURCE
    languages: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class LocaleFolder:
    """A folder of a program's texts, and how to look at it.

    Attributes:
        path: the folder.
        source_language: the language of the program's own texts.
        languages: only these targets; all that there are if empty.
        checks: options by check.
        options_folder: folder that paths in these options start from.
    """

    path: Path
    source_language: str = DEFAULT_SOURCE
    languages: tuple[str, ...] = ()
    checks: CheckTable = field(default_factory=dict)
    options_folder: Path = field(default_factory=Path)


def read_locale(path: Path) -> LocaleFolder | None:
    """The ``[locale]`` of a file or of the ``mtqe.toml`` of a folder; None where there is none.

    Raises:
        ConfigError: the file can't be read, or says what can't be meant.
    """
    file = toml_file(path)
    data, _ = read_toml(path, "write a table [locale], or name a folder")
    table = data.get("locale")
    if table is None:
        return None
    if not isinstance(table, dict):
        raise ConfigError(f"{file}: locale must be a table, written [locale].")
    config = parse_options(LocaleConfig, table, f"{file}: locale")
    for tag in (config.source_language, *config.languages):
        language(tag, f"{file}: locale")
    checks = data.get("checks", {})
    if not isinstance(checks, dict):
        raise ConfigError(f"{file}: checks must be a table, written [checks].")
    return LocaleFolder(
        file.parent / config.folder,
        config.source_language,
        tuple(config.languages),
        parse_checks(checks, f"{file}: checks"),
        file.parent,
    )
