"""Texts without what no language owns."""

from __future__ import annotations

import re

from mtqe.support.patterns import CODE, EMAIL, PLACEHOLDER, TAG, URL

SIGN = re.compile(r"[<{%$`@\[]|://|www\.")


def masked(text: str) -> str:
    """The text with blanks for addresses, tags, code and placeholders; places stay the same."""
    if SIGN.search(text) is None:
        return text
    for pattern in (URL, EMAIL, TAG, CODE, PLACEHOLDER):
        text = pattern.sub(lambda match: " " * len(match.group()), text)
    return text
