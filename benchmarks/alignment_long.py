"""Memory and processor time of a long book's alignment.

    python benchmarks/alignment_long.py [--sentences 20000] [--embed 2000]

The book's search runs on vectors as wide as the encoders' (896), made from chance: each sentence
has one that its translation shares but for noise; one in twelve is translated together with the
next, one in thirty has no translation, and one in thirty of the target is added. `--embed` measures
the encoders on real sentences of ../shared/data/systems.
"""

from __future__ import annotations

import argparse
import gzip
import resource
import time
from pathlib import Path

import numpy as np

from mtqe.align.encoders import choose_encoders, embed, unit_length
from mtqe.align.search.links import find_links
from mtqe.align.search.runs import Side

DATA = Path(__file__).parents[2] / "shared" / "data" / "systems" / "de-en.tsv.gz"
WIDTH = 896
NOISE = 0.7
USUAL = 0.1


def book(size: int) -> tuple[Side, Side, set[tuple[tuple[int, int], tuple[int, int]]]]:
    """Two sides, and the links that are right."""
    rng = np.random.default_rng(3)
    source = unit_length(rng.standard_normal((size, WIDTH), np.float32))
    lengths = rng.integers(20, 200, size).astype(np.float64)
    target, sizes, gold, place = [], [], set(), 0
    while place < size:
        kind = rng.random()
        if kind < 1 / 30:
            target.append(rng.standard_normal(WIDTH, np.float32))
            sizes.append(100.0)
        if kind > 1 - 1 / 30:
            place += 1
            continue
        end = min(size, place + (2 if kind > 1 - 1 / 30 - 1 / 12 else 1))
        gold.add(((place, end), (len(target), len(target) + 1)))
        noise = rng.standard_normal(WIDTH, np.float32) * np.float32(NOISE / np.sqrt(WIDTH))
        target.append(source[place:end].sum(axis=0) + noise)
        sizes.append(float(lengths[place:end].sum()))
        place = end
    vectors = unit_length(np.array(target, np.float32))
    return Side(source, lengths, USUAL), Side(vectors, np.array(sizes), USUAL), gold


def peak() -> float:
    """Gigabytes that this process has held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def search(size: int) -> None:
    source, target, gold = book(size)
    before, start = peak(), time.process_time()
    links = find_links(source, target)
    right = sum((link.source, link.target) in gold for link in links)
    print(
        f"search: {len(source):,} x {len(target):,} sentences, {time.process_time() - start:.0f} s "
        f"of processor time, {peak():.2f} GB at most ({before:.2f} before), "
        f"{right / len(links):.3f} of {len(links):,} links right"
    )


def encode(size: int) -> None:
    with gzip.open(DATA, "rt", encoding="utf-8", newline="\n") as lines:
        texts = [text for line in list(lines)[1:] for text in line.rstrip("\n").split("\t")[1:]]
    texts = list(dict.fromkeys(texts))[:size]
    encoders = choose_encoders("de", "en")
    embed(encoders, texts[:50])
    start = time.process_time()
    embed(encoders, texts)
    seconds = time.process_time() - start
    print(
        f"encoders: {len(texts):,} texts of {sum(map(len, texts)) / len(texts):.0f} characters, "
        f"{seconds:.0f} s of processor time, {peak():.2f} GB at most"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sentences", type=int, default=20_000)
    parser.add_argument("--embed", type=int, default=0)
    arguments = parser.parse_args()
    if arguments.embed:
        encode(arguments.embed)
    else:
        search(arguments.sentences)


if __name__ == "__main__":
    main()
