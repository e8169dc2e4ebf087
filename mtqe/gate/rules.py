"""The rules of a gate, typed: what a `[gate]` table may say."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from mtqe.checks import Severity
from mtqe.compare.settings import ComparisonSettings, Unit
from mtqe.corpus.spans import SpanSeverity

Policy = Literal["fail", "warn", "pass"]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What every rule may say; one of `KINDS` adds the limit.

    Attributes:
        name: name in outputs; made from the limit if not given.
        system: the one system that the rule is about; every system of the run if not given.
        slice: ``COLUMN=VALUE``, or ``COLUMN`` for each of its values by itself.
        segments: ids of the segments that the rule is about; all if empty.
        inconclusive: outcome where the segments can't tell; the gate's if not given.
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
class Compared(Rule):
    """A rule that compares with the baseline, segment by segment.

    Attributes:
        against: a system of the same run to compare with, instead of a baseline run.
    """

    against: str | None = None


@dataclass(frozen=True, kw_only=True)
class Paired(Compared):
    """A comparison by a metric.

    Attributes:
        metric: the metric's name in the run.
    """

    metric: str


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
class Findings(Rule):
    """A limit of segments with findings; see `mtqe.checks`.

    Attributes:
        check: the one check whose findings count.
        severity: lowest severity that counts.
    """

    check: str | None = None
    severity: Severity | None = None

    @property
    def title(self) -> str:
        """The rule's name, or what is looked for and its limit."""
        return self.name or " ".join(filter(None, (self.severity, self.check, super().title)))


@dataclass(frozen=True, kw_only=True)
class MaxFindings(Findings):
    """At most so many segments may have a finding."""

    limit_key = "max_findings"

    max_findings: int


@dataclass(frozen=True, kw_only=True)
class NewFindings(Findings, Compared):
    """At most so many segments may have a finding that the baseline's translation has not."""

    limit_key = "max_new_findings"

    max_new_findings: int


@dataclass(frozen=True, kw_only=True)
class Spans(Rule):
    """A limit of error spans; see `mtqe.corpus.spans`.

    Attributes:
        origin: whose spans count: an origin such as ``metric:xcomet``, its name alone, or a kind
            such as ``judge``. All but those of checks if not given.
        category: the kind of error that counts, with all kinds below it.
        severity: lowest severity that counts.
    """

    origin: str | None = None
    category: str | None = None
    severity: SpanSeverity | None = None

    @property
    def title(self) -> str:
        """The rule's name, or what is looked for and its limit."""
        words = (self.severity, self.category, self.origin, super().title)
        return self.name or " ".join(filter(None, words))


@dataclass(frozen=True, kw_only=True)
class MaxSpans(Spans):
    """At most so many error spans."""

    limit_key = "max_spans"

    max_spans: int


@dataclass(frozen=True, kw_only=True)
class NewSpans(Spans, Compared):
    """At most so many error spans that the baseline's translation has not."""

    limit_key = "max_new_spans"

    max_new_spans: int


@dataclass(frozen=True, kw_only=True)
class RankRule(Rule):
    """The system must not be significantly worse than another one of the run."""

    limit_key = "not_below"

    metric: str
    not_below: str

    @property
    def limit(self) -> float:
        """A rank rule's limit is another system's score, known when it is judged."""
        return math.nan

    def _amount(self) -> str:
        return self.not_below


KINDS: Mapping[str, type[Rule]] = {
    kind.limit_key: kind
    for kind in (
        MinScore, MaxScore, MaxDrop, HumanAgreement,
        SegmentDrop, SegmentMin, SegmentMax, Coverage,
        MaxFindings, NewFindings, MaxSpans, NewSpans, RankRule,
    )
}  # fmt: skip


@dataclass(frozen=True)
class GateSettings:
    """The keys of `[gate]` beside its rules.

    Attributes:
        baseline: a run folder or baseline file to compare with; relative to the rules' folder.
        inconclusive: outcome of rules that the segments can't decide.
        level: confidence of the one-sided bounds: the share of harmless changes that a rule lets
            pass.
        unit: unit of resampling; ``auto`` takes documents where there are at least ten.
        resamples: number of bootstrap resamples.
        seed: seed of the random generator; the same seed gives the same figures.
    """

    baseline: str | None = None
    inconclusive: Policy = "fail"
    level: float = 0.95
    unit: Unit = "auto"
    resamples: int = 1000
    seed: int = 12345

    @property
    def comparison(self) -> ComparisonSettings:
        """The settings of `mtqe compare` that make it say what the gate says."""
        return ComparisonSettings(
            unit=self.unit, level=self.level, resamples=self.resamples, seed=self.seed
        )


@dataclass(frozen=True)
class Gate:
    """The rules of a `[gate]` table, checked.

    Attributes:
        where: place that the rules were read from, for messages.
        lines: the line of each rule in that file; None where it can't be told.
    """

    where: str
    settings: GateSettings
    rules: tuple[Rule, ...]
    lines: tuple[int | None, ...]
