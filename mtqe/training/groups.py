"""Ratings grouped by source, so that a source and its reference are encoded once."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, pstdev

from sacrebleu.metrics.chrf import CHRF

from mtqe.metaeval.ratings import Rating
from mtqe.training.recipe import Recipe

TARGET_LIMIT = 3.0


@dataclass(frozen=True)
class Group:
    """The rated hypotheses of one source.

    Attributes:
        lp: the language pair.
        source: the source text.
        reference: None where there is none, or where it was made from the rated hypothesis itself.
        hypotheses: distinct texts.
        targets: one a hypothesis, standard deviations above the mean, within ±3.
        weight: how much the group counts; expert (MQM) ratings count more.
    """

    lp: str
    source: str
    reference: str | None
    hypotheses: tuple[str, ...]
    targets: tuple[float, ...]
    weight: float

    @property
    def target_language(self) -> str:
        """The language of the hypotheses."""
        return self.lp.partition("-")[2]

    @property
    def texts(self) -> tuple[str, ...]:
        """All distinct texts of the group."""
        reference = () if self.reference is None else (self.reference,)
        return (self.source, *reference, *self.hypotheses)


def select_groups(ratings: Iterable[Rating], recipe: Recipe) -> list[Group]:
    """Take `recipe.rows` ratings of each data set, in whole groups, in a seeded order."""
    by_source: dict[tuple[str, str, str, str], list[Rating]] = defaultdict(list)
    for rating in ratings:
        if rating.origin in recipe.rows and rating.score_std is not None:
            key = (rating.origin, rating.lp, rating.source, rating.reference or "")
            by_source[key].append(rating)
    keys = sorted(by_source)
    random.Random(recipe.seed).shuffle(keys)
    means = system_means(rating for ratings in by_source.values() for rating in ratings)
    left = dict(recipe.rows)
    groups = []
    for key in keys:
        if left[key[0]] > 0:
            left[key[0]] -= len(by_source[key])
            steadied = [_steady(rating, means, recipe.system) for rating in by_source[key]]
            groups.append(make_group(steadied, recipe.surface))
    return groups


def system_means(ratings: Iterable[Rating]) -> dict[tuple[str, str, str], float]:
    """Mean standardised rating by (data set, language pair, system)."""
    scores: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    for rating in ratings:
        scores[_system(rating)].append(_clip(rating.score_std or 0.0))
    return {system: fmean(values) for system, values in scores.items()}


def make_group(ratings: Sequence[Rating], surface: float) -> Group:
    """Merge equal hypotheses (their ratings are averaged) and blend chrF into the targets."""
    first = ratings[0]
    scores: dict[str, list[float]] = defaultdict(list)
    for rating in ratings:
        scores[rating.hypothesis].append(_clip(rating.score_std or 0.0))
    hypotheses = tuple(scores)
    targets = [fmean(values) for values in scores.values()]
    reference = first.reference if first.reference_kind == "independent" else None
    if reference is not None and surface:
        targets = _blend(targets, _chrf(hypotheses, reference), surface)
    weight = 1.5 if "mqm" in first.origin else 1.0
    return Group(first.lp, first.source, reference, hypotheses, tuple(targets), weight)


def batches(groups: Sequence[Group], size: int, visit: int, seed: int) -> Iterator[list[Group]]:
    """Endless batches of about `size` hypotheses by group, reshuffled each epoch.

    Of a group with more than `visit` hypotheses, so many are drawn anew each time.
    """
    order = random.Random(seed)
    while True:
        batch: list[Group] = []
        for group in order.sample(groups, len(groups)):
            batch.append(_some(group, visit, order))
            if sum(len(member.hypotheses) for member in batch) >= size:
                yield batch
                batch = []


def _some(group: Group, visit: int, order: random.Random) -> Group:
    if len(group.hypotheses) <= visit:
        return group
    drawn = order.sample(range(len(group.hypotheses)), visit)
    return replace(
        group,
        hypotheses=tuple(group.hypotheses[i] for i in drawn),
        targets=tuple(group.targets[i] for i in drawn),
    )


def _system(rating: Rating) -> tuple[str, str, str]:
    return rating.origin, rating.lp, rating.system


def _steady(rating: Rating, means: Mapping[tuple[str, str, str], float], weight: float) -> Rating:
    """Add its system's mean to a rating: one annotator's view of one segment is noisy."""
    score = _clip(rating.score_std or 0.0) + weight * means[_system(rating)]
    return replace(rating, score_std=score)


def _clip(value: float) -> float:
    return max(-TARGET_LIMIT, min(TARGET_LIMIT, value))


def _chrf(hypotheses: Iterable[str], reference: str) -> list[float]:
    chrf = CHRF()
    return [chrf.sentence_score(text, [reference]).score for text in hypotheses]


def _blend(targets: Sequence[float], surface: Sequence[float], weight: float) -> list[float]:
    """Add chrF, standardised inside the group: it steadies the rating of a single annotator."""
    spread = pstdev(surface)
    if spread == 0:
        return list(targets)
    mean = fmean(surface)
    return [t + weight * (s - mean) / spread for t, s in zip(targets, surface, strict=True)]
