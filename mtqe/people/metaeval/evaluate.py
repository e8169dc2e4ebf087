"""The whole meta-evaluation: every figure, for several metrics side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from mtqe.errors import DataError
from mtqe.people.metaeval.measures import (
    kendall_tau_b,
    preference_accuracy,
    tie_calibrated_accuracy,
)
from mtqe.people.metaeval.pairs import Floats, Pairs, pairs_within
from mtqe.people.metaeval.public_ratings import PublicRating
from mtqe.people.metaeval.systems import system_accuracy, system_sums
from mtqe.stats import Interval, Score, bootstrap, permutation

MEASURES = ("preference", "accuracy", "tau_b", "system_accuracy")


@dataclass(frozen=True)
class Figure:
    """One measure of one metric with its bootstrap interval over sources."""

    value: float
    interval: Interval


@dataclass(frozen=True)
class HumanAgreement:
    """How well one metric agrees with people on one language pair.

    Attributes:
        metric: name of the metric.
        preference: share of the pairs of one source that people tell apart which it orders alike.
        accuracy: tie-calibrated pairwise accuracy (acc_eq) inside sources.
        tie_threshold: differences up to this one count as ties in `accuracy`.
        tau_b: mean Kendall tau-b inside sources.
        system_accuracy: share of system pairs ordered alike; None with fewer than two systems.
    """

    metric: str
    preference: Figure
    accuracy: Figure
    tie_threshold: float
    tau_b: Figure
    system_accuracy: Figure | None


@dataclass(frozen=True)
class AgreementDifference:
    """Two metrics on one measure: first minus second, paired permutation over sources."""

    measure: str
    first: str
    second: str
    difference: float
    p_value: float


@dataclass(frozen=True)
class PairAgreement:
    """Meta-evaluation of several metrics on one language pair."""

    lp: str
    ratings: int
    sources: int
    systems: int
    metrics: tuple[HumanAgreement, ...]
    differences: tuple[AgreementDifference, ...]


@dataclass(frozen=True)
class Options:
    """How sure the figures are made to be.

    Attributes:
        resamples: number of resamples of the bootstrap and of the permutation test.
        level: confidence of the intervals.
        seed: seed of both.
    """

    resamples: int = 1000
    level: float = 0.95
    seed: int = 12345


@dataclass(frozen=True)
class _Measure:
    """Statistics [metrics, units, k] of one measure and how their sums become its value."""

    statistics: Floats
    score: Score


def evaluate(
    ratings: Sequence[PublicRating], scores: Mapping[str, Floats], options: Options | None = None
) -> list[PairAgreement]:
    """Meta-evaluate metrics on every language pair of the ratings, in order of appearance.

    Args:
        ratings: what people thought.
        scores: by the metric's name, one finite score a rating [ratings]; higher is better.
        options: resampling.

    Raises:
        DataError: Scores and ratings differ in number, a score is no number, or no source has two
            translations that people told apart.
    """
    _check(ratings, scores)
    found = []
    for lp in dict.fromkeys(rating.lp for rating in ratings):
        rows = np.array([row for row, rating in enumerate(ratings) if rating.lp == lp])
        part = {name: np.asarray(values)[rows] for name, values in scores.items()}
        found.append(_evaluate_pair(lp, [ratings[row] for row in rows], part, options or Options()))
    return found


def _check(ratings: Sequence[PublicRating], scores: Mapping[str, Floats]) -> None:
    for name, values in scores.items():
        if len(values) != len(ratings):
            raise DataError(
                f"{name} has {len(values)} scores for {len(ratings)} ratings; give one each."
            )
        if not np.isfinite(values).all():
            row = int(np.flatnonzero(~np.isfinite(values))[0])
            raise DataError(f"{name} has no score for rating {row + 1}; leave unscored rows out.")


def _evaluate_pair(
    lp: str, ratings: Sequence[PublicRating], scores: Mapping[str, Floats], options: Options
) -> PairAgreement:
    human = np.array([rating.score for rating in ratings])
    segments = [rating.segment for rating in ratings]
    systems = [rating.system for rating in ratings]
    pairs = pairs_within(segments)
    if not pairs.differences(human).any():
        raise DataError(f"{lp}: no source has two translations with different ratings; add some.")
    measures, thresholds = _within_sources(pairs, human, scores)
    if len(set(systems)) > 1:
        sums = system_sums(segments, systems, human, list(scores.values()))
        measures["system_accuracy"] = _Measure(sums.statistics, system_accuracy)
    figures = {name: _figures(measure, options) for name, measure in measures.items()}
    metrics = tuple(
        _metric_agreement(name, number, figures, thresholds[name])
        for number, name in enumerate(scores)
    )
    differences = _differences(tuple(scores), measures, options)
    return PairAgreement(
        lp, len(ratings), len(set(segments)), len(set(systems)), metrics, differences
    )


def _within_sources(
    pairs: Pairs, human: Floats, scores: Mapping[str, Floats]
) -> tuple[dict[str, _Measure], dict[str, float]]:
    people = pairs.differences(human)
    preference, accuracy, tau, thresholds = [], [], [], {}
    for name, values in scores.items():
        machine = pairs.differences(values)
        preference.append(np.stack(preference_accuracy(pairs, people, machine), 1))
        shares, thresholds[name] = tie_calibrated_accuracy(pairs, people, machine)
        accuracy.append(_counted(shares))
        tau.append(_counted(kendall_tau_b(pairs, people, machine)))
    stacked = {"preference": preference, "accuracy": accuracy, "tau_b": tau}
    return {name: _Measure(np.stack(rows), _ratio) for name, rows in stacked.items()}, thresholds


def _counted(values: Floats) -> Floats:
    """(value, 1) a source, or (0, 0) where the value is undefined: [sources, 2]."""
    defined = np.isfinite(values)
    return np.stack([np.where(defined, values, 0.0), defined.astype(np.float64)], 1)


def _ratio(sums: Floats) -> Floats:
    """Summed (value, count) [..., 2] to the mean [...]; 0 where nothing is defined."""
    mean: Floats = sums[..., 0] / np.maximum(sums[..., 1], 1e-12)
    return mean


def _figures(measure: _Measure, options: Options) -> list[Figure]:
    resampled = bootstrap(
        measure.statistics,
        measure.score,
        rng=np.random.default_rng(options.seed),
        resamples=options.resamples,
    )
    return [
        Figure(float(value), resampled.interval(number, level=options.level))
        for number, value in enumerate(resampled.scores)
    ]


def _metric_agreement(
    name: str, number: int, figures: Mapping[str, list[Figure]], threshold: float
) -> HumanAgreement:
    system_figures = figures.get("system_accuracy")
    return HumanAgreement(
        metric=name,
        preference=figures["preference"][number],
        accuracy=figures["accuracy"][number],
        tie_threshold=threshold,
        tau_b=figures["tau_b"][number],
        system_accuracy=system_figures[number] if system_figures else None,
    )


def _differences(
    names: Sequence[str], measures: Mapping[str, _Measure], options: Options
) -> tuple[AgreementDifference, ...]:
    found = []
    for measure_name, measure in measures.items():
        permuted = permutation(
            measure.statistics,
            measure.score,
            rng=np.random.default_rng(options.seed),
            resamples=options.resamples,
        )
        values = measure.score(permuted.totals)
        for first, second in combinations(range(len(names)), 2):
            found.append(
                AgreementDifference(
                    measure_name,
                    names[first],
                    names[second],
                    float(values[first] - values[second]),
                    permuted.p_value(first, second),
                )
            )
    return tuple(found)
