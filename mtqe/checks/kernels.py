"""Compiled looks at many texts: what is repeated, doubled, unbalanced or left as it was.

Each may say yes too often, as the rules look again at what it says yes to; never too seldom.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mtqe.checks.alphabet import GAP, INCHES, JOINER, LETTER, MARK, QUOTED, WORDLIKE, Sign
from mtqe.support.native import native

Numbers = NDArray[np.intp]
Offsets = NDArray[np.int64]
Words = tuple[NDArray[np.uint64], Offsets, Offsets, NDArray[np.bool_], Offsets]
"""Hash, start, end (of each word), whether it has no capital; each text's first word [n + 1]."""

RUN, WORD = 1, 2
_RUN, _WORD = np.uint8(RUN), np.uint8(WORD)
PIECE = 4
LEAST = 12
DEEPEST = 64
_LETTER, _WORDLIKE, _MARK, _JOINER, _GAP = LETTER, WORDLIKE, MARK, JOINER, GAP
_QUOTED, _INCHES = QUOTED, INCHES
_REPEATS, _DOUBLES = np.uint32(Sign.REPEATS), np.uint32(Sign.DOUBLES)
_UNBALANCED, _UNPAIRED = np.uint32(Sign.UNBALANCED), np.uint32(Sign.UNPAIRED)
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(32)


def signs(
    numbers: Numbers,
    offsets: Offsets,
    kinds: NDArray[np.uint8],
    lower: Numbers,
    brackets: NDArray[np.int8],
) -> NDArray[np.uint32]:
    """`Sign.REPEATS`, `DOUBLES`, `UNBALANCED` and `UNPAIRED` of each text [n].

    Args:
        numbers: characters of all texts, by number in the alphabet.
        offsets: text i is ``numbers[offsets[i]:offsets[i + 1]]``.
        kinds: kind of each character of the alphabet.
        lower: number of each character in lower case.
        brackets: pair that each character opens or closes.
    """
    size = _table_size(int(np.diff(offsets).max(initial=1)))
    last, steps = np.full(size, -1, np.int64), np.zeros(size, np.int64)
    stack = np.zeros(DEEPEST, np.int8)
    found = np.zeros(len(offsets) - 1, np.uint32)
    _signs(numbers, offsets, kinds, lower, brackets, last, steps, stack, found)
    return found


def _table_size(entries: int) -> int:
    """A power of two of which so many are at most half."""
    size = 16
    while size < 2 * entries:
        size *= 2
    return size


@native
def _signs(
    numbers: Numbers,
    offsets: Offsets,
    kinds: NDArray[np.uint8],
    lower: Numbers,
    brackets: NDArray[np.int8],
    last: Offsets,
    steps: Offsets,
    stack: NDArray[np.int8],
    found: NDArray[np.uint32],
) -> int:
    """`signs` into `found`, of zeros; the number of texts. What comes before it is room to work."""
    for i in range(len(found)):
        start, end = offsets[i], offsets[i + 1]
        if end - start >= LEAST and _repeats(numbers, start, end, last, steps):
            found[i] |= _REPEATS
        if _doubles(numbers, start, end, kinds, lower):
            found[i] |= _DOUBLES
        if _unbalanced(numbers, start, end, brackets, stack):
            found[i] |= _UNBALANCED
        if _unpaired(numbers, start, end, kinds):
            found[i] |= _UNPAIRED
    return len(found)


def _repeats(numbers: Numbers, start: int, end: int, last: Offsets, steps: Offsets) -> bool:
    """Whether a part comes twice in a row and then begins again (`repetition._is_periodic`)."""
    mask = len(last) - 1
    for place in range(start, end - PIECE + 1):
        value = np.uint64(0)
        for i in range(place, place + PIECE):
            value = (value + np.uint64(numbers[i])) * _FACTOR
        slot = np.int64(value >> _SHIFT) & mask
        while last[slot] >= start and not _same(numbers, last[slot], place, PIECE):
            slot = (slot + 1) & mask
        if last[slot] < start:
            steps[slot] = 0
        else:
            step = place - last[slot]
            twice = place - 2 * step
            if steps[slot] == step and _same(numbers, twice, place - step, step):
                return True
            steps[slot] = step
        last[slot] = place
    return False


def _same(numbers: Numbers, one: int, other: int, length: int) -> bool:
    for i in range(length):  # noqa: SIM110 - numba has no generators
        if numbers[one + i] != numbers[other + i]:
            return False
    return True


def _doubles(
    numbers: Numbers, start: int, end: int, kinds: NDArray[np.uint8], lower: Numbers
) -> bool:
    """Whether a run of letters comes again behind one or two spaces, whatever its case."""
    before, length, ended = start, 0, start
    place = start
    while place < end:
        if not kinds[numbers[place]] & _WORDLIKE:
            place += 1
            continue
        first = place
        while place < end and kinds[numbers[place]] & _WORDLIKE:
            place += 1
        if place - first == length and 1 <= first - ended <= 2:
            same = True
            for i in range(ended, first):
                same = same and (kinds[numbers[i]] & _GAP) != 0
            for i in range(length):
                if not same:
                    break
                same = lower[numbers[before + i]] == lower[numbers[first + i]]
            if same:
                return True
        before, length, ended = first, place - first, place
    return False


def _unbalanced(
    numbers: Numbers, start: int, end: int, brackets: NDArray[np.int8], stack: NDArray[np.int8]
) -> bool:
    """Whether a bracket has no partner, or brackets are nested too deep to tell."""
    depth = 0
    for i in range(start, end):
        pair = brackets[numbers[i]]
        if pair > 0:
            if depth == DEEPEST:
                return True
            stack[depth] = pair
            depth += 1
        elif pair < 0:
            if depth == 0 or stack[depth - 1] != -pair:
                return True
            depth -= 1
    return depth > 0


def _unpaired(numbers: Numbers, start: int, end: int, kinds: NDArray[np.uint8]) -> bool:
    """Whether there are quotation marks of an odd number, or such as may be signs of inches."""
    count = 0
    for i in range(start, end):
        if not kinds[numbers[i]] & _QUOTED:
            continue
        count += 1
        if i > start and kinds[numbers[i - 1]] & _INCHES:
            return True
        if i + 1 < end and kinds[numbers[i + 1]] & _INCHES:
            return True
    return count % 2 == 1


def words(
    numbers: Numbers, offsets: Offsets, kinds: NDArray[np.uint8], capital: NDArray[np.bool_]
) -> Words:
    """The words of texts, as `untranslated.WORD` finds them.

    Args:
        numbers: characters of all texts, as for `signs`.
        offsets: where texts begin and end.
        kinds: kind of each character of the alphabet.
        capital: whether a character of the alphabet changes in lower case.
    """
    hashes = np.empty(len(numbers), np.uint64)
    starts, ends = np.empty(len(numbers), np.int64), np.empty(len(numbers), np.int64)
    small = np.empty(len(numbers), np.bool_)
    firsts = np.zeros(len(offsets), np.int64)
    count = _words(numbers, offsets, kinds, capital, hashes, starts, ends, small, firsts)
    return hashes[:count], starts[:count], ends[:count], small[:count], firsts


@native
def _words(
    numbers: Numbers,
    offsets: Offsets,
    kinds: NDArray[np.uint8],
    capital: NDArray[np.bool_],
    hashes: NDArray[np.uint64],
    starts: Offsets,
    ends: Offsets,
    small: NDArray[np.bool_],
    firsts: Offsets,
) -> int:
    """`words` into the last five, which have room for a word per character; how many there are."""
    word = 0
    for i in range(len(offsets) - 1):
        place, end = offsets[i], offsets[i + 1]
        while place < end:
            if not kinds[numbers[place]] & _LETTER:
                place += 1
                continue
            starts[word] = place
            value = np.uint64(0)
            plain = True
            while place < end:
                kind = kinds[numbers[place]]
                joins = kind & _JOINER and place + 1 < end and kinds[numbers[place + 1]] & _LETTER
                if not (kind & (_LETTER | _MARK) or joins):
                    break
                value = (value ^ np.uint64(numbers[place])) * _FACTOR
                value ^= value >> _SHIFT
                plain = plain and not capital[numbers[place]]
                place += 1
            hashes[word], ends[word], small[word] = value, place, plain
            word += 1
        firsts[i + 1] = word
    return word


def shared(
    found: Words, sources: Offsets, hypotheses: Offsets, run: int, length: int
) -> NDArray[np.uint8]:
    """Which translations may have words of their source left in them [pairs].

    `RUN` of those that may have several in a row, `WORD` of those that have a long one.

    Args:
        found: words of texts.
        sources: number of each pair's source among the texts; equal ones best in a row.
        hypotheses: number of its translation.
        run: words of the source in a row from which it may be.
        length: letters of one word of the source in small letters from which it may be; 0: none.
    """
    size = _table_size(int(np.diff(found[-1]).max(initial=1)))
    table, owner = np.zeros(size, np.uint64), np.full(size, -1, np.int64)
    result = np.zeros(len(sources), np.uint8)
    _shared(*found, sources, hypotheses, run, length, table, owner, result)
    return result


@native
def _shared(
    hashes: NDArray[np.uint64],
    starts: Offsets,
    ends: Offsets,
    small: NDArray[np.bool_],
    firsts: Offsets,
    sources: Offsets,
    hypotheses: Offsets,
    run: int,
    length: int,
    table: NDArray[np.uint64],
    owner: Offsets,
    result: NDArray[np.uint8],
) -> int:
    """`shared` into `result`, of zeros; the number of pairs. `table` and `owner` are room."""
    mask = len(table) - 1
    held = stamp = -1
    for pair in range(len(sources)):
        source, hypothesis = sources[pair], hypotheses[pair]
        if source != held:
            held = source
            for i in range(firsts[source], firsts[source + 1]):
                slot = np.int64(hashes[i] >> _SHIFT) & mask
                while owner[slot] == pair and table[slot] != hashes[i]:
                    slot = (slot + 1) & mask
                owner[slot], table[slot] = pair, hashes[i]
            stamp = pair
        in_row, any_small, long_row, long_word = 0, False, False, False
        for i in range(firsts[hypothesis], firsts[hypothesis + 1]):
            slot = np.int64(hashes[i] >> _SHIFT) & mask
            while owner[slot] == stamp and table[slot] != hashes[i]:
                slot = (slot + 1) & mask
            if owner[slot] != stamp:
                in_row = 0
                continue
            close = in_row > 0 and starts[i] - ends[i - 1] <= 3
            in_row = in_row + 1 if close else 1
            long_row = long_row or in_row >= run
            if small[i]:
                any_small = True
                long_word = long_word or (length > 0 and ends[i] - starts[i] >= length)
        if any_small:
            result[pair] = _RUN * long_row + _WORD * long_word
    return len(result)
