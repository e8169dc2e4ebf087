"""Reports of many systems, with odd names, in another language, in a real browser."""

from __future__ import annotations

import re

import pytest

from mtqe.api import score
from mtqe.corpus.base import Corpus, LanguagePair, Segment
from mtqe.report.page import payload
from mtqe.report.page.data import report_data
from mtqe.report.page.render import write_html
from tests.browser.axe import violations

pytestmark = pytest.mark.browser
SEGMENTS = "#view=segments"
WORDS = ("the cat", "sat on", "a mat", "and saw", "two dogs", "near an", "old house")


def _corpus(metadata=None) -> Corpus:
    segments = tuple(
        Segment(
            f"s{n}",
            f"source {n}",
            (" ".join((*WORDS[n % 5 :], str(n))),),
            document=f"d{n // 20}",
            metadata=metadata or {"domain": "news" if n % 2 else "ui"},
        )
        for n in range(80)
    )
    return Corpus("many", LanguagePair("en", "en-GB"), segments)


def _texts(corpus: Corpus, lost: int) -> list[str]:
    """References whose every so-manieth word is lost in some segments."""
    return [
        " ".join(w for place, w in enumerate(s.references[0].split()) if place % 7 >= lost)
        if n % 3
        else s.references[0]
        for n, s in enumerate(corpus)
    ]


@pytest.fixture(scope="module")
def six(tmp_path_factory):
    corpus = _corpus()
    systems = {f"engine-{lost}": _texts(corpus, lost) for lost in (3, 1, 5, 0, 2, 4)}
    run = score(corpus, systems, ["chrf", "ter"], use_cache=False)
    file = tmp_path_factory.mktemp("six") / "report.html"
    write_html(report_data(run), file)
    write_html(report_data(run), file.with_name("es.html"), "es")
    return file


def _status(page) -> str:
    return page.locator("#status").text_content()


def test_systems_stand_in_the_order_of_the_verdict_and_can_stand_otherwise(visit, six):
    page = visit(six)
    names = page.locator("#systems tbody bdi")
    assert names.all_text_contents() == [f"engine-{lost}" for lost in range(6)]
    page.locator("#systems-order select").select_option("given")
    assert names.all_text_contents() == [f"engine-{lost}" for lost in (3, 1, 5, 0, 2, 4)]
    heads = page.locator("#systems thead th").all_text_contents()
    assert [head.split()[0] for head in heads] == ["System", "chrF", "TER"]  # no columns of zeros
    colours = page.locator("#systems .swatch").evaluate_all(
        "marks => marks.map((mark) => getComputedStyle(mark).backgroundColor)"
    )
    assert len(set(colours)) == 6


def test_the_best_stands_against_each_and_every_pair_can_be_seen_and_copied(visit, six):
    page = visit(six)
    rows = page.locator("#comparison table").first.locator("tbody tr")
    assert rows.count() == 5
    assert "significantly worse" in rows.last.text_content()
    assert "of chrF" not in rows.first.text_content()
    page.locator(".pairs summary").click()
    matrix = page.locator(".matrix tbody tr")
    assert matrix.count() == 6
    assert matrix.first.locator(".gain").count() > 0
    assert matrix.first.locator(".loss").count() == 0
    page.get_by_role("button", name="Copy as Markdown").click()
    text = page.evaluate("navigator.clipboard.readText()")
    assert "| engine-5 | engine-0 |" in re.sub(r" +", " ", text)
    page.get_by_role("button", name="Copy as LaTeX").click()
    assert r"\toprule" in page.evaluate("navigator.clipboard.readText()")


def test_each_system_has_a_small_histogram_that_lists_its_segments(visit, six):
    page = visit(six)
    assert page.locator(".small-multiples").first.get_by_role("img").count() == 6
    page.locator(".small-multiples li").first.locator(".small-bin .bin").last.click(force=True)
    assert page.get_by_role("button", name="chrF of engine-3").is_visible()


def test_the_sorted_system_comes_first_and_the_others_are_folded(visit, six):
    page = visit(six, SEGMENTS)
    card = page.locator(".card").first
    assert card.locator(".line.system").count() == 6
    page.locator("select[name=sort]").select_option("score")
    page.locator("select[name=sortSystem]").select_option("engine-4")
    assert card.locator(".line.system .who").all_text_contents() == ["engine-4"]
    card.get_by_role("button", name="Show 5 other translations").click()
    assert page.locator(".card").first.locator(".line.system").count() == 6
    assert page.locator(".card").nth(1).locator(".line.system").count() == 1
    page.get_by_label("All translations").check()
    assert page.locator(".card").nth(1).locator(".line.system").count() == 6


def test_one_system_all_or_none_are_shown_at_a_click(visit, six):
    page = visit(six, SEGMENTS)
    page.get_by_role("button", name="Filters").click()
    lines = page.locator(".card").first.locator(".line.system")
    page.get_by_role("button", name="Show only engine-2").click()
    assert lines.locator(".who").all_text_contents() == ["engine-2"]
    page.get_by_role("button", name="none", exact=True).click()
    assert lines.count() == 0
    page.get_by_role("button", name="all", exact=True).click()
    assert lines.count() == 6


def test_several_conditions_hold_at_once(visit, six):
    page = visit(six, SEGMENTS)
    page.get_by_role("button", name="Filters").click()

    def listed() -> int:
        return int(re.match(r"(?:All )?(\d+)", _status(page))[1])

    page.get_by_label("Winner").select_option("engine-1")
    page.get_by_label("Loser").select_option("engine-3")
    one = listed()
    page.get_by_label("Winner 2").select_option("engine-3")
    page.get_by_label("Loser 2").select_option("engine-5")
    both = listed()
    assert 0 < both <= one < 80
    page.get_by_role("button", name="Remove filter: engine-1 beats engine-3").click()
    assert page.locator("#chips button").count() == 1


def test_a_segment_is_gone_to_by_id_or_number(visit, six):
    page = visit(six, SEGMENTS)
    page.keyboard.press("g")
    page.keyboard.type("s42")
    page.keyboard.press("Enter")
    current = page.locator(".card.current .segment-id")
    assert current.text_content() == "s42"
    page.locator("#go-to-id").fill("7")
    page.locator("#go-to-id").press("Enter")
    assert current.text_content() == "s6"
    page.locator("#go-to-id").fill("nowhere")
    page.locator("#go-to-id").press("Enter")
    assert page.locator("#toast").text_content() == "There is no segment nowhere"


def test_the_base_of_differences_is_chosen(visit, six):
    page = visit(six, SEGMENTS)
    page.get_by_text("Means").click()
    page.get_by_label("Δ against").select_option("engine-0")
    row = page.locator("#means-table tbody tr", has_text="engine-5")
    assert "Δ -" in row.text_content()
    assert "Δ" not in page.locator("#means-table tbody tr", has_text="engine-0").text_content()


def test_slices_and_documents_put_the_worst_drop_first(visit, six):
    page = visit(six)
    page.locator("#slices select").nth(1).select_option("engine-5")
    page.locator("#slices select").nth(2).select_option("engine-0")
    table = page.locator("#slices table").first
    gaps = table.locator("tbody tr td:nth-child(5)").all_text_contents()
    values = [float(text.rstrip("*").replace("−", "-")) for text in gaps]
    assert values == sorted(values)
    assert all(text.endswith("*") for text in gaps)
    page.get_by_role("button", name="d3").click()
    assert _status(page).startswith("20 of 80 segments")


def test_only_the_first_segments_are_exported(visit, six):
    page = visit(six, SEGMENTS)
    page.get_by_text("Export", exact=True).click()
    page.locator("#export-first").fill("3")
    with page.expect_download() as download:
        page.get_by_role("button", name="JSONL").click()
    assert len(download.value.path().read_text(encoding="utf-8").splitlines()) == 3


def test_the_spanish_report_speaks_spanish(visit, six):
    page = visit(six.with_name("es.html"))
    assert page.locator("html").get_attribute("lang") == "es"
    assert page.get_by_role("heading", name="Sistemas").is_visible()
    page.locator("[data-view=segments]").click()
    assert _status(page).startswith("Los 80 segmentos")
    assert page.locator(".card .who").first.text_content() == "Original"


@pytest.mark.parametrize("name", ["__proto__", "constructor", "toString"])
def test_columns_values_and_systems_may_have_names_of_properties(visit, tmp_path, name):
    corpus = _corpus({name: name})
    run = score(
        corpus, {name: _texts(corpus, 1), "b": _texts(corpus, 2)}, ["chrf"], use_cache=False
    )
    write_html(report_data(run), tmp_path / "report.html")
    page = visit(tmp_path / "report.html")
    assert name in page.locator("#systems").text_content()
    page.locator("[data-view=segments]").click()
    assert _status(page).startswith("All 80 segments")
    page.get_by_role("button", name="Filters").click()
    slices = page.locator(".filter-grid fieldset", has=page.get_by_text("Slice", exact=True))
    slices.locator("select").select_option(name)
    assert page.locator("#chips").text_content().startswith(f"{name}: {name}")
    assert _status(page).startswith("All 80 segments")
    assert page.locator(".card").first.locator(".line.system").count() == 2


@pytest.mark.parametrize("file", ["report.html", "es.html"])
def test_many_systems_are_accessible_too(visit, six, file):
    page = visit(six.with_name(file))
    page.locator(".pairs summary").click()
    assert violations(page) == []
    page.evaluate("location.hash = 'view=segments&sort=score&system=engine-4'")
    page.locator("#filters").click()
    assert violations(page) == []


def test_a_card_knows_the_length_of_a_list_that_is_still_unpacked(chromium, tmp_path, monkeypatch):
    monkeypatch.setattr(payload, "BLOCK", 20)
    run = score(_corpus(), {"a": _texts(_corpus(), 1)}, ["chrf"], use_cache=False)
    write_html(report_data(run), tmp_path / "report.html")
    page = chromium.new_page()
    page.add_init_script(
        """const text = Response.prototype.text;
        Response.prototype.text = async function () {
          await new Promise((done) => setTimeout(done, 700));
          return text.call(this);
        };"""
    )
    page.goto((tmp_path / "report.html").as_uri() + SEGMENTS)
    card = page.locator(".card").first
    card.wait_for()
    assert page.locator("html[data-loaded]").count() == 0
    assert card.locator(".place").text_content() == "1 of 80 in the list"
    assert card.get_attribute("aria-setsize") == "80"
    page.close()
