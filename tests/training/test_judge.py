"""What a trained model is judged by: agreement inside sources and over systems."""

from __future__ import annotations

import random
from itertools import permutations

import numpy as np
import pytest

from mtqe.people.metaeval.public_ratings import PublicRating
from training.judge import judge, mean
from training.soft import soft_accuracy, soft_sums

SYSTEMS = ("a", "b", "c")
QUALITY = {"a": 0.3, "b": 0.1, "c": -0.4}


@pytest.fixture(scope="module")
def ratings():
    rng = random.Random(3)
    return [
        PublicRating(
            "en-de", system, f"s{n}", f"s{n}", system, None, QUALITY[system] + rng.gauss(0, 1)
        )
        for n in range(300)
        for system in SYSTEMS
    ]


@pytest.fixture(scope="module")
def scores(ratings):
    rng = np.random.default_rng(4)
    people = np.array([rating.score for rating in ratings])
    return {
        "people": people,
        "good": people + rng.normal(0, 1, len(people)),
        "fair": people + rng.normal(0, 3, len(people)),
        "chance": rng.normal(0, 1, len(people)),
        "opposite": -people,
    }


@pytest.fixture(scope="module")
def judged(ratings, scores):
    return judge(ratings, scores)


def test_people_agree_with_themselves_in_every_measure(judged):
    for draws in judged.values():
        assert draws.value("people") == pytest.approx(1.0)


def test_better_metrics_agree_more_inside_sources(judged):
    draws = judged["preference"]
    values = [draws.value(name) for name in ("people", "good", "fair", "chance", "opposite")]
    assert values == sorted(values, reverse=True)
    assert values[-1] == 0.0
    low, high = draws.interval("chance")
    assert low < 0.5 < high


def test_a_gain_has_the_interval_of_a_paired_difference(judged):
    value, low, high = judged["preference"].gain("good", "fair")
    assert 0 < low < value < high


def test_a_ratio_says_how_many_times_the_gain_of_another(judged):
    draws = judged["preference"]
    value, low, high = draws.ratio("good", "fair", "chance")
    gains = draws.gain("good", "chance")[0] / draws.gain("fair", "chance")[0]
    assert value == pytest.approx(gains)
    assert 1 < low < value < high


def test_the_mean_over_pairs_is_resampled_pair_by_pair(judged):
    twice = mean([judged["preference"], judged["preference"]])
    assert twice.value("good") == judged["preference"].value("good")


def permuted_sureness(first, second, rng, draws=20_000):
    """One minus the p-value of a paired permutation test that the first is better: the oracle."""
    differences = first - second
    signs = rng.choice([-1, 1], size=(draws, len(differences)))
    return (signs @ differences < differences.sum()).mean()


def test_soft_accuracy_is_that_of_permutation_tests(ratings, scores):
    rng = np.random.default_rng(5)
    table = {name: values.reshape(-1, 3).T for name, values in scores.items()}
    expected = np.mean(
        [
            1
            - abs(
                permuted_sureness(table["people"][i], table["people"][j], rng)
                - permuted_sureness(table["fair"][i], table["fair"][j], rng)
            )
            for i, j in ((0, 1), (0, 2), (1, 2))
        ]
    )
    sources = [rating.source for rating in ratings]
    systems = [rating.system for rating in ratings]
    sums = soft_sums(sources, systems, scores["people"], [scores["fair"]])
    assert soft_accuracy(sums.sum(1))[0] == pytest.approx(expected, abs=0.02)


def test_soft_accuracy_does_not_depend_on_the_order_of_rows(ratings, scores):
    def measured(order):
        rows = [n * 3 + i for n in range(300) for i in order]
        sources = [ratings[row].source for row in rows]
        systems = [ratings[row].system for row in rows]
        sums = soft_sums(sources, systems, scores["people"][rows], [scores["good"][rows]])
        return soft_accuracy(sums.sum(1))[0]

    found = [measured(order) for order in permutations(range(3))]
    assert np.ptp(found) < 1e-9


def test_sources_that_one_system_lacks_do_not_count_for_its_pairs():
    sources = ["s1", "s1", "s2", "s2", "s3", "s3", "s4"]
    systems = ["a", "b", "a", "b", "a", "b", "a"]
    human = np.array([3.0, 1.0, 2.0, 1.5, 4.0, 1.0, -99.0])
    sums = soft_sums(sources, systems, human, [human])
    assert sums.sum(1)[0, -1] == 3
    assert soft_accuracy(sums.sum(1))[0] == 1.0
