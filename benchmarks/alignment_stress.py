"""Alignment of gold documents made messy: foreign text, cuts, a second body, moved blocks.

    python benchmarks/alignment_stress.py [--set SET]

Needs ../shared/data/alignment; docs/why/alignment.md has the figures.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from alignment import DATA, Link, Ours, documents, matches

from mtqe.align.search.links import CONFIDENT

SETS = ("academic.en-zh", "magazine.en-zh", "mac_dev.zh-en")
KINDS = ("foreign text", "passages missing", "body twice", "blocks moved")
SEED = 2

Unit = tuple[int | None, str]
"""A sentence with its number in the clean document; None for one that is foreign to it."""


@dataclass(frozen=True)
class Messy:
    """A document made messy; `gold` are the links that it still has."""

    source: list[Unit]
    target: list[Unit]
    gold: list[Link]
    every_link: list[Link]
    languages: list[str]


def cut(units: list[Unit], rng: random.Random, block: int = 8) -> list[Unit]:
    """A tenth of the units less, in blocks."""
    units = list(units)
    for _ in range(max(1, len(units) // 10 // block)):
        start = rng.randrange(max(1, len(units) - block))
        del units[start : start + block]
    return units


def move(units: list[Unit], rng: random.Random) -> list[Unit]:
    """Two blocks elsewhere."""
    units = list(units)
    for _ in range(2):
        size = max(5, len(units) // 12)
        start = rng.randrange(len(units) - size)
        block = units[start : start + size]
        del units[start : start + size]
        place = rng.randrange(len(units))
        units[place:place] = block
    return units


def pollute(units: list[Unit], foreign: Sequence[str], rng: random.Random) -> list[Unit]:
    """Blocks of foreign text at the ends or inside, and single sentences of it everywhere."""
    units = list(units)
    for _ in range(3):
        place = rng.choice([0, len(units), rng.randrange(len(units))])
        start = rng.randrange(len(foreign) - 15)
        units[place:place] = [(None, t) for t in foreign[start : start + rng.randrange(5, 15)]]
    for _ in range(max(1, len(units) // 40)):
        units.insert(rng.randrange(len(units)), (None, rng.choice(foreign)))
    return units


def messy(document: dict, foreign: Sequence[list[str]], kind: str, rng: random.Random) -> Messy:
    """One document with one kind of trouble, and foreign text."""
    source, target = (list(enumerate(document[side])) for side in ("src", "tgt"))
    if kind == "passages missing":
        source, target = cut(source, rng), cut(target, rng)
    if kind == "blocks moved":
        target = move(target, rng)
    left = [{number for number, _ in side} for side in (source, target)]
    if kind == "body twice":
        source, target = (source * 2, target) if rng.random() < 0.5 else (source, target * 2)
    links = [(tuple(a), tuple(b)) for a, b in document["gold"] if a and b]
    gold = [(a, b) for a, b in links if left[0].issuperset(a) and left[1].issuperset(b)]
    sides = pollute(source, foreign[0], rng), pollute(target, foreign[1], rng)
    return Messy(*sides, gold, links, document["languages"])


def foreign_text(name: str, document: dict) -> tuple[list[str], list[str]]:
    """Text in the document's languages that is not its own, different on both sides."""
    if name.startswith("mac_dev"):
        others = [other for other in documents(name) if other["src"] != document["src"]]
        return (
            [text for other in others[:2] for text in other["src"]],
            [text for other in others[3:] for text in other["tgt"]],
        )
    (other,) = documents("magazine.en-zh" if name.startswith("academic") else "academic.en-zh")
    return other["src"], other["tgt"]


def suite(kind: str, name: str) -> Iterator[Messy]:
    """The documents of a set with one kind of trouble."""
    rng = random.Random(SEED)
    for document in documents(name):
        yield messy(document, foreign_text(name, document), kind, rng)


def measure(kind: str, name: str) -> str:
    """Strict precision and recall, and lax precision, of the links that are kept."""
    aligner, strict, lax, kept, found, gold = Ours(CONFIDENT), 0, 0, 0, 0, 0
    for document in suite(kind, name):
        sides = [document.source, document.target]
        texts = {key: [t for _, t in side] for key, side in zip(("src", "tgt"), sides, strict=True)}
        links = [
            (tuple(document.source[i][0] for i in a), tuple(document.target[j][0] for j in b))
            for a, b in aligner({**texts, "languages": document.languages})
        ]
        exact, near, count = matches(document.every_link, links)
        strict, lax, kept = strict + exact, lax + near, kept + count
        found, gold = found + len(set(links) & set(document.gold)), gold + len(document.gold)
    return (
        f"strict precision {strict / kept:.3f}  strict recall {found / gold:.3f}  "
        f"lax precision {lax / kept:.3f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--set", action="append", choices=SETS)
    sets = parser.parse_args().set or SETS
    if not DATA.is_dir():
        raise SystemExit(f"{DATA} is absent: nothing to measure.")
    for name in sets:
        for kind in KINDS:
            print(f"{name:20} {kind:20} {measure(kind, name)}", flush=True)


if __name__ == "__main__":
    main()
