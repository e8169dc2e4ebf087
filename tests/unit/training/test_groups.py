"""How ratings become groups: merged, blended, selected and batched."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import pytest

from mtqe.metaeval.ratings import Rating
from mtqe.training.groups import batches, make_group, select_groups
from mtqe.training.recipe import Recipe

RATING = Rating("en-de", "a", "1", "source", "eins zwei", "eins zwei", 0.0, 0.5, origin="wmt21-da")


def test_equal_hypotheses_are_merged_and_targets_clipped():
    others = [replace(RATING, score_std=1.5), replace(RATING, hypothesis="x", score_std=-9.0)]
    group = make_group([RATING, *others], surface=0.0)
    assert group.hypotheses == ("eins zwei", "x")
    assert group.targets == (1.0, -3.0)


def test_chrf_shifts_targets_without_moving_their_mean():
    group = make_group([RATING, replace(RATING, hypothesis="x")], surface=0.3)
    assert group.targets == pytest.approx((0.8, 0.2))


def test_a_post_edit_is_no_reference():
    group = make_group([replace(RATING, reference_kind="post-edit-of-mt")], surface=0.3)
    assert group.reference is None


def test_expert_ratings_weigh_more():
    assert make_group([replace(RATING, origin="wmt21-mqm")], 0.0).weight == 1.5


def test_selection_takes_whole_groups_of_named_data_sets_only():
    ratings = [replace(RATING, source=f"s{n}", hypothesis=f"h{m}") for n in range(9) for m in "ab"]
    ratings.append(replace(RATING, origin="elsewhere"))
    groups = select_groups(ratings, Recipe(rows={"wmt21-da": 5}))
    assert [len(group.hypotheses) for group in groups] == [2, 2, 2]


def test_batches_hold_whole_groups_and_cycle(groups):
    first = list(islice(batches(groups, 4, visit=9, seed=1), 6))
    assert all(sum(len(group.hypotheses) for group in batch) == 4 for batch in first)
    assert {group.source for batch in first[:2] for group in batch} == {g.source for g in groups}
    assert first == list(islice(batches(groups, 4, visit=9, seed=1), 6))


def test_a_large_group_is_drawn_from_anew_each_time():
    ratings = [replace(RATING, hypothesis=f"h{n}", score_std=n / 10) for n in range(12)]
    drawn = [batch[0] for batch in islice(batches([make_group(ratings, 0.0)], 3, 4, seed=1), 3)]
    assert [len(group.hypotheses) for group in drawn] == [4, 4, 4]
    assert len({group.hypotheses for group in drawn}) > 1
    for group in drawn:
        assert group.targets == tuple(int(text[1:]) / 10 for text in group.hypotheses)


def test_a_systems_mean_steadies_its_ratings():
    ratings = [
        replace(RATING, source=f"s{n}", system=system, hypothesis=system, score_std=score)
        for n, scores in enumerate(((2.0, 0.0), (0.0, 1.0)))
        for system, score in zip(("first", "second"), scores, strict=True)
    ]
    groups = select_groups(ratings, Recipe(surface=0.0, system=0.5))
    assert {group.source: group.targets for group in groups} == {
        "s0": (2.5, 0.25),
        "s1": (0.5, 1.25),
    }
