"""What the metadata ``syntax`` says: the way in which a text's placeholders are written."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mtqe.corpus.base import Segment

SYNTAX = "syntax"
BY_ENDING: Mapping[str, str] = {
    ".arb": "icu",
    ".xml": "android",
    ".strings": "objc",
    ".stringsdict": "objc",
    ".xcstrings": "objc",
    ".properties": "java",
    ".resx": "csharp",
    ".yml": "ruby",
    ".yaml": "ruby",
}
"""The syntax of localisation files by the endings of their names."""
FLAG = re.compile(r"((?:no-)?[a-z][a-z0-9-]{0,30})-format")
"""Gettext's flags, such as ``c-format``; ``no-c-format`` says that a percent sign is one."""
PRINTF = frozenset(
    {"c", "objc", "android", "python", "php", "java-printf", "perl", "awk", "lua", "kde"}
)
"""Syntaxes in which a percent sign begins a placeholder, or stands twice."""


def syntax_of(segment: Segment) -> str:
    """The syntax of a segment's placeholders; empty where it is not known."""
    return segment.metadata.get(SYNTAX, "")


def flagged_syntax(flags: str) -> str:
    """The syntax that gettext's flags name; empty for none."""
    match = FLAG.search(flags)
    return match[1] if match else ""
