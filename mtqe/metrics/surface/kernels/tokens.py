"""Splitting packed texts into words, and words into ids, with sacreBLEU's results.

sacreBLEU's ``13a`` and ``zh`` tokenizers are a handful of regular expressions that put spaces
around matches and then split at whitespace. Each expression is one pass here, in the same order
and with the same left-to-right consumption, because a later pass sees the spaces of an earlier one.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from sacrebleu.tokenizers.tokenizer_zh import _UCODE_RANGES

from mtqe.metrics.surface.kernels.texts import Members, Offsets, Sequences, Units, whitespace
from mtqe.support.native import native

ASCII = tuple(chr(code) for code in range(128))
DIGITS = "0123456789"
PUNCTUATION_13A = "".join(
    c for c in ASCII if "!" <= c <= "~" and not c.isalnum() and c not in "'-.,"
)
"""sacreBLEU puts spaces around spaces, too; see `_surround`."""
PUNCTUATION_CHRF = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
MULTIPLIER = -7046029254386353131  # 2**64 divided by the golden ratio, as a signed number


def western(texts: Sequences) -> Sequences:
    """The four passes that sacreBLEU's ``13a`` and ``zh`` tokenizers share."""
    texts = surround(texts, members(PUNCTUATION_13A))
    texts = split_pairs(texts, members(DIGITS, others=True), members(".,"), space_first=False)
    texts = split_pairs(texts, members(".,"), members(DIGITS, others=True), space_first=True)
    return split_pairs(texts, members(DIGITS), members("-"), space_first=False)


def chinese(texts: Sequences) -> Sequences:
    """The ``zh`` tokenizer of sacreBLEU: spaces around each Chinese character, then `western`."""
    return western(surround(texts, chinese_characters()))


def characters(texts: Sequences) -> Sequences:
    """The ``char`` tokenizer of sacreBLEU."""
    return surround(texts, np.ones(1, np.bool_))


def surround(texts: Sequences, separated: Members) -> Sequences:
    """Put a space on both sides of every member."""
    out, bounds = _room(texts, 3)
    end = _surround(*texts, separated, out, bounds)
    return Sequences(out[:end].copy(), bounds)


def split_pairs(
    texts: Sequences, first: Members, second: Members, *, space_first: bool
) -> Sequences:
    """Replace ``(first)(second)`` by ``" first second"``, or else by ``"first second "``."""
    out, bounds = _room(texts, 2)
    end = _split_pairs(*texts, first, second, space_first, out, bounds)
    return Sequences(out[:end].copy(), bounds)


def detach_punctuation(texts: Sequences) -> Sequences:
    """chrF++'s words: one punctuation mark split off the end, or else off the start, of a word."""
    out, bounds = _room(texts, 2)
    marks = members(PUNCTUATION_CHRF)
    end = _detach_punctuation(*texts, whitespace(), marks, out, bounds)
    return Sequences(out[:end].copy(), bounds)


def words(texts: Sequences) -> Sequences:
    """Split at whitespace and number the words: equal ids if and only if equal words."""
    starts = np.empty(len(texts.units) + 1, np.int64)
    ends = np.empty_like(starts)
    bounds = np.zeros_like(texts.offsets)
    count = _words(*texts, whitespace(), starts, ends, bounds)
    table = np.full(16 << max(0, (2 * count - 1).bit_length() - 4), -1, np.int64)
    ids = np.empty(count, np.uint32)
    _intern(texts.units, starts[:count], ends[:count], table, ids)
    return Sequences(ids, bounds)


def _room(texts: Sequences, times: int) -> tuple[Units, Offsets]:
    """Arrays for so many times the units, and for as many texts."""
    return np.empty(times * len(texts.units), np.uint32), np.zeros_like(texts.offsets)


@cache
def members(listed: str, *, others: bool = False) -> Members:
    """Membership by code point: `listed`, or with `others` all but those.

    The last entry stands for every code point beyond ASCII.
    """
    return np.array([(c in listed) != others for c in ASCII] + [others])


@cache
def chinese_characters() -> Members:
    """Membership of sacreBLEU's Chinese characters.

    Its tables write astral characters with too few digits, so that a bound is two characters
    long; comparing strings, the first of the two then decides, and excludes itself as a start.
    """
    table = np.zeros(0x10001, np.bool_)
    for start, end in _UCODE_RANGES:
        table[ord(start[0]) + len(start) - 1 : ord(end[0]) + 1] = True
    return table


def _member(table: Members, unit: int) -> bool:
    return bool(table[min(unit, len(table) - 1)])


@native
def _surround(
    units: Units, offsets: Offsets, separated: Members, out: Units, bounds: Offsets
) -> int:
    """Fill `out` and `bounds`; the units of `out`.

    A space is not put beside another one. How many there are in a row makes no difference: texts
    are split at all of them, and no pass looks at more than two characters at a time.
    """
    end = 0
    for text in range(len(offsets) - 1):
        for i in range(offsets[text], offsets[text + 1]):
            if _member(separated, units[i]):
                if end == bounds[text] or out[end - 1] != 32:
                    out[end] = 32
                    end += 1
                out[end], out[end + 1] = units[i], 32
                end += 2
            else:
                out[end] = units[i]
                end += 1
        bounds[text + 1] = end
    return end


@native
def _split_pairs(
    units: Units,
    offsets: Offsets,
    first: Members,
    second: Members,
    space_first: bool,
    out: Units,
    bounds: Offsets,
) -> int:
    """Fill `out` and `bounds`; the units of `out`."""
    end = 0
    for text in range(len(offsets) - 1):
        i, stop = offsets[text], offsets[text + 1]
        while i < stop:
            if i + 1 < stop and _member(first, units[i]) and _member(second, units[i + 1]):
                lead = 1 if space_first else 0
                out[end : end + 4] = 32
                out[end + lead], out[end + lead + 2] = units[i], units[i + 1]
                end += 4
                i += 2
            else:
                out[end] = units[i]
                end += 1
                i += 1
        bounds[text + 1] = end
    return end


def _word_end(units: Units, start: int, stop: int, space: Members) -> int:
    end = start
    while end < stop and not _member(space, units[end]):
        end += 1
    return end


@native
def _detach_punctuation(
    units: Units, offsets: Offsets, space: Members, marks: Members, out: Units, bounds: Offsets
) -> int:
    """Fill `out` and `bounds`; the units of `out`."""
    end = 0
    for text in range(len(offsets) - 1):
        i, stop = offsets[text], offsets[text + 1]
        while i < stop:
            length = _word_end(units, i, stop, space) - i
            cut = 0
            if length > 1 and _member(marks, units[i + length - 1]):
                cut = length - 1
            elif length > 1 and _member(marks, units[i]):
                cut = 1
            for k in range(max(length, 1)):
                if k == cut and cut > 0:
                    out[end] = 32
                    end += 1
                out[end] = units[i + k]
                end += 1
            i += max(length, 1)
        bounds[text + 1] = end
    return end


@native
def _words(
    units: Units, offsets: Offsets, space: Members, starts: Offsets, ends: Offsets, bounds: Offsets
) -> int:
    """Fill each word's start and end, and the number of each text's first word; how many words."""
    count = 0
    for text in range(len(offsets) - 1):
        i, stop = offsets[text], offsets[text + 1]
        while i < stop:
            end = _word_end(units, i, stop, space)
            if end > i:
                starts[count], ends[count] = i, end
                count += 1
            i = end + 1
        bounds[text + 1] = count
    return count


@native
def _intern(units: Units, starts: Offsets, ends: Offsets, table: Offsets, ids: Units) -> int:
    """Give each word the number of its first occurrence; how many words differ.

    Args:
        units: of all texts.
        starts: first unit of each word [words].
        ends: the unit behind each word [words].
        table: -1 everywhere; a power of two, at least twice as long as there are words.
        ids: is filled [words].
    """
    size = len(table)
    different = 0
    for word in range(len(starts)):
        slot = _hash(units, starts[word], ends[word]) & (size - 1)
        while table[slot] >= 0 and not _same_word(units, starts, ends, table[slot], word):
            slot = (slot + 1) & (size - 1)
        if table[slot] < 0:
            table[slot] = word
            different += 1
        ids[word] = table[slot]
    return different


def _hash(units: Units, start: int, end: int) -> np.int64:
    value = np.int64(end - start)
    for i in range(start, end):
        value = (value ^ np.int64(units[i])) * MULTIPLIER
        value ^= value >> 29
    return value


def _same_word(units: Units, starts: Offsets, ends: Offsets, one: int, other: int) -> bool:
    length = ends[one] - starts[one]
    if ends[other] - starts[other] != length:
        return False
    for i in range(length):  # noqa: SIM110 - numba has no generators
        if units[starts[one] + i] != units[starts[other] + i]:
            return False
    return True
