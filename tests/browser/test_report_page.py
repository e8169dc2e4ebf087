"""What a reviewer does with a report, in a real browser."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest

pytestmark = pytest.mark.browser
SEGMENTS = "#view=segments"
FIRST = ".card >> nth=0"


def _ids(page) -> list[str]:
    return page.locator(".card .segment-id").all_text_contents()


def _scores(page, system: int, metric: int) -> list[float]:
    """The scores of the cards in the page, in the list's order."""
    read = """(cards, [system, metric]) => cards.map((card) => {
      const line = card.querySelectorAll(".line.system")[system];
      return line.querySelectorAll(".score")[metric].lastChild.textContent;
    })"""
    return [float(text) for text in page.locator(".card").evaluate_all(read, [system, metric])]


def _status(page) -> str:
    """How many segments are listed."""
    return page.locator("#status").text_content().split(" · ")[0]


def _focused(page) -> str:
    return page.evaluate("document.activeElement.querySelector('.segment-id')?.textContent")


def test_a_small_run_stays_small(en_es):
    assert en_es.stat().st_size < 350_000


def test_the_overview_has_systems_distributions_and_slices(visit, en_es):
    page = visit(en_es)
    assert page.locator("#systems tbody tr").count() == 2
    assert page.locator("#systems .best").count() == 2
    pictures = page.locator("#histograms").get_by_role("img")
    assert pictures.count() == 2
    assert re.search(r"apertium-recorded: median \d", pictures.first.get_attribute("aria-label"))
    assert page.locator("#slices table").first.locator("tbody tr").count() == 6


def test_systems_sort_by_the_column_that_is_picked(visit, en_es):
    page = visit(en_es)
    names = page.locator("#systems tbody bdi")
    assert names.all_text_contents() == ["careless", "apertium-recorded"]  # by the verdict
    page.locator("#systems thead").get_by_role("button", name="System").click()
    assert names.all_text_contents() == ["apertium-recorded", "careless"]
    page.locator("#systems thead").get_by_role("button", name="chrF").click()
    assert names.all_text_contents() == ["careless", "apertium-recorded"]
    page.locator("#systems thead").get_by_role("button", name="chrF").click()
    assert names.all_text_contents() == ["apertium-recorded", "careless"]


def test_a_slice_leads_to_its_segments(visit, en_es):
    page = visit(en_es)
    page.get_by_role("button", name="medical", exact=True).click()
    assert _status(page) == "28 of 171 segments"
    page.get_by_role("button", name="Remove filter: domain: medical").click()
    assert _status(page) == "All 171 segments"


def test_a_bin_leads_to_its_segments(visit, en_es):
    page = visit(en_es)
    page.locator(".panel summary").first.click()
    row = page.locator(".panel tbody tr").nth(3)
    counts = [int(text) for text in row.locator("td").all_text_contents()]
    row.get_by_role("button").click()
    shown = int(_status(page).split()[0])
    assert max(counts) <= shown <= sum(counts)


def test_search_narrows_the_list_and_marks_what_was_found(visit, en_es):
    page = visit(en_es, SEGMENTS)
    page.keyboard.press("/")
    page.keyboard.type("piscina")
    page.locator("#canvas mark", has_text="piscina").first.wait_for()
    assert set(page.locator("#canvas mark").all_text_contents()) == {"piscina"}
    assert int(_status(page).split()[0]) < 30
    page.get_by_label("Regex").check()
    page.locator("input[name=text]").fill("(")
    page.wait_for_selector("#status.error")
    assert "not a regular expression" in _status(page)


def test_nothing_found_says_so(visit, en_es):
    page = visit(en_es, SEGMENTS + "&q=xyzzy")
    assert page.get_by_text("No segment passes the filters.").is_visible()
    assert _status(page) == "0 of 171 segments"


def test_sorting_orders_the_list(visit, en_es):
    page = visit(en_es, SEGMENTS)
    page.locator("select[name=sort]").select_option("score")
    page.locator("select[name=sortMetric]").select_option("chrf")
    rising = _scores(page, 0, 1)
    assert len(rising) > 2
    assert rising == sorted(rising)
    page.get_by_role("button", name="Order: low to high").click()
    falling = _scores(page, 0, 1)
    assert falling == sorted(falling, reverse=True)
    assert falling[0] > rising[0]


def test_where_one_system_beats_another(visit, en_es):
    page = visit(en_es, SEGMENTS)
    page.get_by_role("button", name="Filters").click()
    page.get_by_label("Winner").select_option("apertium-recorded")
    page.get_by_label("Metric of the win").select_option("chrf")
    page.get_by_label("Loser").select_option("careless")
    ours, theirs = _scores(page, 0, 1), _scores(page, 1, 1)
    assert 0 < len(ours) == len(theirs)
    assert all(mine >= other for mine, other in zip(ours, theirs, strict=True))


def test_a_diff_marks_insertions_and_deletions_with_elements(visit, en_es):
    page = visit(en_es, SEGMENTS)
    page.locator("select[name=diff]").select_option("r:0")
    line = page.locator(f"{FIRST} >> .line.system >> nth=0 >> .text")
    before, after = line.evaluate(
        """cell => ["ins", "del"].map((dropped) => {
          const copy = cell.cloneNode(true);
          copy.querySelectorAll(dropped).forEach((element) => element.remove());
          return copy.textContent;
        })"""
    )
    page.locator("select[name=diff]").select_option("")
    assert before == page.locator(f"{FIRST} >> .line.reference >> nth=0 >> .text").text_content()
    assert after == line.text_content()
    assert before != after


def test_the_keyboard_alone_is_enough(visit, en_es):
    page = visit(en_es)
    page.keyboard.press("j")
    assert _focused(page) == "news-01-01"
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    assert _focused(page) == "news-01-03"
    page.keyboard.press("k")
    assert _focused(page) == "news-01-02"
    page.keyboard.press("n")
    assert _focused(page) == "news-02-01"
    page.keyboard.press("p")
    assert _focused(page) == "news-01-01"
    page.keyboard.press("End")
    last = _focused(page)
    assert last.startswith("tech")
    assert page.locator(".card.current").bounding_box()["y"] < 900
    page.keyboard.press("ArrowRight")
    assert page.locator("ins, del").count() > 0
    assert _focused(page) == last
    page.keyboard.press("?")
    assert page.get_by_role("dialog").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("o")
    assert page.locator("#systems").is_visible()


def test_the_keys_can_be_switched_off(visit, en_es):
    page = visit(en_es)
    page.keyboard.press("?")
    page.get_by_label("Use these keys").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("j")
    assert page.locator("#overview").is_visible()


def test_a_link_leads_back_to_segment_and_view(visit, en_es):
    page = visit(en_es, SEGMENTS + "&slice.domain=contract&diff=r%3A0")
    for _ in range(9):
        page.keyboard.press("j")
    segment = _focused(page)
    page.keyboard.press("c")
    link = page.evaluate("navigator.clipboard.readText()")
    again = visit(en_es, "#" + link.split("#")[1])
    assert again.locator(".card.current .segment-id").text_content() == segment
    assert again.locator(".card.current").is_visible()
    assert _status(again) == "28 of 171 segments"
    assert again.locator("ins").count() > 0


def test_a_link_followed_inside_the_page_is_followed(visit, en_es):
    page = visit(en_es)
    page.evaluate("location.hash = '#view=segments&q=Oakley&segment=news-01-04'")
    page.wait_for_selector(".card.current")
    assert page.locator(".card.current .segment-id").text_content() == "news-01-04"


def test_exports_hold_the_rows_of_the_list_exactly(visit, en_es):
    page = visit(en_es, SEGMENTS + "&slice.domain=ui")
    shown = int(_status(page).split()[0])
    with page.expect_download() as download:
        page.get_by_text("Export", exact=True).click()
        page.get_by_role("button", name="JSONL").click()
    lines = download.value.path().read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    assert len(records) == shown
    assert {record["metadata.domain"] for record in records} == {"ui"}
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    content = download.value.path().read_bytes().decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(content, newline="")))
    assert len(rows) == 2 * shown
    assert rows[0]["hypothesis"] == records[0]["systems"][0]["hypothesis"]
    assert float(rows[0]["chrf"]) == records[0]["systems"][0]["scores"]["chrf"]


def test_scrolling_keeps_few_rows_in_the_page(visit, en_es):
    page = visit(en_es, SEGMENTS)
    seen: set[str] = set()
    for _ in range(80):
        seen.update(_ids(page))
        page.locator("#scroller").evaluate("scroller => scroller.scrollBy(0, 600)")
        page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
        assert page.locator(".card").count() < 30
    assert len(seen) == 171


def test_means_follow_the_filter(visit, en_es):
    page = visit(en_es, SEGMENTS)
    page.get_by_text("Means").click()
    everything = page.locator("#means-table td").all_text_contents()
    page.locator("input[name=text]").fill("count")
    page.locator("#chips button").wait_for()
    assert page.locator("#means-table td").all_text_contents() != everything


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark_follow_the_system_and_the_switch(visit, en_es, scheme):
    page = visit(en_es, color_scheme=scheme)
    other = "dark" if scheme == "light" else "light"
    brightness = (
        "() => parseInt(getComputedStyle(document.body.parentElement).backgroundColor.slice(4))"
    )
    assert (page.evaluate(brightness) > 128) == (scheme == "light")
    page.locator("#theme").select_option(other)
    assert (page.evaluate(brightness) > 128) == (other == "light")


@pytest.mark.parametrize("fragment", ["", SEGMENTS, SEGMENTS + "&diff=r%3A0&q=el"])
def test_a_narrow_window_needs_no_sideways_scrolling(visit, en_es, fragment):
    page = visit(en_es, fragment, viewport={"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_paper_gets_the_overview_and_the_filtered_segments(visit, en_es):
    page = visit(en_es, SEGMENTS + "&slice.domain=contract")
    assert len(page.pdf()) > 20_000
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#print-list section").count() == 28
    assert "domain: contract" in page.locator("#print-list > p").text_content()
    assert not page.locator("#systems").is_visible()
    assert not page.locator("#scroller").is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint')); location.hash = ''")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#systems").is_visible()
    assert page.locator("#print-list section").count() == 0


def test_ten_segments_of_two_systems_fit_two_pages(visit, en_es, tmp_path):
    page = visit(en_es, SEGMENTS + "&q=news-0[12]&in=id&regex=1")
    page.get_by_role("button", name="Print").click()
    page.get_by_label("At most so many segments").fill("10")
    page.get_by_role("checkbox", name="scores", exact=True).uncheck()
    page.evaluate("window.print = () => 0")
    page.get_by_role("dialog").get_by_role("button", name="Print").click()
    pdf = page.pdf(format="A4", prefer_css_page_size=True)
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 2
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#print-list section").count() == 10
    assert page.locator("#print-list small").count() == 0


def test_texts_say_their_language_and_direction(visit, en_es):
    page = visit(en_es, SEGMENTS)
    source = page.locator(f"{FIRST} >> .line.source >> .text")
    assert (source.get_attribute("lang"), source.get_attribute("dir")) == ("en", "auto")
    hypothesis = page.locator(f"{FIRST} >> .line.system >> nth=0 >> .text")
    assert hypothesis.get_attribute("lang") == "es"


def test_the_line_that_a_segment_is_called_by_leads_to_it(visit, en_es):
    """The corpus has a header, so line 55 is the 54th segment, in gates and messages too."""
    page = visit(en_es, "#view=segments")
    for wanted, place, position in (("55", "line 55", 54), ("#55", "line 56", 55)):
        page.locator("#go-to-id").fill(wanted)
        page.locator("#go-to-id").press("Enter")
        head = page.locator(".card.current header")
        assert head.locator(".segment-place").text_content() == place
        assert head.locator(".place").text_content() == f"{position} of 171 in the list"
