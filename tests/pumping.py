"""Inputs on which a regular expression backtracks, and how its time grows on them.

A pattern is dangerous if its time grows faster than its input. Inputs are made from the pattern
itself: what its repeated parts match, many times over, after what stands before them and in front
of something that fits nowhere.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from itertools import product
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

COMMON = "a0 \n\t.,-_<\"'({%é中"
"""Characters that most texts have."""
MISFIT = "\x00"
"""What follows the repeated part and makes a match fail."""
LENGTH = 1_000
FIRST_REPEATS = range(4, 40, 2)
EXPONENTIAL = 0.05
"""Seconds that few repeats take only if each of them multiplies the time."""
SUSPICIOUS = 0.0002
"""Seconds for `LENGTH` characters, many times what a linear pattern needs."""
SUPERLINEAR = 3.0
"""By how much the time grows where the input doubles; 2 is linear, 4 is quadratic."""
MOST_PREFIXES, MOST_PUMPS = 3, 30
MANY = 50
"""Repeats that can make a pattern slow."""
REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)
CATEGORIES = {
    codes.CATEGORY_DIGIT: "0", codes.CATEGORY_SPACE: " ", codes.CATEGORY_WORD: "a",
    codes.CATEGORY_NOT_DIGIT: "a", codes.CATEGORY_NOT_SPACE: "a", codes.CATEGORY_NOT_WORD: ".",
}  # fmt: skip


def slowest_input(pattern: re.Pattern[str] | re.Pattern[bytes], method: str) -> str | None:
    """An input on which a method of a pattern takes superlinear time, if one is found.

    Args:
        pattern: of text or bytes.
        method: ``match`` for patterns that are only tried at one place, or ``search``.

    Returns:
        How to make the input, and the growth.
    """
    run = getattr(pattern, method)
    if not any(_repeats_much(part) for part in _tree(pattern)):
        return None
    for prefix, pump, suffix in _inputs(pattern.pattern, pattern.flags):

        def timed(length: int, parts: tuple[Any, Any, Any] = (prefix, pump, suffix)) -> float:
            before, body, after = parts
            return _seconds(run, before + body * max(1, length // len(body)) + after)

        for repeats in FIRST_REPEATS:  # few at first: an exponential pattern would never end
            if timed(repeats * len(pump)) > EXPONENTIAL:
                return f"{prefix!r} + {pump!r} * {repeats} + {suffix!r} takes very long"
        if timed(LENGTH) < SUSPICIOUS:
            continue
        growth = _growth(timed)
        if growth > SUPERLINEAR:
            return f"{prefix!r} + {pump!r} * n + {suffix!r}: {growth:.1f} times for twice the n"
    return None


def _growth(timed: Callable[[int], float]) -> float:
    """The least growth of several doublings: noise makes single ones large."""
    least, before = float("inf"), timed(2 * LENGTH)
    for length in (4 * LENGTH, 8 * LENGTH, 16 * LENGTH):
        after = timed(length)
        least = min(least, after / before)
        if least < SUPERLINEAR or after > 1:
            break
        before = after
    return least


def _seconds(run: Callable[[Any], object], data: object) -> float:
    best = float("inf")
    for _ in range(2):
        started = time.thread_time()
        run(data)
        best = min(best, time.thread_time() - started)
        if best < SUSPICIOUS or best > 1:
            break
    return best


def _inputs(pattern: str | bytes, flags: int) -> Iterator[tuple[Any, Any, Any]]:
    tree = _tree(re.compile(pattern, flags))
    prefixes, pumps = {"": None}, dict[str, None]()
    _collect(tree, "", prefixes, pumps)
    letters = dict.fromkeys([*_literals(tree), *COMMON])
    pumps |= dict.fromkeys(list(letters)[:30])
    pumps |= dict.fromkeys("".join(pair) for pair in product(list(letters)[:5], repeat=2))
    convert = (lambda text: text) if isinstance(pattern, str) else _as_bytes
    for prefix in list(prefixes)[:MOST_PREFIXES]:
        for pump in list(pumps)[:MOST_PUMPS]:
            yield convert(prefix), convert(pump), convert(MISFIT)


def _tree(pattern: re.Pattern[Any]) -> Any:
    flags = pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags
    return parser.parse(pattern.pattern, flags)


def _repeats_much(part: tuple[Any, Any]) -> bool:
    code, value = part
    if code in REPEATS:
        return value[1] > MANY or any(map(_repeats_much, value[2]))
    if code is codes.BRANCH:
        return any(_repeats_much(inner) for branch in value[1] for inner in branch)
    if code in (codes.SUBPATTERN, codes.ATOMIC_GROUP):
        return any(map(_repeats_much, _inner(code, value)))
    return code in (codes.ASSERT, codes.ASSERT_NOT) and any(map(_repeats_much, value[1]))


def _as_bytes(text: str) -> bytes:
    return text.encode("latin-1", "replace")


def _collect(tree: Any, start: str, prefixes: dict[str, None], pumps: dict[str, None]) -> str:
    """Note what stands before each repeated part and what it matches.

    Returns:
        A text that the whole part may match.
    """
    text = ""
    for code, value in tree:
        before = start + text
        if code in REPEATS:
            low, high, part = value
            if high > 1:
                prefixes[before] = None
                pumps |= dict.fromkeys(filter(None, _samples(part)))
            text += _collect(part, before, prefixes, pumps) * min(low, 3)
        elif code is codes.BRANCH:
            branches = [_collect(branch, before, prefixes, pumps) for branch in value[1]]
            text += branches[0]
        elif code in (codes.SUBPATTERN, codes.ATOMIC_GROUP):
            text += _collect(_inner(code, value), before, prefixes, pumps)
        elif code in (codes.ASSERT, codes.ASSERT_NOT):
            _collect(value[1], before, prefixes, pumps)
        else:
            text += _sample(code, value)[0]
    return text


def _inner(code: Any, value: Any) -> Any:
    return value[-1] if code is codes.SUBPATTERN else value


def _samples(tree: Any) -> list[str]:
    """A few texts that a part of a pattern matches."""
    found = [""]
    for code, value in tree:
        found = [text + more for text in found for more in _sample(code, value)][:6]
    return found


def _sample(code: Any, value: Any) -> list[str]:
    if code is codes.LITERAL:
        return [chr(value)]
    if code is codes.NOT_LITERAL:
        return ["a" if value != ord("a") else "b"]
    if code is codes.ANY:
        return ["a"]
    if code is codes.IN:
        return _members(value)
    if code in REPEATS:
        low, _, body = value
        return [text * max(1, min(low, 3)) for text in _samples(body)]
    if code is codes.BRANCH:
        return [text for branch in value[1] for text in _samples(branch)][:6]
    if code in (codes.SUBPATTERN, codes.ATOMIC_GROUP):
        return _samples(_inner(code, value))
    return [""]


def _members(items: Any) -> list[str]:
    """Some characters of a class."""
    if items and items[0][0] is codes.NEGATE:
        outside = set("".join(_members(items[1:])))
        return [char for char in "a0 <.x" if char not in outside][:3] or ["\x01"]
    found = []
    for code, value in items:
        if code is codes.LITERAL:
            found.append(chr(value))
        elif code is codes.RANGE:
            found.append(chr(value[0]))
        elif code is codes.CATEGORY:
            found.append(CATEGORIES.get(value, "a"))
    return found[:5] or ["a"]


def _literals(tree: Any) -> Iterator[str]:
    """All characters that a pattern names."""
    for code, value in tree:
        if code in (codes.LITERAL, codes.NOT_LITERAL):
            yield chr(value)
        elif code is codes.IN:
            yield from _members([item for item in value if item[0] is not codes.NEGATE])
        elif code in REPEATS:
            yield from _literals(value[2])
        elif code is codes.BRANCH:
            for branch in value[1]:
                yield from _literals(branch)
        elif code in (codes.SUBPATTERN, codes.ATOMIC_GROUP):
            yield from _literals(_inner(code, value))
        elif code in (codes.ASSERT, codes.ASSERT_NOT):
            yield from _literals(value[1])
