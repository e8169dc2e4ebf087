"""Do intervals of differences hold on real systems, and how often does a gate pass a real drop?

    python benchmarks/real_intervals.py                  # needs ../shared/data/systems; an hour
    python benchmarks/real_intervals.py --draws 100 --sets de-en --metrics chrf
    python benchmarks/real_intervals.py --sets de-en --metrics bertscore --published --keep scores
    python benchmarks/real_intervals.py --sets --published --scores zh-en BERTScore-refA.seg.score

A test set of real systems is taken for all texts there are: what is true is the difference of two
systems on all of it. Segments are drawn from it with replacement, and the intervals of pairs of
systems must hold what is true. A gate whose margin is the true drop must not pass; how often it
does, at one-sided 0.05, is the rate of false passes. "Before" is what mtqe 0.1 did: the bootstrap's
percentile interval. For documents, ten segments in a row are one. COMET's scores are those that
were published for the systems of WMT20. `--keep DIR` keeps the metrics' scores for the next time.
`--scores PAIR FILE` takes published BERTScores of WMT22 in mt-metrics-eval's layout. Prints
Markdown.
"""

from __future__ import annotations

import argparse
import csv
import lzma
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from pathlib import Path

import numpy as np
from gate_power import DATA, Floats, info_of, read_systems, statistics_of
from numpy.typing import NDArray

from mtqe.compare import ComparisonSettings
from mtqe.compare.paired_tests import PairedTests
from mtqe.corpus.readers.metrics_eval import read_score_lines
from mtqe.metrics.info import MetricInfo
from mtqe.metrics.registry import metric_class

SETS = ("de-en", "en-zh", "ja-en")
METRICS = ("chrf", "bleu")
PUBLISHED = ("en-de", "zh-en")
TEACHERS = DATA.parent / "teacher-scores" / "teacher_scores.tsv.xz"
SIZES = (20, 50, 100, 300)
DOCUMENT = 10
LEVEL = 0.95
PAIRS_PER_DRAW = 6
TRIALS = 1000
COLUMNS = (
    "test set", "metric", "drawn", "covers, before", "covers", "heavy tails",
    "covers where heavy", "covers elsewhere", "false pass, before", "bound alone", "false pass",
)  # fmt: skip


@dataclass(frozen=True)
class Population:
    """Real systems whose scores on all segments are the truth.

    Attributes:
        statistics: [systems, segments, k].
        truth: corpus scores [systems].
    """

    name: str
    info: MetricInfo
    statistics: Floats
    truth: Floats

    def draw(
        self, size: int, rng: np.random.Generator, *, documents: bool
    ) -> tuple[Floats, NDArray[np.object_] | None]:
        """Statistics of segments drawn with replacement, with the documents they belong to."""
        count = self.statistics.shape[1]
        if not documents:
            return self.statistics[:, rng.integers(count, size=size)], None
        starts = rng.integers(count // DOCUMENT, size=size // DOCUMENT) * DOCUMENT
        rows = (starts[:, None] + np.arange(DOCUMENT)).ravel()
        labels = np.repeat(np.arange(len(starts)), DOCUMENT).astype(object)
        return self.statistics[:, rows], labels


@dataclass(frozen=True)
class Seen:
    """One pair of systems on one draw.

    Attributes:
        before: whether the bootstrap's percentile interval holds the true difference.
        now: whether mtqe's interval does.
        heavy: whether the difference is marked as having heavy tails.
        passed_before: share of the two directions that the percentile bound passes.
        bound_passed: the same for mtqe's bound.
        passed: the same for mtqe's rule, which leaves out the segments that help most.
    """

    before: bool
    now: bool
    heavy: bool
    passed_before: float
    bound_passed: float
    passed: float


def look(
    population: Population, size: int, rng: np.random.Generator, *, documents: bool
) -> Iterator[Seen]:
    """Some pairs of systems on one draw."""
    statistics, labels = population.draw(size, rng, documents=documents)
    settings = ComparisonSettings(trials=TRIALS, seed=int(rng.integers(2**31)))
    tests = PairedTests(population.info, statistics, labels, settings)
    pairs = list(combinations(range(len(population.truth)), 2))
    for index in rng.choice(len(pairs), min(PAIRS_PER_DRAW, len(pairs)), replace=False):
        first, second = pairs[index]
        if tests.groups[first] != tests.groups[second]:
            true = float(population.truth[first] - population.truth[second])
            yield _seen(tests, first, second, true)


def _seen(tests: PairedTests, first: int, second: int, true: float) -> Seen:
    before = tests.resampled.difference(first, second, level=LEVEL).interval
    low, high = tests.bounds(first, second, LEVEL)
    one_sided = tests.resampled.difference(first, second, level=2 * LEVEL - 1).interval
    below, above = tests.bounds(first, second, 2 * LEVEL - 1)
    drop = -tests.info.quality(true)
    passes = [
        tests.not_worse(first, second, drop - 1e-12, LEVEL),
        tests.not_worse(second, first, -drop - 1e-12, LEVEL),
    ]
    return Seen(
        before=before.low <= true <= before.high,
        now=low <= true <= high,
        heavy=tests.influence(first, second).heavy_tails,
        passed_before=((one_sided.low > true) + (one_sided.high < true)) / 2,
        bound_passed=((below > true) + (above < true)) / 2,
        passed=sum(passes) / 2,
    )


def row_of(population: Population, size: int, draws: int, *, documents: bool) -> str:
    """One row of the table."""
    rng = np.random.default_rng([size, documents, len(population.truth)])
    seen = [one for _ in range(draws) for one in look(population, size, rng, documents=documents)]
    heavy = [one.now for one in seen if one.heavy]
    light = [one.now for one in seen if not one.heavy]
    cells = [
        population.name,
        population.info.label,
        f"{size // DOCUMENT} documents" if documents else f"{size} segments",
        _mean([one.before for one in seen]),
        _mean([one.now for one in seen]),
        _mean([one.heavy for one in seen]),
        _mean(heavy),
        _mean(light),
        _mean([one.passed_before for one in seen]),
        _mean([one.bound_passed for one in seen]),
        _mean([one.passed for one in seen]),
    ]
    return f"| {' | '.join(cells)} |"


def _mean(values: Sequence[float]) -> str:
    return f"{np.mean(values):.3f}" if len(values) else "–"


def populations(
    sets: Sequence[str], metrics: Sequence[str], keep: Path | None
) -> Iterator[Population]:
    """Each test set by each metric; scores are kept in a folder, if one is given."""
    for name in sets:
        reference, systems = read_systems(name)
        for metric_name in metrics:
            metric = metric_class(metric_name).from_options({}, name.split("-")[1])
            kept = None if keep is None else keep / f"{name}-{metric_name}.npy"
            if kept is not None and kept.is_file():
                statistics = np.load(kept)
            else:
                statistics = statistics_of(metric, reference, systems)
                if kept is not None:
                    kept.parent.mkdir(parents=True, exist_ok=True)
                    np.save(kept, statistics)
            info = info_of(metric, name)
            yield Population(name, info, statistics, metric.corpus_scores(statistics.sum(axis=1)))


def published(pairs: Sequence[str]) -> Iterator[Population]:
    """Published COMET scores of the systems of WMT20, by language pair."""
    scores: dict[str, dict[str, dict[str, float]]] = {pair: {} for pair in pairs}
    with lzma.open(TEACHERS, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            people = row["system"].startswith(("Human", "ref"))
            if row["origin"] == "wmt20-comet" and row["lp"] in scores and not people:
                of_source = scores[row["lp"]].setdefault(row["src"], {})
                of_source[row["system"]] = float(row["teacher"])
    for pair, by_source in scores.items():
        names = sorted({name for found in by_source.values() for name in found})
        values = [
            [found[name] for name in names]
            for found in by_source.values()
            if len(found) == len(names)
        ]
        means = np.array(values).T
        statistics = np.stack([means, np.ones_like(means)], axis=2)
        metric = metric_class("comet").from_options({}, pair.split("-")[1])
        info = info_of(metric, pair).model_copy(update={"label": "COMET (WMT20)"})
        yield Population(pair, info, statistics, metric.corpus_scores(statistics.sum(axis=1)))


def published_bertscore(pair: str, path: Path) -> Population:
    """BERTScores of real systems from a file of WMT22; translations by people are left out."""
    scores = {
        name: values
        for name, values in read_score_lines(path).items()
        if not name.startswith("ref")
    }
    means = np.array([scores[name] for name in sorted(scores)], dtype=np.float64)
    statistics = np.stack([means, np.ones_like(means)], axis=2)
    metric = metric_class("bertscore").from_options({}, pair.split("-")[1])
    info = info_of(metric, pair).model_copy(update={"label": "BERTScore (WMT22)"})
    return Population(pair, info, statistics, metric.corpus_scores(statistics.sum(axis=1)))


def main() -> None:
    """Print the table, a row as soon as it is known."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=300)
    parser.add_argument("--sets", nargs="*", default=SETS)
    parser.add_argument("--metrics", nargs="+", default=METRICS)
    parser.add_argument("--published", nargs="*", default=PUBLISHED)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--scores", nargs=2, metavar=("PAIR", "FILE"))
    arguments = parser.parse_args()
    if not DATA.is_dir():
        sys.exit("This needs the test sets in ../shared/data/systems.")
    print(f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}")
    found = [
        populations(arguments.sets, arguments.metrics, arguments.keep),
        published(arguments.published),
    ]
    if arguments.scores:
        pair, path = arguments.scores
        found.append(iter([published_bertscore(pair, Path(path))]))
    for population in chain.from_iterable(found):
        for documents in (False, True):
            for size in SIZES:
                if not documents or size >= 10 * DOCUMENT:
                    row = row_of(population, size, arguments.draws, documents=documents)
                    print(row, flush=True)


if __name__ == "__main__":
    main()
