"""What long documents score whole, where the model cuts them, and in windows.

Joins neighbouring segments of WMT23's systems (../shared/data/systems) into documents of about
2,000 tokens, scores one after the other, and prints the figures of docs/why/models.md#long-texts:

    python benchmarks/long_texts.py [STATE]

STATE keeps what was scored, a line of JSON per document, and a later call goes on there; a call
with ``--summary`` prints the figures of what is there.

Each document has three translations: a good system's, a poor one's, and the good one's with the
sentences that stand behind the model's limit exchanged for those of another document. What a
document should score is the mean over its segments, each scored by itself.
"""

from __future__ import annotations

import csv
import gzip
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

from mtqe.metrics.base import Sample
from mtqe.metrics.models.store import ModelStore
from mtqe.metrics.neural.comet import Comet
from mtqe.metrics.neural.encoders.subwords import from_folder
from mtqe.metrics.pool import ModelPool

SYSTEMS = Path(__file__).parents[2] / "shared" / "data" / "systems"
SETS = {
    "de-en": ("GPT4-5shot", "NLLB_Greedy", " "),
    "en-zh": ("GPT4-5shot", "NLLB_Greedy", ""),
    "ja-en": ("GPT4-5shot", "NLLB_Greedy", " "),
}
"""A good system, a poor one, and what stands between its sentences."""
DOCUMENTS, TOKENS = 60, 2000
LIMIT = 508
JOINED = 8
"""Segments that are joined to see whether scores depend on length, where nothing is cut."""
VERSIONS = ("good", "poor", "broken tail")


@dataclass(frozen=True)
class Document:
    """Neighbouring segments, each with the translations of both systems."""

    segments: Sequence[Sample]
    poor: Sequence[Sample]
    joints: tuple[str, str]
    sizes: Sequence[int]

    def joined(self, samples: Sequence[Sample]) -> Sample:
        """One sample of all segments' texts."""
        source, target = self.joints
        return Sample(
            source.join(s.source for s in samples),
            target.join(s.hypothesis for s in samples),
            (target.join(s.references[0] or "" for s in samples),),
        )


def read_documents() -> list[Document]:
    """Documents of `TOKENS` tokens of the good system's translation, in turn from each set."""
    count = from_folder(ModelStore().path("mtqe-e5-small"), 10**9, "", ModelPool()).encode
    per_set = [list(_documents(name, count)) for name in SETS]
    turns = [found[i] for i in range(max(map(len, per_set))) for found in per_set if i < len(found)]
    return turns[:DOCUMENTS]


def _documents(
    name: str, count: Callable[[Sequence[str]], Sequence[Sequence[int]]]
) -> Iterator[Document]:
    good, poor, joint = SETS[name]
    with gzip.open(SYSTEMS / f"{name}.tsv.gz", "rt", encoding="utf-8", newline="") as lines:
        table = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    sizes = [len(ids) - 2 for ids in count([row[good] for row in table])]
    joints = ("" if name.startswith("ja") else " ", joint)
    first = total = 0
    for place, size in enumerate(sizes):
        total += size
        if total >= TOKENS:
            rows = table[first : place + 1]
            better, worse = (
                [Sample(r["src"], r[s], (r["refA"],)) for r in rows] for s in (good, poor)
            )
            yield Document(better, worse, joints, sizes[first : place + 1])
            first, total = place + 1, 0


def broken(document: Document, other: Document) -> list[Sample]:
    """The segments with the translations behind the model's limit taken from another document."""
    behind = np.cumsum(document.sizes) > LIMIT
    strange = [s.hypothesis for s in other.segments]
    return [
        Sample(s.source, strange[i % len(strange)], s.references) if late else s
        for i, (s, late) in enumerate(zip(document.segments, behind, strict=True))
    ]


def versions(document: Document, other: Document) -> list[Sequence[Sample]]:
    """The segments of each of `VERSIONS`."""
    return [document.segments, document.poor, broken(document, other)]


def measure(document: Document, other: Document, pool: ModelPool) -> dict[str, list[float]]:
    """Scores of one document's versions, in their order.

    ``segments`` is the mean over segments, ``cut`` and ``windows`` what the document gets, and
    ``count`` the number of windows; ``joined`` and ``apart`` are the first `JOINED` segments, where
    nothing is cut, as one text and one by one.
    """
    whole, windowed = Comet(), Comet(windows=True)
    kinds = versions(document, other)
    texts = [document.joined(segments) for segments in kinds]
    read = windowed.statistics(texts, pool)
    each = whole.statistics([s for segments in kinds for s in segments], pool)[:, 0]
    firsts = [document.joined(segments[:JOINED]) for segments in kinds]
    by_kind = each.reshape(len(kinds), -1)
    return {
        "segments": by_kind.mean(axis=1).tolist(),
        "cut": whole.statistics(texts, pool)[:, 0].tolist(),
        "windows": read[:, 0].tolist(),
        "count": read[:, 3].tolist(),
        "joined": whole.statistics(firsts, pool)[:, 0].tolist(),
        "apart": by_kind[:, :JOINED].mean(axis=1).tolist(),
    }


def main() -> None:
    """Measure what the state lacks, and print the figures."""
    arguments = [word for word in sys.argv[1:] if word != "--summary"]
    state = Path(arguments[0] if arguments else "long_texts.jsonl")
    documents, pool = read_documents(), ModelPool()
    done = len(_lines(state))
    for place in range(done, 0 if "--summary" in sys.argv else len(documents)):
        other = documents[(place + len(SETS)) % len(documents)]
        with state.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(measure(documents[place], other, pool)) + "\n")
    _print(_lines(state), documents)


def _lines(state: Path) -> list[dict[str, list[float]]]:
    if not state.exists():
        return []
    return [json.loads(line) for line in state.read_text(encoding="utf-8").splitlines()]


def _print(found: Sequence[dict[str, list[float]]], documents: Sequence[Document]) -> None:
    columns = {key: np.array([line[key] for line in found]).T for key in found[0]}
    sizes = [sum(document.sizes) for document in documents[: len(found)]]
    print(f"{len(found)} documents of {np.mean(sizes):.0f} tokens on average")
    print(f"windows of a document: {columns['count'].mean():.1f}")
    print("| translation | mean of segments | cut | windows |")
    for place, kind in enumerate(VERSIONS):
        rows = (columns[key][place] for key in ("segments", "cut", "windows"))
        cells = (f"{row.mean():.3f} ({row.min():.3f} to {row.max():.3f})" for row in rows)
        print(f"| {kind} | {' | '.join(cells)} |")
    wanted = columns["segments"]
    for key in ("cut", "windows"):
        scores = columns[key]
        rank = spearmanr(scores.ravel(), wanted.ravel()).statistic
        over = [np.mean(scores[0] > scores[place]) for place in (1, 2)]
        print(
            f"{key}: rank correlation with segments' means {rank:.3f}, mean distance "
            f"{np.abs(scores - wanted).mean():.3f}; good above poor in {over[0]:.0%}, above a "
            f"broken tail in {over[1]:.0%}"
        )
    for place, kind in enumerate(VERSIONS[:2]):
        joined, apart = columns["joined"][place].mean(), columns["apart"][place].mean()
        print(f"{JOINED} segments, {kind}: as one text {joined:.3f}, one by one {apart:.3f}")


if __name__ == "__main__":
    main()
