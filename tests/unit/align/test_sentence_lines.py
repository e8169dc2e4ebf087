"""Texts with a sentence per line: their lines are not paragraphs."""

from __future__ import annotations

import pytest

from mtqe.align.alignment import paragraph_numbers
from mtqe.align.documents.paragraphs import Paragraph
from mtqe.align.sentences import paragraph_units, sentence_units

ONE = [Paragraph(f"This is line {n}.") for n in range(19)]
TWO = Paragraph("This is a line. This is another one.")


@pytest.mark.parametrize(
    ("paragraphs", "is_known"),
    [(ONE, False), ([*ONE, TWO], False), ([*ONE, TWO, TWO, TWO], True), ([TWO], True)],
)
def test_paragraphs_are_known_where_they_have_several_sentences(paragraphs, is_known):
    units = sentence_units(paragraphs, "en")
    numbers = paragraph_numbers(units)
    if not is_known:
        assert numbers is None
        return
    assert numbers is not None
    assert numbers.tolist() == [unit.paragraph for unit in units]


def test_whole_paragraphs_are_always_known():
    numbers = paragraph_numbers(paragraph_units(ONE))
    assert numbers is not None
    assert len(set(numbers.tolist())) == len(ONE)
