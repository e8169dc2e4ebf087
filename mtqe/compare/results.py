"""What a comparison found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from mtqe.run import MetricInfo
from mtqe.support.html import interval_bar, table
from mtqe.support.numbers import p_text, range_text, score_text
from mtqe.support.visible import one_line

if TYPE_CHECKING:
    import pandas as pd


class _Frozen(BaseModel):
    model_config = ConfigDict(
        frozen=True, validate_by_name=True, serialize_by_alias=True, defer_build=True
    )


class SystemResult(_Frozen):
    """A system among the others by one metric.

    Attributes:
        score: score on the segments that all systems have scored; None where there is none.
        low: lower end of its bootstrap interval; None where the data can't bound it.
        high: upper end.
        cluster: as in WMT's findings papers: a line is drawn only where every system above is
            significantly better than every system below, so one cluster may hold systems that
            differ significantly. None where not every pair is tested.
        ranks: the best and the worst rank that the comparisons leave open; None likewise.
        behind: whether it is significantly worse than the highest-scoring system; None likewise.
    """

    system: str
    score: float | None
    low: float | None
    high: float | None
    cluster: int | None
    ranks: tuple[int, int] | None
    behind: bool | None = None


class Difference(_Frozen):
    """A system against its baseline by one metric.

    Attributes:
        difference: the system's score minus the baseline's; positive is more, not always better.
        low: lower end of its interval, from the same resampling as the p-value; None where the
            data can't bound it.
        high: upper end.
        p: two-sided p-value of this difference by itself; below the level just when the interval
            leaves out 0.
        p_corrected: p-value after Holm's correction over all comparisons of its family, see
            `Comparison.tests`.
        better: True if the system's score is the better one, None for a tie.
        shown: whether the difference is significant: the corrected p-value is below the level.
        wins: segments where the system scores better.
        ties: segments with equal scores.
        losses: segments where the baseline scores better.
        standardized: mean of the segments' differences over their standard deviation.
        human_agreement: expected share of human judgements between such systems that agree with
            the metric (Kocmi et al., 2024); None where that is not calibrated.
        detectable: the smallest true difference that this corpus would find significant with
            power 0.8, the correction included.
        segments_needed: segments at which a difference of this size would be found as often.
        half_carried_by: the fewest segments (or documents) that together carry half of the
            difference.
        carriers: the first of them, the largest share first.
        heavy_tails: whether a few segments decide the difference, so that another sample may
            differ by more than the interval says.
        margin: the difference that is held to be negligible, if one was given.
        not_worse: whether the system is shown to be worse by less than the margin, if at all
            (non-inferiority), also without the segments that help it most; uncorrected.
        equivalent: whether the two are shown to differ by less than the margin (TOST).
    """

    system: str
    baseline: str
    difference: float
    low: float | None
    high: float | None
    p: float
    p_corrected: float
    better: bool | None
    shown: bool
    wins: int
    ties: int
    losses: int
    standardized: float | None
    human_agreement: float | None
    detectable: float | None
    segments_needed: int | None
    half_carried_by: int = 0
    carriers: tuple[str, ...] = ()
    heavy_tails: bool = False
    margin: float | None = None
    not_worse: bool | None = None
    equivalent: bool | None = None


class SegmentChange(_Frozen):
    """A segment on which a system and its baseline differ most."""

    segment_id: str
    system: str
    baseline: str
    score: float
    baseline_score: float
    change: float


class PairTest(_Frozen):
    """Two systems against each other, as ranks need it.

    Attributes:
        difference: the first system's score minus the second one's.
        p: the p-value after correction.
        better: whether the first system's score is the better one; None for a tie.
        significant: whether the corrected p-value is below the level.
    """

    system: str
    baseline: str
    difference: float
    p: float
    better: bool | None
    significant: bool


class MetricComparison(_Frozen):
    """All systems by one metric.

    Attributes:
        info: the metric; JSON calls it ``metric``.
        segments: number of segments that every system has scored, but for systems that have none
            scored at all, which take no part; the others are left out for all.
        left_out: number of segments left out.
        unit: ``segment``, ``document`` or ``group`` (of segments scored together): what was
            resampled.
        units: number of these units.
        improved: the segments that gained most against the baseline.
        regressed: the segments that lost most.
        tests: how many tests were corrected together with this metric's; not in JSON, which has
            the number of the whole comparison.
        pairs: every pair of systems, within a run; of more than 60 systems, the pairs of the best
            60.
        far_apart: within a run of very many systems, how many pairs got the smallest p-value
            without trying swaps: they are too far apart for any swap to come near.
    """

    info: MetricInfo = Field(validation_alias="metric", serialization_alias="metric")
    segments: int
    left_out: int
    unit: str
    units: int
    standings: tuple[SystemResult, ...]
    differences: tuple[Difference, ...]
    improved: tuple[SegmentChange, ...] = ()
    regressed: tuple[SegmentChange, ...] = ()
    far_apart: int = 0

    @property
    def ends(self) -> tuple[float, float]:
        """The outermost ends of the differences' intervals, with 0 between them."""
        found = [end for item in self.differences for end in (item.low, item.high)]
        known = [0.0, *(end for end in found if end is not None)]
        return min(known), max(known)

    pairs: tuple[PairTest, ...] = ()
    tests: int = Field(default=0, exclude=True)


class SliceComparison(_Frozen):
    """The same on a subset of the segments.

    Attributes:
        asked: whether somebody asked for this column; a comparison of runs always looks at the
            test set's own columns, and tells of them in its verdict where they changed.
    """

    column: str
    value: str
    segments: int
    metrics: tuple[MetricComparison, ...]
    asked: bool = True


class Comparison(_Frozen):
    """Systems compared by every metric.

    Attributes:
        verdict: the outcome in one sentence.
        remarks: what else a reader must know, such as metrics that disagree.
        tests: how many comparisons p-values are corrected for: within a run, all pairs of systems
            by all metrics; between runs, each system by all metrics. Systems with equal
            translations make no test. Slices are a family of their own.
        new_findings: between runs, by system and check: how many segments have a critical finding
            that the older run's translation had not.
        baseline: the system that the others are compared with; None if each has its own (between
            runs) or the best one serves.
    """

    corpus: str
    verdict: str
    remarks: tuple[str, ...]
    baseline: str | None
    method: str
    level: float
    metrics: tuple[MetricComparison, ...]
    tests: int = 0
    slices: tuple[SliceComparison, ...] = ()
    new_findings: Mapping[str, Mapping[str, int]] = {}

    def __repr__(self) -> str:
        metrics = ", ".join(metric.info.label for metric in self.metrics)
        return one_line(f"<Comparison on {self.corpus} by {metrics}: {self.verdict}>")

    def __str__(self) -> str:
        return repr(self)

    def _repr_html_(self) -> str:
        head = ["metric", "system", "against", "difference", f"{self.level:.0%} interval", ""]
        rows = [
            [
                metric.info.label,
                item.system,
                item.baseline,
                score_text(item.difference, metric.info.decimals, signed=True),
                range_text(item.low, item.high, metric.info.decimals, signed=True),
                interval_bar(item.difference, item.low, item.high, metric.ends, "interval", 0.0),
                p_text(item.p_corrected),
                "significant" if item.shown else "",
            ]
            for metric in self.metrics
            for item in metric.differences
        ]
        titles = [*head, "corrected p", ""]
        return table(titles, rows, caption=self.verdict, notes=self.remarks)

    def figure(self, *, metrics: str | Sequence[str] = (), theme: str = "light") -> Any:  # noqa: ANN401
        """A matplotlib figure of the differences with their intervals, a panel per metric.

        A filled point is a difference that is significant after correction, a hollow one is not.

        Args:
            metrics: names; every metric of the comparison if empty.
            theme: ``light`` or ``dark``.

        Raises:
            ConfigError: an unknown metric or theme, nothing to compare, or matplotlib is not
                installed.
        """
        # By name, as outputs stand above comparisons.
        return import_module("mtqe.report.figures").comparison_figure(
            self, metrics=metrics, theme=theme
        )

    def frame(self) -> pd.DataFrame:
        """A row for each difference: ``metric``, its ``label``, ``slice``, and `Difference`."""
        import pandas as pd

        parts = [("", self.metrics)]
        parts += [
            (f"{part.column}={part.value}", part.metrics) for part in self.slices if part.asked
        ]
        return pd.DataFrame(
            {
                "metric": metric.info.name,
                "label": metric.info.label,
                "slice": name,
                **difference.model_dump(),
            }
            for name, metrics in parts
            for metric in metrics
            for difference in metric.differences
        )
