"""Ratings grouped by source, so that a source and its reference are encoded once."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from mtqe.people.metaeval.public_ratings import PublicRating
from training.recipe import Recipe

TARGET_LIMIT = 3.0
# What a human post-edit of a rated translation is taken to be worth.
POST_EDIT_TARGET = 1.0
_HUMANS = ("human", "ref")


@dataclass(frozen=True)
class Group:
    """The rated hypotheses of one source.

    Attributes:
        lp: the language pair.
        source: the source text.
        reference: reference; None where there is none, or where it was made from the rated
            hypothesis itself.
        hypotheses: distinct texts.
        targets: one a hypothesis, standard deviations above the mean, within ±3.
        weight: how much the group counts; expert (MQM) ratings count more.
        reliability: share of the ratings' variance inside a source that another annotator's
            ratings of the same texts would show too.
    """

    lp: str
    source: str
    reference: str | None
    hypotheses: tuple[str, ...]
    targets: tuple[float, ...]
    weight: float
    reliability: float = 1.0

    @property
    def target_language(self) -> str:
        """The language of the hypotheses."""
        return self.lp.partition("-")[2]

    @property
    def texts(self) -> tuple[str, ...]:
        """All distinct texts of the group."""
        reference = () if self.reference is None else (self.reference,)
        return (self.source, *reference, *self.hypotheses)


def select_groups(ratings: Iterable[PublicRating], recipe: Recipe) -> list[Group]:
    """Take `recipe.rows` ratings of each data set, in whole groups, in a seeded order.

    Human translations that were rated among the systems are left out: what sets them apart says
    little of which system is better.
    """
    by_source: dict[tuple[str, str, str, str], list[PublicRating]] = defaultdict(list)
    for rating in ratings:
        if _is_of_use(rating, recipe):
            key = (rating.origin, rating.lp, rating.source, rating.reference or "")
            by_source[key].append(rating)
    keys = sorted(by_source)
    random.Random(recipe.seed).shuffle(keys)
    left = dict(recipe.rows)
    groups = []
    for key in keys:
        if left[key[0]] > 0:
            left[key[0]] -= len(by_source[key])
            groups.append(make_group(by_source[key], recipe.reliabilities[key[0]]))
    return groups


def make_group(ratings: Sequence[PublicRating], reliability: float = 1.0) -> Group:
    """Merge equal hypotheses; their ratings are averaged.

    A reference that was made from the rated hypothesis becomes a hypothesis itself, a good one.
    """
    first = ratings[0]
    scores: dict[str, list[float]] = defaultdict(list)
    for rating in ratings:
        scores[rating.hypothesis].append(limit(rating.score_std or 0.0))
    targets = [fmean(values) for values in scores.values()]
    reference = first.reference if first.reference_kind == "independent" else None
    if first.reference_kind == "post-edit-of-mt" and first.reference not in scores:
        scores[first.reference or ""] = []
        targets.append(max(POST_EDIT_TARGET, *targets))
    weight = 1.5 if "mqm" in first.origin else 1.0
    return Group(
        first.lp, first.source, reference, tuple(scores), tuple(targets), weight, reliability
    )


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


def is_person(system: str) -> bool:
    """Whether a "system" among the systems is a person."""
    return system.lower().startswith(_HUMANS)


def is_human(rating: PublicRating) -> bool:
    """Whether a translation that was rated among the systems' is a person's."""
    return is_person(rating.system)


def limit(value: float) -> float:
    """A target inside ±3 standard deviations."""
    return max(-TARGET_LIMIT, min(TARGET_LIMIT, value))


def _is_of_use(rating: PublicRating, recipe: Recipe) -> bool:
    is_rated = rating.origin in recipe.rows and rating.score_std is not None
    return is_rated and not is_human(rating)
