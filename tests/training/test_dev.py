"""Tables and figures that are made of scores on development data."""

from __future__ import annotations

import random

import numpy as np
import pytest

from mtqe.people.metaeval.public_ratings import PublicRating
from training.dev import ENSEMBLE, PREVIOUS, QE, STUDENT, agreement_summary, ensemble
from training.devsets import DevSet, thinned


def dev_set(name, pairs=("en-de", "zh-en"), sources=40):
    rng = random.Random(name)
    ratings = [
        PublicRating(lp, system, f"{lp} s{n}", f"s{n}", system, "r", rng.gauss(0, 1))
        for lp in pairs
        for n in range(sources)
        for system in "abc"
    ]
    return DevSet(name, ratings, {"teacher": np.arange(len(ratings), dtype=float)})


def scores_of(dev):
    people = np.array([rating.score for rating in dev.ratings])
    names = (STUDENT, QE, PREVIOUS, ENSEMBLE, "chrf")
    return dict.fromkeys(names, people) | {"bleu": -people, "bertscore": people}


def test_a_summary_has_every_metric_of_ours_on_every_pair():
    devs = [dev_set("one"), dev_set("two", pairs=("en-de", "en-cs"))]
    found = agreement_summary([(dev, {**scores_of(dev), **dev.teachers}) for dev in devs])
    assert set(found["pairs"]) == {"en-de", "zh-en", "en-cs"}
    for shares in found["pairs"].values():
        assert shares == {STUDENT: 1.0, QE: 1.0, "chrf": 1.0, "bleu": 0.0, "bertscore": 1.0}
    assert "one, two" in found["data"]


def test_the_teacher_as_a_judge_is_no_agreement_with_people():
    dev, taught = dev_set("one"), dev_set("teacher", pairs=("en-ja",))
    found = agreement_summary([(dev, scores_of(dev)), (taught, scores_of(taught))])
    assert "en-ja" not in found["pairs"]


def test_parts_of_an_ensemble_weigh_the_same_in_every_pair():
    dev = dev_set("one")
    people = np.array([rating.score for rating in dev.ratings])
    english = np.array([rating.lp == "zh-en" for rating in dev.ratings])
    stretched = np.where(english, 1000 * people + 5, people)
    found = ensemble(dev.ratings, [stretched, stretched])
    assert found[english].std() == pytest.approx(2.0)
    assert found[~english].std() == pytest.approx(2.0)


def test_a_thinned_set_keeps_whole_sources_of_every_pair():
    dev = thinned(dev_set("one"), 10)
    assert len(dev.ratings) == len(dev.teachers["teacher"]) == 2 * 10 * 3
    assert {rating.lp for rating in dev.ratings} == {"en-de", "zh-en"}
