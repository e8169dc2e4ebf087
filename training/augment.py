"""Degenerate hypotheses that human ratings lack, each worse than any real translation."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence

from training.groups import Group

_NUMBER = re.compile(r"\d+")
_NAME = re.compile(r"(?<=\w )[^\W\d_a-z]\w{3,}")
_UNSPACED = ("zh", "ja", "th", "km")

NAMES = (
    "Martínez",
    "Okonkwo",
    "Lindqvist",
    "Haruka",
    "Petrosyan",
    "Delacroix",
    "Ngozi",
    "Kowalski",
)


def empty(group: Group, text: str, rng: random.Random) -> str:
    """An empty translation."""
    return ""


def copied(group: Group, text: str, rng: random.Random) -> str:
    """The source itself, untranslated."""
    return group.source


def truncated(group: Group, text: str, rng: random.Random) -> str:
    """The first sixth to half of the words, or of the characters where words are not spaced."""
    units, joint = _units(group, text)
    return joint.join(units[: max(1, int(len(units) * rng.uniform(0.15, 0.55)))])


def repeated(group: Group, text: str, rng: random.Random) -> str:
    """A stretch of the text said over and over, as degenerating decoders do."""
    units, joint = _units(group, text)
    length = rng.randint(1, max(1, len(units) // 2))
    start = rng.randint(0, len(units) - length)
    stretch = units[start : start + length]
    times = max(2, round(rng.uniform(0.6, 1.5) * len(units) / length))
    return joint.join([*units[: start + length], *stretch * times])


def renumbered(group: Group, text: str, rng: random.Random) -> str:
    """Every number replaced by another one of as many digits."""
    return _NUMBER.sub(lambda match: _other_number(match.group(), rng), text)


def renamed(group: Group, text: str, rng: random.Random) -> str:
    """Capitalised words inside the sentence replaced by names that are not in it."""
    return _NAME.sub(lambda match: rng.choice(NAMES), text)


Degrade = Callable[[Group, str, random.Random], str]
DEGRADATIONS: Mapping[str, Degrade] = {
    "empty": empty,
    "copied": copied,
    "truncated": truncated,
    "repeated": repeated,
    "renumbered": renumbered,
    "renamed": renamed,
}


def degenerate(group: Group, others: Sequence[Group], rng: random.Random) -> dict[str, str]:
    """Degenerate hypotheses of one group: text by the name of its kind.

    Copies of the source and hypotheses of other groups of the batch need no further encoding; of
    the kinds that do, one is drawn.
    """
    text = rng.choice(group.hypotheses)
    kinds = ["copied", _costly(text, rng)]
    made = {kind: DEGRADATIONS[kind](group, text, rng) for kind in kinds}
    strangers = [other for other in others if other.source != group.source]
    alike = [other for other in strangers if other.target_language == group.target_language]
    if strangers:
        made["stranger"] = rng.choice(rng.choice(alike or strangers).hypotheses)
    return {kind: bad for kind, bad in made.items() if bad not in group.hypotheses}


def _costly(text: str, rng: random.Random) -> str:
    kinds = ["empty", "truncated", "repeated"]
    if _NUMBER.search(text):
        kinds += ["renumbered"] * 4
    if _NAME.search(text):
        kinds += ["renamed"] * 2
    return rng.choice(kinds)


def _units(group: Group, text: str) -> tuple[list[str], str]:
    if group.target_language in _UNSPACED:
        return list(text) or [""], ""
    return text.split() or [""], " "


def _other_number(digits: str, rng: random.Random) -> str:
    wrong = digits
    while wrong == digits:
        wrong = "".join(str(rng.randint(1, 9)) for _ in digits)
    return wrong
