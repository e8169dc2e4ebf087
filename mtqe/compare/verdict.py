"""The outcome of a comparison in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mtqe.compare.results import Difference, MetricComparison, SystemResult

FEWEST = 6
"""With fewer units no two-sided permutation p-value can be below 0.05."""
NOTHING = "Nothing could be compared: no segment is scored for every system."


def verdict(metrics: Sequence[MetricComparison], alpha: float, *, between_runs: bool) -> str:
    """One sentence: which system is best, how sure, or that the corpus is too small to tell.

    Args:
        metrics: the comparison on the whole corpus.
        alpha: the level at which differences count as shown.
        between_runs: each system is compared with itself in an older run.
    """
    scored = [metric for metric in metrics if metric.segments]
    if not scored:
        return NOTHING
    leading = max(scored, key=lambda metric: metric.info.trust)
    if len(leading.standings) == 1:
        return f"There is only one system, {leading.standings[0].system}: nothing to compare."
    if not leading.differences:
        return NOTHING
    if between_runs:
        return _between_runs(leading)
    return _among_systems(leading, alpha)


def remarks(
    metrics: Sequence[MetricComparison], left_out: int, *, between_runs: bool
) -> tuple[str, ...]:
    """What else a reader must know."""
    disagreement = () if between_runs else _disagreement([m for m in metrics if m.segments])
    return (*_omissions(metrics, left_out), *disagreement)


def _omissions(metrics: Sequence[MetricComparison], left_out: int) -> Iterator[str]:
    if left_out:
        yield f"{left_out} segments are not in both runs and were left out."
    for metric in metrics:
        if metric.segments:
            for standing in metric.standings:
                if standing.score is None:
                    yield (
                        f"{metric.info.label}: no segment of {standing.system} is scored, so it "
                        "is left out of the comparison."
                    )
        if metric.left_out:
            yield (
                f"{metric.info.label}: left out for all systems, because one has them unscored: "
                f"{metric.left_out} of {metric.segments + metric.left_out} segments."
            )


def _disagreement(metrics: Sequence[MetricComparison]) -> Iterator[str]:
    winners: dict[str, list[str]] = {}
    for metric in metrics:
        winners.setdefault(_best(metric).system, []).append(metric.info.label)
    if len(winners) > 1:
        parts = (f"{', '.join(labels)} put {system} first" for system, labels in winners.items())
        yield f"The metrics disagree on the best system: {'; '.join(parts)}."


def _among_systems(metric: MetricComparison, alpha: float) -> str:
    best = _best(metric)
    first = [s.system for s in metric.standings if s.cluster == best.cluster]
    label, on = metric.info.label, f"on {metric.segments} segments"
    if len(first) == 1:
        return (
            f"{best.system} is best by {label} {on}: {_score(metric, best)}, "
            f"and its lead over every other system is shown (p < {alpha:.2g}, corrected)."
        )
    names = f"{', '.join(first[:-1])} and {first[-1]}"
    return f"{names} can't be told apart by {label} {on}{_how_many(metric, best)}."


def _how_many(metric: MetricComparison, best: SystemResult) -> str:
    """How many segments would have shown the closest difference, if that is known."""
    lead = [d for d in metric.differences if best.system in (d.system, d.baseline) and not d.shown]
    needed = [d.segments_needed for d in lead if d.segments_needed is not None]
    enough = max(*needed, FEWEST) if needed else 0
    if enough <= metric.segments:
        return ""
    return f"; about {enough:,} segments would be needed to show a difference of this size"


def _between_runs(metric: MetricComparison) -> str:
    parts = "; ".join(_movement(difference) for difference in metric.differences)
    return f"By {metric.info.label} on {metric.segments} segments: {parts}."


def _movement(difference: Difference) -> str:
    if not difference.shown or difference.better is None:
        return f"no change is shown for {difference.system}"
    word = "better" if difference.better else "worse"
    return f"{difference.system} is {word} than {difference.baseline}"


def _best(metric: MetricComparison) -> SystemResult:
    scored = [standing for standing in metric.standings if standing.score is not None]
    return max(scored, key=lambda standing: metric.info.quality(standing.score or 0.0))


def _score(metric: MetricComparison, standing: SystemResult) -> str:
    return f"{standing.score:.{metric.info.decimals}f}"
