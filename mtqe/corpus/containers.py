"""Files that are not lines of text, told by their names or by how they begin."""

from __future__ import annotations

import json
import os
import re
from pathlib import PurePath

from mtqe.errors import DataError
from mtqe.support.json_text import json_value

KINDS = {
    "a text processor's document": ".doc .docx .odt .rtf .pages .tex .ipynb",
    "a workbook": ".xls .xlsb .xlsm .xltx .xlsx .ods .numbers",
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
    "a table": ".parquet .feather .arrow .orc .avro",
    "a terminology": ".tbx .utx",
    "a translation memory": ".tmx",
    "a file of translations": ".xlf .xliff .sdlxliff .mqxliff .mxliff .txlf .po .pot",
    "a file of a program's texts": ".arb .resx .strings .stringsdict .xcstrings .properties",
    "subtitles": ".srt .vtt .ass .ssa .sbv .ttml .dfxp",
    "a message": ".eml .msg .mbox",
    "data of a program": ".pkl .pickle .npy .npz .pt .bin .rds .exe .dll .so",
}
BY_ENDING = {ending: kind for kind, endings in KINDS.items() for ending in endings.split()}
"""Kinds of files no line of which is a segment, by the ending of their names."""
BEGINNINGS = (
    (re.compile(r"%PDF-"), "a PDF"),
    (re.compile(r"PK\x03\x04"), "an archive"),
    (re.compile(r"\{\\rtf"), "a text processor's document"),
    (re.compile(r"<\?xml\b|<!DOCTYPE\b|<(?:html|head|body|meta)\b", re.I), "XML or HTML"),
    (re.compile(r"\\documentclass\b|\\begin\{document\}"), "a LaTeX document"),
    (re.compile(r"(?:MIME-Version:|From -|Return-Path:) ?"), "a message"),
    (re.compile(r"%YAML\b|---[ \t]*\r?\n[ \t]*[\w\"'-]+:(?:\s|$)"), "YAML"),
    (re.compile(r"(?>/\*.{0,2000}?\*/\s*)*+\"[^\"\n]{0,500}\"\s*=\s*\"", re.S), "Apple's .strings"),
    (re.compile(r"\[Script Info\]"), "subtitles"),
    (
        re.compile(r"<(?:tmx|xliff|TS|resources|plist|root|tbx|martif|ttx|TRADOStag)\b[^\n]*>"),
        "XML",
    ),
    (re.compile(r"(?:#[^\n]{0,1000}\n|[ \t]*\n){0,200}(?:msgctxt|msgid) \""), "a PO file"),
    (re.compile(r"\d{1,9}\r?\n\d{1,2}:\d\d:\d\d[,.]\d{3} -->|WEBVTT\b"), "subtitles"),
)
BYTES = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "an archive, or an office document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an older office document"),
    (b"7z\xbc\xaf\x27\x1c", "an archive"),
    (b"Rar!\x1a\x07", "an archive"),
    (b"BZh", "an archive"),
    (b"\xfd7zXZ\x00", "an archive"),
    (b"\x28\xb5\x2f\xfd", "an archive"),
    (b"PAR1", "Parquet"),
    (b"ARROW1", "a table"),
    (b"SQLite format 3\x00", "a database"),
    (b"\xde\x12\x04\x95", "compiled messages"),
    (b"\x95\x04\x12\xde", "compiled messages"),
    (b"\x3c\xb8\x64\x18", "compiled messages"),
    (b"\x89PNG\r\n", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"bplist00", "a binary property list"),
)
"""First bytes of files that hold no text."""
SHOWN = 30
SPACE = re.compile(r"\s*")


def refuse_binary(data: bytes, name: str) -> None:
    """Stop where a file's first bytes are those of a format that is no text.

    Raises:
        DataError: they are.
    """
    for start, kind in BYTES:
        if data.startswith(start) and (not start.isascii() or _has_controls(data)):
            raise DataError(
                f"{name}: it begins as {kind} does, so it is not lines of text, nor any other; "
                "export its text, or give it the ending of its format."
            )


def _has_controls(data: bytes) -> bool:
    """Whether there are bytes among the first that no text has, or a PDF's own words."""
    start = data[:4096]
    return start.startswith(b"%PDF-") or any(byte < 9 or 13 < byte < 32 for byte in start)


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
    if start.startswith(('[{"', '["', "[\n")) and _is_list(text):
        raise _refusal(name, "it is a JSON list")
    if first in ("{", "[") and text.rstrip().endswith(("}", "]")):
        raise _refusal(name, "it is JSON")


class JsonEnds:
    """How a text that is too large to be parsed begins and ends: as JSON or not."""

    def __init__(self, name: str) -> None:
        """Of the file that messages call so."""
        self._name = name
        self._begins: bool | None = None
        self._end = ""

    def add(self, text: str) -> None:
        """Look at the next lines."""
        if self._begins is None:
            start = text.lstrip()
            first = start[: 1 << 18].partition("\n")[0].strip()
            listed = start.startswith(('[{"', '["')) and _begins_as_list(start)
            self._begins = first in ("{", "[") or listed
        self._end = text.rstrip()[-1:] or self._end

    def refuse(self) -> None:
        """Stop where it begins and ends as JSON does, once all lines were looked at.

        Raises:
            DataError: it does.
        """
        if self._begins and self._end in ("}", "]"):
            raise _refusal(self._name, "it is JSON")


def _begins_as_list(start: str) -> bool:
    """Whether a text that is cut somewhere begins as a JSON list of more values than it has."""
    decoder, place, values = json.JSONDecoder(), 1, 0
    end = len(start.rstrip())
    try:
        while place < end:
            _, place = decoder.raw_decode(start, _after_space(start, place))
            values += 1
            place = _after_space(start, place)
            if place < end and start[place] != ",":
                return False
            place += 1
    except json.JSONDecodeError as error:  # of a value that is cut, if the text is JSON
        return values > 0 and (error.msg.startswith("Unterminated") or error.pos >= end)
    except RecursionError:
        return False
    return True


def _after_space(text: str, place: int) -> int:
    found = SPACE.match(text, place)
    return place if found is None else found.end()


def _is_list(text: str) -> bool:
    try:
        return isinstance(json_value(text), list)
    except ValueError:
        return False


def _is_object(line: str) -> bool:
    try:
        return isinstance(json_value(line), dict)
    except ValueError:
        return False


def _refusal(name: str, why: str) -> DataError:
    return DataError(
        f"{name}: {why}, so it is not lines of text; save it as plain text (.txt), or give it the "
        "ending of its format."
    )
