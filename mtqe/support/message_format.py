"""ICU MessageFormat: arguments with branches, such as plurals, and the texts that they stand for.

Java, JavaScript, Flutter (ARB) and Android's ICU write ``{count, plural, one {# page} other {#
pages}}``. What a reader sees of it is one branch at a time, so that is what checks look at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from mtqe.support.languages import canonical

KINDS = ("plural", "select", "selectordinal")
CATEGORIES = ("zero", "one", "two", "few", "many", "other")
"""The keywords of plurals, of which each language uses some (CLDR)."""
OTHER = "other"
HINT = re.compile(r"\{\s{0,20}[\w.-]{1,60}\s{0,20},\s{0,20}\w{1,30}\s{0,20},[^{}]{0,200}\{")
NAME = re.compile(r"\s*([\w.-]{1,60})\s*,\s*(\w{1,30})\s*,\s*(?:offset:\s*\d{1,9}\s*)?")
KEY = re.compile(r"\s*(=\d{1,18}|[^\W\d][\w-]{0,60})\s*\{")
DEEPEST = 8
MOST_VARIANTS = 200


@dataclass(frozen=True)
class Branch:
    """One case of an argument.

    Attributes:
        key: key, such as ``one``, ``=0`` or ``female``.
        start: place of the text's first character.
        end: place of the brace that closes it.
    """

    key: str
    start: int
    end: int


@dataclass(frozen=True)
class Argument:
    """An argument with branches.

    Attributes:
        name: what the program calls it.
        kind: ``plural``, ``select``, ``selectordinal``, or what a translation made of these.
        start: place of the opening brace.
        end: place after the closing brace.
        branches: branches in the message's order.
    """

    name: str
    kind: str
    start: int
    end: int
    branches: tuple[Branch, ...]

    def branch(self, key: str) -> Branch | None:
        """The branch of this key."""
        return next((branch for branch in self.branches if branch.key == key), None)


@dataclass(frozen=True)
class Variant:
    """What a message says in one case.

    Attributes:
        text: the message with one branch in the place of each argument.
        places: the place in the message of each of its characters.
        keys: the branch of each argument, by the argument's name.
    """

    text: str
    places: tuple[int, ...]
    keys: Mapping[str, str]


class MessageError(ValueError):
    """Braces that don't fit together."""


def is_message(text: str) -> bool:
    """Whether a text has an argument with branches; a quick look."""
    return "{" in text and HINT.search(text) is not None


def arguments(text: str, start: int = 0, end: int | None = None) -> list[Argument]:
    """The arguments with branches of a message or branch, outermost ones only.

    Raises:
        MessageError: an argument's braces don't fit together.
    """
    found = []
    place, end = start, len(text) if end is None else end
    while (place := text.find("{", place, end)) >= 0:
        if _is_quoted(text, place):
            place += 1
        elif head := NAME.match(text, place + 1, end):
            found.append(_argument(text, place, head, end))
            place = found[-1].end
        else:
            place += 1
    return found


def _is_quoted(text: str, place: int) -> bool:
    """Whether an apostrophe stands before a brace, which makes it a plain character."""
    return place > 0 and text[place - 1] == "'" and text.find("'", place + 1) > 0


def _argument(text: str, start: int, head: re.Match[str], limit: int) -> Argument:
    branches = []
    place = head.end()
    while key := KEY.match(text, place, limit):
        end = _closing(text, key.end(), limit)
        branches.append(Branch(key[1], key.end(), end))
        place = end + 1
    if not branches:  # a date or number with a pattern
        place = _closing(text, head.end(), limit)
        return Argument(head[1], head[2], start, place + 1, ())
    rest = re.compile(r"\s*\}").match(text, place, limit)
    if rest is None:
        raise MessageError(f"the braces of {head[1]} don't fit")
    return Argument(head[1], head[2], start, rest.end(), tuple(branches))


def _closing(text: str, place: int, limit: int) -> int:
    depth = 1
    for match in re.compile(r"[{}]").finditer(text, place, limit):
        depth += 1 if match[0] == "{" else -1
        if depth == 0:
            return match.start()
        if depth > DEEPEST * 4:
            break
    raise MessageError("a brace is not closed")


def all_arguments(text: str) -> list[Argument]:
    """The arguments with branches, those inside branches too.

    Raises:
        MessageError: braces don't fit, or are nested too deep.
    """
    return list(_nested(text, 0, len(text), 0))


def _nested(text: str, start: int, end: int, depth: int) -> Iterator[Argument]:
    if depth > DEEPEST:
        raise MessageError("arguments are nested too deep")
    for argument in arguments(text, start, end):
        yield argument
        for branch in argument.branches:
            yield from _nested(text, branch.start, branch.end, depth + 1)


def variants(text: str) -> list[Variant]:
    """What a message says in each case, as many as `MOST_VARIANTS`.

    Raises:
        MessageError: braces don't fit.
    """
    all_arguments(text)  # refuses what is nested too deep
    return [
        Variant("".join(text[p] for p in places), tuple(places), keys)
        for places, keys in _expanded(text, 0, len(text))
    ]


def _expanded(text: str, start: int, end: int) -> list[tuple[list[int], dict[str, str]]]:
    found: list[tuple[list[int], dict[str, str]]] = [([], {})]
    place = start
    for argument in arguments(text, start, end):
        plain = list(range(place, argument.start))
        options = [
            (places, {**keys, argument.name: branch.key})
            for branch in argument.branches
            for places, keys in _expanded(text, branch.start, branch.end)
        ] or [(list(range(argument.start, argument.end)), {})]
        found = [
            (before + plain + inside, {**keys, **more})
            for before, keys in found
            for inside, more in options
        ][:MOST_VARIANTS]
        place = argument.end
    return [(before + list(range(place, end)), keys) for before, keys in found]


def matching(variant: Variant, others: Sequence[Variant]) -> Variant:
    """The case of another language's message that says the same, or its ``other`` branches."""

    def likeness(candidate: Variant) -> float:
        return (
            sum(
                2 * (candidate.keys.get(name) == key) + (candidate.keys.get(name) == OTHER)
                for name, key in variant.keys.items()
            )
            + sum(key == OTHER for key in candidate.keys.values()) / 100
        )

    return max(others, key=likeness)


@cache
def needed_categories(language: str) -> Mapping[str, frozenset[int]]:
    """The plural keywords that a language needs for whole numbers, with those up to 200.

    Empty where CLDR doesn't know the language.
    """
    from babel import Locale, UnknownLocaleError

    try:
        rule = Locale.parse(canonical(language), sep="-").plural_form
    except (UnknownLocaleError, ValueError):
        return {}
    found: dict[str, set[int]] = {}
    for number in range(201):
        found.setdefault(rule(number), set()).add(number)
    return {category: frozenset(numbers) for category, numbers in found.items()}


def missing_categories(argument: Argument, language: str) -> list[str]:
    """The keywords that a plural lacks in a language.

    ``=1`` may stand for a keyword of 1 alone, and ``other`` for one more keyword where no whole
    number needs it, as in Russian and Polish.
    """
    keys = {branch.key for branch in argument.branches}
    exact = {int(key[1:]) for key in keys if key.startswith("=")}
    needed = needed_categories(language) if argument.kind == "plural" else {}
    missing = [c for c, numbers in needed.items() if c not in keys and not numbers <= exact]
    if OTHER not in keys:
        missing = list(dict.fromkeys([*missing, OTHER]))
    elif OTHER not in needed and len(missing) == 1:
        return []
    return sorted(missing, key=CATEGORIES.index)


def syntax_spans(text: str) -> list[tuple[int, int]]:
    """The parts of a message that are no text: names, keywords and braces."""
    try:
        found = all_arguments(text)
    except MessageError:
        return []
    spans = []
    for argument in found:
        place = argument.start
        for branch in argument.branches:
            spans.append((place, branch.start))
            place = branch.end
        spans.append((place, argument.end))
    return spans
