"""The rules of a gate, typed: what a `[gate]` table may say."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Literal

from mtqe.compare.settings import Unit
from mtqe.errors import ConfigError
from mtqe.options import parse_options, suggestion

Policy = Literal["fail", "warn", "pass"]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What every rule may say; one of `KINDS` adds the limit.

    Attributes:
        name: what outputs call it; else made from the limit.
        system: only this one; every system of the run if not given.
        slice: ``COLUMN=VALUE``, or ``COLUMN`` for each of its values by itself.
        segments: only the segments of these ids.
        inconclusive: what becomes of it when the segments can't tell; else the gate's word.
    """

    limit_key: ClassVar[str]

    name: str | None = None
    system: str | None = None
    slice: str | None = None
    segments: tuple[str, ...] | None = None
    inconclusive: Policy | None = None

    @property
    def limit(self) -> float:
        """The number after the limit's key."""
        value: float = getattr(self, self.limit_key)
        return value

    @property
    def title(self) -> str:
        """The rule's name, or its metric and limit."""
        if self.name is not None:
            return self.name
        words = (getattr(self, "metric", None), self.limit_key.replace("_", " "), self._amount())
        return " ".join(filter(None, words))

    def _amount(self) -> str:
        return f"{self.limit:g}"


@dataclass(frozen=True, kw_only=True)
class Threshold(Rule):
    """A limit of a metric's corpus score, whatever it was before.

    Attributes:
        metric: the metric's name in the run.
        interval: judge the interval instead of the score, so that few segments are inconclusive.
    """

    metric: str
    interval: bool = False


@dataclass(frozen=True, kw_only=True)
class MinScore(Threshold):
    """The score must not be lower."""

    limit_key = "min"

    min: float


@dataclass(frozen=True, kw_only=True)
class MaxScore(Threshold):
    """The score must not be higher."""

    limit_key = "max"

    max: float


@dataclass(frozen=True, kw_only=True)
class Paired(Rule):
    """A rule that compares with the baseline, segment by segment.

    Attributes:
        metric: the metric's name in the run.
        against: a system of the same run to compare with, instead of a baseline run.
    """

    metric: str
    against: str | None = None


@dataclass(frozen=True, kw_only=True)
class MaxDrop(Paired):
    """Quality must not drop by more, in the metric's units; for TER, a rise is a drop."""

    limit_key = "max_drop"

    max_drop: float


@dataclass(frozen=True, kw_only=True)
class HumanAgreement(Paired):
    """`MaxDrop` whose margin is the drop that this share of human judgements would agree is one."""

    limit_key = "min_human_agreement"

    min_human_agreement: float


@dataclass(frozen=True, kw_only=True)
class SegmentDrop(Paired):
    """No segment, or at most a number of them, may lose more."""

    limit_key = "segment_max_drop"

    segment_max_drop: float
    at_most: int = 0


@dataclass(frozen=True, kw_only=True)
class SegmentMin(Rule):
    """No segment, or at most a number of them, may score lower."""

    limit_key = "segment_min"

    metric: str
    segment_min: float
    at_most: int = 0


@dataclass(frozen=True, kw_only=True)
class SegmentMax(Rule):
    """No segment, or at most a number of them, may score higher."""

    limit_key = "segment_max"

    metric: str
    segment_max: float
    at_most: int = 0


@dataclass(frozen=True, kw_only=True)
class Coverage(Rule):
    """At most so many segments may be unscored; without a metric, untranslated."""

    limit_key = "max_unscored"

    max_unscored: int
    metric: str | None = None


@dataclass(frozen=True, kw_only=True)
class Rank(Rule):
    """The system must not rank below another one of the run, as `mtqe compare` ranks them."""

    limit_key = "not_below"

    metric: str
    not_below: str

    @property
    def limit(self) -> float:
        """A rank rule's limit is another system's rank, known when it is judged."""
        return math.nan

    def _amount(self) -> str:
        return self.not_below


KINDS: Mapping[str, type[Rule]] = {
    kind.limit_key: kind
    for kind in (
        MinScore, MaxScore, MaxDrop, HumanAgreement,
        SegmentDrop, SegmentMin, SegmentMax, Coverage, Rank,
    )
}  # fmt: skip


@dataclass(frozen=True)
class GateSettings:
    """The keys of `[gate]` beside its rules.

    Attributes:
        baseline: a run folder or baseline file to compare with; relative to the rules' folder.
        inconclusive: what becomes of rules that the segments can't decide.
        level: of the one-sided bounds: the share of unharmed changes that a rule lets pass.
        unit: what is resampled; ``auto`` takes documents where there are at least ten.
        resamples: of the bootstrap.
        seed: the same seed gives the same figures.
    """

    baseline: str | None = None
    inconclusive: Policy = "fail"
    level: float = 0.95
    unit: Unit = "auto"
    resamples: int = 1000
    seed: int = 12345


@dataclass(frozen=True)
class Gate:
    """Checked rules.

    Attributes:
        where: what they were read from, for messages.
        lines: the line of each rule in that file; None where it can't be told.
    """

    where: str
    settings: GateSettings
    rules: tuple[Rule, ...]
    lines: tuple[int | None, ...]


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
    limit = None if isinstance(rule, Rank) else rule.limit
    if limit is not None and not math.isfinite(limit):
        raise ConfigError(f"{where}: {rule.limit_key} must be a finite number.")
    signed = isinstance(rule, MinScore | MaxScore | SegmentMin | SegmentMax | Rank)
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
    if isinstance(rule, Rank) and (rule.system is None or rule.segments is not None):
        raise ConfigError(f"{where}: a rank rule needs `system`, and takes no `segments`.")
