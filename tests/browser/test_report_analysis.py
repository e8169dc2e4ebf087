"""Scatter plot, agreement of metrics and effects of length, in a real browser."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.browser

INSIDE = """() => {
  const bounds = [...document.querySelectorAll(".box-fields input")].map((field) => field.value);
  return bounds.map((value) => (value === "" ? null : Number(value)));
}"""
A_POINT = """(canvas) => {
  const { width, height } = canvas;
  const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0);
  const { data } = copy.getImageData(0, 0, width, height);
  const at = data.findLastIndex((value, index) => index % 4 === 3 && value > 100) - 3;
  const pixel = at / 4;
  const place = [pixel % width, Math.floor(pixel / width)].map((side) => side / devicePixelRatio);
  return { place, colour: [...data.slice(at, at + 3)] };
}"""
"""Where the canvas shows a point, and in which colour."""


def _number(text: str) -> int:
    return int(re.match(r"[\d,]+", text)[0].replace(",", ""))


def _status(page) -> str:
    """How many segments are listed."""
    return page.locator("#status").text_content().split(" · ")[0]


def _drag(page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw a box; places are shares of the plot from its top left."""
    box = page.locator(".plot-field").bounding_box()
    (x0, y0), (x1, y1) = (
        (box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in (start, end)
    )
    page.mouse.move(x0, y0)
    page.mouse.down()
    page.mouse.move((x0 + x1) / 2, (y0 + y1) / 2)
    page.mouse.move(x1, y1)
    page.mouse.up()


def _listed(page) -> list[tuple[float, float]]:
    """BLEU and chrF of the first system's rows in the page."""
    read = """(cards) => cards.map((card) => {
      const scores = card.querySelector(".line.system").querySelectorAll(".score");
      return [...scores].map((score) => Number(score.lastChild.textContent));
    })"""
    return page.locator(".card").evaluate_all(read)


def test_a_box_drawn_with_the_pointer_filters_the_segments(visit, en_es):
    page = visit(en_es)
    page.locator("#scatter").scroll_into_view_if_needed()
    _drag(page, (0.1, 0.3), (0.5, 0.8))
    assert page.locator(".brush").is_visible()
    inside = _number(page.locator(".counted").text_content())
    left, right, bottom, top = page.evaluate(INSIDE)
    page.get_by_role("button", name="List them").click()
    assert 0 < inside < 171
    assert _status(page) == f"{inside} of 171 segments"
    for bleu, chrf in _listed(page):
        assert left - 0.1 <= bleu <= right + 0.1
        assert bottom - 0.1 <= chrf <= top + 0.1
    page.locator("#chips button").click()
    assert _status(page) == "All 171 segments"


def test_a_box_is_drawn_moved_and_taken_away_with_keys_alone(visit, en_es):
    page = visit(en_es)
    page.locator(".plot-field").focus()
    page.keyboard.press("ArrowRight")
    before = page.evaluate(INSIDE)
    for key in ("ArrowLeft", "ArrowLeft", "ArrowDown", "Shift+ArrowUp", "Shift+ArrowRight"):
        page.keyboard.press(key)
    after = page.evaluate(INSIDE)
    assert (after[0] < before[0], after[1] < before[1]) == (True, True)
    assert after[3] == pytest.approx(before[3], abs=0.1)  # down, then up again
    inside = _number(page.locator(".counted").text_content())
    page.keyboard.press("Enter")
    assert _status(page) == f"{inside} of 171 segments"
    page.keyboard.press("o")
    page.locator(".plot-field").focus()
    page.keyboard.press("Escape")
    assert not page.locator(".brush").is_visible()
    page.keyboard.press("j")
    assert _status(page) == "All 171 segments"


def test_a_box_survives_its_link_and_can_be_typed(visit, en_es):
    page = visit(en_es, "#x-low=10&x-high=30")
    assert page.locator(".brush").is_visible()
    inside = _number(page.locator(".counted").text_content())
    page.get_by_label("Up, from").fill("40")
    page.get_by_label("Up, from").press("Enter")
    assert _number(page.locator(".counted").text_content()) < inside


def test_the_quadrants_say_in_numbers_what_the_picture_shows(visit, en_es):
    page = visit(en_es)
    cells = page.locator(".quadrants button")
    counts = [_number(text) for text in cells.all_text_contents()]
    assert sum(counts) == 171
    words = page.locator(".plot-field canvas").get_attribute("aria-label")
    assert "BLEU of apertium-recorded (across) and chrF of apertium-recorded (up)" in words
    assert re.search(r"171 segments: Pearson's correlation 0\.\d\d, medians", words)
    cells.nth(1).click()
    assert _number(page.locator(".counted").text_content()) == counts[1]


def test_two_systems_by_one_metric_and_a_slice(visit, en_es):
    page = visit(en_es, "#slice.domain=ui")
    page.get_by_label("Up: system").select_option("careless")
    page.get_by_label("Up: metric").select_option("bleu")
    words = page.locator(".scatter-words").text_content()
    assert words.startswith("BLEU of apertium-recorded (across) and BLEU of careless (up), 30")
    assert "that pass the other filters" in words
    assert page.locator(".plot-field.same-metric").is_visible()


def test_the_diagonal_runs_where_the_scores_of_one_metric_are_equal(visit, en_es):
    page = visit(en_es, "#y-system=careless&y-metric=bleu&x-low=20&x-high=30")
    where = "(ticks, side) => ticks.map((tick) => [tick.textContent, tick.style[side]])"
    across = page.locator(".ticks.across span").evaluate_all(where, "left")
    assert across == page.locator(".ticks.up span").evaluate_all(where, "bottom")
    corners = page.locator(".diagonal line").evaluate(
        """line => {
          const { left, top, width, height } = line.closest(".plot-field").getBoundingClientRect();
          const place = (x, y) => new DOMPoint(x, y).matrixTransform(line.getScreenCTM());
          const share = ({ x, y }) => [(x - left) / width, (y - top) / height];
          return [place(0, 1), place(1, 0)].map(share);
        }"""
    )
    assert [[round(part, 1) for part in corner] for corner in corners] == [[0, 1], [1, 0]]


def test_a_click_on_a_point_opens_its_segment(visit, en_es):
    page = visit(en_es)
    canvas = page.locator(".plot-field canvas")
    canvas.scroll_into_view_if_needed()
    x, y = canvas.evaluate(A_POINT)["place"]
    canvas.click(position={"x": x, "y": y}, force=True)
    assert page.locator(".card.current").is_visible()


def test_points_are_drawn_in_the_colours_of_the_theme(visit, en_es):
    page = visit(en_es)
    canvas = page.locator(".plot-field canvas")
    seen = []
    for theme in ("light", "dark"):
        page.locator("#theme").select_option(theme)
        page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
        seen.append(canvas.evaluate(A_POINT)["colour"])
    assert sum(seen[0]) < sum(seen[1])


def test_agreement_is_in_words_and_leads_to_the_points(visit, en_es):
    page = visit(en_es, "#x-metric=chrf&y-system=careless")
    cell = page.locator(".agreement tbody td").first
    assert re.fullmatch(
        r"(very strong|strong|moderate|weak)τ 0\.\d\d · r 0\.\d\d", cell.text_content()
    )
    page.locator("#agreement select").select_option("careless")
    page.locator(".agreement button").click()
    words = page.locator(".scatter-words").text_content()
    assert words.startswith("BLEU of careless (across) and chrF of careless (up)")


def test_a_range_of_lengths_lists_its_segments(visit, en_es):
    page = visit(en_es)
    picture = page.locator("#lengths svg[role=img]").first
    assert re.search(
        r"apertium-recorded: \d+–\d+ characters \d", picture.get_attribute("aria-label")
    )
    page.locator("#lengths summary").first.click()
    row = page.locator("#lengths tbody tr").nth(1)
    segments = row.locator("td").first.text_content()
    shortest, longest = map(int, row.get_by_role("button").text_content().split("–"))
    row.get_by_role("button").click()
    assert _status(page) == f"{segments} of 171 segments"
    sources = page.locator(".line.source .text").all_text_contents()
    assert all(shortest <= len(source) <= longest for source in sources)


def test_nothing_but_one_segment_is_a_page_too(visit, en_es):
    page = visit(en_es, "#q=news-01-01&in=id")
    words = page.locator(".scatter-words").text_content()
    assert "1 segment that passes the other filters: no correlation can be given" in words
