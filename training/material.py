"""All that training learns from: groups that people rated, and groups that teachers scored."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from tokenizers import Tokenizer

from mtqe.people.metaeval.public_ratings import PublicRating, read_tsv
from training.devsets import RATINGS, TEACHERS
from training.encoder import assembled
from training.groups import Group, select_groups
from training.heldout import fingerprint, forbidden_sources
from training.recipe import Recipe
from training.similarity import steady
from training.teachers import FILES, read_lessons, teacher_groups

RATED_FILES = ("train_full.tsv.gz", "qe_noref.tsv.gz")


def training_groups(data: Path, work: Path, recipe: Recipe) -> list[Group]:
    """Rated and taught groups, without the sources of development data and without long texts."""
    lessons = [lesson for name in FILES for lesson in read_lessons(data / TEACHERS / name)]
    forbidden = forbidden_sources(data / RATINGS, lessons)
    groups = [*select_groups(_ratings(data / RATINGS), recipe), *teacher_groups(lessons, recipe)]
    allowed = [group for group in groups if fingerprint(group.source) not in forbidden]
    tokenizer = Tokenizer.from_file(str(assembled(work) / "tokenizer.json"))
    return steady(_short(allowed, tokenizer, recipe), recipe.similarity, work)


def _ratings(folder: Path) -> list[PublicRating]:
    return [rating for name in RATED_FILES for rating in read_tsv(folder / name)]


def _short(groups: Sequence[Group], tokenizer: Tokenizer, recipe: Recipe) -> list[Group]:
    """Groups whose longest text is short enough, and a seeded share of teachers' longer ones."""
    rng = random.Random(recipe.seed)
    encoded = tokenizer.encode_batch_fast([max(group.texts, key=len) for group in groups])
    kept = []
    for group, one in zip(groups, encoded, strict=True):
        is_drawn = rng.random() < recipe.long_share and group.reliability == 1
        if len(one.ids) <= (recipe.long_tokens if is_drawn else recipe.max_tokens):
            kept.append(group)
    return kept
