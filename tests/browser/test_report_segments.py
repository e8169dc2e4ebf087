"""Findings, n-grams, columns, means and scripts in the list of segments, in a real browser."""

from __future__ import annotations

import pytest

from mtqe.api import score
from mtqe.corpus.base import Corpus, LanguagePair, Segment
from mtqe.gate import judge
from mtqe.report.page.data import report_data
from mtqe.report.page.gate_panel import gate_panel
from mtqe.report.page.render import write_html
from tests.gate_runs import gate_of, mixed, run_of

pytestmark = pytest.mark.browser
SEGMENTS = "#view=segments"

RIGHT_EDGES = """(text) => {
  const range = document.createRange();
  range.selectNodeContents(text);
  return [range, text].map((item) => item.getBoundingClientRect().right);
}"""
ARABIC = (
    ("The library opens at nine.", "تفتح المكتبة أبوابها في الساعة التاسعة."),
    ("Please enter your PIN (4 digits).", "يرجى إدخال رقمك السري (4 أرقام)."),
    ("Version 2.5 of MapView costs $49.", "يبلغ سعر الإصدار 2.5 من MapView مبلغ 49 دولارًا."),
    ("She said: “I'll be back on Monday.”", "قالت: «سأعود يوم الاثنين»."),
    (
        "Send the form to help@example.org before 31/12.",
        "أرسل الاستمارة إلى help@example.org قبل 31/12.",
    ),
    ("The children are playing in the garden.", "يلعب الأطفال في الحديقة."),
)
ROUGH = (
    "المكتبة تفتح في تسعة.",
    "من فضلك ادخل رقم PIN (أربعة أرقام).",
    "نسخة 2.5 من \u202bMapView\u202c تكلف 94 دولار.",
    "قالت: سأعود في يوم الاثنين",
    "أرسل\u200c النموذج الى help@example.org قبل \u200f31/12.",
    "يلعب الأطفال في الحديقة.",
)


def _status(page) -> str:
    """How many segments are listed."""
    return page.locator("#status").text_content().split(" · ")[0]


@pytest.fixture(scope="module")
def en_ar(tmp_path_factory):
    """A run into Arabic, with Latin names, numbers and controls that reorder text."""
    segments = tuple(
        Segment(f"ar-{index}", source, (reference,))
        for index, (source, reference) in enumerate(ARABIC)
    )
    corpus = Corpus("en-ar", LanguagePair("en", "ar"), segments)
    hypotheses = {"careful": tuple(reference for _, reference in ARABIC), "rough": ROUGH}
    run = score(corpus, hypotheses, ["bleu", "chrf"], use_cache=False)
    file = tmp_path_factory.mktemp("en-ar") / "report.html"
    write_html(report_data(run), file)
    return file


def test_a_count_of_findings_lists_its_segments_with_badges_and_marks(visit, en_es):
    page = visit(en_es)
    tally = page.get_by_role(
        "button", name="critical findings of placeholders in apertium-recorded"
    )
    count = int(tally.text_content())
    tally.click()
    assert _status(page) == f"{count} of 171 segments"
    card = page.locator(".card").first
    badge = card.locator(".finding.critical").first
    assert badge.locator(".severity").text_content() == "◆critical"
    assert badge.locator("span").last.text_content().startswith("Placeholder")
    marked = card.locator(".line.source .found").first
    assert marked.text_content() == "%(name)s"
    assert "Placeholder lost" in marked.get_attribute("title")


def test_findings_sort_and_a_badge_lists_its_check(visit, en_es):
    page = visit(en_es, SEGMENTS)
    page.locator("select[name=sort]").select_option("findings")
    assert page.locator(".card").first.locator(".finding.critical").count() > 0
    badge = page.locator(".finding button").first
    check = badge.text_content()
    badge.click()
    assert 0 < int(_status(page).split()[0]) < 171
    assert page.get_by_role("button", name=f"Remove filter: finding: {check}").is_visible()


def test_the_findings_of_a_system_and_severity_are_filtered(visit, en_es):
    page = visit(en_es, SEGMENTS)
    page.get_by_role("button", name="Filters").click()
    page.locator("select[name=finding]").select_option("placeholders")
    either = int(_status(page).split()[0])
    page.locator("select[name=findingSystem]").select_option("careless")
    careless = int(_status(page).split()[0])
    assert 0 < careless < either
    page.locator("select[name=findingSystem]").select_option("*")
    assert _status(page) == "0 of 171 segments"


def test_ngrams_open_for_a_segment_by_button_and_by_key(visit, en_es):
    page = visit(en_es, SEGMENTS + "&q=news-01-03&in=id")
    page.get_by_role("button", name="n-grams").click()
    panel = page.get_by_role("region", name="n-grams of careless")
    bigrams = panel.locator("tbody tr").nth(1)
    matched, _, missing = bigrams.locator("td").all()
    hypothesis = page.locator(".line.system .text").nth(1).text_content()
    reference = page.locator(".line.reference .text").first.text_content()
    for cell, place, other in ((matched, hypothesis, reference), (missing, reference, hypothesis)):
        ngrams = [text.split(" ×")[0] for text in cell.locator("li").all_text_contents()]
        assert ngrams
        assert all(ngram in place for ngram in ngrams)
        assert all((ngram in other) == (cell is matched) for ngram in ngrams)
    assert panel.locator(".reach").count() > 5
    page.keyboard.press("j")
    page.keyboard.press("m")
    assert panel.count() == 0


def test_translations_side_by_side_share_a_line(visit, en_es):
    page = visit(en_es, SEGMENTS)
    lines = page.locator(".card").first.locator(".line.system")
    first, second = (lines.nth(place).bounding_box() for place in (0, 1))
    assert second["y"] > first["y"]
    page.locator("select[name=layout]").select_option("columns")
    first, second = (lines.nth(place).bounding_box() for place in (0, 1))
    assert second["y"] == first["y"]
    assert second["x"] > first["x"]
    assert lines.first.locator(".metric-label").first.is_visible()


def test_means_have_intervals_and_differences_that_follow_the_filter(visit, en_es):
    page = visit(en_es, SEGMENTS)
    page.get_by_text("Means").click()
    cell = page.locator("#means-table tbody td").first
    everything = cell.text_content()
    assert "–" in everything
    assert "Δ −" in everything or "Δ -" in everything
    page.get_by_role("button", name="Filters").click()
    page.locator(".filter-grid label", has_text="domain").locator("select").select_option("ui")
    assert cell.text_content() != everything
    assert "30 segments" in page.locator("#means-table caption").text_content()


def test_a_regression_against_a_system_comes_first(visit, en_es):
    page = visit(en_es, SEGMENTS)
    page.locator("select[name=sort]").select_option("regression")
    page.locator("select[name=sortSystem]").select_option("careless")
    page.locator("select[name=otherSystem]").select_option("apertium-recorded")
    page.locator("select[name=sortMetric]").select_option("chrf")
    read = """(cards) => cards.map((card) => {
      const lines = [...card.querySelectorAll(".line.system")];
      const chrf = lines.map((line) => line.querySelectorAll(".score")[1]);
      return chrf.map((score) => Number(score.lastChild.textContent));
    })"""
    drops = [careless - base for careless, base in page.locator(".card").evaluate_all(read)]
    assert drops[0] < -10
    assert drops == sorted(drops)


def test_arabic_runs_from_right_to_left_whatever_is_in_it(visit, en_ar):
    page = visit(en_ar, SEGMENTS + "&diff=r%3A0")
    texts = page.locator(".line.system .text")
    direction = "all => [...new Set(all.map((text) => getComputedStyle(text).direction))]"
    assert texts.evaluate_all(direction) == ["rtl"]
    assert page.locator(".line.source .text").evaluate_all(direction) == ["ltr"]
    assert set(texts.evaluate_all("all => all.map((text) => text.lang)")) == {"ar"}
    begins, cell = texts.first.evaluate(RIGHT_EDGES)
    assert begins == pytest.approx(cell, abs=2)


def test_controls_of_direction_are_visible_on_demand(visit, en_ar):
    page = visit(en_ar, SEGMENTS, viewport={"width": 1200, "height": 1600})
    assert page.locator(".invisible").count() == 0
    page.keyboard.press("i")
    seen = page.locator(".line.system .invisible").all_text_contents()
    assert seen == ["RLE", "PDF", "ZWNJ", "RLM"]


@pytest.mark.parametrize(
    "fragment", ["&layout=columns", "&finding=*", "&diff=r%3A0&layout=columns"]
)
def test_a_narrow_window_needs_no_sideways_scrolling(visit, en_es, fragment):
    page = visit(en_es, SEGMENTS + fragment, viewport={"width": 320, "height": 640})
    page.locator(".card").first.get_by_role("button", name="n-grams").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.locator("#scroller").evaluate("box => box.scrollWidth - box.clientWidth") <= 0


def test_a_failed_rule_leads_to_the_segments_to_look_at(visit, tmp_path):
    run = run_of(40, {"mt": mixed(40, 2, 9, 4)})
    rules = gate_of({"metric": "chrf", "segment_max_drop": 20})
    gate = gate_panel(judge(rules, run, run_of(40, {"mt": 2})))
    write_html(report_data(run).model_copy(update={"gate": gate}), tmp_path / "report.html")
    page = visit(tmp_path / "report.html")
    panel = page.get_by_role("region", name="Gate")
    assert panel.locator(".headline").text_content() == gate.headline
    link = panel.get_by_role("link").first
    segment = gate.rules[0].segments[0].segment_id
    link.click()
    page.wait_for_selector(".card.current")
    assert page.locator(".card.current .segment-id").text_content() == segment
