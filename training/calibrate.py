"""Where 0 and 1 lie: an affine map of the logits, fixed on development data."""

from __future__ import annotations

import random
from collections.abc import Sequence
from math import log

import numpy as np
from numpy.typing import NDArray

from mtqe.people.metaeval.public_ratings import PublicRating
from training.model import MiniModel
from training.scoring import Triple, score

NEAR_PERFECT = 0.98
SAMPLE = 300


def calibrate(model: MiniModel, ratings: Sequence[PublicRating], seed: int) -> None:
    """Rescale both heads so that 0 is worst and 1 perfect.

    The median score of another segment's hypothesis becomes 0.02. The reference's own median
    becomes 0.98; without references, the 95th percentile of real translations does.
    """
    sample = random.Random(seed).sample(list(ratings), min(SAMPLE, len(ratings)))
    worst = np.nanmedian(score(model, _strangers(sample)), axis=0)
    perfect = np.nanmedian(score(model, [_perfect(rating) for rating in sample]), axis=0)
    best = np.quantile(score(model, [_real(rating) for rating in sample]), 0.95, axis=0)
    model.comet.calibrate(*affine(worst[0], perfect[0]))
    model.kiwi.calibrate(*affine(worst[1], best[1]))


def affine(worst: float, best: float) -> tuple[float, float]:
    """The map (scale, offset) that takes `best` to the logit of 0.98 and `worst` to its negative.

    Raises:
        ValueError: The best is not above the worst: the model has learnt nothing.
    """
    if best <= worst:
        raise ValueError(f"perfect translations score {best:.3f}, wrong ones {worst:.3f}")
    height = log(NEAR_PERFECT / (1 - NEAR_PERFECT))
    scale = 2 * height / (best - worst)
    return float(scale), float(height - scale * best)


def sigmoid(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scores between 0 and 1."""
    scores: NDArray[np.float64] = 1 / (1 + np.exp(-logits))
    return scores


def _real(rating: PublicRating) -> Triple:
    return rating.source, rating.hypothesis, rating.reference


def _perfect(rating: PublicRating) -> Triple:
    return rating.source, rating.reference or rating.hypothesis, rating.reference


def _strangers(ratings: Sequence[PublicRating]) -> list[Triple]:
    """Each source with the hypothesis of the rating halfway round, of another language or not."""
    half = len(ratings) // 2
    others = [*ratings[half:], *ratings[:half]]
    return [
        (rating.source, other.hypothesis, rating.reference)
        for rating, other in zip(ratings, others, strict=True)
        if rating.source != other.source
    ]
