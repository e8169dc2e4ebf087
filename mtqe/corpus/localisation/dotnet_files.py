"""The .resx of .NET."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mtqe.corpus.localisation.slots import Entry, Layout, Parsed, Slot
from mtqe.corpus.localisation.xml_places import (
    CDATA,
    Element,
    in_cdata,
    in_element,
    line_at,
    parse_places,
    xml_text,
)
from mtqe.errors import DataError

DESIGNER = (">>", "$this.Name")
"""Beginnings of names of what forms keep for their own editor."""
HEADERS = (
    ("resmimetype", "text/microsoft-resx"),
    ("version", "2.0"),
    ("reader", "System.Resources.ResXResourceReader, System.Windows.Forms"),
    ("writer", "System.Resources.ResXResourceWriter, System.Windows.Forms"),
)


def parse_resx(name: str, text: str, language: str) -> Parsed:
    """The texts, not what has a type or belongs to the form's editor.

    Raises:
        DataError: the file is not well-formed, not a .resx, or lacks the value of a text.
    """
    root = parse_places(name, text)
    if root.name != "root":
        raise DataError(f"{name}: its root is {root.name!r}; .resx has 'root'.")
    return Parsed(text, tuple(_slots(name, text, root)))


def _slots(name: str, text: str, root: Element) -> Iterator[Slot]:
    for element in root.elements("data"):
        key = element.attributes.get("name", "")
        value = element.find("value")
        typed = element.attributes.keys() & {"type", "mimetype"}
        if typed or key.startswith(DESIGNER):
            continue
        if value is None:
            raise DataError(
                f"{name}, line {line_at(text, element.start)}: {key!r:.80} has no value; .resx "
                "keeps a text in <value> inside <data>."
            )
        comment = element.find("comment")
        entry = Entry(key, value.text, comment.text if comment else "")
        yield Slot(entry, *value.place, style=value.style)


def encode_resx(text: str, slot: Slot) -> str:
    """A text in its element."""
    if slot.style == CDATA:
        return in_cdata(text)
    return in_element(xml_text(text), slot.style, "value")


def fresh_resx(entries: Sequence[Entry], language: str) -> str:
    """A new .resx."""
    lines = ['<?xml version="1.0" encoding="utf-8"?>', "<root>"]
    for name, value in HEADERS:
        lines.append(f'  <resheader name="{name}">\n    <value>{value}</value>\n  </resheader>')
    for entry in entries:
        key = xml_text(entry.identifier).replace('"', "&quot;").replace("\n", "&#10;")
        lines.append(f'  <data name="{key}" xml:space="preserve">')
        lines.append(f"    <value>{xml_text(entry.text)}</value>")
        if entry.note:
            lines.append(f"    <comment>{xml_text(entry.note)}</comment>")
        lines.append("  </data>")
    return "\n".join([*lines, "</root>", ""])


RESX = Layout(parse_resx, encode_resx, fresh_resx)
