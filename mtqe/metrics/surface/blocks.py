"""Samples cut into blocks of bounded size, with each distinct text once a block."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mtqe.metrics.base import Sample

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
    groups: dict[tuple[str, ...], list[int]] = {}
    for index, sample in enumerate(samples):
        groups.setdefault(sample.present_references, []).append(index)
    order = [index for group in groups.values() for index in group]
    for start in range(0, len(order), size):
        yield _block(samples, order[start : start + size])


def _block(samples: Sequence[Sample], chosen: list[int]) -> Block:
    numbers: dict[str, int] = {}

    def number(text: str) -> int:
        return numbers.setdefault(text, len(numbers))

    hypotheses = [number(samples[index].hypothesis) for index in chosen]
    references = [[number(text) for text in samples[i].present_references] for i in chosen]
    padded = np.full((len(chosen), max(map(len, references))), -1, np.int64)
    for row, present in enumerate(references):
        padded[row, : len(present)] = present
    return Block(np.array(chosen, np.intp), tuple(numbers), np.array(hypotheses), padded)
