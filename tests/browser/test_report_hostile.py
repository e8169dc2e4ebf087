"""Translations are untrusted input: whatever they hold is text in the report and runs nothing."""

from __future__ import annotations

import pytest

from mtqe.api import score
from mtqe.corpus.base import Corpus, LanguagePair, Segment
from mtqe.report.page.data import report_data
from mtqe.report.page.render import write_html

pytestmark = pytest.mark.browser
RUN = "window.hacked=1"
PAYLOADS = (
    f"<script>{RUN}</script>",
    f"</script><script>{RUN}</script>",
    f"</SCRIPT ><SCRIPT>{RUN}</SCRIPT>",
    f"<!--<script>{RUN}",
    f"--><script>{RUN}</script>",
    f"]]><script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f"<img src=x onerror='{RUN}'//",
    f"<svg onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    f"<body onload={RUN}>",
    "<iframe srcdoc='<script>parent.hacked=1</script>'>",
    "<iframe src=javascript:parent.hacked=1></iframe>",
    f"<a href=javascript:{RUN}>click</a>",
    f"javascript:{RUN}",
    f"data:text/html,<script>{RUN}</script>",
    f"<details open ontoggle={RUN}>",
    f"<input autofocus onfocus={RUN}>",
    f"<video><source onerror={RUN}>",
    f"<marquee onstart={RUN}>",
    f"<math><mtext></form><form><mglyph><style></math><img src onerror={RUN}>",
    f"<template><img src=x onerror={RUN}></template>",
    f"<object data=javascript:{RUN}>",
    f"<embed src=javascript:{RUN}>",
    "<link rel=stylesheet href=https://example.org/x.css>",
    "<meta http-equiv=refresh content='0;url=https://example.org/'>",
    "<base href=https://example.org/>",
    "<form action=https://example.org/><button>go</button></form>",
    "<style>*{display:none}</style>",
    "<style>@import 'https://example.org/x.css';</style>",
    f'"><script>{RUN}</script>',
    f"'><script>{RUN}</script>",
    f"`${{{RUN}}}`",
    f"${{{RUN}}}",
    "{{ 7 * 7 }}",
    "{% for x in range(9) %}x{% endfor %}",
    "{{ ''.__class__.__mro__ }}",
    "<%= 7 * 7 %>",
    "#{7*7}",
    "__proto__",
    "constructor",
    "&lt;b&gt; &amp;amp; &#x3c;script&#x3e;",
    "\\u003cscript\\u003e \\x3c \\0",
    "NUL \x00 inside",
    "bell \x07 escape \x1b[31m delete \x7f",
    "override \u202etxt.exe\u202c end",
    "isolate \u2066\u2067 never closed",
    "zero\u200bwidth\u200djoin\ufeffbom",
    "tags \U000e0041\U000e0042",
    "line\u2028separator\u2029paragraph",
    "e" + "\u0301" * 200,
    "noncharacter \uffff \ufdd0",
    '=HYPERLINK("https://example.org/","x")',
    'a,b;c\t"d"',
    "%3Cscript%3E%00",
    "🏴\U000e0067\U000e0062\U000e007f 👩‍👩‍👧‍👦",
    "العربية עברית mixed 123",
    "   leading and trailing   ",
    "x" * 100_000,
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A run in which ids, documents, metadata, sources, references and hypotheses all attack."""
    segments = tuple(
        Segment(f"{index} {text[:80]}", text, (text,), text[:80], {"domain": text[:80]})
        for index, text in enumerate(PAYLOADS)
    )
    corpus = Corpus(PAYLOADS[1], LanguagePair("en", "ar"), segments, (PAYLOADS[0],))
    hypotheses = {PAYLOADS[6]: PAYLOADS, "other": tuple(reversed(PAYLOADS))}
    run = score(corpus, hypotheses, ["chrf"], use_cache=False)
    file = tmp_path_factory.mktemp("hostile") / "report.html"
    write_html(report_data(run), file)
    return file


def _sources(page) -> list[str]:
    """The sources in the list's order, read while walking down."""
    found = []
    for _ in PAYLOADS:
        page.keyboard.press("j")
        found.append(page.locator(".card.current .line.source p").text_content())
    return found


def test_payloads_are_text_and_nothing_else(visit, hostile):
    page = visit(hostile, "#view=segments")
    assert _sources(page) == [text[:3000] for text in PAYLOADS]
    assert page.evaluate("window.hacked") is None
    assert page.title().startswith(PAYLOADS[1])


@pytest.mark.parametrize(
    "view", ["&diff=r%3A0", "&diff=s%3Aother&invisible=1", "&q=%3C&invisible=1"]
)
def test_payloads_stay_text_in_diffs_marks_and_stand_ins(visit, hostile, view):
    page = visit(hostile, "#view=segments" + view)
    for _ in range(len(PAYLOADS)):
        page.keyboard.press("j")
    inside = page.locator("#canvas *").evaluate_all(
        "all => [...new Set(all.map(e => e.localName))]"
    )
    ours = {"article", "header", "span", "button", "div", "p", "i", "ins", "del", "mark"}
    assert set(inside) <= ours | {"ul", "li"}
    assert page.evaluate("window.hacked") is None


def test_invisible_characters_can_be_seen(visit, hostile):
    page = visit(hostile, "#view=segments&q=override&in=source")
    assert page.locator(".invisible").count() == 0
    page.get_by_label("Show invisible characters").check()
    line = page.locator(".card .line.source .text").first
    assert line.locator(".invisible").all_text_contents() == ["RLO", "PDF"]


def test_a_very_long_line_is_cut_until_asked_for(visit, hostile):
    page = visit(hostile, "#view=segments&q=xxxxx&in=source")
    line = page.locator(".card .line.source").first
    assert len(line.locator("p").text_content()) == 3000
    line.get_by_role("button", name="Show all 100,000 characters").click()
    assert page.locator(".card .line.source p").first.text_content() == PAYLOADS[-1]


def test_an_export_gives_back_the_very_texts(visit, hostile):
    page = visit(hostile, "#view=segments")
    page.get_by_text("Export", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="JSONL").click()
    lines = download.value.path().read_text(encoding="utf-8").split("\n")[:-1]
    import json

    assert [json.loads(line)["source"] for line in lines] == list(PAYLOADS)


def test_a_hostile_link_changes_nothing_but_the_view(visit, hostile):
    image = "%3Cimg%20src%20onerror%3Dhacked%3D1%3E"
    page = visit(hostile, f"#view={image}&segment={image}&__proto__=1&sort=x&diff=r:99")
    assert page.locator("#overview").is_visible()
    assert page.evaluate("window.hacked") is None


def test_payloads_can_be_reviewed_and_stay_text(visit, hostile, tmp_path):
    page = visit(hostile, "#view=segments&review=1")
    page.locator("input[name=reviewer]").fill(PAYLOADS[6])
    page.locator("input[name=reviewer]").press("Escape")
    for text in PAYLOADS[:3]:
        page.keyboard.press("3")
        page.keyboard.press("e")
        page.locator("#labeller .primary").press("Enter")
        page.keyboard.press("a")
        page.locator("#noter textarea").fill(text)
        page.locator("#noter .primary").press("Enter")
        assert page.locator(".card.current .note").text_content() == text
        assert page.locator(".card.current .errors li").count() == 1
        page.keyboard.press("j")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export TSV").click()
    download.value.save_as(tmp_path / "hostile.tsv")
    page.evaluate("localStorage.clear()")
    page.reload()
    page.wait_for_selector("html[data-loaded]")
    page.locator("#review input[type=file]").set_input_files(tmp_path / "hostile.tsv")
    page.wait_for_selector("#toast.on")
    assert page.locator("#toast").text_content() == "Imported 3 segments"
    page.keyboard.press("Home")
    assert page.locator(".card.current .note").text_content() == PAYLOADS[0]
    assert page.evaluate("window.hacked") is None
