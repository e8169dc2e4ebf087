"""How much of a rating is noise, told from equal translations that were rated apart."""

from __future__ import annotations

import random

import pytest

from mtqe.people.metaeval.public_ratings import PublicRating
from training.reliability import Reliability, measure


def rated(noise, sources=400):
    """Four systems a source, the first two of which say the same."""
    rng = random.Random(1)
    ratings = []
    for number in range(sources):
        quality = [rng.gauss(0, 1) for _ in range(3)]
        for system, text in enumerate((0, 0, 1, 2)):
            score = quality[text] + rng.gauss(0, noise)
            source, hypothesis = f"s{number}", f"h{text}"
            ratings.append(PublicRating("en-de", str(system), "1", source, hypothesis, None, score))
    return ratings


def test_reliable_ratings_leave_all_to_a_metric():
    found = measure(rated(noise=0.0))
    assert found.share == 1.0
    assert found.best_accuracy == 1.0


def test_the_share_is_that_of_true_variance():
    found = measure(rated(noise=1.0, sources=4000))
    # Of four texts two are equal: 5/6 of the variance of three different ones.
    assert found.share == pytest.approx((5 / 6) / (5 / 6 + 1), abs=0.03)


def test_pure_noise_is_ordered_by_chance():
    assert Reliability(50, noise=2.0, total=1.5).best_accuracy == 0.5


def test_too_few_copies_say_nothing():
    assert measure(rated(noise=1.0, sources=9)) is None


def test_sources_with_one_translation_say_nothing():
    ratings = [rating for rating in rated(noise=1.0) if rating.hypothesis == "h0"]
    assert measure(ratings) is None
