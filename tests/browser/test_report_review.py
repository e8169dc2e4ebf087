"""A review in a real browser: what is marked, labelled and noted stays and can be passed on."""

from __future__ import annotations

import json
import re
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import expect

from mtqe.people.review import read_reviews, system_scores

pytestmark = pytest.mark.browser
REVIEW = "#view=segments&review=1"
CURRENT = ".card.current"


def _start(page) -> None:
    page.locator("input[name=reviewer]").fill("Ana")
    page.locator("input[name=reviewer]").press("Escape")
    page.wait_for_selector(CURRENT)


def _progress(page) -> str:
    return page.locator("#progress").text_content()


def _save(page) -> None:
    page.locator("dialog[open] .primary").press("Enter")


def _label(page, keys: int, category: str = "", severity: str = "") -> None:
    """Label the first characters of the current segment's first translation, by keyboard alone."""
    page.keyboard.press("e")
    page.wait_for_selector("#labeller[open]")
    page.keyboard.press("Control+Home")
    for _ in range(keys):
        page.keyboard.press("Shift+ArrowRight")
    if category:
        page.locator("#labeller select[name=category]").select_option(category)
    if severity:
        page.locator(f"#labeller input[value={severity}]").check()
    _save(page)


def test_a_review_by_keyboard_alone_outlives_the_page(visit, en_es):
    page = visit(en_es)
    page.keyboard.press("r")
    page.wait_for_selector("#review:not([hidden])")
    page.keyboard.press("1")
    page.wait_for_selector("#namer[open]")
    page.keyboard.type("Ana")
    page.keyboard.press("Enter")
    assert page.locator("input[name=reviewer]").input_value() == "Ana"
    page.keyboard.press("j")
    _label(page, 10, "Fluency/Grammar", "minor")
    assert page.evaluate("document.activeElement.matches('.card.current, .card.current *')")
    page.keyboard.press("3")
    page.keyboard.press("a")
    page.keyboard.type("Look at r and 1.")
    page.keyboard.press("Control+Enter")
    assert _progress(page) == "2 of 171 segments marked · 1 error (MQM 1) · 1 note"
    card = page.locator(CURRENT)
    labelled = card.locator(".mqm.minor").text_content()
    page.reload()
    page.wait_for_selector("html[data-loaded]")
    assert _progress(page) == "2 of 171 segments marked · 1 error (MQM 1) · 1 note"
    assert page.locator(f"{CURRENT} .mqm.minor").text_content() == labelled
    assert len(labelled) == 10
    assert page.locator(f"{CURRENT} .note").text_content() == "Look at r and 1."
    assert page.locator(f"{CURRENT} .mark-problem").get_attribute("aria-pressed") == "true"
    page.keyboard.press("u")
    assert page.locator(f"{CURRENT} .segment-id").text_content() == "news-01-03"


def test_opening_a_review_chooses_the_first_segment_in_sight(visit, en_es):
    page = visit(en_es, "#view=segments")
    assert page.locator(CURRENT).count() == 0
    page.locator("#scroller").evaluate("scroller => scroller.scrollTo(0, 6000)")
    page.wait_for_function("Number(document.querySelector('.card').dataset.row) > 3")
    page.keyboard.press("r")
    page.wait_for_selector(CURRENT)
    top, cards = page.locator("#canvas").evaluate(
        """canvas => [
          document.querySelector(".list-head").getBoundingClientRect().bottom,
          [...canvas.querySelectorAll(".card")].map((card) => [
            card.getBoundingClientRect().top, card.classList.contains("current"),
          ]),
        ]"""
    )
    first = min(place for place, _ in cards if place >= top - 2)
    assert [place for place, current in cards if current] == [first]
    page.keyboard.press("3")
    page.keyboard.type("Ana")
    page.keyboard.press("Enter")
    assert _progress(page).startswith("1 of 171")
    page.keyboard.press("e")
    page.wait_for_selector("#labeller[open]")
    page.keyboard.press("Escape")
    page.locator("#review select").select_option("unmarked")
    page.keyboard.press("Escape")
    page.wait_for_selector(CURRENT)
    page.keyboard.press("1")
    assert _progress(page).startswith("2 of 171")


def test_a_review_keeps_the_segment_of_its_link(visit, en_es):
    page = visit(en_es, REVIEW + "&segment=news-01-05")
    assert page.locator(f"{CURRENT} .segment-id").text_content() == "news-01-05"


def test_a_review_of_an_empty_list_says_why_nothing_is_marked(visit, en_es):
    page = visit(en_es, REVIEW + "&q=no+such+text")
    page.keyboard.press("3")
    page.wait_for_selector("#toast.on")
    assert page.locator("#toast").text_content() == "No segment passes the filters."
    assert _progress(page).startswith("0 of 171")


def test_a_review_with_nothing_in_it_is_not_exported(visit, en_es):
    page = visit(en_es, REVIEW)
    downloads = []
    page.on("download", lambda download: downloads.append(download))
    _start(page)
    page.keyboard.press("1")
    page.keyboard.press("0")
    for kind in ("JSON", "TSV"):
        page.get_by_role("button", name=f"Export {kind}").click()
        expect(page.locator("#toast")).to_contain_text("nothing to export yet")
    page.keyboard.press("1")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export JSON").click()
    assert downloads == [download.value]


def test_marks_go_on_and_off_and_filter_the_list(visit, en_es):
    page = visit(en_es, REVIEW)
    _start(page)
    for mark in "1223":
        page.keyboard.press(mark)
        page.keyboard.press("j")
    assert _progress(page).startswith("4 of 171")
    page.locator("#review select").select_option("unsure")
    assert page.locator(".card").count() == 2
    page.locator("#review select").select_option("unmarked")
    assert page.locator("#status").text_content().startswith("167 of 171 segments ·")
    page.get_by_role("button", name="Remove filter: review: not marked yet").click()
    page.keyboard.press("Home")
    page.locator(CURRENT).get_by_role("button", name="OK").click()
    assert _progress(page).startswith("3 of 171")


def test_an_error_is_labelled_where_the_pointer_selected(visit, en_es):
    page = visit(en_es, REVIEW + "&diff=r%3A0&invisible=1")
    page.locator("input[name=reviewer]").fill("Ana")
    cell = page.locator(".card >> nth=0 >> .line.system >> nth=1 >> p.text")
    box = cell.bounding_box()
    page.mouse.dblclick(box["x"] + 10, box["y"] + 12)
    chosen = page.evaluate("String(getSelection()).trim()")
    page.locator("#label-selection").click()
    assert page.locator(".picked").text_content() == f"Error: “{chosen}”"
    assert page.locator("#labeller select").first.input_value() == "careless"
    _save(page)
    assert page.locator(".card >> nth=0 >> .mqm.major").text_content() == chosen
    assert page.locator("#label-selection").is_hidden()
    change = page.locator(".card >> nth=0").get_by_role("button", name="Change error: major")
    change.click()
    page.get_by_role("button", name="Delete this error").click()
    assert "0 errors" in _progress(page)


def test_an_omission_is_labelled_in_the_source(visit, en_es):
    page = visit(en_es, REVIEW)
    _start(page)
    page.keyboard.press("e")
    page.locator("#labeller textarea[name=source]").focus()
    page.keyboard.press("Control+Home")
    page.keyboard.press("Control+Shift+ArrowRight")
    page.keyboard.type("typing changes nothing")
    page.keyboard.press("Enter")
    source = page.locator(f"{CURRENT} .line.source .mqm")
    assert source.text_content().strip() == "Port"
    assert page.locator(f"{CURRENT} .errors").text_content().startswith("major Accuracy")


def test_exports_come_back_and_are_read_by_mtqe(visit, en_es, tmp_path):
    page = visit(en_es, REVIEW)
    _start(page)
    page.locator("input[name=reviewer]").fill("Ana <b>")
    page.locator("input[name=reviewer]").press("Escape")
    _label(page, 4, "Non-translation!")
    page.keyboard.press("3")
    files = {}
    for kind in ("JSON", "TSV"):
        with page.expect_download() as download:
            page.get_by_role("button", name=f"Export {kind}").click()
        files[kind] = tmp_path / f"review.{kind.lower()}"
        download.value.save_as(files[kind])
    for file in files.values():
        read = read_reviews(file)
        assert [review.reviewer for review in read.reviews] == ["Ana <b>"]
        assert {score.system: score.score for score in system_scores(read)} == {
            "apertium-recorded": 25,
            "careless": 0,
        }
    for file in files.values():
        other = visit(en_es, REVIEW)
        with other.expect_file_chooser() as chooser:
            other.get_by_role("button", name="Import a review").click()
        chooser.value.set_files(file)
        other.wait_for_selector("#toast.on")
        assert other.locator("#toast").text_content() == "Imported 1 segment"
        assert _progress(other) == "1 of 171 segments marked · 1 error (MQM 25) · 0 notes"
        assert other.locator("input[name=reviewer]").input_value() == "Ana <b>"


@pytest.mark.parametrize(("written", "kept"), [("Ben", "Ben"), ("", "")])
def test_an_import_names_the_reviewer_only_where_the_file_does(visit, en_es, written, kept):
    """A name in the box stands, and nobody is called what files call a review without a name."""
    page = visit(en_es, REVIEW)
    page.keyboard.press("1")
    page.get_by_role("button", name="Not now").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export JSON").click()
    other = visit(en_es, REVIEW)
    other.locator("input[name=reviewer]").fill(written)
    other.locator("#review input[type=file]").set_input_files(download.value.path())
    expect(other.locator("#toast")).to_have_text("Imported 1 segment")
    assert other.locator("input[name=reviewer]").input_value() == kept


def test_a_file_that_is_no_review_changes_nothing(visit, en_es, tmp_path):
    (tmp_path / "x.json").write_text(json.dumps({"format": "<img src=x onerror=alert(1)>"}))
    page = visit(en_es, REVIEW)
    page.locator("#review input[type=file]").set_input_files(tmp_path / "x.json")
    page.wait_for_selector("#toast.on")
    assert "can't be imported: it is not a review" in page.locator("#toast").text_content()
    assert _progress(page).startswith("0 of 171")


def test_a_full_storage_is_said_and_nothing_is_lost_in_the_page(visit, en_es):
    page = visit(en_es, REVIEW)
    page.evaluate(
        """() => {
          const fill = (size) => {
            for (let n = 0; ; n += 1) localStorage.setItem(`${size} ${n}`, "x".repeat(size));
          };
          for (let size = 2 ** 22; size >= 1; size /= 2) try { fill(size); } catch {}
        }"""
    )
    _start(page)
    page.keyboard.press("1")
    assert "storage for the page is full" in page.get_by_role("alert").text_content()
    page.keyboard.press("j")
    page.keyboard.press("2")
    assert _progress(page).startswith("2 of 171")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export JSON").click()
    said = json.loads(download.value.path().read_text(encoding="utf-8"))["reviews"][0]["segments"]
    assert [segment["mark"] for segment in said] == ["ok", "unsure"]
    page.evaluate("localStorage.clear()")
    page.keyboard.press("j")
    page.keyboard.press("3")
    assert page.locator(".alarm").is_hidden()


@pytest.fixture
def server(en_es):
    """The report inside a frame that may keep nothing, as some mail programs and wikis show it."""
    folder = en_es.parent
    sandbox = 'width="1200" height="600" sandbox="allow-scripts"'
    frame = f'<iframe {sandbox} src="report.html#view=segments&review=1"></iframe>'
    (folder / "frame.html").write_text(frame, encoding="utf-8")

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            """Tests have their own."""

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    Thread(target=httpd.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{httpd.server_port}/frame.html"
    httpd.shutdown()
    httpd.server_close()


def test_a_page_that_may_keep_nothing_says_so_and_works(chromium, server):
    page = chromium.new_page()
    page.goto(server)
    frame = page.frame_locator("iframe")
    frame.locator("html[data-loaded]").wait_for()
    frame.get_by_role("button", name="OK").first.click()
    assert "lets the page keep nothing" in frame.get_by_role("alert").text_content()
    assert frame.locator("#progress").text_content().startswith("1 of 171")
    page.close()


def test_two_windows_of_one_report_share_the_review(visit, en_es):
    page = visit(en_es, REVIEW)
    other = page.context.new_page()
    other.goto(en_es.as_uri() + REVIEW)
    other.wait_for_selector("html[data-loaded]")
    _start(page)
    page.keyboard.press("1")
    expect(other.locator("#progress")).to_have_text(re.compile("^1 of"))


def test_readers_see_marks_and_notes_without_the_tools(visit, en_es):
    page = visit(en_es, REVIEW)
    _start(page)
    page.keyboard.press("3")
    page.keyboard.press("r")
    assert page.locator(f"{CURRENT} .badge.mark-problem").text_content() == "✗ Problem"
    assert page.locator(f"{CURRENT} .review-tools").count() == 0
    page.keyboard.press("1")
    assert page.locator(f"{CURRENT} .badge.mark-problem").count() == 1


def test_paper_gets_marks_notes_and_errors_without_the_tools(visit, en_es):
    page = visit(en_es, REVIEW + "&q=piscina")
    _start(page)
    page.keyboard.press("2")
    _label(page, 3)
    page.keyboard.press("a")
    page.keyboard.type("On paper too")
    _save(page)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    paper = page.locator("#print-list section").first
    assert paper.locator(".badge.mark-unsure").is_visible()
    assert paper.locator(".note").text_content() == "On paper too"
    assert paper.locator(".errors").is_visible()
    assert paper.get_by_role("button", name="OK").count() == 0


def test_a_blind_review_hides_systems_and_scores_and_the_export_says_so(visit, en_es, tmp_path):
    page = visit(en_es, REVIEW)
    _start(page)
    page.get_by_label("Blind").check()
    names = page.locator(f"{CURRENT} .line.system .who").all_text_contents()
    assert names == ["Translation 1", "Translation 2"]
    assert page.locator(".card .score").count() == 0
    for hidden in ("select[name=sort]", "select[name=diff]", "#means", ".filter-grid"):
        assert not page.locator(hidden).is_visible()
    shuffled = page.locator(".card").evaluate_all(
        "cards => cards.map((card) => card.querySelector('.line.system').dataset.system)"
    )
    assert len(set(shuffled)) == 2
    page.keyboard.press("ArrowRight")
    assert page.locator(".card ins, .card del").count() == 0
    _label(page, 4)
    with page.expect_download() as download:
        page.get_by_role("button", name="Export JSON").click()
    download.value.save_as(tmp_path / "blind.json")
    review = read_reviews(tmp_path / "blind.json").reviews[0]
    assert review.blind
    said = review.segments[0]
    assert said.shown[0] == said.errors[0].system
    assert set(said.shown) == {"apertium-recorded", "careless"}
