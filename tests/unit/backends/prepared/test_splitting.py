"""Sources as pieces, and translations joined as the sources were."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtqe.backends.prepared.splitting import SplitOptions, split
from mtqe.corpus.base import LanguagePair

EN_ES, ZH_EN, EN_ZH = (
    LanguagePair("en-GB", "es"),
    LanguagePair("zh", "en"),
    LanguagePair("en", "zh"),
)
DOCUMENT = "  Dr. Smith came.  He left!\r\n\r\n\t- One item.\n- 3.5 kg? Yes.\n"
TEXTS = st.text(st.sampled_from("abA .!?。\n\r\t\u2028é\0"), max_size=60)


@given(TEXTS, st.sampled_from(["sentences", "lines"]), st.integers(0, 20))
def test_pieces_and_gaps_are_the_source(text, by, over):
    pieces = split(text, SplitOptions(by, over), "en")
    assert len(pieces.gaps) == len(pieces.texts) + 1
    joined = "".join(a + b for a, b in zip(pieces.gaps, (*pieces.texts, ""), strict=True))
    assert joined == text
    assert all(piece.strip() for piece in pieces.texts)
    assert pieces.join(pieces.texts, EN_ES) == text


def test_sentences_of_a_document():
    pieces = split(DOCUMENT, SplitOptions(), "en-GB")
    assert pieces.texts == (
        "Dr. Smith came.", "He left!", "- One item.", "- 3.5 kg?", "Yes.",
    )  # fmt: skip
    upper = [text.upper() for text in pieces.texts]
    assert pieces.join(upper, EN_ES) == DOCUMENT.upper()


def test_lines_of_a_document():
    pieces = split(DOCUMENT, SplitOptions("lines"), "en")
    assert pieces.texts == ("Dr. Smith came.  He left!", "- One item.", "- 3.5 kg? Yes.")


def test_pieces_hold_as_many_whole_sentences_as_fit():
    text = "One two. Three four. Five six. Seven eight and nine and ten and more.\nNext."
    pieces = split(text, SplitOptions(over=25), "en")
    assert pieces.texts == (
        "One two. Three four.", "Five six.", "Seven eight and nine and ten and more.", "Next.",
    )  # fmt: skip


def test_a_source_that_is_not_over_stays_as_it_is():
    assert split(" A. B.\n", SplitOptions(over=50), "en").texts == (" A. B.\n",)


@pytest.mark.parametrize("text", ["", "  ", "\n\n"])
def test_a_source_without_text_has_no_pieces_and_comes_back(text):
    pieces = split(text, SplitOptions(), "en")
    assert pieces.texts == ()
    assert pieces.join((), EN_ES) == text


def test_chinese_sentences_have_no_space_between_them_and_english_ones_have():
    pieces = split("你好。再见。\n好", SplitOptions(), "zh")
    assert pieces.join(["Hello.", "Goodbye.", "Good"], ZH_EN) == "Hello. Goodbye.\nGood"
    pieces = split("Hello. Goodbye.\nGood", SplitOptions(), "en")
    assert pieces.join(["你好。", "再见。", "好"], EN_ZH) == "你好。再见。\n好"
