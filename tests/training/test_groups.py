"""How ratings become groups: merged, blended, selected and batched."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import pytest

from mtqe.people.metaeval.public_ratings import PublicRating
from training.groups import batches, make_group, select_groups
from training.recipe import Recipe

RATING = PublicRating(
    "en-de", "a", "1", "source", "eins zwei", "eins zwei", 0.0, 0.5, origin="wmt21-da"
)


def test_equal_hypotheses_are_merged_and_targets_clipped():
    others = [replace(RATING, score_std=1.5), replace(RATING, hypothesis="x", score_std=-9.0)]
    group = make_group([RATING, *others])
    assert group.hypotheses == ("eins zwei", "x")
    assert group.targets == (1.0, -3.0)


def test_a_post_edit_is_no_reference_but_a_good_hypothesis():
    rating = replace(RATING, reference="eins zwei drei", reference_kind="post-edit-of-mt")
    group = make_group([rating])
    assert group.reference is None
    assert group.hypotheses == ("eins zwei", "eins zwei drei")
    assert group.targets == (0.5, 1.0)


def test_an_unedited_translation_has_no_better_one():
    group = make_group([replace(RATING, reference_kind="post-edit-of-mt")])
    assert group.hypotheses == ("eins zwei",)


def test_expert_ratings_weigh_more():
    assert make_group([replace(RATING, origin="wmt21-mqm")]).weight == 1.5


def test_selection_takes_whole_groups_of_named_data_sets_only():
    ratings = [replace(RATING, source=f"s{n}", hypothesis=f"h{m}") for n in range(9) for m in "ab"]
    ratings.append(replace(RATING, origin="elsewhere"))
    groups = select_groups(ratings, Recipe(rows={"wmt21-da": 5}))
    assert [len(group.hypotheses) for group in groups] == [2, 2, 2]


@pytest.mark.parametrize("human", ["Human-A.0", "ref-D", "ref.A"])
def test_human_translations_among_the_systems_are_left_out(human):
    ratings = [RATING, replace(RATING, hypothesis="x", system=human)]
    groups = select_groups(ratings, Recipe(rows={"wmt21-da": 5}))
    assert [group.hypotheses for group in groups] == [("eins zwei",)]


def test_batches_hold_whole_groups_and_cycle(groups):
    first = list(islice(batches(groups, 4, visit=9, seed=1), 6))
    assert all(sum(len(group.hypotheses) for group in batch) == 4 for batch in first)
    assert {group.source for batch in first[:2] for group in batch} == {g.source for g in groups}
    assert first == list(islice(batches(groups, 4, visit=9, seed=1), 6))


def test_a_large_group_is_drawn_from_anew_each_time():
    ratings = [replace(RATING, hypothesis=f"h{n}", score_std=n / 10) for n in range(12)]
    drawn = [batch[0] for batch in islice(batches([make_group(ratings)], 3, 4, seed=1), 3)]
    assert [len(group.hypotheses) for group in drawn] == [4, 4, 4]
    assert len({group.hypotheses for group in drawn}) > 1
    for group in drawn:
        assert group.targets == tuple(int(text[1:]) / 10 for text in group.hypotheses)
