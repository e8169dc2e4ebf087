"""Agreement of several metrics with people, with intervals over sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mtqe.people.metaeval.measures import preference_accuracy
from mtqe.people.metaeval.pairs import Floats, pairs_within
from mtqe.people.metaeval.public_ratings import PublicRating
from mtqe.people.metaeval.systems import system_accuracy, system_sums
from mtqe.stats import Bootstrap, Score, bootstrap
from training.soft import soft_accuracy, soft_sums

RESAMPLES = 1000
SEED = 12345
MEASURES = ("preference", "soft", "plain")


@dataclass(frozen=True)
class Draws:
    """A figure of several metrics, with the same resamples for all of them.

    Attributes:
        metrics: their names.
        values: one a metric.
        resampled: [metrics, resamples].
    """

    metrics: tuple[str, ...]
    values: Floats
    resampled: Floats

    def interval(self, metric: str) -> tuple[float, float]:
        """95 % of the resamples."""
        return _middle(self.resampled[self.metrics.index(metric)])

    def value(self, metric: str) -> float:
        """The observed figure of one metric."""
        return float(self.values[self.metrics.index(metric)])

    def gain(self, metric: str, over: str) -> tuple[float, float, float]:
        """How much higher one metric is than another, with its interval."""
        first, second = self.metrics.index(metric), self.metrics.index(over)
        low, high = _middle(self.resampled[first] - self.resampled[second])
        return float(self.values[first] - self.values[second]), low, high

    def ratio(self, metric: str, before: str, over: str) -> tuple[float, float, float]:
        """A metric's gain as a multiple of an earlier one's, with its interval."""
        new, old, base = (self.metrics.index(name) for name in (metric, before, over))
        observed = (self.values[new] - self.values[base]) / (self.values[old] - self.values[base])
        draws = self.resampled
        low, high = _middle((draws[new] - draws[base]) / (draws[old] - draws[base]))
        return float(observed), low, high


def judge(ratings: Sequence[PublicRating], scores: Mapping[str, Floats]) -> dict[str, Draws]:
    """All measures of the metrics on ratings of one language pair.

    ``preference`` is the share of pairs of translations of one source that people tell apart and
    the metric orders alike; ``plain`` the same of pairs of systems; ``soft`` is soft pairwise
    accuracy.
    """
    human = np.array([rating.score for rating in ratings])
    segments = [rating.segment for rating in ratings]
    systems = [rating.system for rating in ratings]
    pairs = pairs_within(segments)
    people = pairs.differences(human)
    within = [
        np.stack(preference_accuracy(pairs, people, pairs.differences(values)), 1)
        for values in scores.values()
    ]
    columns = list(scores.values())
    statistics: dict[str, tuple[Floats, Score]] = {
        "preference": (np.stack(within), _ratio),
        "soft": (soft_sums(segments, systems, human, columns), soft_accuracy),
        "plain": (system_sums(segments, systems, human, columns).statistics, system_accuracy),
    }
    return {name: _draws(tuple(scores), *statistics[name]) for name in MEASURES}


def mean(draws: Sequence[Draws]) -> Draws:
    """The mean over language pairs, each resampled on its own."""
    values = np.mean([part.values for part in draws], axis=0)
    resampled = np.mean([part.resampled for part in draws], axis=0)
    return Draws(draws[0].metrics, values, resampled)


def _draws(metrics: tuple[str, ...], statistics: Floats, score: Score) -> Draws:
    rng = np.random.default_rng(SEED)
    drawn: Bootstrap = bootstrap(statistics, score, rng=rng, resamples=RESAMPLES)
    return Draws(metrics, drawn.scores, drawn.resampled)


def _ratio(sums: Floats) -> Floats:
    share: Floats = sums[..., 0] / np.maximum(sums[..., 1], 1e-12)
    return share


def _middle(values: Floats) -> tuple[float, float]:
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)
