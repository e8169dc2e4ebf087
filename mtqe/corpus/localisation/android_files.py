"""Android's strings.xml."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mtqe.corpus.localisation.escapes import unescaped
from mtqe.corpus.localisation.slots import Entry, Layout, Parsed, Slot, Span
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

QUOTE = re.compile(r'<[A-Za-z/][^<>]*>|(?<!\\)((?:\\\\)*)"')
"""A quote, or a tag in a text that holds HTML, whose quotes are its own."""
TAGS = re.compile(r"</?([A-Za-z][\w:.-]*+)[^<>]*+>")
REFERENCE = re.compile(r"[@?](?:\+?[\w.]+:)?\w+/[\w.]+")
"""A text that stands elsewhere, such as ``@string/ok``."""
QUANTITY = re.compile(r"""\bquantity\s*=\s*["'](\w*)["']""")


def parse_android(name: str, text: str, language: str) -> Parsed:
    """Strings, arrays and plurals; what is not translatable or stands elsewhere is left out.

    Raises:
        DataError: the file is not well-formed, not one of Android's, or a plural form has no name.
    """
    root = parse_places(name, text)
    if root.name != "resources":
        raise DataError(f"{name}: its root is {root.name!r}; Android has 'resources'.")
    return Parsed(text, tuple(_slots(name, text, root)))


def _slots(name: str, text: str, root: Element) -> Iterator[Slot]:
    for element in root.elements("string", "string-array", "plurals"):
        attributes = element.attributes
        if attributes.get("translatable") == "false":
            continue
        variant = attributes.get("product", "default")
        key = attributes.get("name", "") + ("" if variant == "default" else f":{variant}")
        if element.name == "string":
            yield from _slot(text, element, Entry(key, "", element.comment))
            continue
        for place, item in enumerate(element.elements("item")):
            note = item.comment or element.comment
            if element.name == "plurals":
                form = item.attributes.get("quantity")
                if form is None:
                    raise DataError(
                        f"{name}, line {line_at(text, item.start)}: this item of the plurals "
                        f'{key!r:.80} has no quantity; write one, such as quantity="other".'
                    )
                yield from _slot(text, item, Entry(key, "", note, form))
            else:
                yield from _slot(text, item, Entry(f"{key}.{place}", "", note))


def _slot(text: str, element: Element, entry: Entry) -> Iterator[Slot]:
    words = _words(text, element)
    if REFERENCE.fullmatch(words) and not _raw(text, element).lstrip().startswith("\\"):
        return
    names = frozenset(inside.name for inside in element.descendants() if inside is not element)
    start, end = element.place
    member, form = None, None
    if entry.form is not None:
        member = (element.start, element.end)
        form = _quantity(text, element)
    filled = Entry(entry.key, words, entry.note, entry.form)
    style = f"{element.style} {element.name}"
    yield Slot(filled, start, end, member, form, style, names)


def _raw(text: str, element: Element) -> str:
    return text[element.inner : element.inner_end]


def _quantity(text: str, element: Element) -> Span | None:
    match = QUANTITY.search(text, element.start, element.inner)
    return None if match is None else match.span(1)


def _words(text: str, element: Element) -> str:
    """The text with its markup, without Android's quotes and escapes."""
    parts: list[str] = []
    quoted = False
    for part, is_tag in _pieces(text, element):
        if is_tag:
            parts.append(part)
            continue
        for place, piece in enumerate(_quoted_pieces(part)):
            quoted = quoted if place == 0 else not quoted
            plain = piece if quoted else re.sub(r"[ \t\r\n]+", " ", piece)
            if not quoted and plain.startswith(" ") and (not parts or parts[-1].endswith(" ")):
                plain = plain[1:]
            parts.append(_Quoted(plain) if quoted else plain)
    while parts and not isinstance(parts[-1], _Quoted) and parts[-1].endswith(" "):
        parts[-1] = parts[-1][:-1]
        if parts[-1]:
            break
        parts.pop()
    return "".join(p if TAGS.fullmatch(p) else unescaped(p) for p in parts)


class _Quoted(str):
    """Text whose white space counts."""

    __slots__ = ()


def _quoted_pieces(text: str) -> list[str]:
    """The text cut at its quotes; every second piece stands inside some."""
    pieces, last = [], 0
    for match in QUOTE.finditer(text):
        if match[1] is None:
            continue
        pieces.append(text[last : match.end() - 1])
        last = match.end()
    return [*pieces, text[last:]]


def _pieces(text: str, element: Element) -> Iterator[tuple[str, bool]]:
    """Texts and tags inside an element, in order, each with whether it is a tag."""
    for part in element.parts:
        if isinstance(part, str):
            yield part, False
        else:
            yield text[part.start : part.inner], True
            yield from _pieces(text, part)
            if part.style != "empty":
                yield text[part.inner_end : part.end], True


def encode_android(text: str, slot: Slot) -> str:
    """A text with Android's escapes; tags of elements that were there stay tags."""
    style, _, name = slot.style.rpartition(" ")
    parts, last = [], 0
    for tag in TAGS.finditer(text):
        if tag[1] in slot.names:
            parts += [_escaped(text[last : tag.start()]), tag[0]]
            last = tag.end()
    parts.append(_escaped(text[last:]))
    if style == CDATA and not slot.names:
        return in_cdata(_guarded(_android_escapes(text)))
    return in_element(_guarded("".join(parts)), style, name)


def _escaped(text: str) -> str:
    return xml_text(_android_escapes(text))


def _android_escapes(text: str) -> str:
    text = re.sub(r"""([\\'"])""", r"\\\1", text)
    return text.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\u000D")


def _guarded(text: str) -> str:
    """The text in quotes where its blanks count, and no reference where it begins as one."""
    if text.startswith(("@", "?")):
        text = "\\" + text
    if re.search(r"\A[ \t]|[ \t]\Z|[ \t]{2}", text) and '="' not in text:
        return f'"{text}"'
    return text


def fresh_android(entries: Sequence[Entry], language: str) -> str:
    """A new strings.xml."""
    lines = ['<?xml version="1.0" encoding="utf-8"?>', "<resources>"]
    plurals: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.form is not None:
            plurals.setdefault(entry.key, []).append(entry)
    for entry in entries:
        forms = [entry] if entry.form is None else plurals.pop(entry.key, [])
        if not forms:
            continue
        if entry.note:
            lines.append(f"    <!-- {_comment(entry.note)} -->")
        key = _attribute(entry.key)
        if entry.form is None:
            lines.append(f'    <string name="{key}">{_fresh(entry)}</string>')
            continue
        lines.append(f'    <plurals name="{key}">')
        lines += [
            f'        <item quantity="{_attribute(str(f.form))}">{_fresh(f)}</item>' for f in forms
        ]
        lines.append("    </plurals>")
    return "\n".join([*lines, "</resources>", ""])


def _fresh(entry: Entry) -> str:
    return encode_android(entry.text, Slot(entry, 0, 0, style=" string"))


def _comment(text: str) -> str:
    return xml_text(re.sub("-(?=-)", "- ", " ".join(text.split())).removesuffix("-"))


def _attribute(text: str) -> str:
    return xml_text(text).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")


ANDROID = Layout(parse_android, encode_android, fresh_android)
