"""Placeholders of printf and its relatives: their numbers, their order, lone percent signs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mtqe.checks.tokens import Token

NUMBERED = re.compile(r"%(\d{1,3})\$(.+)", re.S)
PLAIN = re.compile(r"%(?![(<{%\d]*\$)(?![({<#])(.+)", re.S)
DIRECTIVE = re.compile(r"%[-_0^#EO]?[A-Za-z%]")
DATES = frozenset("aAbBcCdDeFgGhHIjklmMnNpPrRsSTuUVwWxXyYzZL%")
"""Letters of strftime's directives."""
ONLY_DATES = frozenset("ABbhHIjkMmpPTYyZz")
"""Those that printf does not have, or that no translator of a message meets."""
LONE = re.compile(r"(?<!%)(?:%%)*%(?![%(<{]|\d{1,3}\$|#@|[-+0#',]*+\*?\d*+(?:\.[\d*]+)?"
                  r"(?:hh|h|ll|l|q|j|z|t|L)?[a-zA-Z@])")  # fmt: skip
SPACED = re.compile(r"(?<!%)(?:%%)*% +[A-Za-z]")
"""A percent sign before a blank and a letter, which printf takes for one placeholder."""


def is_date_pattern(text: str) -> bool:
    """Whether a text is a pattern of strftime, such as ``%d. %B %Y``, whose parts languages order.

    At least two directives, none of which is another's, and one that printf does not have.
    """
    if text.count("%") < 2:
        return False
    found = [match[0][-1] for match in DIRECTIVE.finditer(text)]
    rest = DIRECTIVE.sub("", text)
    return (
        len(found) > 1 and "%" not in rest and set(found) <= DATES and bool(set(found) & ONLY_DATES)
    )


def same_arguments(
    source: Sequence[Token], hypothesis: Sequence[Token]
) -> tuple[list[Token], list[Token]]:
    """Tokens whose plain placeholders have the number of their argument: ``%s`` as ``%1$s``."""
    return _numbered(source), _numbered(hypothesis)


def _numbered(tokens: Sequence[Token]) -> list[Token]:
    """Placeholders under the number that they take by their place."""
    if any(NUMBERED.fullmatch(token.key) for token in tokens):
        return list(tokens)
    found, number = [], 0
    for token in tokens:
        if is_plain(token):
            number += 1
            token = token._replace(key=f"%{number}${token.key[1:]}")
        found.append(token)
    return found


def is_plain(token: Token) -> bool:
    """Whether a placeholder takes the next argument, whichever that is."""
    return (PLAIN.fullmatch(token.key) is not None and token.key[-1].isalpha()) or (
        token.key.startswith("%") and token.key.endswith("@") and "$" not in token.key
        and not token.key.startswith("%#@")
    )  # fmt: skip


def has_numbers(tokens: Sequence[Token]) -> bool:
    """Whether any placeholder names its argument by number."""
    return any(NUMBERED.fullmatch(token.key) for token in tokens)


def conversions(tokens: Sequence[Token]) -> list[str]:
    """The conversions of plain placeholders, such as ``d``, in order."""
    return [token.key[-1] for token in tokens if is_plain(token)]


def lone_percents(text: str) -> list[tuple[int, int]]:
    """Places of percent signs that are neither placeholders nor written twice."""
    found = [match.end() - 1 for match in LONE.finditer(text)]
    found += [text.index("%", match.start()) for match in SPACED.finditer(text)]
    return [(place, place + 1) for place in sorted(set(found))]
