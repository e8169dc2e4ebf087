"""What training learns from: short groups, and a few of the longer ones."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tokenizers import Tokenizer

from training.groups import Group
from training.material import _short
from training.recipe import Recipe

SHORT, LONG, ENDLESS = (" ".join(["eins"] * count) for count in (3, 12, 40))
RECIPE = Recipe(max_tokens=8, long_tokens=20, long_share=0.25)


def made(hypothesis, reliability=1.0):
    return Group("en-de", "one", None, (hypothesis,), (0.0,), 1.0, reliability)


@pytest.fixture
def tokenizer(encoder_folder):
    return Tokenizer.from_file(str(encoder_folder / "tokenizer.json"))


def test_a_seeded_share_of_longer_groups_is_kept(tokenizer):
    groups = [made(text) for text in (SHORT, LONG, ENDLESS) for _ in range(400)]
    kept = [group.hypotheses[0] for group in _short(groups, tokenizer, RECIPE)]
    assert kept.count(SHORT) == 400
    assert 70 < kept.count(LONG) < 130
    assert ENDLESS not in kept
    assert kept == [group.hypotheses[0] for group in _short(groups, tokenizer, RECIPE)]


def test_no_longer_group_is_kept_unless_a_share_is_named(tokenizer):
    recipe = replace(RECIPE, long_share=0.0)
    assert _short([made(LONG), made(SHORT)] * 50, tokenizer, recipe) == [made(SHORT)] * 50


def test_noisy_ratings_of_long_texts_are_left_out(tokenizer):
    recipe = replace(RECIPE, long_share=1.0)
    groups = [made(LONG, reliability=0.5), made(LONG)]
    assert _short(groups, tokenizer, recipe) == [made(LONG)]
