"""What the metadata ``plural`` says of segments that are one plural form of a message."""

from __future__ import annotations

from mtqe.corpus.base import Segment
from mtqe.support.message_format import CATEGORIES, OTHER, needed_categories

PLURAL = "plural"
SINGULAR = "singular"
EXACT = "for "
"""Begins the name of a form that stands for one number or a few, such as ``for 0``."""


RARE = 5
"""Numbers that a plural form may stand for and still leave out the number, as msgfmt has it."""


def plural_name(form: str, language: str) -> str:
    """What the metadata calls a form of CLDR, such as ``one``, or of one number, such as ``=0``."""
    if form.startswith("="):
        return f"{EXACT}{form[1:]}"
    numbers = needed_categories(language).get(form, frozenset())
    if not 0 < len(numbers) <= RARE:
        return form
    return SINGULAR if 1 in numbers else f"{EXACT}{min(numbers)}"


def may_omit_number(segment: Segment) -> bool:
    """Whether a translation may leave out the number, because its form says it."""
    form = segment.metadata.get(PLURAL, "")
    return form == SINGULAR or form.startswith(EXACT)


def forms_of(language: str) -> tuple[str, ...]:
    """The plural forms that a file in a language holds: those of whole numbers, and ``other``.

    Empty where CLDR doesn't know the language.
    """
    needed = needed_categories(language)
    return tuple(form for form in CATEGORIES if form in needed or form == OTHER) if needed else ()
