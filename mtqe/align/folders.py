"""Which documents of two folders belong together, told by their content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from mtqe.align.documents.paragraphs import Document
from mtqe.align.documents.reading import is_document, read_document
from mtqe.align.encoders import Encoder, embed
from mtqe.align.search.runs import NEIGHBOURS
from mtqe.align.sentences import sentences
from mtqe.corpus.base import LanguagePair
from mtqe.errors import DataError

SAMPLE = 40
"""Sentences that stand for a document."""
LONGEST = 400
"""Characters that are looked at of each."""
ALIKE = 0.03
"""How much closer two documents must be than either is to the average other one."""


@dataclass(frozen=True)
class Pairing:
    """The documents of two folders.

    Attributes:
        pairs: documents that belong together, in the order of the source's names.
        alone: names of those without partner.
    """

    pairs: tuple[tuple[Document, Document], ...]
    alone: tuple[str, ...]


def read_folder(folder: Path) -> list[Document]:
    """The documents that lie in a folder, by name.

    Raises:
        DataError: there is none, or one can't be read.
    """
    found = [read_document(path) for path in sorted(folder.iterdir()) if is_document(path)]
    if not found:
        raise DataError(f"{folder}: holds no document; put .txt, .html, .docx or .pdf files there.")
    return found


def pair_folders(
    source: Path, target: Path, languages: LanguagePair, encoders: Sequence[Encoder]
) -> Pairing:
    """Pair two folders' documents by content.

    Raises:
        DataError: a folder is empty, or there is no encoder that knows both languages.
    """
    if not encoders:
        raise DataError(
            f"No encoder knows both {languages.source} and {languages.target}, so documents can't "
            "be paired by content; align them one by one."
        )
    ours, theirs = read_folder(source), read_folder(target)
    likeness = _likeness(
        [_sample(document, languages.source) for document in ours],
        [_sample(document, languages.target) for document in theirs],
        encoders,
    )
    rows, columns = linear_sum_assignment(-likeness)
    chosen = [(i, j) for i, j in zip(rows, columns, strict=True) if _is_clear(likeness, i, j)]
    alone = [ours[i].name for i in range(len(ours)) if i not in {i for i, _ in chosen}]
    alone += [theirs[j].name for j in range(len(theirs)) if j not in {j for _, j in chosen}]
    return Pairing(tuple((ours[i], theirs[j]) for i, j in chosen), tuple(alone))


def _is_clear(likeness: NDArray[np.float32], row: int, column: int) -> bool:
    """Whether a pair stands out from the others; the only pair there is has nothing to."""
    others = np.concatenate([np.delete(likeness[row], column), np.delete(likeness[:, column], row)])
    return not len(others) or bool(likeness[row, column] > np.median(others) + ALIKE)


def _sample(document: Document, language: str) -> list[str]:
    """Sentences from everywhere in a document, the longest of each part of it."""
    found = [
        sentence
        for paragraph in document.paragraphs
        for sentence in sentences(paragraph.text[: 4 * LONGEST], language)
    ]
    parts = np.array_split(np.arange(len(found)), min(SAMPLE, len(found)))
    return [max((found[i] for i in part), key=len)[:LONGEST] for part in parts]


def _likeness(
    source: Sequence[Sequence[str]], target: Sequence[Sequence[str]], encoders: Sequence[Encoder]
) -> NDArray[np.float32]:
    """How alike documents are [sources, targets]: their sentences' nearest ones, on average."""
    texts = [text for side in (source, target) for sample in side for text in sample]
    vectors = embed(encoders, texts)
    ends = np.cumsum([len(sample) for side in (source, target) for sample in side])
    documents = np.split(vectors, ends[:-1])
    ours, theirs = documents[: len(source)], documents[len(source) :]
    return np.array([[_closeness(one @ other.T) for other in theirs] for one in ours], np.float32)


def _closeness(similarities: NDArray[np.float32]) -> float:
    """The mean of the closest half of the sentences, from both sides."""
    best = [np.sort(similarities.max(axis=axis)) for axis in (0, 1)]
    top = [values[-max(NEIGHBOURS, len(values) // 2) :].mean() for values in best]
    return float(np.mean(top))
