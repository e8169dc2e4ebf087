"""Suspected misalignment inside given pairs: blocks of lines that stand too early or too late.

Two pieces of evidence that need no model, lengths and numbers, are looked at in windows: do the
targets fit the sources better a few lines up or down? Embeddings can be given as a third.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FARTHEST = 5
"""Lines that a shift is looked for up and down."""
LENGTH_WEIGHT, NUMBER_WEIGHT, EMBEDDING_WEIGHT = 1.0, 1.5, 20.0
PENALTY = 14.0
"""Evidence that each change of the shift must bring, in natural logarithms of odds."""
SMOOTHING = 5.0
DEVIATION_CAP = 6.0
CLOSE = 1e-3

_NUMBER = re.compile(r"\d+")
NO_FIGURES: frozenset[str] = frozenset()
Evidence = NDArray[np.float64]


@dataclass(frozen=True)
class Shift:
    """A block of pairs that are one or more lines off.

    Attributes:
        start: its first pair, from 0.
        end: the one after its last.
        lines: number of lines by which the right target stands later; negative: earlier.
        evidence: logarithm of the odds that it is one.
    """

    start: int
    end: int
    lines: int
    evidence: float

    def describe(self, texts: str = "hypotheses") -> str:
        """The finding in words, with lines counted from 1."""
        number = abs(self.lines)
        amount = "one line" if number == 1 else f"{number} lines"
        way = "late" if self.lines > 0 else "early"
        return f"lines {self.start + 1:,} to {self.end:,}: the {texts} seem {amount} {way}"


def find_shifts(
    sources: Sequence[str],
    targets: Sequence[str],
    vectors: tuple[NDArray[np.float32], NDArray[np.float32]] | None = None,
) -> list[Shift]:
    """Blocks of pairs whose targets belong to sources a few lines away.

    Args:
        sources: one text a line.
        targets: as many; what stands beside the source of the same line.
        vectors: embeddings of both [lines, width], of length 1, if at hand: more evidence.

    Returns:
        The blocks, in order; none if the pairs as given are the best explanation.

    Raises:
        ValueError: the numbers of lines differ.
    """
    if len(sources) != len(targets):
        raise ValueError("sources and targets must be of one number")
    return shifts_of(lines_of(sources), lines_of(targets), vectors)


class Lines(NamedTuple):
    """What shifts are found by.

    Attributes:
        lengths: int64 [lines], characters of each.
        figures: numbers in digits of each.
    """

    lengths: NDArray[np.int64]
    figures: Sequence[frozenset[str]]


def lines_of(texts: Sequence[str]) -> Lines:
    """What shifts are found by, of texts."""
    lengths = np.array([len(text) for text in texts], np.int64)
    return Lines(lengths, [figures_of(text) for text in texts])


def figures_of(text: str) -> frozenset[str]:
    """The numbers in digits of a text."""
    return frozenset(_NUMBER.findall(text))


def shifts_of(
    sources: Lines,
    targets: Lines,
    vectors: tuple[NDArray[np.float32], NDArray[np.float32]] | None = None,
) -> list[Shift]:
    """`find_shifts` of lines that are as many on both sides."""
    count = len(sources.lengths)
    if count < 2:
        return []
    offsets = _offsets()
    evidence = _evidence(sources, targets, offsets)
    if vectors is not None:
        evidence += EMBEDDING_WEIGHT * _at_offsets(_Cosines(*vectors), count, offsets)
    evidence -= evidence[0]
    if _is_straight(evidence):
        return []
    states = _best_states(evidence)
    return list(_blocks(states, evidence, offsets))


def _offsets() -> list[int]:
    """0 first, so that it wins where nothing speaks for another."""
    return [0, *(sign * far for far in range(1, FARTHEST + 1) for sign in (1, -1))]


def _evidence(sources: Lines, targets: Lines, offsets: Sequence[int]) -> Evidence:
    """Log-likelihoods [offsets, lines] of each line's target standing so much further down."""
    lengths = _Lengths(sources.lengths, targets.lengths)
    numbers = _Numbers(sources.figures, targets.figures)
    count = len(sources.lengths)
    return LENGTH_WEIGHT * _at_offsets(lengths, count, offsets) + NUMBER_WEIGHT * _at_offsets(
        numbers, count, offsets
    )


class _Lengths:
    """How well lengths fit: a Gaussian over the logarithm of their ratio."""

    def __init__(self, sources: NDArray[np.int64], targets: NDArray[np.int64]) -> None:
        self.ours, self.theirs = np.log(sources + SMOOTHING), np.log(targets + SMOOTHING)
        differences = self.theirs - self.ours
        self.mean = float(np.median(differences))
        # From the middle half, which a shifted block does not widen.
        low, high = np.percentile(differences, [25, 75])
        self.spread = max(0.25, float(high - low) / 1.35)

    def __call__(self, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Evidence:
        deviations = (self.theirs[columns] - self.ours[rows] - self.mean) / self.spread
        fit: Evidence = -np.minimum(deviations**2, DEVIATION_CAP) / 2
        return fit


class _Numbers:
    """Whether the same numbers, in digits, stand on both sides; nothing where there are none."""

    def __init__(
        self, sources: Sequence[frozenset[str]], targets: Sequence[frozenset[str]]
    ) -> None:
        self.ours, self.theirs = sources, targets
        self.has, self.have = (np.array(list(map(bool, side))) for side in (sources, targets))

    def __call__(self, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Evidence:
        has, have = self.has[rows], self.have[columns]
        found = np.where(has != have, -1.0, 0.0)
        both = np.flatnonzero(has & have)
        pairs = zip(rows[both].tolist(), columns[both].tolist(), strict=True)
        found[both] = [_overlap(self.ours[i], self.theirs[j]) for i, j in pairs]
        return found


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of numbers that both have, from -1 to 1; each has one at least."""
    common = len(one & other)
    return 2 * common / (len(one) + len(other) - common) - 1


class _Cosines:
    """Cosine similarities of source and target embeddings."""

    def __init__(self, ours: NDArray[np.float32], theirs: NDArray[np.float32]) -> None:
        self.ours, self.theirs = ours, theirs

    def __call__(self, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Evidence:
        products: Evidence = np.einsum("nd,nd->n", self.ours[rows], self.theirs[columns])
        return products.astype(np.float64)


def _at_offsets(
    fit: _Lengths | _Numbers | _Cosines, count: int, offsets: Sequence[int]
) -> Evidence:
    """The evidence for each offset; beyond the ends, as much as the line has on average."""
    found = np.full((len(offsets), count), np.nan)
    for place, offset in enumerate(offsets):
        rows = np.arange(max(0, -offset), min(count, count - offset))
        if len(rows):
            found[place, rows] = fit(rows, rows + offset)
    means = np.nanmean(found, axis=0)
    return np.where(np.isnan(found), means, found)


def _is_straight(evidence: Evidence) -> bool:
    """Whether no run of lines speaks enough for another offset to pay for a change.

    The best sum of any run (Kadane) is what a change could bring; close calls are left to
    `_best_states`.
    """
    sums = np.cumsum(evidence[1:], axis=1)
    before = np.concatenate((np.zeros((len(sums), 1)), sums[:, :-1]), axis=1)
    best = float((sums - np.minimum.accumulate(before, axis=1)).max())
    return best < PENALTY - CLOSE


def _best_states(evidence: Evidence) -> NDArray[np.int64]:
    """The offset's index for each line: the likeliest sequence when changes are rare (Viterbi)."""
    states, count = evidence.shape
    total = np.zeros(states)
    total[1:] = -PENALTY
    came_from = np.zeros((count, states), np.int64)
    for line in range(count):
        best = int(total.argmax())
        jumps = total[best] - PENALTY > total
        came_from[line] = np.where(jumps, best, np.arange(states))
        total = np.where(jumps, total[best] - PENALTY, total) + evidence[:, line]
    path = np.zeros(count, np.int64)
    state = int(total.argmax())
    for line in range(count - 1, -1, -1):
        path[line] = state
        state = int(came_from[line, state])
    return path


def _blocks(
    states: NDArray[np.int64], evidence: Evidence, offsets: Sequence[int]
) -> Iterator[Shift]:
    borders = [0, *(np.flatnonzero(np.diff(states)) + 1).tolist(), len(states)]
    for start, end in pairwise(borders):
        state = int(states[start])
        if state:
            support = float(evidence[state, start:end].sum())
            yield Shift(start, end, offsets[state], support)
