"""Texts without what no language owns."""

from __future__ import annotations

import re

from mtqe.support.message_format import is_message, syntax_spans
from mtqe.support.patterns import CODE, EMAIL, PLACEHOLDER, TAG, URL

SIGN = re.compile(r"[<{%$`@\[]|://|www\.")


def masked(text: str) -> str:
    """The text with blanks for addresses, tags, code and placeholders; places stay the same."""
    if SIGN.search(text) is None:
        return text
    text = without_syntax(text)
    for pattern in (URL, EMAIL, TAG, CODE, PLACEHOLDER):
        text = pattern.sub(lambda match: " " * len(match.group()), text)
    return text


def without_syntax(text: str) -> str:
    """The text with blanks for names, keywords and braces of ICU messages; places stay the same."""
    if not is_message(text):
        return text
    characters = list(text)
    for start, end in syntax_spans(text):
        characters[start:end] = " " * (end - start)
    return "".join(characters)
