"""Translations of whole documents cut by meaning, without references."""

from __future__ import annotations

import pytest

from mtqe.align.encoders import USE
from mtqe.align.segmentation.meaning import cut_by_lengths, cut_by_meaning
from mtqe.corpus.base import LanguagePair, Segment

SOURCES = [
    "Die Mühle stand am Fluss.",
    "Seit Jahren hatte sie niemand benutzt. Das Dach war undicht.",
    "Dann kam ein Bäcker aus der Stadt und kaufte sie.",
]
ENGLISH = [
    "The mill stood by the river.",
    "Nobody had used it for years. The roof leaked.",
    "Then a baker came from the town and bought it.",
]
CHINESE = ["磨坊在河边。", "多年没有人用它。屋顶漏水。", "后来城里来了一位面包师，把它买了下来。"]


def cut(text, target, sources=SOURCES):
    segments = [Segment(str(n), source) for n, source in enumerate(sources)]
    spans = cut_by_meaning(text, segments, LanguagePair("de", target), [USE()])
    return [text[a:b] for a, b in spans]


@pytest.mark.parametrize(("texts", "target"), [(ENGLISH, "en"), (CHINESE, "zh")])
def test_sentences_find_their_segments(texts, target):
    assert cut((" " if target == "en" else "").join(texts), target) == texts


def test_a_segment_that_was_left_out_is_empty():
    assert cut(f"{ENGLISH[0]}\n{ENGLISH[2]}", "en") == [ENGLISH[0], "", ENGLISH[2]]


def test_text_without_counterpart_stays_with_what_stands_before():
    extra = "Penguins like ice cream on hot afternoons."
    found = cut("\n".join([ENGLISH[0], extra, *ENGLISH[1:]]), "en")
    assert found == [f"{ENGLISH[0]}\n{extra}", *ENGLISH[1:]]


def test_lengths_decide_where_nothing_else_can():
    text = "one two three, four five six"
    assert [text[a:b] for a, b in cut_by_lengths(text, [10, 10])] == [
        "one two three,",
        "four five six",
    ]
