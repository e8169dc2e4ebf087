"""Samples cut into blocks of bounded size, with each distinct text once a block."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
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
    groups: dict[tuple[str | None, ...], list[int]] = {}
    for index, sample in enumerate(samples):
        groups.setdefault(sample.references, []).append(index)
    order = [index for group in groups.values() for index in group]
    for start in range(0, len(order), size):
        chosen = order[start : start + size]
        yield _block(chosen, [samples[index] for index in chosen])


def _block(chosen: list[int], samples: list[Sample]) -> Block:
    hypotheses = [sample.hypothesis for sample in samples]
    present = {
        references: [text for text in references if text is not None]
        for references in dict.fromkeys(sample.references for sample in samples)
    }
    texts = tuple(dict.fromkeys(chain(hypotheses, *present.values())))
    numbers = {text: number for number, text in enumerate(texts)}
    padded = np.full((len(samples), max(map(len, present.values()))), -1, np.int64)
    rows = {references: [numbers[text] for text in texts] for references, texts in present.items()}
    for row, sample in zip(padded, samples, strict=True):
        found = rows[sample.references]
        row[: len(found)] = found
    return Block(
        np.array(chosen, np.intp), texts, np.array([numbers[text] for text in hypotheses]), padded
    )
