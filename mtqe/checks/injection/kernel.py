"""A compiled look at many texts: which of them may hold an attempt to steer a model.

It may say yes too often, as `check.attempts` looks again at what it says yes to; never too seldom.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mtqe.support.native import native

Ints = NDArray[np.int32]

END, STAR = 0, 1
"""Steps beside symbols, up to the next word: at the end of a word, and over the rest of it."""
STARTS, ANYWHERE = 0, 1
"""First states: at the start of a word, and at any character."""
GOES_END, GOES_STAR, FIRES = 1, 2, 4
"""What a state has: steps of the first two kinds, phrases that end there."""

TAG, HIDDEN, WORD, LETTER, APART, CODE, CODE32, HEX = 1, 2, 4, 8, 16, 32, 64, 128
SPACE, BIT, LATIN, LEET, PERCENT, BACKSLASH, AMPERSAND = 256, 512, 1024, 2048, 4096, 8192, 16384
BREAK = 32768
"""What a character can be (`anchors.CLASSES`)."""
FEW_HIDDEN, SHORT_CODE, SHORT_CODE32, FEW_HEX, FEW_BITS = 3, 16, 24, 20, 8
FEW_APART, FEW_LEET, FEW_PERCENT, FEW_ESCAPES = 4, 3, 3, 6
"""What the patterns of `concealed` need at least."""
IS_WORD, BEGINS, BEGINS_ANYWHERE, SCRIPT, SCRIPTS = 1, 2, 4, 8, 24
"""What a symbol can be: part of a word, its first one, the first one of a phrase that may stand
anywhere, and of a script; `SCRIPTS` are the bits of its number, which is a multiple of `SCRIPT`."""
KEY_LENGTH = 4
"""Letters of a word by which it is looked up."""
KEYS = 1 << 16
DEEPEST = 64
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(32)
_LOW = 0xFFFFFFFF


def table_of(keys: NDArray[np.int64], states: Ints) -> NDArray[np.int64]:
    """A hash table of steps: the key above 32 bits of the state; -1 where it is empty.

    Args:
        keys: of each step, ``state * symbols + symbol``.
        states: the state that each step leads to.

    Returns:
        As many as the power of 2 of which the steps are two thirds at most.
    """
    table = np.full(1 << (len(keys) * 3 // 2).bit_length(), -1, np.int64)
    _fill(keys, states, table)
    return table


@native
def _fill(keys: NDArray[np.int64], states: Ints, table: NDArray[np.int64]) -> int:
    for i in range(len(keys)):
        slot = _slot(keys[i], len(table))
        while table[slot] >= 0:
            slot = (slot + 1) & (len(table) - 1)
        table[slot] = keys[i] << 32 | states[i]
    return len(keys)


def may_conceal(
    numbers: NDArray[np.intp],
    offsets: NDArray[np.int64],
    kinds: NDArray[np.uint16],
    sextets: NDArray[np.int8],
) -> NDArray[np.bool_]:
    """Which texts may have something that is invisible, a code or in a disguise (`concealed`) [n].

    Args:
        numbers: characters of all texts, by number in the alphabet.
        offsets: text i is ``numbers[offsets[i]:offsets[i + 1]]``.
        kinds: what each character of the alphabet is.
        sextets: what a character of Base64 stands for; -1 for others.
    """
    found = np.zeros(len(offsets) - 1, np.bool_)
    _may_conceal(numbers, offsets, kinds, sextets, found)
    return found


@native
def _may_conceal(
    numbers: NDArray[np.intp],
    offsets: NDArray[np.int64],
    kinds: NDArray[np.uint16],
    sextets: NDArray[np.int8],
    found: NDArray[np.bool_],
) -> int:
    """`may_conceal` into `found`; the number of texts."""
    for i in range(len(found)):
        start, end = offsets[i], offsets[i + 1]
        hidden = code = code32 = hexadecimal = bits = apart = 0
        leet = percent = escapes = references = 0
        before = 0
        seen = False
        for k in range(start, end):
            kind = int(kinds[numbers[k]])
            hidden = hidden + 1 if kind & HIDDEN else 0
            code32 = code32 + 1 if kind & CODE32 else 0
            bits = bits + 1 if kind & BIT else 0
            if kind & HEX:
                hexadecimal += 1
            elif not kind & SPACE or before & SPACE:
                hexadecimal = 0
            if kind & LETTER:
                if apart and before & APART:
                    apart += 1
                else:
                    apart = 0 if before & WORD else 1
            elif not (kind & APART and before & LETTER):
                apart = 0
            if (kind & LATIN and before & LEET) or (kind & LEET and before & LATIN):
                leet += 1
            if kind & (TAG | PERCENT | BACKSLASH | AMPERSAND):
                seen = seen or kind & TAG != 0
                if kind & PERCENT and k + 2 < end:
                    both = kinds[numbers[k + 1]] & kinds[numbers[k + 2]]
                    percent += both & HEX != 0
                escapes += kind & BACKSLASH != 0
                references += kind & AMPERSAND != 0
            if kind & CODE:
                code += 1
            elif code:
                if code >= SHORT_CODE:
                    seen = seen or _holds_text(numbers, k - code, k, sextets)
                code = 0
            seen = seen or (
                hidden >= FEW_HIDDEN
                or code32 >= SHORT_CODE32
                or bits >= FEW_BITS
                or hexadecimal >= FEW_HEX
                or apart >= FEW_APART
            )
            if seen:
                break
            before = kind
        if not seen and code >= SHORT_CODE:
            seen = _holds_text(numbers, end - code, end, sextets)
        found[i] = seen or (
            leet >= FEW_LEET
            or percent >= FEW_PERCENT
            or escapes >= FEW_ESCAPES
            or references >= FEW_ESCAPES
        )
    return len(found)


def _holds_text(numbers: NDArray[np.intp], start: int, end: int, sextets: NDArray[np.int8]) -> bool:
    """Whether what may be Base64 decodes to what may be UTF-8."""
    value = bits = following = 0
    for k in range(start, end):
        value = (value << 6 | sextets[numbers[k]]) & 0xFFFF
        bits += 6
        if bits < 8:
            continue
        bits -= 8
        byte = value >> bits & 0xFF
        if following:
            if byte >> 6 != 2:
                return False
            following -= 1
        elif byte >= 0x80:
            if byte < 0xC2 or byte > 0xF4:
                return False
            following = 1 if byte < 0xE0 else 2 if byte < 0xF0 else 3
    return True


def have_phrases(
    numbers: NDArray[np.intp],
    offsets: NDArray[np.int64],
    kinds: NDArray[np.uint16],
    symbol_starts: Ints,
    symbols: Ints,
    attributes: NDArray[np.uint8],
    firsts: Ints,
    table: NDArray[np.int64],
    goes: NDArray[np.uint8],
    slots: Ints,
    slot_starts: Ints,
    rules: Ints,
    rule_starts: Ints,
    needed: Ints,
    needed_starts: Ints,
    windows: Ints,
    keys: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Which texts, folded, have phrases of a rule near each other, or words of two scripts [n].

    Args:
        numbers: characters of all texts, by number in the alphabet.
        offsets: text i is ``numbers[offsets[i]:offsets[i + 1]]``.
        kinds: what each character of the alphabet is.
        symbol_starts: where each character's symbols begin among `symbols` [characters + 1].
        symbols: what each character is when it is folded.
        attributes: what each symbol is, `IS_WORD` and the number of its script.
        firsts: where symbols lead from the first states [2, symbols]; -1 for nowhere.
        table: steps from other states (`table_of`).
        goes: what each state has.
        slots: slots of all states in a row.
        slot_starts: where those of each state begin [states + 1].
        rules: rules of all slots in a row.
        rule_starts: where those of each slot begin [slots + 1].
        needed: slots of all rules in a row.
        needed_starts: where those of each rule begin [rules + 1].
        windows: how far apart the phrases of each rule may begin.
        keys: whether a phrase begins with a stem of this key (2 * key), or with a word of which
            this is the key (2 * key + 1).
    """
    lengths = np.concatenate(([0], np.cumsum(np.diff(symbol_starts)[numbers])))
    longest = int(np.diff(lengths[offsets]).max(initial=0))
    found = np.zeros(len(offsets) - 1, np.bool_)
    _have_phrases(
        numbers, offsets, kinds, symbol_starts, symbols, attributes, firsts, table, goes, slots,
        slot_starts, rules, rule_starts, needed, needed_starts, windows, keys,
        np.empty(longest, np.int32), np.empty(longest, np.uint8),
        np.full(len(rule_starts) - 1, -1, np.int64), np.empty(DEEPEST, np.int64),
        np.empty((DEEPEST, 2), np.int64), found,
    )  # fmt: skip
    return found


@native
def _have_phrases(
    numbers: NDArray[np.intp],
    offsets: NDArray[np.int64],
    kinds: NDArray[np.uint16],
    symbol_starts: Ints,
    symbols: Ints,
    attributes: NDArray[np.uint8],
    firsts: Ints,
    table: NDArray[np.int64],
    goes: NDArray[np.uint8],
    slots: Ints,
    slot_starts: Ints,
    rules: Ints,
    rule_starts: Ints,
    needed: Ints,
    needed_starts: Ints,
    windows: Ints,
    keys: NDArray[np.bool_],
    folded: Ints,
    flags: NDArray[np.uint8],
    last: NDArray[np.int64],
    fired: NDArray[np.int64],
    stack: NDArray[np.int64],
    found: NDArray[np.bool_],
) -> int:
    """`have_phrases` into `found`; the number of texts. The five before are room to work in."""
    base = 0
    for i in range(len(found)):
        length = 0
        script = 0
        seen = False
        begins = BEGINS
        for k in range(offsets[i], offsets[i + 1]):
            number = numbers[k]
            for place in range(symbol_starts[number], symbol_starts[number + 1]):
                symbol = symbols[place]
                flag = int(attributes[symbol])
                folded[length] = symbol
                flags[length] = flag | begins if flag & IS_WORD else flag
                begins = 0 if flag & IS_WORD else BEGINS
                here = flag & SCRIPTS
                seen = seen or (script != here and script > 0 and here > 0)
                script = here
                length += 1
            if kinds[number] & BREAK:
                begins = BEGINS
        for k in range(length):
            if not flags[k] & (BEGINS | BEGINS_ANYWHERE):
                continue
            if seen:
                break
            many = 0
            if flags[k] & BEGINS_ANYWHERE:
                place, state = k, firsts[ANYWHERE, folded[k]]
                while state >= 0:
                    if goes[state] & FIRES and many < DEEPEST:
                        fired[many] = state
                        many += 1
                    place += 1
                    if place == length:
                        break
                    state = _step(table, len(attributes), state, folded[place])
            if flags[k] & BEGINS:
                key = 0
                place = k
                known = False
                while place < k + KEY_LENGTH and not known:
                    key = next_key(key, folded[place])
                    place += 1
                    ended = place == length or not flags[place] & IS_WORD
                    known = keys[2 * key + (ended or place == k + KEY_LENGTH)]
                    if ended:
                        break
                if known:
                    many = _phrases(
                        folded, length, k, attributes, firsts, table, goes, stack, fired, many
                    )
            seen = many == DEEPEST
            for n in range(many):
                state = fired[n]
                for j in range(slot_starts[state], slot_starts[state + 1]):
                    slot = slots[j]
                    last[slot] = base + k
                    for r in range(rule_starts[slot], rule_starts[slot + 1]):
                        earliest = max(base, base + k - windows[rules[r]])
                        near = True
                        for m in range(needed_starts[rules[r]], needed_starts[rules[r] + 1]):
                            near = near and last[needed[m]] >= earliest
                        seen = seen or near
        found[i] = seen
        base += length
    return len(found)


def _phrases(
    folded: Ints,
    length: int,
    start: int,
    attributes: NDArray[np.uint8],
    firsts: Ints,
    table: NDArray[np.int64],
    goes: NDArray[np.uint8],
    stack: NDArray[np.int64],
    fired: NDArray[np.int64],
    many: int,
) -> int:
    """Note the states in which phrases end that begin at the start of a word.

    Args:
        folded: the symbols of the text.
        length: how many symbols there are.
        start: place of the word's first symbol.
        attributes: what each symbol is.
        firsts: where symbols lead from the first states.
        table: steps from other states.
        goes: what each state has.
        stack: room for phrases that may go on in several ways.
        fired: the states; changed.
        many: how many there are already.

    Returns:
        How many there are then.
    """
    count = len(attributes)
    stack[0, 0], stack[0, 1] = start, firsts[STARTS, folded[start]]
    depth = 1
    while depth:
        depth -= 1
        place, state = stack[depth, 0] + 1, stack[depth, 1]
        while state >= 0:
            if goes[state] & FIRES and many < DEEPEST:
                fired[many] = state
                many += 1
            inside = place < length and attributes[folded[place]] & IS_WORD
            if goes[state] & GOES_STAR or (goes[state] & GOES_END and not inside):
                end = place
                while end < length and attributes[folded[end]] & IS_WORD:
                    end += 1
                following = end
                while following < length and not attributes[folded[following]] & IS_WORD:
                    following += 1
                for step in (END, STAR):
                    if step == END and inside:
                        continue
                    ended = _step(table, count, state, step)
                    if ended < 0:
                        continue
                    if goes[ended] & FIRES and many < DEEPEST:
                        fired[many] = ended
                        many += 1
                    if depth == DEEPEST:
                        return DEEPEST
                    if following < length:
                        after = _step(table, count, ended, folded[following])
                        stack[depth, 0], stack[depth, 1] = following, after
                        depth += after >= 0
            if place == length:
                break
            state = _step(table, count, state, folded[place])
            place += 1
    return many


def next_key(key: int, symbol: int) -> int:
    """The key of letters, below `KEYS`, from that of all but the last one; 0 is that of none."""
    return ((key + symbol + 1) * 0x9E3779B1 >> 16) & (KEYS - 1)


def _step(table: NDArray[np.int64], count: int, state: int, symbol: int) -> int:
    """The state behind a step; -1 where there is none."""
    key = state * count + symbol
    slot = _slot(key, len(table))
    entry = int(table[slot])
    while entry >= 0:
        if entry >> 32 == key:
            return entry & _LOW
        slot = (slot + 1) & (len(table) - 1)
        entry = int(table[slot])
    return -1


def _slot(key: int, size: int) -> int:
    return int((np.uint64(key) * _FACTOR) >> _SHIFT) & (size - 1)
