"""Java's .properties."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mtqe.corpus.localisation.escapes import in_ascii, unescaped
from mtqe.corpus.localisation.slots import Entry, Layout, Parsed, Slot

KEY = re.compile(r"(?:[^=:\s\\]|\\.)*+", re.S)
BETWEEN = re.compile(r"[ \t\f]*(?:[=:][ \t\f]*)?")
CONTINUED = re.compile(r"\\\r?\n[ \t\f]*")
ASCII = "ascii"
"""The style of files that write characters beyond ASCII as escapes."""


def parse_properties(name: str, text: str, language: str) -> Parsed:
    """Java's properties, in UTF-8 or with its escapes."""
    style = ASCII if text.isascii() else ""
    note: list[str] = []
    slots = []
    for start, end in _logical_lines(text):
        line = text[start:end]
        if line.startswith(("#", "!")):
            note.append(line[1:].strip())
            continue
        if line.strip():
            key = KEY.match(line)
            between = BETWEEN.match(line, key.end() if key else 0)
            place = start + (between.end() if between else len(line))
            while jump := CONTINUED.match(text, place, end):
                place = jump.end()
            entry = Entry(
                unescaped(key[0] if key else ""),
                unescaped(CONTINUED.sub("", text[place:end])),
                " ".join(note),
            )
            slots.append(Slot(entry, place, end, style=style))
        note = []
    return Parsed(text, tuple(slots))


def _logical_lines(text: str) -> Iterator[tuple[int, int]]:
    """Places of the lines without white space before them, continued ones as one."""
    place = 0
    while place < len(text):
        end = _line_end(text, place)
        start = place
        while start < end and text[start] in " \t\f\r":
            start += 1
        if text[start : start + 1] not in ("#", "!"):
            while end < len(text) and _is_continued(text, start, end):
                end = _line_end(text, end + 1)
        stop = end - 1 if text[start:end].endswith("\r") else end
        yield start, stop
        place = end + 1


def _line_end(text: str, place: int) -> int:
    found = text.find("\n", place)
    return len(text) if found < 0 else found


def _is_continued(text: str, start: int, end: int) -> bool:
    stop = place = end - 1 if text[end - 1 : end] == "\r" else end
    while place > start and text[place - 1] == "\\":
        place -= 1
    return (stop - place) % 2 == 1


def encode_properties(text: str, slot: Slot) -> str:
    """A value with its escapes."""
    plain = _escaped(text)
    if plain.startswith(" "):
        plain = "\\" + plain
    return in_ascii(plain) if slot.style == ASCII else plain


def _escaped(text: str) -> str:
    for plain, escape in (("\\", "\\\\"), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t"),
                          ("\f", "\\f")):  # fmt: skip
        text = text.replace(plain, escape)
    return text


def fresh_properties(entries: Sequence[Entry], language: str) -> str:
    """A new file, in ASCII with escapes, which every version of Java reads."""
    lines = []
    for entry in entries:
        if entry.note:
            lines.append(f"# {in_ascii(' '.join(entry.note.split()))}")
        key = re.sub(r"([=:#! ])", r"\\\1", _escaped(entry.identifier))
        value = encode_properties(entry.text, Slot(entry, 0, 0, style=ASCII))
        lines.append(f"{in_ascii(key)}={value}")
    return "".join(line + "\n" for line in lines)


PROPERTIES = Layout(parse_properties, encode_properties, fresh_properties)
