"""The outcome of a comparison in plain words: it says what the tests say, and no more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import comb

from mtqe.compare.new_findings import new_findings_text
from mtqe.compare.paired_scores import NEW, OLD
from mtqe.compare.paired_tests import FEW_COVERAGE, FEW_UNITS
from mtqe.compare.results import Difference, MetricComparison, SliceComparison, SystemResult
from mtqe.support.numbers import score_text
from mtqe.support.words import listed

FEWEST = 6
"""With fewer units no two-sided permutation p-value can be below 0.05."""
WORTH_SAYING = 10
"""How many times the test set a number of segments may be and still help anybody."""
MOST_NAMES = 6
MOST_SLICES = 3
NOTABLE = 2
"""How many times the change on all segments a slice's must be, to be named beside it."""
NOTHING = "Nothing could be compared: no segment is scored for every system."


def leading(metrics: Sequence[MetricComparison]) -> MetricComparison | None:
    """The comparison by the metric that is trusted most; None where nothing is scored."""
    scored = [metric for metric in metrics if metric.segments]
    return max(scored, key=lambda metric: metric.info.trust, default=None)


def verdict(metrics: Sequence[MetricComparison]) -> str:
    """Which system scores highest, which may be as good, and which are significantly worse.

    Args:
        metrics: the comparison of a run's systems on the whole corpus.
    """
    metric = leading(metrics)
    if metric is None:
        return NOTHING
    if len(metric.standings) == 1:
        return f"There is only one system, {metric.standings[0].system}: nothing to compare."
    if len(_scored(metric)) == 1:
        return NOTHING
    return _among_systems(metric)


def verdict_of_change(
    metrics: Sequence[MetricComparison],
    slices: Sequence[SliceComparison],
    new_findings: Mapping[str, Mapping[str, int]],
) -> str:
    """How each system changed from an older run.

    Args:
        metrics: the comparison on the whole corpus.
        slices: the same on parts of it.
        new_findings: by system, how many findings of each check the older run doesn't have.
    """
    metric = leading(metrics)
    if metric is None or not metric.differences:
        return NOTHING
    sentences = []
    for item in metric.differences:
        parts = [
            *_slice_changes(item, metric, slices),
            *new_findings_text(new_findings.get(item.system, {})),
            *_by_others(item, metric, metrics),
        ]
        sentences.append("; ".join(_with_overall(item, metric, parts)))
    return f"By {metric.info.label} on {_segments(metric)}: {'. '.join(sentences)}."


def remarks(
    metrics: Sequence[MetricComparison], left_out: int, *, between_runs: bool
) -> tuple[str, ...]:
    """What else a reader must know."""
    scored = [metric for metric in metrics if metric.segments]
    disagreement = () if between_runs else _disagreement(scored)
    return (
        *_cautions(scored),
        *_omissions(metrics, left_out),
        *disagreement,
        *_few(scored),
        *_far_apart(scored),
    )


def _cautions(metrics: Sequence[MetricComparison]) -> Iterator[str]:
    return (f"{item.info.label}: {item.info.caution}" for item in metrics if item.info.caution)


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
        best = _best(metric)
        if sum(standing.score == best.score for standing in metric.standings) == 1:
            winners.setdefault(best.system, []).append(metric.info.label)
    if len(winners) > 1:
        parts = (
            f"{', '.join(labels)} {'put' if len(labels) > 1 else 'puts'} {system} first"
            for system, labels in winners.items()
        )
        yield f"The metrics disagree on the best system: {'; '.join(parts)}."


def _few(metrics: Sequence[MetricComparison]) -> Iterator[str]:
    few = [metric for metric in metrics if 1 < metric.units < FEW_UNITS and metric.differences]
    if few:
        smallest = min(few, key=lambda metric: metric.units)
        whole = " (documents are resampled whole)" if smallest.unit == "document" else ""
        yield (
            f"{smallest.units} {smallest.unit}s are few{whole}: at 20 segments of real texts, 95% "
            f"intervals held the true difference in {FEW_COVERAGE} of cases, depending on the "
            "data, and fewer were not measured. Take the verdict as a hint, and use "
            f"{FEW_UNITS} or more {smallest.unit}s."
        )


def _far_apart(metrics: Sequence[MetricComparison]) -> Iterator[str]:
    for metric in metrics:
        if metric.far_apart:
            pairs = comb(sum(item.score is not None for item in metric.standings), 2)
            yield (
                f"{metric.info.label}: {metric.far_apart:,} of {pairs:,} pairs of systems are so "
                "far apart that they got the smallest possible p-value without a test."
            )


def _among_systems(metric: MetricComparison) -> str:
    best, others = _best(metric), []
    ties = [s for s in _scored(metric) if s.score == best.score]
    others = [s for s in _scored(metric) if s not in ties]
    close = [s for s in others if not s.behind]
    worse = len(others) - len(close)
    if len(ties) == 1 and len(others) == len(close) == 1:
        return _no_difference(metric, best, close[0])
    highest = _highest(metric, ties)
    if not others:
        return f"{highest}."
    if not close:
        rest = others[0].system if worse == 1 else f"all {worse} others"
        verb = "are" if len(ties) > 1 else "is"
        return f"{highest}, and {verb} significantly better than {rest}."
    sentence = f"{highest}. No significant difference to {_names(close, 'and')}"
    if worse:
        sentence += f"; {_the_others(worse)} significantly worse"
    return f"{sentence}.{_needed(metric, best, close[0])}"


def _no_difference(metric: MetricComparison, best: SystemResult, other: SystemResult) -> str:
    scores = " and ".join(_score(metric, item.score) for item in (best, other))
    return (
        f"No significant difference between {best.system} and {other.system} by "
        f"{metric.info.label} on {_segments(metric)} ({scores})."
        f"{_needed(metric, best, other)}"
    )


def _highest(metric: MetricComparison, ties: Sequence[SystemResult]) -> str:
    word = "highest" if metric.info.higher_is_better else "best"
    on = f"by {metric.info.label} on {_segments(metric)}"
    score = _score(metric, ties[0].score)
    if len(ties) == 1:
        return f"{ties[0].system} scores {word} {on} ({score})"
    return f"{_names(ties, 'and')} score {word} {on}, all with {score}"


def _the_others(count: int) -> str:
    return "the other one is" if count == 1 else f"the other {count} are"


def _needed(metric: MetricComparison, best: SystemResult, other: SystemResult) -> str:
    """How many segments would tell the best from the next, if so many can be had."""
    pair = {best.system, other.system}
    found = next((d for d in metric.differences if {d.system, d.baseline} == pair), None)
    if found is None or found.segments_needed is None:
        return ""
    enough = max(found.segments_needed, FEW_UNITS)
    if not metric.segments < enough <= WORTH_SAYING * metric.segments:
        return ""
    size = _score(metric, abs(found.difference))
    return (
        f" To tell {best.system} and {other.system} apart ({size}) you need about "
        f"{enough:,} segments."
    )


def _with_overall(
    item: Difference, metric: MetricComparison, parts: Sequence[str]
) -> Iterator[str]:
    """What is said of one system: the change on all segments first, if it is significant."""
    name, before = _plain_names(item)
    change = _score(metric, item.difference, signed=True)
    if item.ties == metric.segments and item.difference == 0:
        yield f"{name} scores the same as {before} on every segment"
        yield from parts
    elif item.shown:
        yield f"{name} is {_word(item)} than {before} ({change})"
        yield from parts
    elif parts:
        first, *others = parts
        yield f"{name} is {first}" if first.startswith("significantly") else f"{name}: {first}"
        yield from others
        yield f"overall {change}, could be chance"
    else:
        yield f"no significant change for {name} ({change}, could be chance)"


def _plain_names(item: Difference) -> tuple[str, str]:
    """Names of a system and of its older self; "before" where both runs call it the same."""
    name = item.system.removesuffix(NEW)
    older = item.baseline.removesuffix(OLD)
    return name, "before" if name == older else item.baseline


def _slice_changes(
    whole: Difference, metric: MetricComparison, slices: Sequence[SliceComparison]
) -> Iterator[str]:
    """Slices with a significant change that the change on all segments does not tell."""
    found = [
        (part, item)
        for part in slices
        for by_metric in part.metrics
        if by_metric.info.name == metric.info.name
        for item in by_metric.differences
        if item.system == whole.system and item.shown and _tells_more(item, whole)
    ]
    found.sort(key=lambda pair: -abs(pair[1].difference))
    for part, item in found[:MOST_SLICES]:
        change = _score(metric, item.difference, signed=True)
        yield f"{_word(item)} on {part.column} {part.value} ({change})"


def _tells_more(part: Difference, whole: Difference) -> bool:
    same = whole.shown and part.better == whole.better
    return not same or abs(part.difference) >= NOTABLE * abs(whole.difference)


def _by_others(
    whole: Difference, leading: MetricComparison, metrics: Sequence[MetricComparison]
) -> Iterator[str]:
    """Significant changes by metrics that don't lead, where the leading one shows none such."""
    for metric in metrics:
        for item in metric.differences:
            said = whole.shown and whole.better == item.better
            if metric is not leading and item.system == whole.system and item.shown and not said:
                change = _score(metric, item.difference, signed=True)
                yield f"{_word(item)} by {metric.info.label} ({change})"


def _word(item: Difference) -> str:
    return "significantly better" if item.better else "significantly worse"


def _names(standings: Sequence[SystemResult], last: str) -> str:
    names = [standing.system for standing in standings]
    if len(names) > MOST_NAMES:
        names = [*names[: MOST_NAMES - 1], f"{len(names) - MOST_NAMES + 1} more"]
    return listed(names, last)


def _segments(metric: MetricComparison) -> str:
    return f"{metric.segments:,} segment{'' if metric.segments == 1 else 's'}"


def _scored(metric: MetricComparison) -> list[SystemResult]:
    """Systems with a score, the best first."""
    scored = [standing for standing in metric.standings if standing.score is not None]
    return sorted(scored, key=lambda standing: -metric.info.quality(standing.score or 0.0))


def _best(metric: MetricComparison) -> SystemResult:
    return _scored(metric)[0]


def _score(metric: MetricComparison, value: float | None, *, signed: bool = False) -> str:
    return score_text(value, metric.info.decimals, signed=signed)
