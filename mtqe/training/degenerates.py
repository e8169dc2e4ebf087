"""Do degenerate hypotheses score below the real translations they stand for?"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

import numpy as np

from mtqe.metaeval.ratings import Rating
from mtqe.training.augment import DEGRADATIONS
from mtqe.training.groups import make_group
from mtqe.training.model import MiniModel
from mtqe.training.scoring import Triple, score

CASES = 500
STRANGER = "another segment"
WRONG_LANGUAGE = "wrong language"


@dataclass(frozen=True)
class Case:
    """A real translation and a degenerate one in its place."""

    real: Rating
    degenerate: str


def make_cases(ratings: Sequence[Rating], seed: int) -> dict[str, list[Case]]:
    """Up to 500 cases of each kind, from seeded random ratings."""
    shuffled = random.Random(seed).sample(list(ratings), len(ratings))
    rng = random.Random(seed)
    cases = {kind: _degraded(kind, shuffled, rng) for kind in DEGRADATIONS}
    cases[STRANGER] = _strangers(shuffled)
    cases[WRONG_LANGUAGE] = _wrong_languages(shuffled)
    return cases


def shares_below(model: MiniModel, cases: Mapping[str, Sequence[Case]]) -> dict[str, list[float]]:
    """By kind: how often the degenerate one scores lower, with and without the reference."""
    shares = {}
    for kind, members in cases.items():
        real = score(model, [_triple(case.real, case.real.hypothesis) for case in members])
        bad = score(model, [_triple(case.real, case.degenerate) for case in members])
        shares[kind] = np.mean(bad < real, axis=0).tolist()
    return shares


def _degraded(kind: str, ratings: Sequence[Rating], rng: random.Random) -> list[Case]:
    degrade = DEGRADATIONS[kind]
    made = (
        Case(rating, degrade(make_group([rating], surface=0.0), rating.hypothesis, rng))
        for rating in ratings
    )
    return list(islice((case for case in made if case.degenerate != case.real.hypothesis), CASES))


def _strangers(ratings: Sequence[Rating]) -> list[Case]:
    """Hypotheses of another segment in the same target language."""
    made = (
        Case(rating, other.hypothesis)
        for rating, other in pairwise(ratings)
        if rating.lp.rpartition("-")[2] == other.lp.rpartition("-")[2]
        and rating.source != other.source
    )
    return list(islice(made, CASES))


def _wrong_languages(ratings: Sequence[Rating]) -> list[Case]:
    """A real translation of the same source into another language."""
    translations: dict[str, list[Rating]] = {}
    for rating in ratings:
        translations.setdefault(rating.source, []).append(rating)
    made = (
        Case(rating, other.hypothesis)
        for rating in ratings
        for other in translations[rating.source]
        if other.lp != rating.lp
    )
    return list(islice(made, CASES))


def _triple(rating: Rating, hypothesis: str) -> Triple:
    return rating.source, hypothesis, rating.reference
