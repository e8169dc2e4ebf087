"""``[checks]`` of an `mtqe.toml`: which pitfalls to look for, and how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mtqe.checks import Check, CheckContext
from mtqe.checks.registry import CHECKS, ON_REQUEST, check_class
from mtqe.corpus.base import LanguagePair
from mtqe.errors import ConfigError

CheckTable = Mapping[str, bool | Mapping[str, Any]]
"""By check: its options, or whether it is to run at all."""


def parse_checks(table: Mapping[str, Any], where: str) -> CheckTable:
    """Check the `[checks]` table and give it back.

    Raises:
        ConfigError: a check that there isn't, or one that is neither a switch nor a table.
    """
    for name, value in table.items():
        try:
            check_class(name)
        except ConfigError as error:
            raise ConfigError(f"{where}: {error}") from error
        if not isinstance(value, bool | Mapping):
            raise ConfigError(f"{where}.{name} must be true, false or a table of options.")
    return table


def build_checks(
    table: CheckTable, context: CheckContext, names: Sequence[str] = ()
) -> tuple[Check, ...]:
    """The checks of these names, or all that are not switched off.

    Args:
        table: options by check; what it doesn't name has the defaults.
        context: languages, and the folder of relative paths.
        names: only these; what the table switches off runs when it is named here.

    Raises:
        ConfigError: an unknown name, or an option that a check doesn't take.
        DataError: a file that a check needs can't be read without guessing.
    """
    usual = dict.fromkeys(name for name in CHECKS if name not in ON_REQUEST)
    wanted = names or [name for name in {**usual, **table} if table.get(name) is not False]
    return tuple(_build(name, table.get(name, {}), context) for name in dict.fromkeys(wanted))


def default_checks(languages: LanguagePair) -> tuple[Check, ...]:
    """Every built-in check that needs no file, with its defaults."""
    return build_checks({}, CheckContext(languages, Path()))


def _build(name: str, options: bool | Mapping[str, Any], context: CheckContext) -> Check:
    given = {} if isinstance(options, bool) else options
    return check_class(name).from_options(given, context)
