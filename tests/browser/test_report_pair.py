"""Two runs on one page: what changed, and where it got worse."""

from __future__ import annotations

import pytest

from mtqe.api import load_corpus, score
from mtqe.report.page.pair import pair_data
from mtqe.report.page.render import write_html
from tests.browser.conftest import EN_ES

pytestmark = pytest.mark.browser
WORSE = (0, 5, 9)
"""Segments whose translation lost all but its first words."""


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    corpus = load_corpus(EN_ES.parent)
    old = [segment.references[0] for segment in corpus]
    new = [text[:12] if row in WORSE else text for row, text in enumerate(old)]
    folder = tmp_path_factory.mktemp("pair")
    runs = [
        score(corpus, {"engine": texts}, ["chrf"], output=folder / name, use_cache=False)
        for name, texts in (("today", new), ("last <week>", old))
    ]
    write_html(pair_data(*runs), folder / "pair.html")
    return folder / "pair.html"


def test_the_overview_says_what_changed(visit, pair):
    page = visit(pair)
    assert "engine · today" in page.locator(".verdict").text_content()
    row = page.locator("#changes tbody tr")
    assert row.locator("td").nth(4).text_content() == f"0 / {171 - len(WORSE)} / {len(WORSE)}"
    assert row.locator("th small").text_content() == "was engine · last <week>"


def test_sorting_by_regression_brings_up_what_got_worse(visit, pair):
    page = visit(pair, "#view=segments")
    page.locator("select[name=sort]").select_option("regression")
    assert page.locator("select[name=sortSystem]").input_value() == "engine · today"
    assert page.locator("select[name=otherSystem]").input_value() == "engine · last <week>"
    first = page.locator(".card .segment-id").all_text_contents()[: len(WORSE)]
    ids = [segment.id for segment in load_corpus(EN_ES.parent)]
    assert sorted(first) == sorted(ids[row] for row in WORSE)


def test_translations_are_compared_with_the_other_runs(visit, pair):
    page = visit(pair, "#view=segments")
    assert page.locator("select[name=diff]").input_value() == "o:"
    new, old = (page.locator(".card >> nth=0 >> .line.system").nth(n) for n in (0, 1))
    assert new.locator("del").count() > 0
    assert new.locator("ins").count() == 0
    assert old.locator("ins").count() > 0
    page.locator("select[name=diff]").select_option("")
    assert page.locator(".card :is(ins, del)").count() == 0


def test_a_review_names_the_run_of_each_translation(visit, pair):
    page = visit(pair, "#view=segments&review=1")
    page.keyboard.press("j")
    page.keyboard.press("e")
    options = page.locator("#labeller select").first.locator("option").all_text_contents()
    assert options == ["engine · today", "engine · last <week>"]
