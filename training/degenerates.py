"""Do degenerate hypotheses score below the real translations they stand for?

``python -m training.degenerates`` writes the answer for a trained model, ``degenerates.md``.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

import numpy as np
import torch
from numpy.typing import NDArray

from mtqe.people.metaeval.public_ratings import PublicRating
from training.augment import DEGRADATIONS
from training.devsets import RATINGS
from training.groups import make_group
from training.model import MiniModel
from training.options import make_parser, make_recipe
from training.scoring import Triple, score
from training.trained import load_exported, read_dev

DEV_FILE = "dev_full.tsv.gz"
CASES = 500
STRANGER = "another segment"
WRONG_LANGUAGE = "wrong language"


@dataclass(frozen=True)
class Case:
    """A real translation and a degenerate one in its place."""

    real: PublicRating
    degenerate: str


def main() -> None:
    """Make the cases, score them, write the table."""
    arguments = make_parser("python -m training.degenerates", __doc__ or "").parse_args()
    torch.set_num_threads(arguments.threads)
    model = load_exported(arguments.output, arguments.work, make_recipe(arguments))
    shares = shares_below(
        model, make_cases(read_dev(arguments.data / RATINGS / DEV_FILE), arguments.seed)
    )
    lines = ["| degenerate hypothesis | comet | kiwi |", "| --- | --- | --- |"]
    lines += [f"| {kind} | {comet:.1%} | {kiwi:.1%} |" for kind, (comet, kiwi) in shares.items()]
    (arguments.output / "degenerates.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def make_cases(ratings: Sequence[PublicRating], seed: int) -> dict[str, list[Case]]:
    """Up to 500 cases of each kind, from seeded random ratings."""
    shuffled = random.Random(seed).sample(list(ratings), len(ratings))
    rng = random.Random(seed)
    cases = {kind: _degraded(kind, shuffled, rng) for kind in DEGRADATIONS}
    cases[STRANGER] = _strangers(shuffled)
    cases[WRONG_LANGUAGE] = _wrong_languages(shuffled)
    return cases


def shares_below(model: MiniModel, cases: Mapping[str, Sequence[Case]]) -> dict[str, list[float]]:
    """By kind: how often the degenerate one scores lower, with and without the reference."""
    members = [case for several in cases.values() for case in several]
    real = score(model, [_triple(case.real, case.real.hypothesis) for case in members])
    bad = score(model, [_triple(case.real, case.degenerate) for case in members])
    below = dict(zip(cases, _split(bad < real, cases), strict=True))
    return {kind: lower.mean(axis=0).tolist() for kind, lower in below.items()}


def _split(rows: NDArray[np.bool_], cases: Mapping[str, Sequence[Case]]) -> list[NDArray[np.bool_]]:
    ends = np.cumsum([len(members) for members in cases.values()])
    return np.split(rows, ends[:-1])


def _degraded(kind: str, ratings: Sequence[PublicRating], rng: random.Random) -> list[Case]:
    degrade = DEGRADATIONS[kind]
    made = (
        Case(rating, degrade(make_group([rating]), rating.hypothesis, rng)) for rating in ratings
    )
    return list(islice((case for case in made if case.degenerate != case.real.hypothesis), CASES))


def _strangers(ratings: Sequence[PublicRating]) -> list[Case]:
    """Hypotheses of another segment in the same target language."""
    made = (
        Case(rating, other.hypothesis)
        for rating, other in pairwise(ratings)
        if rating.lp.rpartition("-")[2] == other.lp.rpartition("-")[2]
        and rating.source != other.source
    )
    return list(islice(made, CASES))


def _wrong_languages(ratings: Sequence[PublicRating]) -> list[Case]:
    """A real translation of the same source into another language."""
    translations: dict[str, list[PublicRating]] = {}
    for rating in ratings:
        translations.setdefault(rating.source, []).append(rating)
    made = (
        Case(rating, other.hypothesis)
        for rating in ratings
        for other in translations[rating.source]
        if other.lp != rating.lp
    )
    return list(islice(made, CASES))


def _triple(rating: PublicRating, hypothesis: str) -> Triple:
    return rating.source, hypothesis, rating.reference


if __name__ == "__main__":
    main()
