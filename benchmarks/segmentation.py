"""Real translations, joined, split and in parts dropped, cut into segments again.

    python benchmarks/segmentation.py [--pair de-en] [--method words] [--documents N]

Needs ../shared/data/systems; docs/why/alignment.md has the figures. The systems' segments
become documents of 10 to 40. Of each document, 5 % of the segments are dropped, 30 % of the rest
are split at any space (Chinese: any character), and 30 % of lines are joined with the one before.
`mweralign` is the package of that name where it is installed; mtqe does not depend on it.
"""

from __future__ import annotations

import argparse
import gzip
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import combinations
from pathlib import Path

from remembering import Remembering

from mtqe.align.encoders import Encoder, choose_encoders
from mtqe.align.segmentation.meaning import cut_by_meaning
from mtqe.align.segmentation.methods import Method
from mtqe.align.segmentation.segment import Segmenter
from mtqe.config import build_metrics
from mtqe.corpus.base import LanguagePair, Segment
from mtqe.metrics.base import Sample
from mtqe.metrics.pool import ModelPool
from mtqe.metrics.scores import MetricScores
from mtqe.support.languages import between_sentences

DATA = Path(__file__).parents[2] / "shared" / "data" / "systems"
PAIRS = ("de-en", "ja-en", "en-zh")
METRICS = ("bleu", "chrf", "chrf++", "ter")
SEED = 11
DROPPED, SPLIT, JOINED = 0.05, 0.3, 0.3

Cutter = Callable[[str, Sequence[Segment], LanguagePair], Sequence[str]]


@dataclass(frozen=True)
class TestSet:
    """Segments with a reference, and each system's translations of them."""

    languages: LanguagePair
    segments: list[Segment]
    systems: dict[str, list[str]]


def test_set(pair: str) -> TestSet:
    with gzip.open(DATA / f"{pair}.tsv.gz", "rt", encoding="utf-8", newline="\n") as lines:
        header, *rows = [line.rstrip("\n").split("\t") for line in lines]
    first = header.index("refA")
    segments = [Segment(row[0], row[1], (row[first],)) for row in rows]
    systems = {
        name: [row[column] for row in rows]
        for column, name in enumerate(header)
        if column > first and not name.startswith("ref")
    }
    return TestSet(LanguagePair(*pair.split("-")), segments, systems)


def documents(size: int, rng: random.Random, most: int | None) -> Iterator[slice]:
    start, number = 0, 0
    while start < size and (most is None or number < most):
        end = min(size, start + rng.randint(10, 40))
        yield slice(start, end)
        start, number = end, number + 1


def damaged(texts: Sequence[str], rng: random.Random, joint: str) -> tuple[str, list[str]]:
    """A document's text, and what is left of its segments."""
    left = [text if rng.random() >= DROPPED else "" for text in texts]
    lines: list[str] = []
    for text in filter(None, left):
        parts = split(text, rng, joint) if rng.random() < SPLIT else [text]
        if lines and rng.random() < JOINED:
            lines[-1] += joint + parts.pop(0)
        lines += parts
    return "\n".join(lines), left


def split(text: str, rng: random.Random, joint: str) -> list[str]:
    units = text.split(" ") if joint else list(text)
    if len(units) < 2:
        return [text]
    cut = rng.randrange(1, len(units))
    return [(joint or "").join(units[:cut]).strip(), (joint or "").join(units[cut:]).strip()]


def by_method(method: Method) -> Cutter:
    segmenters: dict[LanguagePair, Segmenter] = {}

    def cut(text: str, segments: Sequence[Segment], languages: LanguagePair) -> Sequence[str]:
        if languages not in segmenters:
            made = Segmenter.of(method, segments, languages)
            encoders = encoders_of(languages) if made.encoders else ()
            segmenters[languages] = replace(made, encoders=encoders)
        return segmenters[languages].cut(text, segments).texts

    return cut


@cache
def encoders_of(languages: LanguagePair) -> tuple[Encoder, ...]:
    """Those that know both languages, with their models loaded once."""
    return tuple(map(Remembering, choose_encoders(languages.source, languages.target)))


def by_sources(text: str, segments: Sequence[Segment], languages: LanguagePair) -> Sequence[str]:
    """By meaning, without references."""
    bare = [Segment(segment.id, segment.source) for segment in segments]
    spans = cut_by_meaning(text, bare, languages, encoders_of(languages))
    return [text[a:b] for a, b in spans]


def by_mweralign(text: str, segments: Sequence[Segment], languages: LanguagePair) -> Sequence[str]:
    """The package mweralign, by words or Chinese characters."""
    import mweralign
    from mweralign.segmenter import CJSegmenter

    references = [segment.references[0] or "" for segment in segments]
    if between_sentences(languages.target):
        found = mweralign.align_texts("\n".join(references), " ".join(text.split("\n")))
        return padded(found.split("\n"), len(segments))
    characters = CJSegmenter()
    rows = "\n".join(" ".join(characters.encode(one)) for one in references)
    stream = " ".join(characters.encode("".join(text.split("\n"))))
    found = mweralign.align_texts(rows, stream, is_tokenized=True)
    return padded([characters.decode(line) for line in found.split("\n")], len(segments))


def padded(texts: list[str], size: int) -> list[str]:
    return (texts + [""] * size)[:size]


CUTTERS: dict[str, Cutter] = {
    "words": by_method("words"),
    "mwer": by_method("mwer"),
    "mweralign": by_mweralign,
    "meaning": by_method("meaning"),
    "meaning, no references": by_sources,
}


@dataclass
class Outcome:
    """Counts, and the texts of all systems before and after."""

    right: int = 0
    kept: int = 0
    empty: int = 0
    dropped: int = 0
    before: dict[str, list[str]] = field(default_factory=dict)
    after: dict[str, list[str]] = field(default_factory=dict)


def measure(data: TestSet, cutter: Cutter, most: int | None) -> Outcome:
    outcome, joint = Outcome(), between_sentences(data.languages.target)
    for name, texts in data.systems.items():
        rng = random.Random(f"{SEED} {name}")
        outcome.before[name], outcome.after[name] = [], []
        for part in documents(len(texts), rng, most):
            text, left = damaged(texts[part], rng, joint)
            found = cutter(text, data.segments[part], data.languages)
            outcome.before[name] += left
            outcome.after[name] += found
            for old, new in zip(left, found, strict=True):
                is_right = "".join(old.split()) == "".join(new.split())
                outcome.right += is_right and bool(old)
                outcome.kept += bool(old)
                outcome.empty += is_right and not old
                outcome.dropped += not old
    return outcome


def ranking(data: TestSet, systems: dict[str, list[str]], metric: str) -> dict[str, float]:
    """Corpus scores; higher is better."""
    (named,) = build_metrics([metric], data.languages)
    scores = {}
    for name, texts in systems.items():
        rows = zip(data.segments, texts, strict=False)
        samples = [Sample(one.source, text, one.references) for one, text in rows]
        statistics = named.metric.statistics(samples, ModelPool())
        value = MetricScores(named.metric, statistics).corpus
        scores[name] = value if named.metric.higher_is_better else -value
    return scores


def changes(data: TestSet, outcome: Outcome, metrics: Sequence[str]) -> str:
    """By metric: pairs of systems in another order, and the largest change of a score."""
    found = []
    for metric in metrics:
        old, new = (ranking(data, one, metric) for one in (outcome.before, outcome.after))
        swapped = sum((old[a] - old[b]) * (new[a] - new[b]) < 0 for a, b in combinations(old, 2))
        most = max(abs(old[name] - new[name]) for name in old)
        found.append(f"{metric} {swapped} ({most:.2f})")
    pairs = len(list(combinations(data.systems, 2)))
    return f"swapped of {pairs} pairs (largest change): " + ", ".join(found)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pair", action="append", choices=PAIRS)
    parser.add_argument("--method", action="append", choices=CUTTERS)
    parser.add_argument("--documents", type=int, help="of each system; all if not given")
    parser.add_argument("--metric", action="append", choices=METRICS)
    arguments = parser.parse_args()
    if not DATA.is_dir():
        raise SystemExit(f"{DATA} is absent: nothing to measure.")
    metrics = arguments.metric or METRICS
    for pair in arguments.pair or PAIRS:
        data = test_set(pair)
        for name in arguments.method or ("words", "mwer"):
            start = time.process_time()
            outcome = measure(data, CUTTERS[name], arguments.documents)
            seconds = time.process_time() - start
            print(
                f"{pair}  {name:22} {outcome.right / outcome.kept:.3f} of {outcome.kept:,} right, "
                f"{outcome.empty / max(1, outcome.dropped):.3f} of {outcome.dropped:,} dropped "
                f"ones empty, {seconds:.0f} s; {changes(data, outcome, metrics)}",
                flush=True,
            )


if __name__ == "__main__":
    main()
