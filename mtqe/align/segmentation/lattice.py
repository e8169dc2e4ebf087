"""The dynamic programme of minimum word error rate segmentation, compiled."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mtqe.support.compiler import kernel

Integers = NDArray[np.int64]
Floats = NDArray[np.float32]

HALF = 0.5
"""The cost of a word in the place of another form of it."""


@kernel
def cheapest_starts(
    words: Integers,
    stems: Integers,
    reference_words: Integers,
    reference_stems: Integers,
    borders: Integers,
    costs: Floats,
    form: float,
) -> NDArray[np.int32]:
    """Where each segment best starts, for every place in the translation where it may end.

    Matusov, Leusch, Bender and Ney 2005, "Evaluating Machine Translation Output with Automatic
    Sentence Segmentation": segments are cut so that the sum of their edit distances to the
    nearest of their references is the smallest. New here: a cut may cost something.

    Args:
        words: the translation's tokens [tokens].
        stems: their stems [tokens].
        reference_words: tokens of all references, one after the other.
        reference_stems: their stems.
        borders: where each reference begins, and after it ends [segments, references, 2].
        costs: of a cut before each token, and after the last one [tokens + 1].
        form: cost of a word in the place of another form of it; 1 for no difference.

    Returns:
        Places [segments, tokens + 1], for the place that the segment ends before.
    """
    segments, versions, size = borders.shape[0], borders.shape[1], len(words)
    starts = np.zeros((segments, size + 1), np.int32)
    before = np.full(size + 1, np.float32(1e9))
    before[0] = 0.0
    best = np.empty(size + 1, np.float32)
    row, origin = np.empty(size + 1, np.float32), np.empty(size + 1, np.int32)
    for k in range(segments):
        best[:] = np.float32(1e9)
        for version in range(versions):
            first, end = borders[k, version, 0], borders[k, version, 1]
            if first < 0:
                continue
            row[0], origin[0] = before[0], 0
            for n in range(1, size + 1):
                if before[n] <= row[n - 1] + 1:
                    row[n], origin[n] = before[n], n
                else:
                    row[n], origin[n] = row[n - 1] + 1, origin[n - 1]
            for place in range(first, end):
                word, stem = reference_words[place], reference_stems[place]
                diagonal, from_diagonal = row[0], origin[0]
                row[0] += 1
                for n in range(1, size + 1):
                    cost, source = row[n] + 1, origin[n]
                    if words[n - 1] == word:
                        change = np.float32(0.0)
                    elif stems[n - 1] == stem:
                        change = np.float32(form)
                    else:
                        change = np.float32(1.0)
                    if diagonal + change <= cost:
                        cost, source = diagonal + change, from_diagonal
                    if row[n - 1] + 1 < cost:
                        cost, source = row[n - 1] + 1, origin[n - 1]
                    diagonal, from_diagonal = row[n], origin[n]
                    row[n], origin[n] = cost, source
            for n in range(size + 1):
                if row[n] < best[n]:
                    best[n] = row[n]
                    starts[k, n] = origin[n]
        for n in range(size + 1):
            cut = costs[n] if starts[k, n] != n else np.float32(0.0)
            before[n] = best[n] + cut
    return starts


@kernel
def better_ends(
    words: Integers,
    stems: Integers,
    reference_words: Integers,
    reference_stems: Integers,
    borders: Integers,
    costs: Floats,
    form: float,
    places: Integers,
    sizes: Integers,
    order: float,
) -> Integers:
    """The best of some ends of each segment, where the order of words counts less.

    Args:
        words: this and the next six are those of `cheapest_starts`.
        stems: their stems.
        reference_words: tokens of all references.
        reference_stems: their stems.
        borders: where each reference begins and ends.
        costs: of cuts.
        form: cost of a word in the place of another form of it.
        places: where each segment may end, in order; the last one at the end alone [segments, n].
        sizes: how many places there are for each segment [segments].
        order: weight of the edit distance; the rest is that of words in any order, the
            position-independent error rate of Tillmann et al. 1997 with all its edits.

    Returns:
        Where each segment ends [segments].
    """
    segments, width = places.shape
    totals = np.full((segments, width), 1e18)
    chosen = np.zeros((segments, width), np.int64)
    left = np.zeros(max(words.max(), reference_words.max()) + 1, np.int64)
    left_stems = np.zeros(max(stems.max(), reference_stems.max()) + 1, np.int64)
    row = np.empty(len(reference_words) + 1, np.float64)
    found = np.empty(width, np.float64)
    for k in range(segments):
        for a in range(sizes[k - 1] if k else 1):
            start = places[k - 1, a] if k else 0
            base = totals[k - 1, a] if k else 0.0
            if base >= 1e18:
                continue
            found[:] = 1e18
            for version in range(borders.shape[1]):
                first, last = borders[k, version, 0], borders[k, version, 1]
                if first < 0:
                    continue
                size = last - first
                for i in range(first, last):
                    left[reference_words[i]] += 1
                    left_stems[reference_stems[i]] += 1
                for i in range(size + 1):
                    row[i] = i
                common, forms, n = 0, 0, start
                for b in range(sizes[k]):
                    end = places[k, b]
                    if end < start:
                        continue
                    while n < end:
                        common += left[words[n]] > 0
                        forms += left_stems[stems[n]] > 0
                        left[words[n]] -= 1
                        left_stems[stems[n]] -= 1
                        diagonal = row[0]
                        row[0] += 1
                        for i in range(1, size + 1):
                            if words[n] == reference_words[first + i - 1]:
                                change = 0.0
                            elif stems[n] == reference_stems[first + i - 1]:
                                change = form
                            else:
                                change = 1.0
                            value = min(diagonal + change, row[i] + 1, row[i - 1] + 1)
                            diagonal = row[i]
                            row[i] = value
                        n += 1
                    matched = common + (1 - form) * (forms - common)
                    unordered = max(size, end - start) - matched
                    found[b] = min(found[b], order * row[size] + (1 - order) * unordered)
                for i in range(first, last):
                    left[reference_words[i]] = 0
                    left_stems[reference_stems[i]] = 0
                for m in range(start, n):
                    left[words[m]] = 0
                    left_stems[stems[m]] = 0
            for b in range(sizes[k]):
                if places[k, b] < start:
                    continue
                total = base + found[b]
                if places[k, b] > start:
                    total += costs[places[k, b]]
                if total < totals[k, b]:
                    totals[k, b] = total
                    chosen[k, b] = a
    ends = np.zeros(segments, np.int64)
    b = sizes[segments - 1] - 1
    for k in range(segments - 1, -1, -1):
        ends[k] = places[k, b]
        b = chosen[k, b]
    return ends


@kernel
def edit_distance(
    words: Integers,
    stems: Integers,
    reference_words: Integers,
    reference_stems: Integers,
    form: float,
) -> float:
    """Insertions, deletions and replacements of words between two texts.

    Args:
        words: of one text [tokens].
        stems: their stems.
        reference_words: of the other one.
        reference_stems: their stems.
        form: cost of a word in the place of another form of it.
    """
    row = np.arange(len(reference_words) + 1).astype(np.float64)
    for n in range(len(words)):
        diagonal = row[0]
        row[0] += 1
        for i in range(1, len(row)):
            if words[n] == reference_words[i - 1]:
                change = 0.0
            elif stems[n] == reference_stems[i - 1]:
                change = form
            else:
                change = 1.0
            value = min(diagonal + change, row[i] + 1, row[i - 1] + 1)
            diagonal = row[i]
            row[i] = value
    return float(row[-1])


def spans(starts: NDArray[np.int32]) -> list[tuple[int, int]]:
    """Tokens of each segment, from the first to the one after the last, given `cheapest_starts`."""
    end = starts.shape[1] - 1
    found = []
    for row in starts[::-1]:
        start = int(row[end])
        found.append((start, end))
        end = start
    return found[::-1]
