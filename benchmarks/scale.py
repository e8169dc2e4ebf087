"""What each stage of an evaluation costs as the test set grows.

    python benchmarks/scale.py 10000 100000 1000000    # segments; each size in a process of its own
    python benchmarks/scale.py --systems 2 10000000
    python benchmarks/scale.py --checks 100000         # with the checks, too
    python benchmarks/scale.py pairs 200x500 1000x5    # every pair of so many systems x segments

Texts are random sentences of 8 to 36 words, with as many of them replaced in each system. BLEU and
chrF score them. Every stage is one that `mtqe score` goes through, from files to the report;
seconds are processor time of all threads, and memory is the peak of the process so far.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter, process_time
from typing import Any, TypeVar

import numpy as np

VOCABULARY = 20_000
AT_ONCE = 50_000
METRICS = ("bleu", "chrf")
REPLACED, MORE = 0.25, 0.003
"""Share of words that the first system replaces, and how many more each further one does."""
REPORTED = 100_000
"""Segments that the report lists."""

T = TypeVar("T")


def words(rng: np.random.Generator) -> Any:  # noqa: ANN401 - an array of strings
    """Words of 2 to 9 letters, the first ones much more frequent."""
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    return np.array(
        ["".join(rng.choice(letters, size=rng.integers(2, 10))) for _ in range(VOCABULARY)], object
    )


def write_texts(folder: Path, segments: int, systems: int) -> None:
    """A file of references and one of each system, line by line."""
    rng = np.random.default_rng(1)
    vocabulary = words(rng)
    chances = 1 / np.arange(1, VOCABULARY + 1)
    chances /= chances.sum()

    def draw(size: int) -> Any:  # noqa: ANN401
        return vocabulary[rng.choice(VOCABULARY, size=size, p=chances)]

    names = ["reference", *(f"system{number}" for number in range(systems))]
    for start in range(0, segments, AT_ONCE):
        lengths = rng.integers(8, 37, size=min(AT_ONCE, segments - start))
        ends = np.cumsum(lengths)
        reference = draw(int(lengths.sum()))
        for number, name in enumerate(names):
            text = reference.copy()
            if number:
                replaced = rng.random(text.size) < REPLACED + MORE * (number - 1)
                text[replaced] = draw(int(replaced.sum()))
            with (folder / f"{name}.txt").open("a", encoding="utf-8") as file:
                first = 0
                for end in ends:
                    file.write(" ".join(text[first:end]).capitalize() + ".\n")
                    first = end


class Stages:
    """Seconds and memory of one stage after another."""

    def __init__(self) -> None:
        """Begin."""
        self.rows: list[dict[str, Any]] = []

    def time(self, name: str, work: Callable[[], T]) -> T:
        """Do a stage and note what it took."""
        wall, processor = perf_counter(), process_time()
        result = work()
        peak = getrusage(RUSAGE_SELF).ru_maxrss / 2**20
        row = {
            "stage": name,
            "processor": round(process_time() - processor, 2),
            "wall": round(perf_counter() - wall, 2),
            "peak_gb": round(peak, 2),
        }
        self.rows.append(row)
        print(json.dumps(row), flush=True)
        return result


def evaluate(segments: int, systems: int, *, checks: bool) -> None:
    """Go through the stages of one evaluation."""
    stages = Stages()
    with tempfile.TemporaryDirectory() as folder:
        write_texts(Path(folder), segments, systems)
        stages.time("imports", _import_all)
        run = _evaluate(Path(folder), systems, stages, checks=checks)
        _report(run, Path(folder), stages)


def _import_all() -> None:
    import pandas  # noqa: F401
    import scipy.stats  # noqa: F401

    import mtqe.evaluation.score_and_check
    import mtqe.report.page.render  # noqa: F401


def _evaluate(folder: Path, systems: int, stages: Stages, *, checks: bool) -> Any:  # noqa: ANN401
    from mtqe.checks import run_checks
    from mtqe.config import build_metrics, default_checks
    from mtqe.evaluation.evaluate import check_systems, check_translations, translate_all
    from mtqe.evaluation.executors import Local
    from mtqe.evaluation.existing import read_scoring_input
    from mtqe.evaluation.reuse import evaluation_key
    from mtqe.evaluation.score_and_check import score_metric
    from mtqe.evaluation.tables import CheckResults, run_manifest, segments_table, statistics_table
    from mtqe.run import FINDINGS, SEGMENTS, SPANS, STATISTICS, Run, findings_table, spans_table
    from mtqe.support.progress import silent

    files = [f"system{n}={folder / f'system{n}.txt'}" for n in range(systems)]
    references = [str(folder / "reference.txt")]

    def read() -> Any:  # noqa: ANN401
        corpus, named = read_scoring_input("scale", None, references, files, None, "en")
        check_systems(corpus, named)
        return corpus, translate_all(corpus, named, cache=None, progress=silent())

    corpus, translated = stages.time("read", read)
    stages.time(
        "check inputs", lambda: check_translations(corpus, [i.translations for i in translated])
    )
    metrics = build_metrics(METRICS, corpus.languages, {})
    stages.time("hashes", lambda: evaluation_key(corpus, translated, metrics, ()))
    scored = [
        stages.time(
            f"score {named.name}",
            lambda named=named: score_metric(  # type: ignore[misc] - mypy infers no such lambda
                named, corpus, translated, Local(), None, silent()
            ),
        )
        for named in metrics
    ]
    chosen = default_checks(corpus.languages) if checks else ()
    found = stages.time(
        "checks",
        lambda: run_checks(chosen, corpus, [i.translations for i in translated], silent()),
    )
    results = CheckResults(tuple(chosen), found)
    tables = stages.time(
        "tables",
        lambda: {
            SEGMENTS: segments_table(corpus, translated, scored),
            STATISTICS: statistics_table(corpus, translated, scored),
            FINDINGS: findings_table(results.findings),
            SPANS: spans_table(()),
        },
    )
    manifest = run_manifest(corpus, translated, scored, results)
    return Run(None, manifest, tables)


def _report(run: Any, folder: Path, stages: Stages) -> None:  # noqa: ANN401 - an mtqe.Run
    from mtqe.compare.own_comparison import with_comparison
    from mtqe.report.page.data import report_data
    from mtqe.report.page.render import render_html
    from mtqe.run import Run, write_run

    manifest = stages.time("comparison", lambda: with_comparison(run))
    run = Run(None, manifest, run.tables())
    data = stages.time("report data", lambda: report_data(run, max_segments=REPORTED))
    page = stages.time("report page", lambda: render_html(data).encode("utf-8"))
    output = folder / "run"
    stages.time("write", lambda: write_run(output, run, {"report.html": page}))
    sizes = {file.name: file.stat().st_size for file in output.iterdir()}
    print(json.dumps({"bytes": sizes, "texts": _size(folder)}), flush=True)


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.glob("*.txt"))


def pairs(shape: str) -> None:
    """Compare every pair of systems on random texts' statistics by BLEU."""
    from mtqe.compare.comparison import compare_material
    from mtqe.compare.settings import ComparisonSettings

    systems, segments = map(int, shape.split("x"))
    material = random_material(systems, segments)
    stages = Stages()
    settings = ComparisonSettings()
    found = stages.time(
        f"comparison of {shape}", lambda: compare_material(material, None, (), settings)
    )
    print(json.dumps({"tests": found.tests, "remarks": found.remarks}))


def random_material(systems: int, segments: int) -> Any:  # noqa: ANN401
    """Systems from worse to better, three of each quality, with BLEU's statistics."""
    import pyarrow as pa

    from mtqe.compare.paired_scores import ComparedSegments, PairedScores
    from mtqe.corpus import LanguagePair
    from mtqe.metrics.surface import BLEU
    from mtqe.run import MetricInfo

    rng = np.random.default_rng(1)
    lengths = rng.integers(8, 37, segments)
    qualities = np.repeat(np.linspace(0.6, 0.85, -(-systems // 3)), 3)[:systems]
    metric = BLEU()
    statistics = {}
    for number, quality in enumerate(qualities):
        orders = np.maximum(lengths - np.arange(4)[:, None], 0)
        matched = rng.binomial(orders, quality ** np.arange(1, 5)[:, None])
        rows = np.stack([lengths, lengths, *matched, *orders], axis=1).astype(np.float64)
        statistics[f"system{number}"] = rows

    class System:
        def __init__(self, label: str) -> None:
            self.label = label

        def statistics(self, metric: str) -> Any:  # noqa: ANN401
            return statistics[self.label]

        def scores(self, name: str) -> Any:  # noqa: ANN401
            return metric.segment_scores(statistics[self.label])

    names = [f"s{number}" for number in range(segments)]
    nothing = pa.nulls(segments, pa.string())
    table = pa.table({"segment_id": names, "document": nothing, "source": nothing})
    info = MetricInfo.of("bleu", metric, LanguagePair("de", "en"), signature="")
    named: Any = tuple(map(System, statistics))
    return PairedScores("random", named, (info,), ComparedSegments(table), {})


def rows_of(output: str) -> Iterator[dict[str, Any]]:
    """What a process printed."""
    return (json.loads(line) for line in output.splitlines() if line.startswith("{"))


def table(found: dict[int, list[dict[str, Any]]], systems: int) -> Iterator[str]:
    """Seconds per million translations and peak memory, a row per stage."""
    sizes = list(found)
    yield "| stage | " + " | ".join(f"{size:,} x {systems}" for size in sizes) + " |"
    yield "|---|" + "---|" * len(sizes)
    stages = [row["stage"] for row in found[sizes[0]] if "stage" in row]
    for stage in stages:
        cells = []
        for size in sizes:
            row = next((row for row in found[size] if row.get("stage") == stage), None)
            million = size * systems / 1e6
            cells.append(
                "" if row is None else f"{row['processor'] / million:.1f} s, {row['peak_gb']} GB"
            )
        yield f"| {stage} | " + " | ".join(cells) + " |"
    total = [sum(row.get("processor", 0) for row in found[size]) for size in sizes]
    yield "| all, s | " + " | ".join(f"{seconds:.0f}" for seconds in total) + " |"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure each size in a process of its own, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="+", help="segments, or `pairs` and SYSTEMSxSEGMENTS")
    parser.add_argument("--systems", type=int, default=3)
    parser.add_argument("--checks", action="store_true")
    parser.add_argument("--here", action="store_true", help="measure in this process")
    given = parser.parse_args(arguments)
    if given.what[0] == "pairs":
        for shape in given.what[1:]:
            pairs(shape)
        return
    sizes = list(map(int, given.what))
    if given.here:
        for size in sizes:
            evaluate(size, given.systems, checks=given.checks)
        return
    found = {}
    for size in sizes:
        command = [sys.executable, __file__, "--here", "--systems", str(given.systems), str(size)]
        command += ["--checks"] if given.checks else []
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        print(done.stdout, flush=True)
        found[size] = list(rows_of(done.stdout))
    print("\n".join(table(found, given.systems)))


if __name__ == "__main__":
    main()
