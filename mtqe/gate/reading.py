"""Gate rules from a file or a `[gate]` table: every error names the rule, the key and the fix."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from mtqe.errors import ConfigError
from mtqe.gate.rules import (
    KINDS,
    Gate,
    GateSettings,
    HumanAgreement,
    MaxScore,
    MinScore,
    RankRule,
    Rule,
    SegmentMax,
    SegmentMin,
)
from mtqe.support.lines import split_lines
from mtqe.support.options import parse_options, suggestion
from mtqe.support.toml import read_toml, toml_file

RULE = re.compile(r"\s*\[\[\s*gate\s*\.\s*rules\s*\]\]")


def read_gate(path: Path) -> Gate:
    """Read the rules of a file, or of the ``mtqe.toml`` of a folder.

    Raises:
        ConfigError: the file can't be read, has no `[gate]` table, or says what can't be meant.
    """
    file = toml_file(path)
    data, text = read_toml(path, "name the file of the rules with --rules")
    table = data.get("gate")
    if not isinstance(table, dict):
        raise ConfigError(f"{file}: the table [gate] is missing; add it and [[gate.rules]].")
    lines = [n for n, line in enumerate(split_lines(text), start=1) if RULE.match(line)]
    return parse_gate(table, str(file), lines)


def parse_gate(table: Mapping[str, Any], where: str, lines: Sequence[int] = ()) -> Gate:
    """The rules of a `[gate]` table.

    Args:
        table: as read from TOML.
        where: names the file in errors.
        lines: the line of each rule, if they are known.

    Raises:
        ConfigError: a misspelt key, a wrong value, or a rule without exactly one limit.
    """
    options = {key: value for key, value in table.items() if key != "rules"}
    settings = parse_options(GateSettings, options, f"{where}: gate")
    _check_settings(settings, where)
    tables = table.get("rules")
    if not isinstance(tables, list) or not tables:
        raise ConfigError(f"{where}: the gate has no rules; add a [[gate.rules]] table.")
    rules = tuple(_rule(item, f"{where}: gate rule {n}") for n, item in enumerate(tables, start=1))
    known = tuple(lines) if len(lines) == len(rules) else (None,) * len(rules)
    return Gate(where, settings, rules, known)


def _check_settings(settings: GateSettings, where: str) -> None:
    if not 0.5 < settings.level < 1:
        raise ConfigError(f"{where}: gate.level must lie between 0.5 and 1, as in 0.95.")
    if settings.resamples < 1 or settings.seed < 0:
        raise ConfigError(f"{where}: gate.resamples must be positive and gate.seed not negative.")


def _rule(table: object, where: str) -> Rule:
    if not isinstance(table, dict):
        raise ConfigError(f"{where} must be a table, written [[gate.rules]].")
    known = {field.name for kind in KINDS.values() for field in fields(kind)}
    for key in table:
        if key not in known:
            raise ConfigError(f"{where}: unknown key {key!r}; {suggestion(key, known)}")
    limits = [key for key in table if key in KINDS]
    if len(limits) != 1:
        raise ConfigError(f"{where} needs exactly one limit of {', '.join(KINDS)}; {_fix(limits)}")
    rule = parse_options(KINDS[limits[0]], table, where)
    _check_rule(rule, where)
    return rule


def _fix(limits: Sequence[str]) -> str:
    return f"split {' and '.join(limits)} into rules of their own." if limits else "add one."


def _check_rule(rule: Rule, where: str) -> None:
    limit = None if isinstance(rule, RankRule) else rule.limit
    if limit is not None and not math.isfinite(limit):
        raise ConfigError(f"{where}: {rule.limit_key} must be a finite number.")
    signed = isinstance(rule, MinScore | MaxScore | SegmentMin | SegmentMax | RankRule)
    if not signed and rule.limit < 0:
        raise ConfigError(f"{where}: {rule.limit_key} must be 0 or more.")
    if isinstance(rule, HumanAgreement) and not 0.5 <= rule.limit <= 1:
        raise ConfigError(f"{where}: min_human_agreement is a share between 0.5 and 1, as in 0.8.")
    if getattr(rule, "at_most", 0) < 0:
        raise ConfigError(f"{where}: at_most must be 0 or more.")
    _check_scope(rule, where)


def _check_scope(rule: Rule, where: str) -> None:
    if rule.slice is not None and rule.segments is not None:
        raise ConfigError(f"{where}: give `slice` or `segments`, not both.")
    if rule.segments is not None and not rule.segments:
        raise ConfigError(f"{where}: `segments` is empty; name segments or remove the key.")
    if isinstance(rule, RankRule) and (rule.system is None or rule.segments is not None):
        raise ConfigError(f"{where}: a rank rule needs `system`, and takes no `segments`.")
