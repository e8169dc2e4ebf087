"""Translation edit rate (Snover et al., 2006): edits with shifts, as sacreBLEU counts them.

sacreBLEU follows Tercom: it repeats the best shift of a matching run of words until no shift makes
the edit distance smaller. Its cache of matrix rows changes no result, so none is kept here.
Instead a candidate is costed from three parts: the rows of the unshifted matrix before the first
word that moved, the rows between the first and the last one, and the remaining costs of the
unshifted matrix after it. All three see the same beam, so their best sum is the same distance.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from mtqe.metrics.kernels.compiler import kernel
from mtqe.metrics.kernels.texts import Offsets, Units

Indices = NDArray[np.int64]
Costs = NDArray[np.int32]
Operations = NDArray[np.int8]

# sacreBLEU's limits (`sacrebleu.metrics.lib_ter`), the first three taken from Tercom.
MAX_SHIFT_SIZE = 10
MAX_SHIFT_DISTANCE = 50
BEAM_WIDTH = 25
MAX_SHIFT_CANDIDATES = 1000

UNREACHABLE = 1 << 29  # twice as much still fits in 32 bits
KEEP, SUBSTITUTE, DELETE, INSERT = 0, 1, 2, 3


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
        return max(len(reference), len(hypothesis))
    words = hypothesis.copy()
    shape = (len(words) + 1, len(reference) + 1)
    costs = np.full(shape, UNREACHABLE, np.int32)
    remaining = np.full(shape, UNREACHABLE, np.int32)
    operations = np.full(shape, KEEP, np.int8)
    shifts = 0
    candidates = 0
    while True:
        _fill(words, reference, costs, operations)
        gain, candidates = _shift(words, reference, costs, operations, remaining, candidates)
        if candidates >= MAX_SHIFT_CANDIDATES or gain == 0:
            return shifts + costs[-1, -1]
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
def _fill(words: Units, reference: Units, costs: Costs, operations: Operations) -> None:
    """Edit distances of all prefixes in the beam, with the operation that each ends in."""
    columns = len(reference)
    costs[0] = np.arange(columns + 1)
    operations[0] = INSERT
    for i in range(1, len(words) + 1):
        low, high = _band(i, len(words), columns)
        for j in range(low, high):
            best = costs[i - 1, j] + 1
            operation = DELETE
            if j > 0:
                same = words[i - 1] == reference[j - 1]
                diagonal = costs[i - 1, j - 1] + (0 if same else 1)
                if diagonal <= best:
                    best = diagonal
                    operation = KEEP if same else SUBSTITUTE
                if costs[i, j - 1] + 1 < best:
                    best = costs[i, j - 1] + 1
                    operation = INSERT
            costs[i, j] = best
            operations[i, j] = operation


@kernel
def _fill_remaining(words: Units, reference: Units, remaining: Costs) -> None:
    """What each cell in the beam still costs to the end."""
    rows, columns = len(words), len(reference)
    remaining[rows] = columns - np.arange(columns + 1)
    for i in range(rows - 1, -1, -1):
        low, high = _band(i, rows, columns) if i > 0 else (0, columns + 1)
        for j in range(high - 1, low - 1, -1):
            best = remaining[i + 1, j] + 1
            if j < columns:
                cost = 0 if words[i] == reference[j] else 1
                best = min(best, remaining[i + 1, j + 1] + cost)
            if j + 1 < high:
                best = min(best, remaining[i, j + 1] + 1)
            remaining[i, j] = best
    low, _ = _band(rows, rows, columns)
    remaining[rows, :low] = UNREACHABLE


@kernel
def _align(operations: Operations) -> tuple[Indices, Indices, Indices]:
    """Walk back along the cheapest edits.

    Returns:
        For each reference word the hypothesis position before or at it (-1: before the first),
        whether it is an error, and for each hypothesis word whether it is an error.
    """
    i, j = operations.shape[0] - 1, operations.shape[1] - 1
    alignment = np.empty(j, np.int64)
    reference_errors = np.zeros(j, np.int64)
    hypothesis_errors = np.zeros(i, np.int64)
    while i > 0 or j > 0:
        operation = operations[i, j]
        if operation != DELETE:
            alignment[j - 1] = i - 1
            reference_errors[j - 1] = operation != KEEP
        if operation != INSERT:
            hypothesis_errors[i - 1] = operation != KEEP
            i -= 1
        if operation != DELETE:
            j -= 1
    return alignment, reference_errors, hypothesis_errors


@kernel
def _shift(
    words: Units,
    reference: Units,
    costs: Costs,
    operations: Operations,
    remaining: Costs,
    candidates: int,
) -> tuple[int, int]:
    """Apply the best shift to `words`, if it helps and the candidates aren't used up.

    Returns:
        The edits that the shift saves (0: nothing was shifted), and the candidates so far.
    """
    alignment, reference_errors, hypothesis_errors = _align(operations)
    _fill_remaining(words, reference, remaining)
    shifted = np.empty_like(words)
    best = np.zeros(4, np.int64)
    rank = np.zeros(4, np.int64)
    for start in range(len(words)):
        for target in range(len(reference)):
            if abs(target - start) > MAX_SHIFT_DISTANCE:
                continue
            for length in range(1, _match_length(words[start:], reference[target:]) + 1):
                if not _worth_trying(
                    start, target, length, alignment, reference_errors, hypothesis_errors
                ):
                    continue
                previous = -1
                for offset in range(target - 1, target + length):
                    goal = 0 if offset < 0 else alignment[offset] + 1
                    if goal == previous:
                        continue
                    previous = goal
                    candidates += 1
                    _move(words, start, length, goal, shifted)
                    distance = _distance(words, shifted, reference, costs, remaining)
                    rank[0] = costs[-1, -1] - distance
                    rank[1], rank[2], rank[3] = length, -start, -goal
                    if rank[0] > 0 and _ranks_higher(rank, best):
                        best[:] = rank
                if candidates >= MAX_SHIFT_CANDIDATES:
                    return 0, candidates
    if best[0] > 0:
        _move(words, -best[2], best[1], -best[3], shifted)
        words[:] = shifted
    return best[0], candidates


@kernel
def _match_length(words: Units, reference: Units) -> int:
    """How many words the two have in common at their start, up to the longest shift."""
    length = 0
    longest = min(len(words), len(reference), MAX_SHIFT_SIZE)
    while length < longest and words[length] == reference[length]:
        length += 1
    return length


@kernel
def _worth_trying(
    start: int,
    target: int,
    length: int,
    alignment: Indices,
    reference_errors: Indices,
    hypothesis_errors: Indices,
) -> bool:
    """Tercom's filter: both places must be wrong now, and the words not already lie there."""
    return (
        hypothesis_errors[start : start + length].sum() > 0
        and reference_errors[target : target + length].sum() > 0
        and not start <= alignment[target] < start + length
    )


@kernel
def _ranks_higher(rank: Indices, best: Indices) -> bool:
    """Tercom's order: most edits saved, then longest, then earliest, then earliest goal."""
    for i in range(len(rank)):
        if rank[i] != best[i]:
            return bool(rank[i] > best[i])
    return False


@kernel
def _move(words: Units, start: int, length: int, goal: int, out: Units) -> None:
    """Write `words` to `out` with ``words[start:start + length]`` moved to before `goal`.

    A goal inside the moved words counts from their start, as in sacreBLEU.
    """
    end = start + length
    out[:] = words
    if goal < start:
        out[goal : goal + length] = words[start:end]
        out[goal + length : end] = words[goal:start]
    else:
        stop = goal if goal > end else min(goal + length, len(words))
        passed = stop - end
        out[start : start + passed] = words[end:stop]
        out[start + passed : stop] = words[start:end]


@kernel
def _distance(
    words: Units, shifted: Units, reference: Units, costs: Costs, remaining: Costs
) -> int:
    """The edit distance of `shifted` from the matrices of `words`."""
    rows, columns = len(words), len(reference)
    first, last = 0, rows
    while first < last and words[first] == shifted[first]:
        first += 1
    while last > first and words[last - 1] == shifted[last - 1]:
        last -= 1
    above = costs[first].copy()
    row = np.empty_like(above)
    for i in range(first + 1, last + 1):
        row[:] = UNREACHABLE
        low, high = _band(i, rows, columns)
        for j in range(low, high):
            best = above[j] + 1
            if j > 0:
                cost = 0 if shifted[i - 1] == reference[j - 1] else 1
                best = min(best, above[j - 1] + cost, row[j - 1] + 1)
            row[j] = best
        above, row = row, above
    return int((above + remaining[last]).min())
