"""Translations of whole documents cut by words."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from mtqe.align.segmentation import words
from mtqe.align.segmentation.lattice import cheapest_starts, edit_distance, spans
from mtqe.align.segmentation.segment import Segmenter
from mtqe.align.segmentation.tokens import CutCosts, Tokens, numbered
from mtqe.align.segmentation.words import MATUSOV, OURS, cut_by_words
from mtqe.corpus.base import LanguagePair, Segment
from mtqe.errors import DataError

ENGLISH = ["The mill stood by the river.", "Nobody had used it for years.", "Then a baker came."]
CHINESE = ["磨坊在河边。", "多年没有人用它。", "后来来了一位面包师。"]


def parts(text, references, settings=OURS):
    return [text[a:b] for a, b in cut_by_words(text, [[one] for one in references], settings)]


def segments(references):
    return [Segment(str(n), "", (text,)) for n, text in enumerate(references)]


def cut(text, references, languages=("de", "en"), method="align"):
    chosen, pair = segments(references), LanguagePair(*languages)
    return Segmenter.of(method, chosen, pair).cut(text, chosen)


@pytest.mark.parametrize("settings", [MATUSOV, OURS], ids=["published", "ours"])
@pytest.mark.parametrize("texts", [ENGLISH, CHINESE], ids=["words", "characters"])
@pytest.mark.parametrize("between", [" ", "\n"], ids=["joined", "lines"])
def test_an_equal_text_is_cut_as_the_reference(texts, settings, between):
    assert parts(between.join(texts), texts, settings) == texts


def test_every_word_is_in_one_part():
    text = "A mill stood near\na river. For years nobody\nused it. Then a baker came along."
    assert "".join("".join(parts(text, ENGLISH)).split()) == "".join(text.split())


def test_cuts_stand_where_lines_and_sentences_end():
    text = "The old mill was on the river bank. No one worked there for a long time.\nA baker came."
    assert parts(text, ENGLISH) == [
        "The old mill was on the river bank.",
        "No one worked there for a long time.",
        "A baker came.",
    ]


def test_words_may_stand_in_another_order():
    references = ["Rivers Travel has great deals on rooms in the Grand Hotel!", "Book today."]
    text = "Great deals on rooms in the Grand Hotel are what Rivers Travel has! Today you can book."
    assert parts(text, references)[1] == "Today you can book."


def test_of_several_references_the_nearest_counts():
    rows = [["completely different words here", ENGLISH[0]], [ENGLISH[1], "nothing alike at all"]]
    text = f"{ENGLISH[0]} {ENGLISH[1]}"
    assert [text[a:b] for a, b in cut_by_words(text, rows, MATUSOV)] == ENGLISH[:2]


def test_a_segment_that_was_left_out_is_empty_and_told():
    found = cut(f"{ENGLISH[0]} {ENGLISH[2]}", ENGLISH)
    assert found.texts == (ENGLISH[0], "", ENGLISH[2])
    assert found.omitted == (1,)


def test_added_text_stays_and_is_told():
    extra = "Penguins like ice cream on hot afternoons."
    found = cut("\n".join([ENGLISH[0], extra, *ENGLISH[1:]]), ENGLISH)
    (number, (span,)) = next(iter(found.added.items()))
    assert number in (0, 1)
    assert found.texts[number][slice(*span)] == extra
    assert not found.omitted


def test_nothing_is_told_of_a_faithful_translation():
    found = cut(" ".join(ENGLISH), ENGLISH)
    assert not found.added
    assert not found.omitted


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [("The mill\nstood by the river.", "en", ENGLISH[0]), ("磨坊在\n河边。", "zh", CHINESE[0])],
)
def test_broken_lines_are_joined_as_the_language_writes(text, language, expected):
    assert cut(text, [expected], ("de", language)).texts == (expected,)


def test_no_text_is_all_omitted():
    assert cut(" \n ", ENGLISH).omitted == (0, 1, 2)


def test_references_without_words_leave_all_to_the_first():
    assert cut("Some text.", ["", ""]).texts == ("Some text.", "")


def test_a_document_too_long_is_refused(monkeypatch):
    monkeypatch.setattr(words, "MOST_CELLS", 100)
    with pytest.raises(DataError, match="too long"):
        cut(" ".join(ENGLISH), ENGLISH)


def test_words_need_references():
    with pytest.raises(DataError, match="references"):
        Segmenter.of("words", [Segment("1", "Quelle")], LanguagePair("de", "en"))


def test_without_references_meaning_is_taken():
    segmenter = Segmenter.of("align", [Segment("1", "Quelle")], LanguagePair("de", "en"))
    assert segmenter.name.startswith("meaning.")


def test_without_references_and_encoder_there_is_no_way():
    with pytest.raises(DataError, match="references"):
        Segmenter.of("align", [Segment("1", "Quelle")], LanguagePair("de", "tlh"))


def brute_force(tokens, references):
    """The smallest sum of edit distances over all ways to cut."""
    size, best = len(tokens), np.inf
    for cuts in itertools.combinations_with_replacement(range(size + 1), len(references) - 1):
        ends = [0, *cuts, size]
        total = 0.0
        for (a, b), reference in zip(itertools.pairwise(ends), references, strict=True):
            (w, s), (rw, rs) = numbered([tokens[a:b], reference])
            total += edit_distance(w, s, rw, rs, 1.0)
        best = min(best, total)
    return best


def test_the_published_method_finds_the_smallest_error():
    rng = np.random.default_rng(1)
    for _ in range(30):
        references = [list(rng.choice(list("abcd"), rng.integers(1, 5))) for _ in range(3)]
        tokens = list(rng.choice(list("abcde"), rng.integers(1, 9)))
        flat = [token for one in references for token in one]
        (w, s), (rw, rs) = numbered([tokens, flat])
        ends = np.cumsum([len(one) for one in references])
        borders = np.stack([[ends - [len(one) for one in references], ends]]).transpose(2, 0, 1)
        costs = np.zeros(len(tokens) + 1, np.float32)
        found = spans(cheapest_starts(w, s, rw, rs, np.ascontiguousarray(borders), costs, 1.0))
        total = 0.0
        for (a, b), reference in zip(found, references, strict=True):
            (pw, ps), (qw, qs) = numbered([tokens[a:b], reference])
            total += edit_distance(pw, ps, qw, qs, 1.0)
        assert total == brute_force(tokens, references)


def test_costs_of_cuts():
    text = "He came. She, too,\nleft the New house!"
    tokens = Tokens.of(text)
    costs = dict(zip(tokens.texts, CutCosts(1, 3, 2, 4, 6).of(text, tokens), strict=False))
    assert costs == {
        "he": 0, "came": 4, ".": 6, "she": 1, ",": 6, "too": 3, "left": 0, "the": 4, "new": 2,
        "house": 4, "!": 6,
    }  # fmt: skip
