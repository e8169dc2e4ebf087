"""What single characters are to the checks, as bits, so that numpy can look at many texts at once.

A character's bits come from the very classes of `re` that the rules use, asked once for each
distinct character, so that a cheap look can never see less than a rule does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from enum import IntFlag
from itertools import count
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.uint32]
Kind = TypeVar("Kind", bound=np.generic)


class Sign(IntFlag):
    """What a text has somewhere; each is a bit of `Texts.flags`."""

    VISIBLE = 1
    DIGIT = 1 << 1
    ANGLE = 1 << 2
    BRACE = 1 << 3
    PERCENT = 1 << 4
    DOLLAR = 1 << 5
    AT = 1 << 6
    SQUARE = 1 << 7
    BACKTICK = 1 << 8
    QUOTE = 1 << 9
    BRACKET = 1 << 10
    SUSPICIOUS = 1 << 11
    COMBINING = 1 << 12
    HAN = 1 << 13
    TOKENIZER = 1 << 14
    NO_BREAK = 1 << 15
    QUESTION = 1 << 16
    CAPITAL = 1 << 17
    ACCELERATOR = 1 << 18
    LATIN = 1 << 19
    CYRILLIC = 1 << 20
    GREEK = 1 << 21
    # Two characters in a row.
    ADDRESS = 1 << 24
    SPACED_MARK = 1 << 25
    SPACED_HAN = 1 << 26
    SPACES = 1 << 27
    CLIPPED = 1 << 28
    # What the compiled looks see; texts that they did not look at have these.
    UNPAIRED = 1 << 23
    REPEATS = 1 << 29
    DOUBLES = 1 << 30
    UNBALANCED = 1 << 31


MASKABLE = (
    Sign.ANGLE | Sign.BRACE | Sign.PERCENT | Sign.DOLLAR | Sign.BACKTICK | Sign.AT | Sign.SQUARE
    | Sign.ADDRESS
)  # fmt: skip
"""Without any of these, `masked` leaves a text as it is."""
COMPILED = Sign.REPEATS | Sign.DOUBLES | Sign.UNBALANCED | Sign.UNPAIRED
CLASSES: Mapping[Sign, str] = {
    Sign.DIGIT: r"\d",
    Sign.ANGLE: "<",
    Sign.BRACE: r"\{",
    Sign.PERCENT: "%",
    Sign.DOLLAR: r"\$",
    Sign.AT: "@",
    Sign.SQUARE: r"\[",
    Sign.BACKTICK: "`",
    Sign.QUOTE: '["“”„‟«»＂]',
    Sign.BRACKET: r"[()\[\]{}（）［］【】《》「」『』〈〉]",
    Sign.SUSPICIOUS: "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\u200b-\u200d\u2060\ufeff\u00ad"
    "\u180e\u202a-\u202e\u2066-\u2069\ue000-\uf8ffÃâÂï]",
    Sign.COMBINING: "[\u0300-\u036f\u1161-\u1175\u3099\u309a\ufb50-\ufdfb\ufe70-\ufefc"
    "\ufb00-\ufb06ｦ-ﾝ]",
    Sign.HAN: "[\u3040-\u9fff]",
    Sign.TOKENIZER: "[@&▁]",
    Sign.NO_BREAK: "[\u00a0\u202f]",
    Sign.QUESTION: "[?!]",
    Sign.ACCELERATOR: "[&_~]",
    Sign.LATIN: "[A-Za-zÀ-ÖØ-öø-ɏ]",
    Sign.CYRILLIC: "[Ѐ-ԯ]",
    Sign.GREEK: "[Ͱ-Ͽ]",
}
"""Characters by which texts are told apart; a class may be wider than the rule that it serves."""

SECOND = {
    Sign.ADDRESS: ("[:wW]", "[/wW]"),
    Sign.SPACED_MARK: (" ", r"[.,?!'\])]"),
    Sign.SPACED_HAN: ("[\u3040-\u9fff]", " "),
    Sign.SPACES: (" ", " "),
    Sign.CLIPPED: ("n", "'"),
}
"""Classes of two characters in a row: the first one's and the second one's."""
FIRST_PAIR = 24
END = ".。!?…！？"
"""What `folded` takes off the end of a text."""


class Alphabet:
    """The distinct characters of texts, numbered from 1, with what they are.

    Attributes:
        bits: uint32 [characters + 1], `Sign`s of each; number 0 is no character.
        pairs: uint16 [characters + 1], which `SECOND` it may begin (high byte) or end (low byte).
        weights: uint64 [characters + 1], what it adds to a text's `weight`.
        kinds: uint8 [characters + 1], `LETTER` and the other kinds below.
        lower: intp [characters + 1], number of the character in lower case.
        brackets: int8 [characters + 1], which pair it opens (positive) or closes (negative).
    """

    def __init__(self) -> None:
        self._numbers = np.zeros(0x110000, np.intp)
        self._points: list[str] = [""]
        self.bits = np.zeros(1, np.uint32)
        self.pairs = np.zeros(1, np.uint16)
        self.weights = np.zeros(1, np.uint64)
        self.kinds = np.zeros(1, np.uint8)
        self.lower = np.zeros(1, np.intp)
        self.brackets = np.zeros(1, np.int8)

    @property
    def points(self) -> Sequence[str]:
        """The characters by number; empty for number 0."""
        return self._points

    def numbered(self, codes: NDArray[np.uint32]) -> NDArray[np.intp]:
        """The numbers of characters [n]; characters that are new are added."""
        wide = codes.astype(np.intp)
        numbers = self._numbers.take(wide)
        if not numbers.all():
            self._add({chr(code) for code in np.unique(codes[numbers == 0]).tolist()})
            numbers = self._numbers.take(wide)
        return numbers

    def matches(self, holds: Callable[[str], object]) -> NDArray[np.bool_]:
        """Which characters something holds of [characters + 1]; False for number 0."""
        return np.array([False, *(bool(holds(point)) for point in self._points[1:])])

    def _add(self, points: set[str]) -> None:
        lower = {point.lower()[0] for point in points}
        new = sorted(p for p in points | lower if not self._numbers[ord(p)])
        joined = "".join(new)
        start = len(self._points)
        self._points += new
        for number, point in zip(count(start), new, strict=False):
            self._numbers[ord(point)] = number
        self.bits = _grown(self.bits, _bits(new, joined))
        self.pairs = _grown(self.pairs, _pairs(new, joined))
        self.weights = _grown(self.weights, np.array([_weight(p) for p in new], np.uint64))
        self.kinds = _grown(self.kinds, _kinds(new, joined))
        self.lower = _grown(self.lower, self._numbers[[ord(p.lower()[0]) for p in new]])
        self.brackets = _grown(
            self.brackets, np.array([BRACKET_PAIRS.get(p, 0) for p in new], np.int8)
        )


def _grown(old: NDArray[Kind], more: NDArray[Any]) -> NDArray[Kind]:
    return np.concatenate((old, more.astype(old.dtype)))


def _bits(points: list[str], joined: str) -> Bits:
    found = np.zeros(len(points), np.uint32)
    for sign, pattern in CLASSES.items():
        found[_places(pattern, joined)] |= np.uint32(sign)
    found[[not point.isspace() for point in points]] |= np.uint32(Sign.VISIBLE)
    found[[point.lower() != point for point in points]] |= np.uint32(Sign.CAPITAL)
    return found


def _pairs(points: list[str], joined: str) -> NDArray[np.uint16]:
    found = np.zeros(len(points), np.uint16)
    for place, (first, second) in enumerate(SECOND.values()):
        found[_places(first, joined)] |= np.uint16(1 << (place + 8))
        found[_places(second, joined)] |= np.uint16(1 << place)
    return found


def _places(pattern: str, joined: str) -> list[int]:
    return [match.start() for match in re.finditer(pattern, joined)]


def _weight(point: str) -> int:
    """What a character adds to a text's weight; nothing where `folded` may leave it out."""
    return sum(_mixed(ord(c)) for c in point.casefold() if not c.isspace() and c not in END) % 2**64


def _mixed(value: int) -> int:
    """A number of 64 bits that looks random (Steele, Lea and Flood 2014: SplitMix64)."""
    value = (value * 0x9E3779B97F4A7C15 + 0x9E3779B97F4A7C15) % 2**64
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) % 2**64
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) % 2**64
    return value ^ (value >> 31)


LETTER, WORDLIKE, MARK, JOINER, GAP, QUOTED, INCHES = 1, 2, 4, 8, 16, 32, 64
"""Kinds: a letter; a letter or digit; a vowel sign and the like; ``'’-``; a space or line end; a
quotation mark; what may stand beside one that means inches."""


def _kinds(points: list[str], joined: str) -> NDArray[np.uint8]:
    from mtqe.support.scripts import MARKS

    found = np.zeros(len(points), np.uint8)
    classes = {
        LETTER: r"[^\W\d_]", WORDLIKE: r"[^\W_]", MARK: f"[{MARKS}]", JOINER: "['’-]",
        GAP: "[ \u00a0\n]", QUOTED: CLASSES[Sign.QUOTE], INCHES: r"[\d′'″]",
    }  # fmt: skip
    for kind, pattern in classes.items():
        found[_places(pattern, joined)] |= np.uint8(kind)
    return found


_OPENERS = ("(（", "[［", "{", "【", "《", "「", "『", "〈")
_CLOSERS = (")）", "]］", "}", "】", "》", "」", "』", "〉")
BRACKET_PAIRS: Mapping[str, int] = {
    character: sign * (place + 1)
    for sign, groups in ((1, _OPENERS), (-1, _CLOSERS))
    for place, group in enumerate(groups)
    for character in group
}
