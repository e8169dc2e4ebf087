"""What a comparison found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from mtqe.run import MetricInfo

if TYPE_CHECKING:
    import pandas as pd


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, validate_by_name=True, serialize_by_alias=True)


class SystemResult(_Frozen):
    """A system among the others by one metric.

    Attributes:
        score: score on the segments that all systems have scored; None where there is none.
        low: lower end of its bootstrap interval; None where the data can't bound it.
        high: upper end.
        cluster: 1 for the best; systems that can't be told apart share one.
        ranks: the best and the worst rank that the comparisons leave open.
    """

    system: str
    score: float | None
    low: float | None
    high: float | None
    cluster: int | None
    ranks: tuple[int, int] | None


class Difference(_Frozen):
    """A system against its baseline by one metric.

    Attributes:
        difference: the system's score minus the baseline's; positive is more, not always better.
        low: lower end of its bootstrap interval; None where the data can't bound it.
        high: upper end.
        p: two-sided p-value.
        p_corrected: the same after Holm's correction over all differences of the comparison.
        better: True if the system's score is the better one, None for a tie.
        shown: whether the corrected p-value is below the level.
        wins: segments where the system scores better.
        ties: segments with equal scores.
        losses: segments where the baseline scores better.
        standardized: mean of the segments' differences over their standard deviation.
        human_agreement: expected share of human judgements between such systems that agree with
            the metric (Kocmi et al., 2024); None where that is not calibrated.
        detectable: the smallest true difference that this corpus would show with power 0.8.
        segments_needed: segments at which a difference of this size would be shown as often.
        margin: the difference that is held to be negligible, if one was given.
        not_worse: whether the system is shown to be worse by less than the margin, if at all
            (non-inferiority); uncorrected.
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


class MetricComparison(_Frozen):
    """All systems by one metric.

    Attributes:
        info: the metric; JSON calls it ``metric``.
        segments: number of segments that every system has scored, but for systems that have none
            scored at all, which take no part; the others are left out for all.
        left_out: number of segments left out.
        unit: ``segment`` or ``document``: what was resampled.
        units: how many of them.
        improved: the segments that gained most against the baseline.
        regressed: the segments that lost most.
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


class SliceComparison(_Frozen):
    """The same on a subset of the segments."""

    column: str
    value: str
    segments: int
    metrics: tuple[MetricComparison, ...]


class Comparison(_Frozen):
    """Systems compared by every metric.

    Attributes:
        verdict: the outcome in one sentence.
        remarks: what else a reader must know, such as metrics that disagree.
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
    slices: tuple[SliceComparison, ...] = ()

    def frame(self) -> pd.DataFrame:
        """A row for each difference: ``metric``, its ``label``, ``slice``, and `Difference`."""
        import pandas as pd

        parts = [("", self.metrics)]
        parts += [(f"{part.column}={part.value}", part.metrics) for part in self.slices]
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
