"""How often does a gate raise a false alarm, and how often does it see a real drop?

    python benchmarks/gate_power.py    # needs ../shared/data/systems

Every ordered pair of real systems is a change: the second system is the baseline, the first the
candidate. What is true is the sign of their difference over the full set. The gate sees random
subsets of 100, 300 and 549 segments and applies `max_drop = 0`. Where the systems' translations
are shuffled among them inside each segment, no system is better, and every failure is a false
alarm. Prints Markdown.
"""

from __future__ import annotations

import csv
import gzip
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mtqe.compare import ComparisonSettings
from mtqe.compare.paired_tests import PairedTests
from mtqe.corpus.base import LanguagePair
from mtqe.gate.decide import BoundedValue, drop_within
from mtqe.metrics.base import Metric, Sample
from mtqe.metrics.info import MetricInfo
from mtqe.metrics.pool import ModelPool
from mtqe.metrics.surface import BLEU, CHRF

Floats = NDArray[np.float64]

DATA = Path(__file__).parents[1] / "../shared/data/systems"
PAIRS = ("de-en", "en-zh")
SIZES = (100, 300, 549)
SUBSETS = 20
DEALS = 50
"""How often translations are shuffled among the systems."""
LEVEL = 0.95
RESAMPLES = 1000
BANDS = (0.0, 0.5, 1.0, 2.0, 4.0, np.inf)
"""Sizes of true drops, in the metrics' points."""
OTHER_COLUMNS = {"seg_id", "src", "refA", "refB", "domain", "doc_id", "document"}


@dataclass(frozen=True)
class Seen:
    """One verdict: what the gate said of a change whose true effect is known.

    Attributes:
        effect: the candidate's score minus the baseline's over the full set.
        verdict: of the gate on the subset.
    """

    effect: float
    verdict: str


def read_systems(pair: str) -> tuple[list[str], dict[str, list[str]]]:
    """The reference and the systems' translations."""
    with gzip.open(DATA / f"{pair}.tsv.gz", "rt", encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    names = [name for name in rows[0] if name not in OTHER_COLUMNS]
    return [row["refA"] for row in rows], {name: [row[name] for row in rows] for name in names}


def statistics_of(metric: Metric, reference: list[str], systems: Mapping[str, list[str]]) -> Floats:
    """Sufficient statistics [systems, segments, k]."""
    samples = [
        Sample("", text, (wanted,))
        for texts in systems.values()
        for text, wanted in zip(texts, reference, strict=True)
    ]
    matrix = metric.statistics(samples, ModelPool())
    return matrix.reshape(len(systems), len(reference), -1)


def info_of(metric: Metric, pair: str) -> MetricInfo:
    """What a run would keep of a metric."""
    source, target = pair.split("-")
    return MetricInfo.of(metric.name, metric, LanguagePair(source, target), signature="")


def verdicts(info: MetricInfo, statistics: Floats, size: int) -> Iterator[Seen]:
    """The gate's verdicts at margin 0 on random subsets, for every ordered pair."""
    truth = info.build().corpus_scores(statistics.sum(axis=1))
    count = statistics.shape[1]
    rng = np.random.default_rng([size, count])
    for _ in range(SUBSETS if size < count else 1):
        rows = rng.choice(count, min(size, count), replace=False)
        yield from judged(info, statistics[:, rows], truth, rng)


def verdicts_without_difference(info: MetricInfo, statistics: Floats, size: int) -> Iterator[Seen]:
    """The same where each segment's translations are dealt out anew: no system is better."""
    systems, count, _ = statistics.shape
    rng = np.random.default_rng([size, count, 1])
    for _ in range(DEALS):
        rows = rng.choice(count, min(size, count), replace=False)
        deal = rng.permuted(np.tile(np.arange(systems), (len(rows), 1)), axis=1).T
        yield from judged(info, statistics[deal, rows], np.zeros(systems), rng)


def judged(
    info: MetricInfo, statistics: Floats, truth: Floats, rng: np.random.Generator
) -> Iterator[Seen]:
    """Every ordered pair's verdict at margin 0, each as a gate of its own."""
    settings = ComparisonSettings(
        resamples=RESAMPLES, trials=RESAMPLES, seed=int(rng.integers(2**31))
    )
    tests = PairedTests(info, statistics, None, settings)
    for first, second in combinations(range(len(truth)), 2):
        pair = tests.pair(first, second)
        low, high = pair.bounds(2 * LEVEL - 1)
        significant = pair.p_value() < 1 - LEVEL
        for candidate, baseline, least, most in (
            (first, second, -high, -low),
            (second, first, low, high),
        ):
            value = float(tests.resampled.scores[baseline] - tests.resampled.scores[candidate])
            firm = most <= 0 and tests.not_worse(candidate, baseline, 0.0, LEVEL)
            verdict = drop_within(
                BoundedValue(value, least, most), 0.0, significant=significant, firm=firm
            )
            yield Seen(float(truth[candidate] - truth[baseline]), verdict)


def share(verdict: str, seen: list[Seen]) -> str:
    """How many of them got this verdict, in percent."""
    if not seen:
        return "–"
    return f"{100 * sum(one.verdict == verdict for one in seen) / len(seen):.1f} %"


def row_of(pair: str, info: MetricInfo, size: int, statistics: Floats) -> str:
    """One row of the table: errors, then detection by the size of the true drop."""
    seen = list(verdicts(info, statistics, size))
    shuffled = list(verdicts_without_difference(info, statistics, size))
    better = [one for one in seen if one.effect >= 0]
    worse = [one for one in seen if one.effect < 0]
    detected = [
        share("fail", [one for one in worse if low <= -one.effect < high])
        for low, high in pairwise(BANDS)
    ]
    errors = [share("fail", shuffled), share("fail", better), share("pass", worse)]
    cells = [pair, info.label, str(size), *errors, *detected]
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Print the table, a row as soon as it is known."""
    if not DATA.is_dir():
        sys.exit("This needs de-en.tsv.gz and en-zh.tsv.gz in ../shared/data/systems.")
    head = ["test set", "metric", "segments"]
    head += ["false alarms, shuffled", "false alarms", "drops passed"]
    head += ["drop < 0.5", "0.5–1", "1–2", "2–4", "4 and more"]
    print(f"| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for pair in PAIRS:
        reference, systems = read_systems(pair)
        for metric in (BLEU.from_options({}, pair[-2:]), CHRF.from_options({}, pair[-2:])):
            statistics = statistics_of(metric, reference, systems)
            info = info_of(metric, pair)
            for size in SIZES:
                print(row_of(pair, info, size, statistics), flush=True)


if __name__ == "__main__":
    main()
