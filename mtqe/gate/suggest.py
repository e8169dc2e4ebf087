"""Limits that past runs would have kept: from their spread, and from what the corpus can show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, inf, sqrt

import numpy as np
from scipy.stats import t as student

from mtqe.compare.compatible import check_corpus, check_metric
from mtqe.compare.paired_scores import reducer
from mtqe.compare.units import clusters
from mtqe.corpus.documents import ordinals
from mtqe.errors import ConfigError
from mtqe.gate.rules import GateSettings
from mtqe.metrics.base import Matrix
from mtqe.run import MetricInfo, Run
from mtqe.stats import bootstrap, minimum_detectable_difference


@dataclass(frozen=True)
class Suggestion:
    """Limits for one system and metric, rounded away from the past runs.

    Attributes:
        limit: the score that the next run of the same engine would reach with the gate's level:
            its prediction bound, within the metric's range; a maximum where lower is better.
        margin: the larger of `drift` and `detectable`.
        scores: scores of the past runs, in their order.
        drift: the largest drop from one run to the next.
        detectable: the smallest true drop that this corpus shows four times in five; None where
            the past runs don't differ, or the corpus can't bound it.
    """

    system: str
    metric: MetricInfo
    limit: float
    margin: float
    scores: tuple[float, ...]
    drift: float
    detectable: float | None


def suggest(runs: Sequence[Run], settings: GateSettings | None = None) -> tuple[Suggestion, ...]:
    """Suggest limits for every system and metric that all runs have.

    Args:
        runs: of the same engines on the same test set, the oldest first; at least two.
        settings: level, seed and resamples of the gate.

    Raises:
        ConfigError: fewer than two runs.
        IncompatibleRuns: they differ in corpus or signature.
    """
    if len(runs) < 2:
        raise ConfigError("thresholds come from the spread of past runs; give at least two.")
    first, *others = runs
    for other in others:
        check_corpus(first, other)
        for metric in first.manifest.metrics:
            check_metric(first, other, metric.name)
    return tuple(_suggestions(runs, settings or GateSettings()))


def _suggestions(runs: Sequence[Run], settings: GateSettings) -> Iterator[Suggestion]:
    for system in runs[0].manifest.systems:
        if all(any(s.name == system.name for s in run.manifest.systems) for run in runs):
            for metric in runs[0].manifest.metrics:
                found = [_score(run, system.name, metric.name) for run in runs]
                scores = [score for score in found if score is not None]
                if len(scores) == len(runs):
                    yield _suggestion(runs, system.name, metric, scores, settings)


def _score(run: Run, system: str, metric: str) -> float | None:
    (info,) = (info for info in run.manifest.systems if info.name == system)
    return info.score(metric).score


def _suggestion(
    runs: Sequence[Run],
    system: str,
    metric: MetricInfo,
    scores: Sequence[float],
    settings: GateSettings,
) -> Suggestion:
    drift = max(0.0, *(metric.quality(old - new) for old, new in pairwise(scores)))
    detectable = max(_detectable(*pair, system, metric, settings) for pair in pairwise(runs))
    unit = 10.0**-metric.decimals
    bound = _prediction_bound([metric.quality(score) for score in scores], settings.level)
    margin = max(drift, detectable if detectable < inf else 0.0)
    return Suggestion(
        system=system,
        metric=metric,
        limit=_possible(metric, metric.quality(round(floor(bound / unit) * unit, metric.decimals))),
        margin=round(ceil(margin / unit) * unit, metric.decimals),
        scores=tuple(scores),
        drift=float(drift),
        detectable=float(detectable) if 0 < detectable < inf else None,
    )


def _possible(metric: MetricInfo, limit: float) -> float:
    """The limit within the metric's range: two runs that differ much bound the next one by less."""
    low, high = metric.range
    return min(max(limit, -inf if low is None else low), inf if high is None else high)


def _prediction_bound(scores: Sequence[float], level: float) -> float:
    """What one more score from the same normal distribution exceeds with this probability."""
    count = len(scores)
    spread = float(np.std(scores, ddof=1)) * sqrt(1 + 1 / count)
    return float(np.mean(scores)) - float(student.ppf(level, count - 1)) * spread


def _detectable(
    old: Run, new: Run, system: str, metric: MetricInfo, settings: GateSettings
) -> float:
    statistics: Matrix = np.stack([run.statistics(metric.name, system) for run in (old, new)])
    scored = ~np.isnan(statistics).any(axis=(0, 2))
    if not scored.any() or np.array_equal(statistics[0, scored], statistics[1, scored]):
        return 0.0
    documents = new.segments["document"].iloc[: len(scored)].to_numpy(object)
    places = np.array(ordinals(documents), dtype=np.intp)
    resampled = bootstrap(
        statistics[:, scored],
        reducer(metric),
        rng=np.random.default_rng(settings.seed),
        resamples=settings.resamples,
        clusters=clusters(documents[scored], settings.unit, metric.group, places[scored]),
    )
    error = resampled.difference(0, 1).standard_error
    return minimum_detectable_difference(error, alpha=2 * (1 - settings.level))
