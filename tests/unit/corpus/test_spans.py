"""Spans are held against their texts: none is moved, and what doesn't fit is counted and named."""

from __future__ import annotations

import pytest

from mtqe.corpus.spans import FoundSpan, Place, fit, origin, place_spans, worse_or_equal

TEXT = "The additional 300 cars are 👩‍👩‍👧‍👦 née 我们。"


def span(start, end, text, **more):
    return FoundSpan(start=start, end=end, text=text, **more)


@pytest.mark.parametrize(
    ("found", "how"),
    [
        (span(19, 23, "cars"), "exact"),
        (span(18, 22, "car"), "spaced"),  # as xCOMET counts the space before a word
        (span(22, 24, ""), "differs"),
        (span(23, 24, ""), "spaced"),
        (span(28, 35, "👩‍👩‍👧‍👦"), "exact"),
        (span(36, 39, "NE\u0301E"), "normalised"),
        (span(40, 43, "我们。"), "exact"),
        (span(40, 44, "我们。"), "outside"),
        (span(-1, 3, "The"), "outside"),
        (span(5, 3, ""), "outside"),
        (span(43, 43, ""), "exact"),
        (span(20, 24, "cars"), "differs"),
    ],
)
def test_how_a_span_fits_its_text(found, how):
    assert fit(found, TEXT) == how


def test_spans_keep_their_place_and_take_the_text_that_stands_there():
    place = Place("s1", "one", "Die Quelle", TEXT)
    found = [
        span(18, 22, "car", severity="minor", confidence=0.5),
        span(20, 24, "cars", category="Accuracy/Mistranslation"),
        span(100, 105, "lost!"),
        span(4, 10, "Quelle", side="source"),
    ]
    placed = place_spans(origin("metric", "x"), [(place, found)])
    assert [(s.side, s.start, s.end, s.text) for s in placed.spans] == [
        ("target", 18, 22, " car"),
        ("target", 20, 24, "ars "),
        ("source", 4, 10, "Quelle"),
    ]
    assert {(s.segment_id, s.system, s.origin) for s in placed.spans} == {("s1", "one", "metric:x")}
    assert (placed.spans[0].severity, placed.spans[0].confidence) == ("minor", 0.5)
    assert placed.spans[1].category == "Accuracy/Mistranslation"
    spaced, differing, outside = placed.notes
    assert "1 of 4 spans" in spaced
    assert "'cars' at characters 20 to 24 of segment 's1', where 'ars ' stands" in differing
    assert "marked where they were given" in differing
    assert "'lost!' at characters 100 to 105 of segment 's1'" in outside


def test_spans_of_another_text_are_left_out_where_the_text_counts():
    place = Place("s1", "one", "", TEXT)
    found = [span(20, 24, "cars"), span(19, 23, "cars")]
    placed = place_spans("person:ana", [(place, found)], keep_differing=False)
    assert [(s.start, s.end) for s in placed.spans] == [(19, 23)]
    assert "left out" in placed.notes[0]


def test_spans_that_all_fit_need_no_note():
    assert place_spans("judge:x", [(Place("s", "a", "", "abc"), [span(0, 3, "abc")])]).notes == ()


def test_severities_go_from_the_worst_on():
    assert worse_or_equal("major") == ("critical", "major")
