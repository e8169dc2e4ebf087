"""A backend needs nothing of mtqe's machinery to be tested: build it, and translate."""

from __future__ import annotations

import pytest
from mtqe_wordlist import WordlistBackend

from mtqe.backends.base import BackendContext
from mtqe.corpus.base import Corpus, Failure, LanguagePair, Segment, Translation
from mtqe.errors import BackendError, ConfigError


@pytest.fixture
def build(tmp_path):
    (tmp_path / "words.tsv").write_text("the\tel\ndog\tperro\n")
    context = BackendContext("x", LanguagePair("en", "es"), tmp_path)
    return lambda **options: WordlistBackend({"path": "words.tsv", **options}, context)


def test_words_are_replaced(build):
    (outcome,) = build().translate([Segment("a", "The dog, barks!")])
    assert outcome == Translation("a", "el perro, barks!")


def test_an_unknown_word_can_fail_its_segment(build):
    (outcome,) = build(strict=True).translate([Segment("a", "The cat")])
    assert outcome == Failure("a", "'cat' is not in the list")


def test_what_changes_translations_is_in_the_identity(build):
    assert build().identity() != build(strict=True).identity()


def test_trouble_is_told_before_translating(build):
    with pytest.raises(BackendError, match="there is no word list"):
        build(path="gone.tsv").check(Corpus("c", LanguagePair("en", "es"), ()))
    with pytest.raises(ConfigError, match="did you mean 'strict'"):
        build(strct=True)
