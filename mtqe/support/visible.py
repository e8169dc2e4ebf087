"""Visible signs for characters that show nothing, move a cursor or reorder what is around them.

Texts, names, ids and what engines and servers say may hold any character. Printed as they are, they
could change a terminal's colours and title, hide lines, or make a line read backwards.
"""

from __future__ import annotations

import re

KEPT = "\n\t"
"""Characters that may stay in a text of several lines."""

HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
"""C0 and C1 controls, marks and overrides of direction, separators of lines, lone surrogates."""

PICTURES = 0x2400
"""Where Unicode's pictures of the controls from 0 on begin."""


def visible(text: str, *, keep: str = KEPT) -> str:
    """A text with a sign for each control character: ``␛`` for escape, ``<U+202E>`` for RLO.

    Args:
        text: anything.
        keep: controls that are left as they are; "" for a text of one line.
    """
    return HIDDEN.sub(lambda match: match[0] if match[0] in keep else _sign(ord(match[0])), text)


def one_line(text: str) -> str:
    """A text as one line, with a sign for each control character, line ends included."""
    return visible(text, keep="")


def _sign(code: int) -> str:
    if code < 0x20:
        return chr(PICTURES + code)
    return "␡" if code == 0x7F else f"<U+{code:04X}>"
