"""Suspected misalignment inside given pairs: blocks of lines that stand too early or too late.

Two pieces of evidence that need no model, lengths and numbers, are looked at in windows: do the
targets fit the sources better a few lines up or down? Embeddings can be given as a third.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

FARTHEST = 5
"""Lines that a shift is looked for up and down."""
LENGTH_WEIGHT, NUMBER_WEIGHT, EMBEDDING_WEIGHT = 1.0, 1.5, 20.0
PENALTY = 14.0
"""Evidence that each change of the shift must bring, in natural logarithms of odds."""
SMOOTHING = 5.0
BLOCK = 1 << 14
"""Lines whose evidence is looked at at once."""
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
    fits: list[Fit] = [
        (LENGTH_WEIGHT, _Lengths(sources.lengths, targets.lengths)),
        (NUMBER_WEIGHT, _Numbers(sources.figures, targets.figures)),
    ]
    if vectors is not None:
        fits.append((EMBEDDING_WEIGHT, _Cosines(*vectors)))
    # Of many lines, all evidence takes far more memory than what it is about.
    starts = range(0, count, BLOCK)
    if _is_straight(
        _evidence(fits, range(start, min(start + BLOCK, count)), count, offsets) for start in starts
    ):
        return []
    evidence = _evidence(fits, range(count), count, offsets)
    states = _best_states(evidence)
    return list(_blocks(states, evidence, offsets))


def _offsets() -> list[int]:
    """0 first, so that it wins where nothing speaks for another."""
    return [0, *(sign * far for far in range(1, FARTHEST + 1) for sign in (1, -1))]


def _evidence(fits: Sequence[Fit], lines: range, count: int, offsets: Sequence[int]) -> Evidence:
    """What some lines' evidence for each offset is above that for none [offsets, lines].

    Evidence is the log-likelihood of each line's target standing so much further down.

    Args:
        fits: what tells of it, with weights.
        lines: which lines.
        count: number of all lines.
        offsets: 0 first.
    """
    found = np.zeros((len(offsets), len(lines)))
    for weight, fit in fits:
        found += weight * _at_offsets(fit, lines, count, offsets)
    found -= found[0].copy()
    return found


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
    """Whether the same numbers, in digits, stand on both sides; nothing where there are none.

    Lines have to be asked for one after the other.
    """

    def __init__(
        self, sources: Sequence[frozenset[str]], targets: Sequence[frozenset[str]]
    ) -> None:
        self.ours, self.theirs = sources, targets
        self.has, self.have = (np.array(list(map(bool, side))) for side in (sources, targets))

    def __call__(self, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Evidence:
        has, have = self.has[rows], self.have[columns]
        found = np.where(has != have, -1.0, 0.0)
        both = np.flatnonzero(has & have)
        if len(both):
            ours, theirs = (
                side[int(lines[0]) : int(lines[-1]) + 1]
                for side, lines in ((self.ours, rows), (self.theirs, columns))
            )
            found[both] = [_overlap(ours[place], theirs[place]) for place in both.tolist()]
        return found


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of numbers that both have, from -1 to 1; each has one at least."""
    if one.isdisjoint(other):  # as most are, a line away
        return -1.0
    common = len(one & other)
    return 2 * common / (len(one) + len(other) - common) - 1


class _Cosines:
    """Cosine similarities of source and target embeddings."""

    def __init__(self, ours: NDArray[np.float32], theirs: NDArray[np.float32]) -> None:
        self.ours, self.theirs = ours, theirs

    def __call__(self, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Evidence:
        products: Evidence = np.einsum("nd,nd->n", self.ours[rows], self.theirs[columns])
        return products.astype(np.float64)


Fit: TypeAlias = tuple[float, _Lengths | _Numbers | _Cosines]
"""A weight, and what tells how well lines fit one another."""


def _at_offsets(
    fit: _Lengths | _Numbers | _Cosines, lines: range, count: int, offsets: Sequence[int]
) -> Evidence:
    """The evidence for each offset; beyond the ends, as much as the line has on average."""
    found = np.full((len(offsets), len(lines)), np.nan)
    for place, offset in enumerate(offsets):
        rows = np.arange(max(lines.start, -offset), min(lines.stop, count - offset))
        if len(rows):
            found[place, rows - lines.start] = fit(rows, rows + offset)
    means = np.nanmean(found, axis=0)
    return np.where(np.isnan(found), means, found)


def _is_straight(blocks: Iterable[Evidence]) -> bool:
    """Whether no run of lines speaks enough for another offset to pay for a change.

    The best sum of any run (Kadane) is what a change could bring; close calls are left to
    `_best_states`.

    Args:
        blocks: the evidence of all lines, block by block [offsets, lines].
    """
    total = lowest = np.zeros(1)
    best = -np.inf
    for evidence in blocks:
        sums = evidence[1:].copy()
        sums[:, 0] += total
        np.cumsum(sums, axis=1, out=sums)
        before = np.concatenate((np.broadcast_to(total, len(sums))[:, None], sums[:, :-1]), axis=1)
        lows = np.minimum(np.minimum.accumulate(before, axis=1), np.reshape(lowest, (-1, 1)))
        best = max(best, float((sums - lows).max()))
        total, lowest = sums[:, -1], lows[:, -1]
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
