"""No page keeps anybody out: axe finds nothing, in light and dark, in any state of a page."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import expect

from mtqe.report.page.pair import pair_data
from mtqe.report.page.render import write_html
from mtqe.report.serve import Folder, server
from mtqe.run import Run
from tests.browser.axe import violations

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def pair(en_es) -> Path:
    """A run against itself: what is on the page matters here, not what changed."""
    run = Run.read(en_es.parent / "run")
    path = en_es.parent / "pair.html"
    write_html(pair_data(run, run), path)
    return path


def test_the_overview(visit, en_es):
    page = visit(en_es)
    page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    assert violations(page) == []


def test_the_overview_of_two_runs(visit, pair):
    page = visit(pair)
    assert page.locator("#changes tbody tr").count() == 4
    assert violations(page) == []


def test_the_segments_with_everything_open(visit, en_es):
    page = visit(en_es, "#view=segments&diff=r%3A0&q=el&invisible=1")
    page.get_by_role("button", name="Filters").click()
    page.get_by_text("Export", exact=True).click()
    page.get_by_text("Means").click()
    page.keyboard.press("j")
    page.keyboard.press("m")
    assert violations(page) == []


def test_a_review_and_its_dialogs(visit, en_es):
    page = visit(en_es, "#view=segments&review=1")
    page.keyboard.press("j")
    page.keyboard.press("2")
    page.wait_for_selector("#namer[open]")
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Print").click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("Home")
    for severity, mark in (("major", "1"), ("minor", "2"), ("neutral", "3")):
        page.keyboard.press("j")
        page.keyboard.press(mark)
        page.keyboard.press("e")
        page.locator(f"#labeller input[value={severity}]").check()
        if severity == "neutral":
            assert violations(page) == []
        page.locator("#labeller .primary").press("Enter")
    page.keyboard.press("a")
    page.keyboard.type("A note")
    assert violations(page) == []
    page.locator("#noter .primary").press("Enter")
    expect(page.locator("#toast")).to_have_css("opacity", "0")
    assert violations(page) == []
    page.keyboard.press("?")
    assert violations(page) == []


@pytest.fixture(scope="module")
def runs_address(en_es):
    httpd = server(Folder(en_es.parent), 0)
    Thread(target=httpd.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{httpd.server_port}/"
    httpd.shutdown()
    httpd.server_close()


def test_the_list_of_runs(chromium, runs_address):
    page = chromium.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(runs_address)
    assert violations(page) == []
    page.get_by_role("link", name="run", exact=True).click()
    page.wait_for_selector("html[data-loaded]")
    assert said == []
    assert asked == [runs_address, runs_address + "run/run"]
    page.close()


def test_every_target_can_be_hit_and_seen_when_it_has_the_focus(visit, en_es):
    """WCAG 2.2: 2.5.8 (24 by 24 pixels), 2.4.7 and 2.4.11 (focus visible and not obscured)."""
    page = visit(en_es, "#view=segments&review=1")
    page.keyboard.press("j")
    small, hidden = [], []
    for _ in range(45):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """() => {
              const element = document.activeElement;
              const box = element.getBoundingClientRect();
              const name = `${element.localName} ${element.textContent.trim().slice(0, 30)}`;
              const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
              const style = getComputedStyle(element);
              const label = element.closest("label")?.getBoundingClientRect() ?? box;
              return {
                name,
                small: element !== document.body && Math.min(label.width, label.height) < 24,
                hidden: !element.contains(at) && !element.closest("label")?.contains(at),
                ring: style.outlineStyle !== "none",
              };
            }"""
        )
        if found["small"]:
            small.append(found["name"])
        if found["hidden"] or not found["ring"]:
            hidden.append(found)
    assert small == []
    assert hidden == []


@pytest.mark.parametrize(
    "emulation", [{"forced_colors": "active"}, {"contrast": "more"}, {"reduced_motion": "reduce"}]
)
def test_what_readers_set_in_their_system_is_followed(visit, en_es, emulation):
    page = visit(en_es, "#view=segments&review=1&diff=r%3A0", **emulation)
    page.keyboard.press("j")
    page.keyboard.press("3")
    look = "selector => getComputedStyle(document.querySelector(selector))"
    current = page.evaluate(f"({look})('.card.current').outlineStyle")
    pressed = page.evaluate(f"({look})('.mark-problem[aria-pressed=true]').borderStyle")
    assert pressed == "solid"
    if "forced_colors" in emulation:
        assert current == "solid"
    if "contrast" in emulation:
        line = page.evaluate(f"({look})('.card').borderBottomColor")
        assert line == "rgb(0, 0, 0)"
    if "reduced_motion" in emulation:
        assert page.evaluate(f"({look})('#toast').transitionDuration") == "0s"


@pytest.mark.parametrize("fragment", ["", "#view=segments&review=1"])
def test_a_phone_shows_it_all_without_sideways_scrolling(visit, pair, fragment):
    page = visit(pair, fragment, viewport={"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
