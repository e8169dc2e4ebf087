"""Texts that a spreadsheet would take for formulas, in files that spreadsheets open.

A translation such as ``=HYPERLINK(...)`` would run where somebody opens the file. An apostrophe
before it, which spreadsheets understand, keeps it a text.
"""

from __future__ import annotations

import re

FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""How texts begin that are formulas, or that are kept from being one already."""


def guarded(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """The text that `guarded` was given."""
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text
