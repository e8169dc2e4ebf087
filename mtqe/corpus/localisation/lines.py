"""The lines at which a localisation file has its keys."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mtqe.corpus.base import Place
from mtqe.corpus.text import PathLike, label, read_bytes
from mtqe.errors import DataError

KEY = re.compile(
    r'"((?:[^"\\]|\\.){1,200})"\s*[:=]|\bname="([^"]{1,200})"'
    r"|^[ \t]*(?:- )?([\w.$-]{1,200})[ \t]*[:=]"
    r"|^(\d{1,9})[ \t]*\r?$",
    re.MULTILINE,
)
"""A key of JSON and Apple's strings, of XML, of properties and YAML; the number of a subtitle."""


def key_lines(path: PathLike) -> Mapping[str, int]:
    """The line of every word that is used as a key, and as one only once.

    Found by the looks of the text, as parsers of JSON and YAML keep no lines.
    """
    try:
        data = read_bytes(path)
    except DataError:
        return {}
    coding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    text = data.decode(coding, "replace")
    lines: dict[str, int] = {}
    repeated = set()
    line, seen = 1, 0
    for match in KEY.finditer(text):
        line, seen = (
            line + text.count("\n", seen, match.start(match.lastindex or 0)),
            match.start(match.lastindex or 0),
        )
        key = match[match.lastindex or 0]
        if key in lines:
            repeated.add(key)
        lines[key] = line
    return {key: number for key, number in lines.items() if key not in repeated}


def key_place(path: PathLike, key: str, lines: Mapping[str, int]) -> Place:
    """Where people find a key: the file's line, or the line of the last part of a nested key.

    Args:
        path: the file.
        key: the key, with the parts of a nested one joined by points.
        lines: what `key_lines` gave.
    """
    line = lines.get(key) or lines.get(key.rpartition(".")[2])
    return Place(f"key {key}", label(path), line)
