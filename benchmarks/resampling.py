"""How fast are the comparisons of mtqe.stats, and how much memory do they take?

    python benchmarks/resampling.py peer      # beside sacreBLEU's paired bootstrap, WMT23 de-en
    python benchmarks/resampling.py million   # 3 systems on 1,000,000 segments, memory too

Both do 1,000 resamples and compare every system with the first: interval and p-value of each.
``peer`` needs ../shared/data/systems/de-en.tsv.gz and takes turns with sacreBLEU in one process.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import resource
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import sacrebleu.metrics
from calibration import bleu, simulate
from numpy.typing import NDArray
from sacrebleu.significance import PairedTest

from mtqe.metrics.base import Sample
from mtqe.metrics.pool import ModelPool
from mtqe.metrics.surface import BLEU, CHRF
from mtqe.stats import bootstrap, permutation

Floats = NDArray[np.float64]

DE_EN = Path(__file__).parents[1] / "../shared/data/systems/de-en.tsv.gz"
RESAMPLES = 1000
SEED = 12345  # sacreBLEU's own
ROUNDS = 5
METRICS = (BLEU(), CHRF())
PEERS: dict[str, Any] = {
    BLEU.label: sacrebleu.metrics.BLEU(),
    CHRF.label: sacrebleu.metrics.CHRF(),
}
Statistics = Mapping[str, Floats]


def read_systems() -> tuple[list[str], dict[str, list[str]]]:
    """Read the reference and the systems' translations."""
    with gzip.open(DE_EN, "rt", encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    names = [name for name in rows[0] if name not in {"seg_id", "src", "refA"}]
    return [row["refA"] for row in rows], {name: [row[name] for row in rows] for name in names}


def count(reference: Sequence[str], systems: Mapping[str, Sequence[str]]) -> Statistics:
    """Count n-grams by mtqe's kernels, which give sacreBLEU's statistics."""
    samples = [
        Sample("", hypothesis, (text,))
        for hypotheses in systems.values()
        for hypothesis, text in zip(hypotheses, reference, strict=True)
    ]
    shape = (len(systems), len(reference), -1)
    return {
        metric.label: metric.statistics(samples, ModelPool()).reshape(shape) for metric in METRICS
    }


def peer_count(reference: Sequence[str], systems: Mapping[str, Sequence[str]]) -> Statistics:
    """Let sacreBLEU count."""
    return {
        name: np.array(
            [metric._extract_corpus_statistics(texts, [reference]) for texts in systems.values()],
            dtype=np.float64,
        )
        for name, metric in PEERS.items()
    }


def resample(statistics: Statistics) -> list[float]:
    """Compare all systems with the first, our way; return all p-values."""
    p_values = []
    for metric in METRICS:
        matrix = statistics[metric.label]
        rng = np.random.default_rng(SEED)
        resampled = bootstrap(matrix, metric.corpus_scores, rng=rng, resamples=RESAMPLES)
        for system in range(len(matrix)):
            resampled.interval(system)
            p_values.append(resampled.difference(system, 0).p_value)
    return p_values


class Counted:
    """Stands in for the texts of a system: sacreBLEU gets its statistics by its number."""

    def __init__(self, system: int, segments: int) -> None:
        self.system = system
        self.segments = segments

    def __len__(self) -> int:
        return self.segments


def peer_resample(statistics: Statistics) -> object:
    """Let sacreBLEU's own paired bootstrap loose on statistics that are counted already."""
    for name, metric in PEERS.items():
        rows = [matrix.astype(np.int64).tolist() for matrix in statistics[name]]
        metric._extract_corpus_statistics = lambda texts, _, rows=rows: rows[texts.system]
        metric.num_refs = 1  # set by counting, asked for by the signature
    systems, segments = statistics[BLEU.label].shape[:2]
    named = [(str(system), Counted(system, segments)) for system in range(systems)]
    test = PairedTest(named, PEERS, None, test_type="bs", n_samples=RESAMPLES)
    return test()


def seconds(work: Callable[[], object]) -> float:
    """Seconds of processor time, over all threads: a busy machine stretches only the wall's."""
    start = process_time()
    work()
    return process_time() - start


def compare_with_peer() -> None:
    """Take turns with sacreBLEU and print seconds and ratios."""
    if not DE_EN.exists():
        raise SystemExit("This needs de-en.tsv.gz in ../shared/data/systems.")
    reference, systems = read_systems()
    counting = seconds(lambda: peer_count(reference, systems))
    statistics = count(reference, systems)  # compiles the kernels where no cache has them
    our_counting = [seconds(lambda: count(reference, systems)) for _ in range(ROUNDS)]
    theirs, ours = [], []
    for _ in range(ROUNDS):
        theirs.append(seconds(lambda: peer_resample(statistics)))
        ours.append(seconds(lambda: resample(statistics)))
    print(f"{len(systems)} systems x {len(reference)} segments, BLEU and chrF")
    print(f"counting n-grams, sacreBLEU, s, once: {counting:.2f}")
    print_spread("counting n-grams, mtqe, s", our_counting)
    print_spread("resampling, sacreBLEU, s", theirs)
    print_spread("resampling, mtqe.stats, s", ours)
    print_spread("ratio", [them / us for them, us in zip(theirs, ours, strict=True)])


def print_spread(what: str, values: Sequence[float]) -> None:
    print(f"{what}: median {np.median(values):.3f} ({min(values):.3f} to {max(values):.3f})")


def resample_a_million() -> None:
    """Print seconds and peak memory of both resamplings."""
    corpus = simulate(np.random.default_rng(1), 10_000, clustered=False, quality=np.zeros(3))
    statistics = np.tile(corpus.statistics, (1, 100, 1))
    print(f"statistics {statistics.shape}, {statistics.nbytes / 2**20:.0f} MiB, {peak_memory()}")
    rng = np.random.default_rng(SEED)
    for work in (bootstrap, permutation):
        # mypy can't infer a lambda that has a default.
        taken = seconds(lambda work=work: work(statistics, bleu, rng=rng, resamples=RESAMPLES))  # type: ignore[misc]
        print(f"{work.__name__}: {taken:.1f} s, {peak_memory()}")
    resampled = bootstrap(statistics, bleu, rng=rng, resamples=10)
    taken = seconds(lambda: resampled.difference(0, 1, method="bca"))
    print(f"jackknife of BCa: {taken:.1f} s, {peak_memory()}")


def peak_memory() -> str:
    return f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GiB so far"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["peer", "million"])
    if parser.parse_args().what == "peer":
        compare_with_peer()
    else:
        resample_a_million()


if __name__ == "__main__":
    main()
