"""How the HTML report holds up at 100,000 segments, 3 systems and 4 metrics, in a real Chromium.

Run it with: python benchmarks/report.py [--segments 100000] [--spans 2] [--keep FOLDER]
It needs Debian's chromium and `pip install 'mtqe[test]'`. Texts are made of common words drawn at
random, so that no sentence repeats and compression is not flattered; scores are random. Four
translations in a hundred have a finding. With --spans, a metric and a person mark so many errors
in each translation, and the filters of spans are timed too. Beside the time that passed stands the
processor time of the longest task of the page's thread, which other jobs on the machine hardly
change.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from playwright.sync_api import Browser, Page, sync_playwright

from mtqe.checks import SEVERITIES, Finding
from mtqe.corpus.spans import SPAN_SEVERITIES, FoundSpan, Place, place_spans
from mtqe.report.page.data import report_data
from mtqe.report.page.render import write_html
from mtqe.run import CheckInfo, CorpusInfo, MetricInfo, Run, RunManifest, Score, SystemInfo
from mtqe.run.adding import with_spans
from mtqe.run.findings import findings_table
from mtqe.run.reading import FINDINGS, SEGMENTS
from mtqe.run.soundness import SPANS

SYSTEMS = ("first", "second", "third")
METRICS = {
    "bleu": (0.0, 100.0, 1),
    "chrf": (0.0, 100.0, 1),
    "comet": (None, None, 4),
    "ter": (0.0, None, 1),
}
REFERENCES = Path(__file__).parents[1] / "references"
WORDS_A_SEGMENT = 22
FINDINGS_EVERY = 25
CHECKS = ("length", "numbers", "repetition")

FIRST_ROW = """() => new Promise((done) => {
  const look = () => {
    if (document.querySelector(".card")) done(performance.now());
    else requestAnimationFrame(look);
  };
  look();
})"""
SCROLL = """async () => {
  const scroller = document.querySelector("#scroller");
  const tasks = [];
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) tasks.push(entry.duration);
  });
  observer.observe({ type: "longtask" });
  const frames = [];
  let last = performance.now();
  for (let step = 0; step < 300; step += 1) {
    if (step % 50 === 49) scroller.scrollTop = Math.random() * scroller.scrollHeight;
    else scroller.scrollBy(0, 240);
    await new Promise((done) => requestAnimationFrame(done));
    const now = performance.now();
    frames.push(now - last);
    last = now;
  }
  observer.disconnect();
  frames.sort((a, b) => a - b);
  const [median, p95, worst] = [frames[150], frames[285], frames[299]];
  return { longest: Math.max(0, ...tasks), median, p95, worst };
}"""
CHANGE = """([name, value]) => new Promise((done) => {
  const control = document.querySelector(`[name="${name}"]`);
  const address = location.hash;
  if (control.type === "checkbox") control.checked = value;
  else control.value = value;
  const start = performance.now();
  const typed = control.matches("[type=search], [type=number]");
  control.dispatchEvent(new Event(typed ? "input" : "change"));
  const finish = () => done(performance.now() - start);
  const painted = () => requestAnimationFrame(() => setTimeout(finish));
  const look = () => (location.hash === address ? setTimeout(look, 2) : painted());
  look();
})"""
"""Milliseconds from a change of a control until its result is painted."""
VIEW = """(view) => new Promise((done) => {
  const start = performance.now();
  document.querySelector(`[data-view=${view}]`).click();
  requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
})"""

ACTIONS = (
    ("sort by a score", "sort", "score"),
    ("sort by the difference of two systems", "sort", "systems"),
    ("sort by the disagreement of two metrics", "sort", "metrics"),
    ("sort by the worst drop", "sort", "regression"),
    ("sort by the severity of findings", "sort", "findings"),
    ("back to the corpus's order", "sort", "corpus"),
    ("filter by a finding", "finding", "numbers"),
    ("take that filter off", "finding", ""),
    ("filter by length", "longest", "80"),
    ("take that filter off", "longest", ""),
    ("filter by what is missing", "missing", True),
    ("take that filter off", "missing", False),
    ("search 'piscina' (150 ms of it wait for typing)", "text", "piscina"),
    ("search 'e'", "text", "e"),
    ("search what isn't there", "text", "nowhere to be found"),
    ("take the search off", "text", ""),
)

SPAN_ACTIONS = (
    ("filter by an origin of spans", "spanOrigin", "person:ana"),
    ("... that the metric also marks", "spanAgreement", "both"),
    ("... that nobody else marks", "spanAgreement", "alone"),
    ("... of a kind of error", "spanCategory", "Fluency/Grammar"),
    ("... that are critical", "spanSeverity", "critical"),
    ("switch a layer off", "layer metric:x", False),
)
CATEGORIES = (None, "Accuracy/Mistranslation", "Accuracy/Addition", "Fluency/Grammar")


def with_marks(run: Run, count: int) -> Run:
    """The run with so many spans of a word or two by each of two origins in every translation."""
    manifest, table = run.manifest, run.spans_table
    places = [
        Place(row.segment_id, row.system, row.source, row.hypothesis)
        for row in run.segments.itertuples()
    ]
    for seed, origin in enumerate(("metric:x", "person:ana")):
        rng = np.random.default_rng(seed)
        found = [(place, [_mark(rng, place.hypothesis) for _ in range(count)]) for place in places]
        placed = place_spans(origin, found)
        manifest, table = with_spans(manifest, table, [(placed, origin)], origin)
    return Run(None, manifest, {**run.tables(), SPANS: table})


def _mark(rng: np.random.Generator, text: str) -> FoundSpan:
    start = int(rng.integers(0, max(1, len(text) - 12)))
    end = min(len(text), start + int(rng.integers(3, 12)))
    return FoundSpan(
        start=start,
        end=end,
        text=text[start:end],
        severity=SPAN_SEVERITIES[rng.integers(0, 4)],
        category=CATEGORIES[rng.integers(0, 4)],
        confidence=float(rng.random()),
        explanation=f"{text[start:end]} is not what the source says",
    )


def make_run(size: int) -> Run:
    """A run in memory with made-up texts and scores."""
    rng = np.random.default_rng(1)
    english, spanish = _vocabulary(2), _vocabulary(3)
    sources = _sentences(rng, english, size)
    references = [[text] for text in _sentences(rng, spanish, size)]
    tables = []
    for name in SYSTEMS:
        scores = {metric: _scores(rng, metric, size) for metric in METRICS}
        tables.append(
            pa.table(
                {
                    "segment_id": [f"segment-{index:06}" for index in range(size)],
                    "system": [name] * size,
                    "document": [f"document-{index // 20:05}" for index in range(size)],
                    "source": sources,
                    "references": references,
                    "hypothesis": _sentences(rng, spanish, size),
                    **scores,
                    "failure": pa.nulls(size, pa.string()),
                    "metadata.domain": [
                        ("news", "legal", "speech")[index % 3] for index in range(size)
                    ],
                }
            )
        )
    found = findings_table(_findings(rng, size))
    return Run(None, _manifest(size), {SEGMENTS: pa.concat_tables(tables), FINDINGS: found})


def _findings(rng: np.random.Generator, size: int) -> list[Finding]:
    return [
        Finding(
            f"segment-{row:06}",
            SYSTEMS[system],
            CHECKS[row % len(CHECKS)],
            SEVERITIES[row % len(SEVERITIES)],
            f"{start} differs from what the source has.",
            (("source", start, start + 4), ("hypothesis", start, start + 9)),
        )
        for row in range(size)
        for system in range(len(SYSTEMS))
        for start in rng.integers(0, 40, int(rng.random() < 1 / FINDINGS_EVERY)).tolist()
    ]


def _vocabulary(column: int) -> list[str]:
    lines = (REFERENCES / "en-es" / "corpus.tsv").read_text(encoding="utf-8").split("\n")[1:-1]
    return " ".join(line.split("\t")[column + 1] for line in lines).split()


def _sentences(rng: np.random.Generator, words: list[str], size: int) -> list[str]:
    lengths = rng.poisson(WORDS_A_SEGMENT, size) + 1
    drawn = np.array(words, dtype=object)[rng.integers(0, len(words), lengths.sum())]
    return [" ".join(part) for part in np.split(drawn, lengths.cumsum()[:-1])]


def _scores(rng: np.random.Generator, metric: str, size: int) -> np.ndarray:
    return rng.normal(0.8, 0.1, size) if metric == "comet" else rng.uniform(0, 100, size)


def _manifest(size: int) -> RunManifest:
    corpus = CorpusInfo(
        name="made-up",
        source_language="en",
        target_language="es",
        hash="0" * 64,
        segments=size,
        references="1",
        slices=("domain",),
    )
    metrics = tuple(
        MetricInfo(
            name=name,
            metric=name,
            options={},
            label=name,
            signature="made-up",
            higher_is_better=name != "ter",
            range=(low, high),
            decimals=decimals,
        )
        for name, (low, high, decimals) in METRICS.items()
    )
    systems = tuple(
        SystemInfo(
            name=name,
            identity={},
            translated=size,
            seconds=0.0,
            failures=0,
            scores=tuple(
                Score(metric=metric, score=50.0, signature="", segments=size, unscored=0)
                for metric in METRICS
            ),
        )
        for name in SYSTEMS
    )
    return RunManifest(
        id="made-up",
        created="2026-01-01T00:00:00+00:00",
        versions={},
        corpus=corpus,
        metrics=metrics,
        systems=systems,
        checks=tuple(CheckInfo(name=name, summary=name, settings={}) for name in CHECKS),
    )


def traced(browser: Browser, page: Page, action: Callable[[], Any]) -> tuple[Any, float]:
    """What an action gives, and the processor time of its longest task in milliseconds."""
    browser.start_tracing(page=page, categories=["toplevel"])
    result = action()
    events = json.loads(browser.stop_tracing())["traceEvents"]
    main = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    tasks = (e.get("tdur", 0) for e in events if (e.get("pid"), e.get("tid")) in main)
    return result, max(tasks, default=0) / 1000


def measure(
    browser: Browser, page: Page, file: Path, actions: Sequence[tuple[str, str, object]]
) -> None:
    page.goto(file.as_uri() + "#view=segments", wait_until="commit", timeout=120_000)
    print(f"first row: {page.evaluate(FIRST_ROW) / 1000:.2f} s after navigation")
    page.wait_for_selector("html[data-loaded]", timeout=120_000)
    print(f"all rows: {page.evaluate('performance.now()') / 1000:.2f} s after navigation")
    scrolled, longest = traced(browser, page, lambda: page.evaluate(SCROLL))
    print(f"scrolling, longest task: {scrolled['longest']:.0f} ms, {longest:.0f} ms of processor")
    frames = (f"{key} {scrolled[key]:.0f} ms" for key in ("median", "p95", "worst"))
    print(f"scrolling, frames: {', '.join(frames)}")
    for what, name, value in actions:
        change = [name, value]
        took, longest = traced(browser, page, lambda change=change: page.evaluate(CHANGE, change))
        status = page.locator("#status").text_content()
        print(f"{what}: {took:.0f} ms, {longest:.0f} ms of processor, {status}")
    measure_scatter(browser, page)
    heap = page.evaluate("performance.memory.usedJSHeapSize")
    print(f"script memory: {heap / 2**20:.0f} MiB")


def measure_scatter(browser: Browser, page: Page) -> None:
    """The overview's scatter plot: drawing it, and brushing over it."""
    took, longest = traced(browser, page, lambda: page.evaluate(VIEW, "overview"))
    print(f"overview with the scatter plot: {took:.0f} ms, {longest:.0f} ms of processor")
    page.locator("#scatter").scroll_into_view_if_needed()
    _, longest = traced(browser, page, lambda: brush(page))
    counted = page.locator(".counted").text_content()
    print(f"brushing, longest task: {longest:.0f} ms of processor, {counted}")
    took, longest = traced(browser, page, lambda: page.evaluate(VIEW, "segments"))
    status = page.locator("#status").text_content()
    print(f"listing the box: {took:.0f} ms, {longest:.0f} ms of processor, {status}")


def brush(page: Page) -> None:
    box = page.locator(".plot-field").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    for step in range(20):
        page.mouse.move(box["x"] + 60 + 10 * step, box["y"] + 60 + 8 * step)
    page.mouse.up()
    page.wait_for_timeout(300)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--segments", type=int, default=100_000)
    parser.add_argument("--spans", type=int, default=0, help="by each origin in a translation")
    parser.add_argument("--keep", type=Path, help="folder to leave the report in")
    arguments = parser.parse_args()
    folder = arguments.keep or Path(tempfile.mkdtemp())
    file = folder / "report.html"
    run = make_run(arguments.segments)
    if arguments.spans:
        run = with_marks(run, arguments.spans)
    actions = (*ACTIONS, *(SPAN_ACTIONS if arguments.spans else ()))
    start = time.perf_counter()
    data = report_data(run)
    print(f"report data: {time.perf_counter() - start:.1f} s")
    start = time.perf_counter()
    write_html(data, file)
    print(f"page: {time.perf_counter() - start:.1f} s, {file.stat().st_size / 2**20:.1f} MiB")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        measure(browser, browser.new_page(viewport={"width": 1360, "height": 900}), file, actions)
        browser.close()
    if arguments.keep is None:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
