"""Translation edit rate (Snover et al., 2006): edits with shifts, as sacreBLEU counts them.

sacreBLEU follows Tercom: it repeats the best shift of a matching run of words until no shift makes
the edit distance smaller. Its cache of matrix rows changes no result, so none is kept here.
Instead a candidate is costed from three parts: the rows of the unshifted matrix before the first
word that moved, the rows between the first and the last one, and the remaining costs of the
unshifted matrix after it. All three see the same beam, so their best sum is the same distance.

Of a matrix only the cells in the beam are kept, about fifty for each word, so memory and time grow
with the words and not with their product. The first row, which the beam doesn't limit, is known:
each prefix of the reference takes as many insertions as it has words.

All of it is in one file, because numba's cache on disk notices a change in the file of the kernel
that is called, not in those of the kernels that it calls.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mtqe.metrics.surface.kernels.texts import Offsets, Units
from mtqe.support.compiler import kernel

Indices = NDArray[np.int64]
Costs = NDArray[np.int32]
Operations = NDArray[np.int8]
Errors = NDArray[np.bool_]

# sacreBLEU's limits (`sacrebleu.metrics.lib_ter`), the first three taken from Tercom.
MAX_SHIFT_SIZE = 10
MAX_SHIFT_DISTANCE = 50
BEAM_WIDTH = 25
MAX_SHIFT_CANDIDATES = 1000

UNREACHABLE = 1 << 29  # twice as much still fits in 32 bits
KEEP, SUBSTITUTE, DELETE, INSERT = 0, 1, 2, 3


class Matrices(NamedTuple):
    """Words of the hypothesis in their present order [h] beside the reference [r].

    Attributes:
        words: shifted in place.
        reference: as it is.
        lows: [h + 1], the first column of each row's beam.
        highs: [h + 1], one after the last.
        costs: [h + 1, widest beam], edits from the start to each cell in the beam; the first row
            is left out.
        operations: the operation that the cheapest of these end in.
        remaining: edits from each cell in the beam to the end.
    """

    words: Units
    reference: Units
    lows: Indices
    highs: Indices
    costs: Costs
    operations: Operations
    remaining: Costs


class EditPath(NamedTuple):
    """Where the cheapest edits put the words.

    Attributes:
        positions: [r], the hypothesis word at or before each reference word; -1 before the first.
        reference_errors: [r], whether it is edited.
        hypothesis_errors: [h], whether it is edited.
    """

    positions: Indices
    reference_errors: Errors
    hypothesis_errors: Errors


@kernel
def edits(units: Units, offsets: Offsets, hypotheses: Indices, references: Indices) -> Indices:
    """Count the edits that turn each hypothesis into each of its references.

    Args:
        units: word ids; see `Sequences`.
        offsets: see `Sequences`.
        hypotheses: [m], the index of a sequence.
        references: [m, r], indices of sequences; -1 where a row has fewer than r.

    Returns:
        [m, r], with -1 where there is no reference.
    """
    out = np.full(references.shape, -1, np.int64)
    for row in range(len(hypotheses)):
        hypothesis = units[offsets[hypotheses[row]] : offsets[hypotheses[row] + 1]]
        for column in range(references.shape[1]):
            index = references[row, column]
            if index >= 0:
                out[row, column] = _edits(hypothesis, units[offsets[index] : offsets[index + 1]])
    return out


@kernel
def _edits(hypothesis: Units, reference: Units) -> int:
    if len(reference) == 0 or len(hypothesis) == 0:
        return len(reference) + len(hypothesis)
    rows, columns = len(hypothesis), len(reference)
    lows = np.zeros(rows + 1, np.int64)
    highs = np.full(rows + 1, columns + 1, np.int64)
    widest = 1
    for row in range(1, rows + 1):
        lows[row], highs[row] = _band(row, rows, columns)
        widest = max(widest, highs[row] - lows[row])
    shape = (rows + 1, widest)
    matrices = Matrices(
        hypothesis.copy(),
        reference,
        lows,
        highs,
        np.full(shape, UNREACHABLE, np.int32),
        np.full(shape, KEEP, np.int8),
        np.full(shape, UNREACHABLE, np.int32),
    )
    shifts = np.int64(0)
    candidates = np.int64(0)
    while True:
        _fill(matrices)
        saved, candidates = _shift(matrices, candidates)
        if candidates >= MAX_SHIFT_CANDIDATES or saved == 0:
            return int(shifts + _whole_cost(matrices))
        shifts += 1


@kernel
def _band(row: int, rows: int, columns: int) -> tuple[int, int]:
    """The columns of a row that the beam around the stretched diagonal lets through."""
    ratio = columns / rows
    width = BEAM_WIDTH
    if width < ratio / 2:
        width = math.ceil(ratio / 2 + BEAM_WIDTH)
    middle = math.floor(row * ratio)
    low = max(0, middle - width)
    high = min(columns + 1, middle + width)
    if row == rows:
        high = columns + 1
    return low, high


@kernel
def _whole_cost(matrices: Matrices) -> np.int64:
    """The edits of all words."""
    return np.int64(_cost(matrices, len(matrices.words), len(matrices.reference)))


@kernel
def _cost(matrices: Matrices, row: int, column: int) -> int:
    """The edits to a cell, `UNREACHABLE` outside the beam."""
    if row == 0:
        return column
    low = matrices.lows[row]
    if column < low or column >= matrices.highs[row]:
        return UNREACHABLE
    return int(matrices.costs[row, column - low])


@kernel
def _left(matrices: Matrices, row: int, column: int) -> int:
    """The edits from a cell to the end, `UNREACHABLE` outside the beam."""
    low = matrices.lows[row]
    if column < low or column >= matrices.highs[row]:
        return UNREACHABLE
    return int(matrices.remaining[row, column - low])


@kernel
def _fill(matrices: Matrices) -> None:
    """Edit distances of all prefixes in the beam, with the operation that each ends in."""
    words, reference = matrices.words, matrices.reference
    for i in range(1, len(words) + 1):
        low = matrices.lows[i]
        beside = UNREACHABLE
        diagonal = _cost(matrices, i - 1, low - 1) if low > 0 else UNREACHABLE
        for j in range(low, matrices.highs[i]):
            above = _cost(matrices, i - 1, j)
            best = above + 1
            operation = DELETE
            if j > 0:
                same = words[i - 1] == reference[j - 1]
                changed = diagonal + (0 if same else 1)
                if changed <= best:
                    best = changed
                    operation = KEEP if same else SUBSTITUTE
                if beside + 1 < best:
                    best = beside + 1
                    operation = INSERT
            matrices.costs[i, j - low] = best
            matrices.operations[i, j - low] = operation
            beside = best
            diagonal = above


@kernel
def _fill_remaining(matrices: Matrices) -> None:
    """What each cell in the beam still costs to the end; the first row is never asked for."""
    words, reference = matrices.words, matrices.reference
    rows, columns = len(words), len(reference)
    for j in range(matrices.lows[rows], matrices.highs[rows]):
        matrices.remaining[rows, j - matrices.lows[rows]] = columns - j
    for i in range(rows - 1, 0, -1):
        low, high = matrices.lows[i], matrices.highs[i]
        for j in range(high - 1, low - 1, -1):
            best = _left(matrices, i + 1, j) + 1
            if j < columns:
                cost = 0 if words[i] == reference[j] else 1
                best = min(best, _left(matrices, i + 1, j + 1) + cost)
            if j + 1 < high:
                best = min(best, matrices.remaining[i, j + 1 - low] + 1)
            matrices.remaining[i, j - low] = best


@kernel
def _align(matrices: Matrices) -> EditPath:
    """Walk back along the cheapest edits."""
    i, j = len(matrices.words), len(matrices.reference)
    positions = np.empty(j, np.int64)
    reference_errors = np.zeros(j, np.bool_)
    hypothesis_errors = np.zeros(i, np.bool_)
    while i > 0 or j > 0:
        operation = INSERT if i == 0 else matrices.operations[i, j - matrices.lows[i]]
        if operation != DELETE:
            positions[j - 1] = i - 1
            reference_errors[j - 1] = operation != KEEP
        if operation != INSERT:
            hypothesis_errors[i - 1] = operation != KEEP
            i -= 1
        if operation != DELETE:
            j -= 1
    return EditPath(positions, reference_errors, hypothesis_errors)


@kernel
def _shift(matrices: Matrices, candidates: np.int64) -> tuple[np.int64, np.int64]:
    """Apply the best shift to the words, if it helps and the candidates aren't used up.

    Returns:
        The edits that the shift saves (0: nothing was shifted), and the candidates so far.
    """
    words, reference = matrices.words, matrices.reference
    _fill_remaining(matrices)
    alignment = _align(matrices)
    shifted = np.empty_like(words)
    best = np.zeros(4, np.int64)
    for start in range(len(words)):
        first = max(0, start - MAX_SHIFT_DISTANCE)
        last = min(len(reference), start + MAX_SHIFT_DISTANCE + 1)
        for target in range(first, last):
            for length in range(1, _match_length(words[start:], reference[target:]) + 1):
                if _worth_trying(alignment, start, target, length):
                    goals = alignment.positions[: target + length]
                    candidates += _try_goals(matrices, goals, start, length, shifted, best)
                if candidates >= MAX_SHIFT_CANDIDATES:
                    return np.int64(0), candidates
    if best[0] > 0:
        _move(words, -best[2], best[1], -best[3], shifted)
        _copy(shifted, words)
    return best[0], candidates


@kernel
def _try_goals(
    matrices: Matrices, positions: Indices, start: int, length: int, shifted: Units, best: Indices
) -> int:
    """Cost the shifts to before and after each word that the moved ones match.

    Args:
        matrices: of the words as they are.
        positions: where the reference words are aligned, up to the last one that is matched.
        start: of the words to move.
        length: how many words to move.
        shifted: scratch [words].
        best: rank of the best candidate so far: edits saved, then longest, then earliest, then
            earliest goal (Tercom's order); replaced by a better one.

    Returns:
        How many candidates there were.
    """
    tried = 0
    previous = -1
    for offset in range(len(positions) - length - 1, len(positions)):
        goal = 0 if offset < 0 else int(positions[offset]) + 1
        if goal == previous:
            continue
        previous = goal
        tried += 1
        _move(matrices.words, start, length, goal, shifted)
        saved = _whole_cost(matrices) - _distance(matrices, shifted)
        rank = (saved, np.int64(length), np.int64(-start), np.int64(-goal))
        if rank > (best[0], best[1], best[2], best[3]):
            best[0], best[1], best[2], best[3] = rank
    return tried


@kernel
def _match_length(words: Units, reference: Units) -> int:
    """How many words the two have in common at their start, up to the longest shift."""
    length = 0
    longest = min(len(words), len(reference), MAX_SHIFT_SIZE)
    while length < longest and words[length] == reference[length]:
        length += 1
    return length


@kernel
def _worth_trying(alignment: EditPath, start: int, target: int, length: int) -> bool:
    """Tercom's filter: both places must be wrong now, and the words not already lie there."""
    if start <= alignment.positions[target] < start + length:
        return False
    hypothesis_wrong = False
    reference_wrong = False
    for i in range(length):
        hypothesis_wrong |= alignment.hypothesis_errors[start + i]
        reference_wrong |= alignment.reference_errors[target + i]
    return hypothesis_wrong and reference_wrong


@kernel
def _move(words: Units, start: int, length: int, goal: int, out: Units) -> None:
    """Write `words` to `out` with ``words[start:start + length]`` moved to before `goal`.

    A goal inside the moved words counts from their start, as in sacreBLEU.
    """
    end = start + length
    if goal < start:
        left, right = goal, end
    else:
        left, right = start, goal if goal > end else min(goal + length, len(words))
    middle = start if goal < start else end
    _copy(words, out)
    written = left
    for i in range(middle, right):
        out[written] = words[i]
        written += 1
    for i in range(left, middle):
        out[written] = words[i]
        written += 1


@kernel
def _copy(source: Units, target: Units) -> None:
    for i in range(len(source)):
        target[i] = source[i]


@kernel
def _distance(matrices: Matrices, shifted: Units) -> np.int64:
    """The edit distance of the shifted words, from the matrices of the unshifted ones."""
    words = matrices.words
    first, last = 0, len(words)
    while first < last and words[first] == shifted[first]:
        first += 1
    while last > first and words[last - 1] == shifted[last - 1]:
        last -= 1
    rolling = np.empty((2, matrices.costs.shape[1]), np.int32)
    for i in range(first + 1, last + 1):
        _fill_row(matrices, shifted[i - 1], i, i == first + 1, rolling[(i - 1) % 2], rolling[i % 2])
    best = np.int64(UNREACHABLE)
    low = matrices.lows[last]
    for j in range(low, matrices.highs[last]):
        cost = np.int64(rolling[last % 2, j - low]) if last > first else _cost(matrices, last, j)
        best = min(best, np.int64(cost + matrices.remaining[last, j - low]))
    return best


@kernel
def _fill_row(matrices: Matrices, word: int, i: int, first: bool, above: Costs, row: Costs) -> None:
    """Edit distances of one row inside its beam; as in `_fill`, without the operations.

    Args:
        matrices: of the unshifted words.
        word: the shifted word of the row.
        i: the row.
        first: whether the row above it is that of the unshifted words.
        above: the row above it otherwise, from the start of its beam.
        row: is filled.
    """
    low = matrices.lows[i]
    above_low, above_high = matrices.lows[i - 1], matrices.highs[i - 1]
    beside = UNREACHABLE
    for j in range(low, matrices.highs[i]):
        best = UNREACHABLE
        if first:
            best = _cost(matrices, i - 1, j)
        elif above_low <= j < above_high:
            best = int(above[j - above_low])
        best += 1
        if j > 0:
            diagonal = UNREACHABLE
            if first:
                diagonal = _cost(matrices, i - 1, j - 1)
            elif above_low <= j - 1 < above_high:
                diagonal = int(above[j - 1 - above_low])
            cost = 0 if word == matrices.reference[j - 1] else 1
            best = min(best, diagonal + cost, beside + 1)
        row[j - low] = best
        beside = best
