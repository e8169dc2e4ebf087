"""Texts that a regular expression matches, made at random from the expression itself."""

from __future__ import annotations

import random
import re
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

CATEGORIES = {
    codes.CATEGORY_DIGIT: "0179", codes.CATEGORY_SPACE: " \t\n\u00a0",
    codes.CATEGORY_WORD: "aZ_5é中", codes.CATEGORY_NOT_DIGIT: "aZ-é中",
    codes.CATEGORY_NOT_SPACE: "a1.中", codes.CATEGORY_NOT_WORD: " .,-\n。",
}  # fmt: skip
ANY = "a1 .é中"
MOST_REPEATS = 30
"""Above the least number that a pattern needs."""


def a_match(pattern: re.Pattern[str], rng: random.Random) -> str:
    """A text that a pattern matches, but for what it wants before, behind and not to be there."""
    return _of(parser.parse(pattern.pattern, pattern.flags), rng)


def _of(tree: Any, rng: random.Random) -> str:
    return "".join(_one(code, value, rng) for code, value in tree)


def _one(code: Any, value: Any, rng: random.Random) -> str:
    if code is codes.LITERAL:
        return chr(value)
    if code is codes.ANY:
        return rng.choice(ANY)
    if code is codes.NOT_LITERAL:
        return rng.choice([character for character in ANY if ord(character) != value])
    if code is codes.IN:
        return _in_class(value, rng)
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        least, most, inner = value
        most = min(int(most), least + rng.choice((1, 2, MOST_REPEATS)))
        return "".join(_of(inner, rng) for _ in range(rng.randint(least, most)))
    if code is codes.SUBPATTERN:
        return _of(value[-1], rng)
    if code is codes.BRANCH:
        return _of(rng.choice(value[1]), rng)
    assert code in (codes.AT, codes.ASSERT, codes.ASSERT_NOT), code
    return ""


def _in_class(members: Any, rng: random.Random) -> str:
    negated = members[0][0] is codes.NEGATE
    if negated:
        pattern = {chr(value) for code, value in members if code is codes.LITERAL}
        categories = [value for code, value in members if code is codes.CATEGORY]
        known = "".join(CATEGORIES.get(category, "") for category in categories)
        return rng.choice([c for c in "aéx中x" if c not in pattern and c not in known] or ["a"])
    code, value = rng.choice(members)
    if code is codes.RANGE:
        return chr(rng.randint(*value))
    return chr(value) if code is codes.LITERAL else rng.choice(CATEGORIES[value])
