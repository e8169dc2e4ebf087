"""A format is tested as its users meet it: read, write and read again."""

from __future__ import annotations

import pytest
from mtqe_phrasebook import PHRASEBOOK, read_phrasebook, write_phrasebook

from mtqe.corpus.base import LanguagePair
from mtqe.errors import DataError

ENGLISH_SPANISH = LanguagePair("en", "es")
BOOK = "Where is the station?\n¿Dónde está?\n¿Dónde queda?\n\nThank you.\nGracias.\n"


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "travel.phrases"
    path.write_text(BOOK, encoding="utf-8")
    return path


def test_a_phrase_is_a_segment_and_its_translations_are_references(book):
    corpus = read_phrasebook(book, "travel", ENGLISH_SPANISH).corpus
    assert [segment.source for segment in corpus] == ["Where is the station?", "Thank you."]
    assert corpus[0].references == ("¿Dónde está?", "¿Dónde queda?")
    assert corpus[1].references == ("Gracias.", None)


def test_what_is_written_is_read_back_unchanged(book, tmp_path):
    dataset = read_phrasebook(book, "travel", ENGLISH_SPANISH)
    write_phrasebook(tmp_path / "again.phrases", dataset)
    assert (tmp_path / "again.phrases").read_text(encoding="utf-8") == BOOK


def test_a_phrase_without_translation_is_named_with_its_line(book):
    book.write_text(BOOK + "\nGoodbye.\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"travel\.phrases, line 8: 'Goodbye\.'"):
        read_phrasebook(book, "travel", ENGLISH_SPANISH)


def test_its_endings_stand_for_it():
    assert PHRASEBOOK.extensions == (".phrases",)
