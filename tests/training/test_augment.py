"""Degenerate hypotheses are what their names say and never a rated hypothesis."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training import augment
from training.batch import make_items
from training.groups import Group

TEXT = "In 1987 the Mayor Susan Harper opened 12 bridges over the River Lea"
GROUP = Group("de-en", "Quelle", "reference", (TEXT,), (0.0,), 1.0)
CHINESE = Group("en-zh", "source", None, ("今天天气很好我们去公园",), (0.0,), 1.0)
SEEDS = st.integers(0, 10_000)


@given(SEEDS)
def test_truncated_is_a_shorter_beginning(seed):
    short = augment.truncated(GROUP, TEXT, random.Random(seed))
    assert TEXT.startswith(short)
    assert 0 < len(short) < 0.7 * len(TEXT)


@given(SEEDS)
def test_chinese_is_cut_between_characters(seed):
    text = CHINESE.hypotheses[0]
    assert text.startswith(augment.truncated(CHINESE, text, random.Random(seed)))


@given(SEEDS)
def test_repeated_says_some_words_several_times(seed):
    words = augment.repeated(GROUP, TEXT, random.Random(seed)).split()
    assert max(words.count(word) for word in words) >= 3


@given(SEEDS)
def test_renumbered_changes_every_number_and_nothing_else(seed):
    wrong = augment.renumbered(GROUP, TEXT, random.Random(seed))
    assert re.sub(r"\d+", "#", wrong) == re.sub(r"\d+", "#", TEXT)
    before, after = re.findall(r"\d+", TEXT), re.findall(r"\d+", wrong)
    assert all(old != new and len(old) == len(new) for old, new in zip(before, after, strict=True))


def test_renamed_replaces_names_inside_the_sentence():
    wrong = augment.renamed(GROUP, TEXT, random.Random(0))
    assert not {"Susan", "Harper", "River"} & set(wrong.split())
    assert wrong.startswith("In 1987 the")


@given(SEEDS)
def test_no_degenerate_hypothesis_equals_a_rated_one(seed):
    made = augment.degenerate(GROUP, [GROUP, CHINESE], random.Random(seed))
    assert TEXT not in made.values()
    assert made["copied"] == GROUP.source
    assert made["stranger"] == CHINESE.hypotheses[0]


@pytest.mark.parametrize("augmentation", [True, False])
def test_augmentation_can_be_left_out(groups, augmentation):
    items = make_items(groups, augmentation, random.Random(1))
    assert {item.kind for item in items if item.kind != "rated"} == (
        {"degenerate", "perfect"} if augmentation else set()
    )
