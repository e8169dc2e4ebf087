"""Clipped n-gram matches of hypotheses against their references."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mtqe.metrics.surface.kernels.texts import Offsets, Units
from mtqe.support.native import native

Indices = NDArray[np.int64]
Counts = NDArray[np.int32]

EMPTY = -1
ROOT = -1
MULTIPLIER = -7046029254386353131  # 2**64 divided by the golden ratio, as a signed number


def matches(
    units: Units, offsets: Offsets, hypotheses: Indices, references: Indices, order: int
) -> Indices:
    """Count the n-grams of each hypothesis that its references have too.

    A hypothesis's n-gram counts at most as often as in the reference that has it most often, which
    is BLEU's rule; with one reference a row it is chrF's as well. Rows with the same references
    are fastest side by side: the trie of the references is then built once.

    Args:
        units: see `Sequences`.
        offsets: see `Sequences`.
        hypotheses: [m], the index of a sequence.
        references: [m, r], indices of sequences; -1 where a row has fewer than r.
        order: the longest n-gram.

    Returns:
        [m, order]: matches of n-grams of length 1, 2, ...
    """
    lengths = np.where(references >= 0, np.diff(offsets)[references], 0).sum(axis=1)
    size = _table_size(int(lengths.max(initial=0)), order)
    keys = np.empty(size, np.int64)
    limits, seen = np.empty(size, np.int32), np.empty(size, np.int32)
    out = np.zeros((len(hypotheses), order), np.int64)
    _matches(units, offsets, hypotheses, references, keys, limits, seen, out)
    return out


@native
def _matches(
    units: Units,
    offsets: Offsets,
    hypotheses: Indices,
    references: Indices,
    keys: Indices,
    limits: Counts,
    seen: Counts,
    out: Indices,
) -> int:
    """`matches` into `out` [m, order], of zeros; the number of tries that were built.

    `keys`, `limits` and `seen` are room for the largest trie; see `_table_size`.
    """
    order = out.shape[1]
    built = size = 0
    for row in range(len(hypotheses)):
        if row == 0 or not _same_references(references, row - 1, row):
            length = 0
            for reference in references[row]:
                if reference >= 0:
                    length += offsets[reference + 1] - offsets[reference]
            size = _table_size(length, order)
            _build(units, offsets, references[row], order, keys[:size], limits[:size], seen[:size])
            built += 1
        start, stop = offsets[hypotheses[row]], offsets[hypotheses[row] + 1]
        _match(units[start:stop], out[row], keys[:size], limits[:size], seen[:size])
    return built


def _same_references(references: Indices, one: int, other: int) -> bool:
    for column in range(references.shape[1]):
        if references[one, column] != references[other, column]:
            return False
    return True


def _table_size(length: int, order: int) -> int:
    """A power of two that leaves at least half of the trie of so many units empty."""
    size = 2
    while size < 2 * (1 + order * length):
        size *= 2
    return size


def _slot(keys: Indices, parent: np.int64, unit: np.uint32) -> tuple[np.int64, np.int64]:
    """Where the child `unit` of the node `parent` is, or would be; and its key.

    A node is the slot that its key lies in, and the key holds parent and unit whole, so two
    n-grams share a node only if they are equal.
    """
    key = ((parent + 1) << 32) | np.int64(unit)
    mask = len(keys) - 1
    slot = ((key * MULTIPLIER) >> 32) & mask
    while keys[slot] != EMPTY and keys[slot] != key:
        slot = (slot + 1) & mask
    return slot, key


def _build(
    units: Units,
    offsets: Offsets,
    references: Indices,
    order: int,
    keys: Indices,
    limits: Counts,
    seen: Counts,
) -> None:
    keys[:] = EMPTY
    limits[:] = 0
    for reference in references:
        if reference < 0:
            continue
        seen[:] = 0
        stop = offsets[reference + 1]
        for start in range(offsets[reference], stop):
            node = np.int64(ROOT)
            for i in range(start, min(start + order, stop)):
                node, key = _slot(keys, node, units[i])
                keys[node] = key
                seen[node] += 1
                limits[node] = max(limits[node], seen[node])


def _match(hypothesis: Units, out: Indices, keys: Indices, limits: Counts, seen: Counts) -> None:
    """Add to `out` [order]; an n-gram that isn't there has no longer one there either."""
    seen[:] = 0
    for start in range(len(hypothesis)):
        node = np.int64(ROOT)
        for i in range(start, min(start + len(out), len(hypothesis))):
            node, _ = _slot(keys, node, hypothesis[i])
            if keys[node] == EMPTY:
                break
            seen[node] += 1
            if seen[node] <= limits[node]:
                out[i - start] += 1
