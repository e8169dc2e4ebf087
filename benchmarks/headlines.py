"""How often does a verdict claim something false?

    python benchmarks/headlines.py                      # needs ../shared/data/systems; an hour

Segments are drawn from real test sets (WMT23), and the verdict on the systems is held against the
truth, their scores on all segments. It is false if it calls a system significantly worse than the
highest-scoring one that is as good or better in truth. Where translations are shuffled among the
systems within each segment no system is better, and every such claim is false. Two versions of an
engine are shuffled likewise, by two metrics and with five slices: every claim of a change is false.
Draws have 50, 100 or 300 segments. Prints Markdown.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from gate_power import DATA, read_systems
from numpy.typing import NDArray

import mtqe
from mtqe.compare import Comparison, ComparisonSettings, PairedScores, material_of_run
from mtqe.compare.comparison import compare_material
from mtqe.compare.paired_scores import ScoredSystem
from mtqe.corpus import Corpus, LanguagePair, Segment
from mtqe.metrics.base import Matrix
from mtqe.run import Run

SETS = ("de-en", "en-zh", "ja-en")
METRICS = ("chrf", "bleu")
SIZES = (50, 100, 300)
SYSTEMS, MANY = 5, 10
SLICES = 5
TRIALS = 1000

Rows = NDArray[np.intp]
Claims = Callable[[Run, int, np.random.Generator], bool]


@dataclass(frozen=True)
class Shuffled(ScoredSystem):
    """A system whose translation of each segment is some other system's.

    Attributes:
        deal: the system that each segment's translation comes from.
    """

    deal: tuple[str, ...] = ()

    def statistics(self, metric: str) -> Matrix:  # noqa: D102 - documented by ScoredSystem
        return self._dealt(lambda system: self.run.statistics(metric, system))

    def scores(self, metric: str) -> Matrix:  # noqa: D102
        frame = self.run.segments
        return self._dealt(
            lambda system: frame.loc[frame["system"] == system, metric].to_numpy(np.float64)
        )

    def _dealt(self, of: Callable[[str], Matrix]) -> Matrix:
        names = np.array(self.deal)
        parts = {name: of(name)[self.rows] for name in dict.fromkeys(self.deal)}
        first = next(iter(parts.values()))
        dealt = np.empty_like(first)
        for name, values in parts.items():
            dealt[names == name] = values[names == name]
        return dealt


def run_of(name: str) -> Run:
    """A test set's systems, scored."""
    reference, systems = read_systems(name)
    source, target = name.split("-")
    segments = tuple(Segment(str(n), str(n), (text,)) for n, text in enumerate(reference))
    corpus = Corpus(name, LanguagePair(source, target), segments)
    return mtqe.score(corpus, systems, METRICS, use_cache=False)


def material_on(run: Run, rows: Rows, systems: tuple[ScoredSystem, ...]) -> PairedScores:
    """What is compared, on rows that were drawn."""
    whole = material_of_run(run)
    frame = whole.frame.iloc[rows].reset_index(drop=True)
    frame["segment_id"] = [str(number) for number in range(len(rows))]
    return replace(whole, systems=systems, frame=frame)


def _names(run: Run, count: int, rng: np.random.Generator) -> list[str]:
    names = [system.name for system in run.manifest.systems]
    chosen: list[str] = rng.choice(names, count, replace=False).tolist()
    return chosen


def _rows(run: Run, size: int, rng: np.random.Generator) -> Rows:
    rows: Rows = rng.integers(run.manifest.corpus.segments, size=size)
    return rows


def _compare(material: PairedScores, rng: np.random.Generator) -> Comparison:
    settings = ComparisonSettings(resamples=50, trials=TRIALS, seed=int(rng.integers(2**31)))
    return compare_material(material, None, (), settings)


def real_systems(count: int) -> Claims:
    """Whether the verdict on some of the systems claims something false, by any metric."""

    def claims(run: Run, size: int, rng: np.random.Generator) -> bool:
        rows = _rows(run, size, rng)
        names = _names(run, count, rng)
        systems = tuple(ScoredSystem(name, run, name, rows) for name in names)
        found = _compare(material_on(run, rows, systems), rng)
        return any(_is_false(run, metric_name, found) for metric_name in METRICS)

    return claims


def _is_false(run: Run, metric: str, found: Comparison) -> bool:
    (compared,) = (m for m in found.metrics if m.info.name == metric)
    truth = {
        system.name: compared.info.quality(system.score(metric).score or 0.0)
        for system in run.manifest.systems
    }
    best = max(compared.standings, key=lambda s: compared.info.quality(s.score or 0.0)).system
    return any(s.behind and truth[s.system] >= truth[best] for s in compared.standings)


def shuffled_systems(run: Run, size: int, rng: np.random.Generator) -> bool:
    """Whether any pair of systems is called different, by any metric, where none is."""
    rows = _rows(run, size, rng)
    found = _compare(material_on(run, rows, tuple(_dealt(run, rows, SYSTEMS, rng))), rng)
    return any(pair.significant for metric in found.metrics for pair in metric.pairs)


def shuffled_versions(run: Run, size: int, rng: np.random.Generator) -> bool:
    """Whether the verdict on two versions claims a change, on all segments or on a slice."""
    rows = _rows(run, size, rng)
    new, old = _dealt(run, rows, 2, rng)
    material = material_on(run, rows, (new, old))
    material.frame["metadata.slice"] = [str(number % SLICES) for number in range(size)]
    found = _compare(replace(material, baselines={new.label: old.label}), rng)
    return "significantly" in found.verdict


def _dealt(run: Run, rows: Rows, count: int, rng: np.random.Generator) -> Iterator[Shuffled]:
    names = np.array(_names(run, count, rng))
    deal = rng.permuted(np.tile(np.arange(count), (len(rows), 1)), axis=1).T
    for number, places in enumerate(deal):
        yield Shuffled(f"system {number}", run, names[number], rows, tuple(names[places].tolist()))


WAYS: dict[str, Claims] = {
    f"{SYSTEMS} of the systems": real_systems(SYSTEMS),
    f"{MANY} of the systems": real_systems(MANY),
    f"{SYSTEMS} systems, shuffled": shuffled_systems,
    f"two versions, shuffled, {SLICES} slices": shuffled_versions,
}


def share_of_false(run: Run, way: int, claims: Claims, draws: int) -> float:
    """How many of some draws, each of one of the sizes, give a false verdict."""
    rng = np.random.default_rng([way, run.manifest.corpus.segments])
    sizes = rng.choice(SIZES, draws)
    return sum(claims(run, int(size), rng) for size in sizes) / draws


def main() -> None:
    """Print the table, a row as soon as it is known."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=340)
    parser.add_argument("--sets", nargs="+", default=SETS)
    parser.add_argument("--ways", nargs="+", type=int, default=range(len(WAYS)))
    arguments = parser.parse_args()
    if not DATA.is_dir():
        sys.exit("This needs the test sets in ../shared/data/systems.")
    print("| test set | compared | draws | false |\n|---|---|---|---|")
    for name in arguments.sets:
        run = run_of(name)
        for way in arguments.ways:
            words, claims = list(WAYS.items())[way]
            share = share_of_false(run, way, claims, arguments.draws)
            print(f"| {name} | {words} | {arguments.draws} | {share:.3f} |", flush=True)


if __name__ == "__main__":
    main()
