"""Files that are not lines of text, told by their names or by how they begin."""

from __future__ import annotations

import json
import os
import re
from pathlib import PurePath

from mtqe.errors import DataError

KINDS = {
    "a text processor's document": ".doc .docx .odt .rtf .pages .tex .ipynb",
    "a workbook": ".xls .xlsb .xlsm .xltx .ods .numbers",
    "slides": ".ppt .pptx .odp .key",
    "a web page": ".htm .html .xhtml .mhtml",
    "a book": ".epub .mobi",
    "an archive": ".zip .7z .tar .bz2 .xz .zst .tgz .rar .jar",
    "a PDF": ".pdf",
    "a picture": ".png .jpg .jpeg .gif .svg .tif .tiff .webp",
    "JSON": ".json .json5",
    "YAML": ".yaml .yml",
    "XML": ".xml .plist .rdf",
    "compiled messages": ".mo .gmo .qm",
    "a layout": ".idml .indd .mif",
    "a translation project": ".sdlppx .sdlrpx .wsxz .mqback .mqxlz .xlz .txml .ttx .tipp",
    "a database": ".db .sqlite .sdltm .sdltb .tmw .mdb",
    "a table": ".parquet .feather .arrow .orc .avro .xlsx",
    "a terminology": ".tbx .utx",
    "data of a program": ".pkl .pickle .npy .npz .pt .bin .rds .exe .dll .so",
}
BY_ENDING = {ending: kind for kind, endings in KINDS.items() for ending in endings.split()}
"""Kinds of files no line of which is a segment, by the ending of their names."""
BEGINNINGS = (
    (re.compile(r"%PDF-"), "a PDF"),
    (re.compile(r"PK\x03\x04"), "an archive"),
    (re.compile(r"\{\\rtf"), "a text processor's document"),
    (re.compile(r"<\?xml\b|<!DOCTYPE\b|<html\b", re.IGNORECASE), "XML or HTML"),
    (
        re.compile(r"<(?:tmx|xliff|TS|resources|plist|root|tbx|martif|ttx|TRADOStag)\b[^\n]*>"),
        "XML",
    ),
    (re.compile(r"(?:#[^\n]{0,1000}\n|[ \t]*\n){0,200}(?:msgctxt|msgid) \""), "a PO file"),
    (re.compile(r"\d{1,9}\n\d{1,2}:\d\d:\d\d,\d{3} -->|WEBVTT\b"), "subtitles"),
)
SHOWN = 30


def refuse_container(path: os.PathLike[str] | str, name: str) -> None:
    """Stop where a name says that a file is something else than lines of text.

    Raises:
        DataError: it does.
    """
    ending = PurePath(os.fspath(path).lower().removesuffix(".gz")).suffix
    if kind := BY_ENDING.get(ending):
        raise _refusal(name, f"by its name it is {kind}")


def refuse_other_format(text: str, name: str) -> None:
    """Stop where a text begins as a file of another format.

    Raises:
        DataError: it does.
    """
    start = text[: 1 << 18].lstrip()
    for pattern, kind in BEGINNINGS:
        if pattern.match(start):
            raise _refusal(name, f"it begins as {kind} does ({start[:SHOWN]!r})")
    first = start.partition("\n")[0].strip()
    if first.startswith('{"') and _is_object(first):
        raise _refusal(name, "its lines are JSON objects")
    if first in ("{", "[") and text.rstrip().endswith(("}", "]")):
        raise _refusal(name, "it is JSON")


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _refusal(name: str, why: str) -> DataError:
    return DataError(
        f"{name}: {why}, so it is not lines of text; save it as plain text (.txt), or give it the "
        "ending of its format."
    )
