"""Samples cut into blocks of bounded size, with each distinct text once a block."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mtqe.metrics.base import Sample
from mtqe.metrics.samples import SampleColumns

Indices = NDArray[np.int64]


class Block(NamedTuple):
    """Some samples, as indices into their distinct texts.

    Attributes:
        samples: [m], positions in the whole sequence of samples.
        texts: the distinct hypotheses and references.
        hypotheses: [m], indices into `texts`.
        references: [m, r], indices into `texts`; -1 beyond a sample's last present reference.
    """

    samples: NDArray[np.intp]
    texts: tuple[str, ...]
    hypotheses: Indices
    references: Indices


def blocks(samples: Sequence[Sample], size: int) -> Iterator[Block]:
    """Cut samples into blocks of `size`, those with the same references side by side.

    So the references that many systems share are tokenized and counted once.
    """
    columns = SampleColumns.of(samples)
    numbers: dict[tuple[str | None, ...], int] = {}
    of_segments = [numbers.setdefault(texts, len(numbers)) for texts in columns.references]
    groups = np.array(of_segments, np.intp)[columns.segments]
    references = [[text for text in texts if text is not None] for texts in numbers]
    order = np.argsort(groups, kind="stable")
    for start in range(0, len(order), size):
        chosen = order[start : start + size]
        hypotheses = [columns.hypotheses[index] for index in chosen.tolist()]
        here, rows = np.unique(groups[chosen], return_inverse=True)
        yield _block(chosen, hypotheses, rows, [references[group] for group in here.tolist()])


def _block(
    chosen: NDArray[np.intp],
    hypotheses: Sequence[str],
    rows: NDArray[np.intp],
    references: Sequence[Sequence[str]],
) -> Block:
    """A block.

    Args:
        chosen: positions of its samples [m].
        hypotheses: their hypotheses [m].
        rows: which of the references are theirs [m].
        references: distinct ones, each all that a sample has.
    """
    texts = tuple(dict.fromkeys(chain(hypotheses, *references)))
    numbers = dict(zip(texts, range(len(texts)), strict=True))
    table = np.full((len(references), max(map(len, references))), -1, np.int64)
    for row, present in zip(table, references, strict=True):
        row[: len(present)] = [numbers[text] for text in present]
    found = np.array([numbers[text] for text in hypotheses], np.int64)
    return Block(chosen, texts, found, table[rows])
