"""Which segments a report lists where it can't list all."""

from __future__ import annotations

import numpy as np
import pytest

from mtqe.api import score
from mtqe.corpus import Corpus, LanguagePair, Segment
from mtqe.report.page.data import report_data
from mtqe.report.page.render import render_html
from mtqe.run import Run
from tests.wording import mentions

TEXT = "one two three four five six seven eight"


@pytest.fixture(scope="module")
def run() -> Run:
    """Segment 7 is bad everywhere; on segment 11 the systems differ most."""
    segments = tuple(Segment(f"s{row}", f"source {row}", (TEXT,)) for row in range(30))
    corpus = Corpus("toy", LanguagePair("en", "en"), segments)
    good, fair = [TEXT] * 30, [f"{TEXT[:-6]} nine"] * 30
    good[7] = fair[7] = "x"
    fair[11] = "y"
    return score(corpus, {"good": good, "fair": fair}, ["chrf"], use_cache=False)


def test_the_worst_the_most_different_and_random_segments_are_listed(run: Run) -> None:
    data = report_data(run, max_segments=3)
    assert {"s7", "s11"} < set(data.segments.ids)
    assert (len(data.segments.ids), data.omitted) == (3, 27)
    rows = [int(name[1:]) for name in data.segments.ids]
    assert rows == sorted(rows)
    assert data.segments.sources == tuple(f"source {row}" for row in rows)
    assert data.segments.places == tuple(f"segment {row + 1}" for row in rows)
    whole = report_data(run)
    for ours, theirs in zip(data.segments.systems, whole.segments.systems, strict=True):
        assert ours.hypotheses == tuple(theirs.hypotheses[row] for row in rows)
        assert ours.scores["chrf"] == tuple(theirs.scores["chrf"][row] for row in rows)
    assert data.histograms == whole.histograms
    assert data == report_data(run, max_segments=3)


@pytest.mark.parametrize("most", range(6))
def test_as_many_are_listed_as_asked_for(run: Run, most: int) -> None:
    assert len(report_data(run, max_segments=most).segments.ids) == most


def test_unscored_segments_are_neither_bad_nor_different() -> None:
    segments = tuple(Segment(f"s{row}", "source", (TEXT,)) for row in range(9))
    corpus = Corpus("toy", LanguagePair("en", "en"), segments)
    texts = [None, *[TEXT] * 7, "bad"]
    found = score(corpus, {"one": texts}, ["chrf"], use_cache=False)
    assert report_data(found, max_segments=1).segments.ids == ("s8",)


def test_the_page_says_what_it_lists(run: Run) -> None:
    page = render_html(report_data(run, max_segments=3))
    said = page[page.index("The list holds") :][:300]
    assert mentions(said, "3 segments", "lowest scores", "differ most", "random", "27")
    assert "The list holds" not in render_html(report_data(run)).partition("<script")[0]


def test_findings_are_those_of_the_listed_segments() -> None:
    segments = tuple(Segment(f"s{row}", f"{row} apples", (f"{row} apples",)) for row in range(20))
    corpus = Corpus("toy", LanguagePair("en", "en"), segments)
    texts = [f"{row} apples" for row in range(20)]
    texts[13] = ""
    found = score(corpus, {"one": texts}, ["chrf"], use_cache=False)
    data = report_data(found, max_segments=2)
    place = data.segments.ids.index("s13")
    assert place in data.findings.segment
    assert max(data.findings.segment) < 2
    assert np.isfinite(data.segments.systems[0].scores["chrf"]).all()
