"""Apple's .strings and .stringsdict."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mtqe.corpus.localisation.escapes import unescaped
from mtqe.corpus.localisation.slots import Entry, Layout, Parsed, Slot
from mtqe.corpus.localisation.xml_places import Element, in_element, parse_places, xml_text
from mtqe.errors import DataError
from mtqe.support.message_format import CATEGORIES

STRING = re.compile(
    r'\s*(?:"((?:[^"\\]|\\.)*+)"|([\w.$/:-]++))\s*=\s*("(?:[^"\\]|\\.)*+")\s*;', re.S
)
COMMENT = re.compile(r"\s*(?:/\*(.*?)\*/|//([^\n]*))", re.S)
FORMAT_KEY = "NSStringLocalizedFormatKey"
VARIABLE = re.compile(r"%(?:\d+\$)?#@(\w+)@")
OWN_VARIABLE = "value"
"""The variable of plurals that mtqe writes."""


def parse_strings(name: str, text: str, language: str) -> Parsed:
    """Apple's .strings.

    Raises:
        DataError: a line is not of a key and a text.
    """
    place, note = 0, ""
    slots = []
    while text[place : place + 200].strip() or text[place:].strip():
        if match := COMMENT.match(text, place):
            note = " ".join((match[1] or match[2] or "").split())
        elif match := STRING.match(text, place):
            key = unescaped(match[1] if match[2] is None else match[2])
            slots.append(Slot(Entry(key, unescaped(match[3][1:-1]), note), *match.span(3)))
            note = ""
        else:
            line = text.count("\n", 0, place) + 1
            raise DataError(f'{name}, line {line}: is not "key" = "text"; as .strings files have.')
        place = match.end()
    return Parsed(text, tuple(slots))


def encode_string(text: str, slot: Slot) -> str:
    """A text in its quotes."""
    plain = re.sub(r'(["\\])', r"\\\1", text)
    return '"' + plain.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r") + '"'


def fresh_strings(entries: Sequence[Entry], language: str) -> str:
    """A new .strings."""
    parts = []
    for entry in entries:
        note = entry.note.replace("*/", "* /")
        key = encode_string(entry.identifier, Slot(entry, 0, 0))
        comment = f"/* {note} */\n" if note else ""
        parts.append(f"{comment}{key} = {encode_string(entry.text, Slot(entry, 0, 0))};\n")
    return "\n".join(parts)


def parse_stringsdict(name: str, text: str, language: str) -> Parsed:
    """Apple's plurals: the forms of each variable, and the texts around the variables.

    Raises:
        DataError: the file is not a property list of dictionaries.
    """
    root = parse_places(name, text)
    top = root.find("dict")
    if root.name != "plist" or top is None:
        raise DataError(f"{name}: is not a property list with a dictionary.")
    return Parsed(text, tuple(slot for key, value in _pairs(top) for slot in _slots(key, value)))


def _pairs(element: Element) -> Iterator[tuple[Element, Element]]:
    """The keys and values of a dictionary."""
    key = None
    for part in element.elements():
        if part.name == "key":
            key = part
        elif key is not None:
            yield key, part
            key = None


def _slots(key: Element, value: Element) -> Iterator[Slot]:
    rules = [(k, v) for k, v in _pairs(value) if v.name == "dict"]
    for inner, text in _pairs(value):
        words = text.text
        if inner.text == FORMAT_KEY and re.search(r"\w", VARIABLE.sub("", words)):
            entry = Entry(f"{key.text}.{FORMAT_KEY}", words, key.comment)
            yield Slot(entry, *text.place, style=_style(text))
    for inner, rule in rules:
        name = key.text if len(rules) == 1 else f"{key.text}.{inner.text}"
        for form, text in _pairs(rule):
            if form.text in CATEGORIES and text.name == "string":
                entry = Entry(name, text.text, key.comment, form.text)
                member = (form.start, text.end)
                yield Slot(entry, *text.place, member, form.place, _style(text))


def _style(element: Element) -> str:
    return f"{element.style} {element.name}"


def encode_plist(text: str, slot: Slot) -> str:
    """A text in its element."""
    style, _, name = slot.style.rpartition(" ")
    return in_element(xml_text(text), style, name)


HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
"""
VALUE_TYPE = re.compile(r"%(?:\d+\$)?(l{0,2}[dDiuU]|@)")


def fresh_stringsdict(entries: Sequence[Entry], language: str) -> str:
    """A new .stringsdict.

    Raises:
        DataError: an entry is not a plural form.
    """
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.form is None:
            raise DataError(
                f".stringsdict holds plural forms alone, and {entry.key!r:.80} is none; write "
                ".strings or .xcstrings."
            )
        groups.setdefault(entry.key, []).append(entry)
    inside = "".join(_group(key, forms) for key, forms in groups.items())
    return f"{HEAD}{inside}</dict>\n</plist>\n"


def _group(key: str, forms: Sequence[Entry]) -> str:
    found = next((m for f in reversed(forms) if (m := VALUE_TYPE.search(f.text))), None)
    lines = [f"\t<key>{xml_text(key)}</key>", "\t<dict>"]
    if note := " ".join(forms[0].note.split()).replace("--", "- -"):
        lines.insert(0, f"\t<!-- {xml_text(note)} -->")
    for name, value in ((FORMAT_KEY, f"%#@{OWN_VARIABLE}@"),):
        lines += [f"\t\t<key>{name}</key>", f"\t\t<string>{value}</string>"]
    lines += [f"\t\t<key>{OWN_VARIABLE}</key>", "\t\t<dict>"]
    kind = found[1] if found else "d"
    rule = [("NSStringFormatSpecTypeKey", "NSStringPluralRuleType")]
    rule.append(("NSStringFormatValueTypeKey", kind))
    for name, value in [*rule, *((str(f.form), xml_text(f.text)) for f in forms)]:
        lines += [f"\t\t\t<key>{name}</key>", f"\t\t\t<string>{value}</string>"]
    return "\n".join([*lines, "\t\t</dict>", "\t</dict>", ""])


STRINGS = Layout(parse_strings, encode_string, fresh_strings)
STRINGSDICT = Layout(parse_stringsdict, encode_plist, fresh_stringsdict)
