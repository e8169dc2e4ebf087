"""How well a few rated segments order systems, by the way that the segments are chosen.

    python benchmarks/sampling.py

On TED talks of 2021 with MQM by experts (../shared/data/human-ratings): systems are ordered by
their mean MQM on the sample, and each pair of systems that is ordered as on all segments counts.
Samples are chosen by chrF, BLEU and TER alone, as `mtqe sample` would.
docs/why/sampling.md has the figures.
"""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from itertools import combinations
from pathlib import Path

import numpy as np

import mtqe
from mtqe.corpus import Corpus, LanguagePair, Segment
from mtqe.people.sampling import STRATEGIES, choose
from mtqe.run import Run

DATA = Path(__file__).parents[2] / "shared" / "data" / "human-ratings" / "dev_full.tsv.gz"
COUNTS = (25, 50, 100, 200)
SEEDS = 50


def ratings() -> dict[str, dict[str, dict[str, dict[str, str]]]]:
    """Rows of each language pair by segment and system."""
    found: dict[str, dict[str, dict[str, dict[str, str]]]] = defaultdict(lambda: defaultdict(dict))
    with gzip.open(DATA, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["origin"] == "ted21-mqm":
                found[row["lp"]][f"{row['doc_id']}:{row['seg_id']}:{row['src']}"][row["system"]] = (
                    row
                )
    return found


def material(pair: str, segments: dict[str, dict[str, dict[str, str]]]) -> tuple[Run, np.ndarray]:
    """A run on the segments that are rated for all systems, and their MQM [systems, segments]."""
    systems = sorted({system for rows in segments.values() for system in rows})
    complete = [rows for rows in segments.values() if len(rows) == len(systems)]
    rows = [next(iter(item.values())) for item in complete]
    corpus = Corpus(
        pair,
        LanguagePair(*pair.split("-")),
        tuple(Segment(str(i), row["src"], (row["ref"],)) for i, row in enumerate(rows)),
    )
    texts = {system: [item[system]["mt"] for item in complete] for system in systems}
    run = mtqe.score(corpus, texts, ["chrf", "bleu", "ter"], use_cache=False)
    return run, np.array([[float(item[s]["score"]) for item in complete] for s in systems])


def agreement(human: np.ndarray, rows: np.ndarray) -> float:
    """Share of the pairs of systems that the sample orders as all segments do."""
    full, part = human.mean(axis=1), human[:, rows].mean(axis=1)
    pairs = list(combinations(range(len(full)), 2))
    return float(np.mean([(full[a] > full[b]) == (part[a] > part[b]) for a, b in pairs]))


def main() -> None:
    """Print a row a language pair and strategy."""
    print("| pair | segments | by |", " | ".join(map(str, COUNTS)), "|")
    for pair, segments in ratings().items():
        run, human = material(pair, segments)
        for by in STRATEGIES:
            cells = []
            for count in COUNTS:
                samples = [choose(run, count, by=by, seed=seed) for seed in range(SEEDS)]
                cells.append(f"{np.mean([agreement(human, rows) for rows in samples]):.3f}")
            print(f"| {pair} | {human.shape[1]} | {by} |", " | ".join(cells), "|", flush=True)


if __name__ == "__main__":
    main()
