"""How the HTML report holds up at 100,000 segments, 3 systems and 4 metrics, in a real Chromium.

Run it with: python benchmarks/report.py [--segments 100000] [--keep FOLDER]
It needs Debian's chromium and `pip install 'mtqe[test]'`. Texts are made of common words drawn at
random, so that no sentence repeats and compression is not flattered; scores are random.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
from playwright.sync_api import Page, sync_playwright

from mtqe.report.data import report_data
from mtqe.report.html import write_html
from mtqe.run import CorpusInfo, MetricInfo, Run, RunManifest, Score, SystemInfo

SYSTEMS = ("first", "second", "third")
METRICS = {
    "bleu": (0.0, 100.0, 1),
    "chrf": (0.0, 100.0, 1),
    "comet": (None, None, 4),
    "ter": (0.0, None, 1),
}
REFERENCES = Path(__file__).parents[1] / "references"
WORDS_A_SEGMENT = 22

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
  const control = document.querySelector(`[name=${name}]`);
  const address = location.hash;
  if (control.type === "checkbox") control.checked = value;
  else control.value = value;
  const start = performance.now();
  control.dispatchEvent(new Event(control.type === "search" ? "input" : "change"));
  const finish = () => done(performance.now() - start);
  const painted = () => requestAnimationFrame(() => setTimeout(finish));
  const look = () => (location.hash === address ? setTimeout(look, 2) : painted());
  look();
})"""
"""Milliseconds from a change of a control until its result is painted."""

ACTIONS = (
    ("sort by a score", "sort", "score"),
    ("sort by the difference of two systems", "sort", "systems"),
    ("sort by the disagreement of two metrics", "sort", "metrics"),
    ("back to the corpus's order", "sort", "corpus"),
    ("filter by what is missing", "missing", True),
    ("take that filter off", "missing", False),
    ("search 'piscina' (150 ms of it wait for typing)", "text", "piscina"),
    ("search 'e'", "text", "e"),
    ("search what isn't there", "text", "nowhere to be found"),
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
    return Run(None, _manifest(size), {"segments.parquet": pa.concat_tables(tables)})


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
    )


def measure(page: Page, file: Path) -> None:
    page.goto(file.as_uri() + "#view=segments", wait_until="commit")
    print(f"first row: {page.evaluate(FIRST_ROW) / 1000:.2f} s after navigation")
    page.wait_for_selector("html[data-loaded]", timeout=120_000)
    print(f"all rows: {page.evaluate('performance.now()') / 1000:.2f} s after navigation")
    scrolled = page.evaluate(SCROLL)
    print(f"scrolling, longest task: {scrolled['longest']:.0f} ms (0 is under 50)")
    print(
        "scrolling, frames: "
        + ", ".join(f"{key} {scrolled[key]:.0f} ms" for key in ("median", "p95", "worst"))
    )
    for what, name, value in ACTIONS:
        took = page.evaluate(CHANGE, [name, value])
        print(f"{what}: {took:.0f} ms, {page.locator('#status').text_content()}")
    heap = page.evaluate("performance.memory.usedJSHeapSize")
    print(f"script memory: {heap / 2**20:.0f} MiB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--segments", type=int, default=100_000)
    parser.add_argument("--keep", type=Path, help="folder to leave the report in")
    arguments = parser.parse_args()
    folder = arguments.keep or Path(tempfile.mkdtemp())
    file = folder / "report.html"
    run = make_run(arguments.segments)
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
        measure(browser.new_page(viewport={"width": 1360, "height": 900}), file)
        browser.close()
    if arguments.keep is None:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
