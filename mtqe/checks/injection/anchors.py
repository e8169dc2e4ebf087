"""What a text must have so that an attempt can be in it: phrases near each other, odd characters.

All that `check.attempts` looks for is put into one table of steps from character to character, with
which a compiled loop (`kernel`) looks at all texts of a test set; what it lets pass has no attempt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property
from itertools import accumulate, chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mtqe.checks.alphabet import Alphabet
from mtqe.checks.injection import kernel
from mtqe.checks.injection.concealed import CODE_ALPHABET, HIDDEN, TAGS, TURNED
from mtqe.checks.injection.folding import FOLDING
from mtqe.checks.injection.rules import slot_phrases, windows
from mtqe.checks.injection.signs import ANCHORS
from mtqe.checks.injection.wording import WORDINGS
from mtqe.checks.strays import CYRILLIC, GREEK, LATIN
from mtqe.checks.texts import Mask, Texts

WORD = re.compile(r"\w")
CLASSES: Mapping[int, str] = {
    kernel.TAG: TAGS.pattern[TAGS.pattern.rindex("[") :].rstrip("+"),
    kernel.HIDDEN: HIDDEN.pattern,
    kernel.WORD: r"\w",
    kernel.LETTER: r"[^\W\d_]",
    kernel.APART: "[ .*_-]",
    kernel.CODE: "[A-Za-z0-9_+/-]",
    kernel.CODE32: "[A-Z2-7]",
    kernel.HEX: "[0-9A-Fa-f]",
    kernel.SPACE: " ",
    kernel.BIT: "[01]",
    kernel.LATIN: "[A-Za-z]",
    kernel.LEET: "[013457]",
    kernel.PERCENT: "%",
    kernel.BACKSLASH: r"\\",
    kernel.AMPERSAND: "&",
}
"""The classes of characters of the patterns in `concealed`."""
SCRIPTS = tuple(re.compile(f"[{script}]") for script in (LATIN, CYRILLIC, GREEK))
OTHERS = 2
"""Symbols from here on stand for characters that no phrase has: one for each of `_other`."""
PHRASES = OTHERS + 2 * (len(SCRIPTS) + 1)
"""Symbols from here on stand for the characters of phrases."""
WORD_OR_STEM = re.compile(r"(\w+)(\*?)")


def may_steer(texts: Texts) -> Mask:
    """Which distinct texts may hold an attempt [texts + 1]; all of them, where texts are few."""
    found = np.zeros(len(texts.strings) + 1, np.bool_)
    if not texts.are_many:
        found[:-1] = True
        return found
    phrases, known = _phrases(), Known(texts.alphabet)
    for start, numbers, offsets in texts.in_blocks():
        known.update()
        seen = kernel.may_conceal(numbers, offsets, known.kinds, known.sextets)
        seen |= kernel.have_phrases(
            numbers, offsets, known.kinds, known.starts, known.symbols, *phrases.tables
        )
        found[start : start + len(seen)] = seen
    return found


class _Character(NamedTuple):
    """What a character is to the compiled looks: `CLASSES`, its value in Base64, its symbols."""

    kind: int
    sextet: int
    symbols: Sequence[int]


class Known:
    """What the characters of an alphabet are to the compiled looks.

    Attributes:
        kinds: uint16 [characters], `CLASSES` of each.
        sextets: int8 [characters], what a character of Base64 stands for; -1 for others.
        starts: int32 [characters + 1], where the symbols of each begin among `symbols`.
        symbols: int32, what each is when it is folded.
    """

    def __init__(self, alphabet: Alphabet) -> None:
        self._alphabet = alphabet
        self.kinds = np.zeros(0, np.uint16)
        self.sextets = np.zeros(0, np.int8)
        self.starts = np.zeros(1, np.int32)
        self.symbols = np.zeros(0, np.int32)

    def update(self) -> None:
        """Learn what characters are that the alphabet has got since."""
        points = self._alphabet.points[len(self.kinds) :]
        if not points:
            return
        _learn([point for point in points if point not in _CHARACTERS])
        kinds, sextets, symbols = zip(*(_CHARACTERS[point] for point in points), strict=True)
        starts = self.starts[-1] + np.cumsum([*map(len, symbols)])
        self.kinds = np.concatenate((self.kinds, np.array(kinds, np.uint16)))
        self.sextets = np.concatenate((self.sextets, np.array(sextets, np.int8)))
        self.starts = np.concatenate((self.starts, starts.astype(np.int32)))
        self.symbols = np.concatenate((self.symbols, _flat(symbols)))


_CHARACTERS: dict[str, _Character] = {}
"""What was found of characters so far, as alphabets mostly have the same."""


def _learn(points: Sequence[str]) -> None:
    """Find what characters are; the empty one is none."""
    joined = "".join(points)
    kinds = np.zeros(len(points), np.int64)
    first = len(points) - len(joined)  # the empty one, if it is there, comes first
    for kind, pattern in CLASSES.items():
        kinds[[first + match.start() for match in re.finditer(pattern, joined)]] |= kind
    for point, kind in zip(points, kinds.tolist(), strict=True):
        breaks = 0 if WORD.match(point.lower()[-1:]) else kernel.BREAK
        symbols = _phrases().symbols(FOLDING[ord(point)] if point else "")
        _CHARACTERS[point] = _Character(kind | breaks, CODE_ALPHABET.get(point, -1), symbols)


class _Phrases:
    """Phrases as steps from symbol to symbol, and the rules that they make."""

    def __init__(self) -> None:
        self._symbols: dict[str, int] = {}
        self._steps: dict[tuple[int, int], int] = {}
        self._ends: dict[int, list[int]] = {}
        self._states = 2
        self._rules: list[tuple[Sequence[int], int]] = []
        self._slots = 0
        self._beginnings: set[tuple[str, bool]] = set()

    def words(self, phrases: Iterable[str]) -> int:
        """A slot of phrases of words, of which those that end in ``*`` may go on."""
        ends = []
        for phrase in phrases:
            state = kernel.STARTS
            parts = WORD_OR_STEM.findall(phrase)
            self._begin(parts[0][0], may_go_on=bool(parts[0][1]))
            for word, star in parts:
                state = self._step(self._along(state, word), kernel.STAR if star else kernel.END)
            ends.append(state)
        return self._slot(ends)

    def parts(self, phrases: Iterable[str], first: int = kernel.ANYWHERE) -> int:
        """A slot of phrases that begin at any character, or ``STARTS``, and end anywhere."""
        for phrase in phrases if first == kernel.STARTS else ():
            self._begin(WORD_OR_STEM.findall(phrase)[0][0], may_go_on=True)
        return self._slot([self._along(first, phrase) for phrase in phrases])

    def rule(self, slots: Sequence[int], window: int) -> None:
        """A rule that needs a phrase of each of these slots."""
        self._rules.append((slots, window))

    def symbols(self, folded: str) -> list[int]:
        """The symbols of characters."""
        return [self._symbols.get(character) or _other(character) for character in folded]

    @cached_property
    def tables(self) -> tuple[NDArray[Any], ...]:
        """The last arguments of `kernel.have_phrases`; nothing may be added any more."""
        count = PHRASES + len(self._symbols)
        others = (
            script * kernel.SCRIPT + word for script in range(len(SCRIPTS) + 1) for word in (0, 1)
        )
        attributes = [0] * OTHERS + [*others, *map(_attribute, self._symbols)]
        for state, symbol in self._steps:
            if state == kernel.ANYWHERE:
                attributes[symbol] |= kernel.BEGINS_ANYWHERE
        firsts = np.full((2, count), -1, np.int32)
        goes = np.zeros(self._states, np.uint8)
        goes[list(self._ends)] = kernel.FIRES
        for (state, symbol), following in self._steps.items():
            if state < 2:
                firsts[state, symbol] = following
            elif symbol < OTHERS:
                goes[state] |= kernel.GOES_END if symbol == kernel.END else kernel.GOES_STAR
        steps = np.array([state * count + symbol for state, symbol in self._steps], np.int64)
        states = np.array([*self._steps.values()], np.int32)
        rules_of: list[list[int]] = [[] for _ in range(self._slots)]
        for number, (slots, _) in enumerate(self._rules):
            for slot in slots:
                rules_of[slot].append(number)
        return (
            np.array(attributes, np.uint8), firsts,
            kernel.table_of(steps, states), goes,
            *_rows([self._ends.get(state, []) for state in range(self._states)]),
            *_rows(rules_of),
            *_rows([slots for slots, _ in self._rules]),
            np.array([window for _, window in self._rules], np.int32),
            self._keys(),
        )  # fmt: skip

    def _keys(self) -> NDArray[np.bool_]:
        """Keys of the beginnings of all phrases that begin at the start of a word."""
        found = np.zeros(2 * kernel.KEYS, np.bool_)
        for beginning, may_go_on in self._beginnings:
            key = 0
            for character in beginning:
                key = kernel.next_key(key, self._symbols[character])
            found[2 * key : 2 * key + 2] |= (may_go_on, True)
        return found

    def _begin(self, word: str, *, may_go_on: bool) -> None:
        """Note what a phrase begins with."""
        self._beginnings.add((word[: kernel.KEY_LENGTH], may_go_on))

    def _slot(self, ends: Iterable[int]) -> int:
        for state in ends:
            self._ends.setdefault(state, []).append(self._slots)
        self._slots += 1
        return self._slots - 1

    def _along(self, state: int, characters: str) -> int:
        for character in characters:
            symbol = self._symbols.setdefault(character, PHRASES + len(self._symbols))
            state = self._step(state, symbol)
        return state

    def _step(self, state: int, symbol: int) -> int:
        found = self._steps.setdefault((state, symbol), self._states)
        self._states = max(self._states, found + 1)
        return found


def _attribute(character: str) -> int:
    """What a folded character is to the kernel: ``IS_WORD``, and the number of its script."""
    scripts = (number for number, script in enumerate(SCRIPTS, 1) if script.match(character))
    return next(scripts, 0) * kernel.SCRIPT + (WORD.match(character) is not None)


def _other(character: str) -> int:
    """The symbol of a character that no phrase has."""
    return OTHERS + _attribute(character)


def _rows(lists: Sequence[Sequence[int]]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    return _flat(lists), np.array([0, *accumulate(map(len, lists))], np.int32)


def _flat(lists: Iterable[Sequence[int]]) -> NDArray[np.int32]:
    return np.array([*chain.from_iterable(lists)], np.int32)


@cache
def _phrases() -> _Phrases:
    made = _Phrases()
    for name, wording in WORDINGS.items():
        add = made.words if wording.spaced else made.parts
        slots = {slot: add(phrases) for slot, phrases in slot_phrases(name).items()}
        for needed, window in windows(name):
            made.rule([slots[slot] for slot in needed], window)
    for anchor in ANCHORS:
        made.rule(
            [made.parts(anchor.starts, kernel.STARTS), *map(made.parts, anchor.parts)]
            if anchor.starts
            else [*map(made.parts, anchor.parts)],
            anchor.window,
        )
    made.rule([made.parts(TURNED, kernel.STARTS)], 0)
    return made
