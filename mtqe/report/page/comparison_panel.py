"""A comparison of systems as the report's page shows it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from mtqe.compare import Comparison, Difference, MetricComparison
from mtqe.compare.results import PairTest
from mtqe.compare.verdict import leading
from mtqe.report.text.comparison import comparison_latex, comparison_markdown


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PairedDifference(_Frozen):
    """A system against another one.

    Attributes:
        difference: the system's score minus the other's; positive is more, not always better.
        low: lower end of its interval; None where the data can't bound it.
        high: upper end.
        p: the p-value after correction.
        better: whether the system's score is the better one; None for a tie.
        significant: whether the corrected p-value is below the level.
        wins: segments where the system scores better.
        ties: segments with equal scores.
        losses: segments where the other scores better.
    """

    system: str
    baseline: str
    difference: float
    low: float | None
    high: float | None
    p: float
    better: bool | None
    significant: bool
    wins: int
    ties: int
    losses: int


class MetricPanel(_Frozen):
    """The comparison by one metric.

    Attributes:
        segments: number of segments that every system has scored.
        order: the systems, the best first.
        differences: each system against the best one.
        pairs: each pair of systems, tested for the ranks.
    """

    metric: str
    segments: int
    order: tuple[str, ...]
    differences: tuple[PairedDifference, ...]
    pairs: tuple[PairTest, ...]


class ComparisonPanel(_Frozen):
    """What the page says of the comparison of its systems.

    Attributes:
        leading: the metric that the verdict goes by; None where nothing is scored.
        markdown: the comparison as Markdown, to copy.
        latex: the systems' scores and ranks as a LaTeX table, to copy.
    """

    leading: str | None
    metrics: tuple[MetricPanel, ...]
    markdown: str
    latex: str


def comparison_panel(comparison: Comparison) -> ComparisonPanel:
    """A comparison in the form of the page."""
    first = leading(comparison.metrics)
    return ComparisonPanel(
        leading=first.info.name if first else None,
        metrics=tuple(map(_metric, comparison.metrics)),
        markdown=comparison_markdown(comparison),
        latex=comparison_latex(comparison),
    )


def _metric(metric: MetricComparison) -> MetricPanel:
    quality = metric.info.quality
    scored = {item.system: item.score for item in metric.standings if item.score is not None}
    return MetricPanel(
        metric=metric.info.name,
        segments=metric.segments,
        order=tuple(sorted(scored, key=lambda system: -quality(scored[system]))),
        differences=tuple(
            _difference(item)
            for item in sorted(metric.differences, key=lambda item: -quality(item.difference))
        ),
        pairs=metric.pairs,
    )


def _difference(item: Difference) -> PairedDifference:
    return PairedDifference(
        system=item.system,
        baseline=item.baseline,
        difference=item.difference,
        low=item.low,
        high=item.high,
        p=item.p_corrected,
        better=item.better,
        significant=item.shown,
        wins=item.wins,
        ties=item.ties,
        losses=item.losses,
    )
