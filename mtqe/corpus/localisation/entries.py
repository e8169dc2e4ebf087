"""Entries of localisation files: a key, a text, a note, and the plural form that it is."""

from __future__ import annotations

import codecs
import json
import plistlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from xml.parsers.expat import ExpatError

from mtqe.corpus.bounded import LONGEST_LINE
from mtqe.corpus.registry import extension
from mtqe.corpus.text import PathLike, decoded, flaw, label, read_bytes
from mtqe.corpus.xml import children, local, parse_xml, refuse_entities, text_of
from mtqe.errors import DataError

if TYPE_CHECKING:
    from lxml.etree import _Element

FORMS = ("zero", "one", "two", "few", "many", "other")
DEEPEST = 50
"""Levels of JSON objects and lists."""
I18NEXT = re.compile(r"(.+?)[_](zero|one|two|few|many|other|plural)")


@dataclass(frozen=True)
class Entry:
    """One text.

    Attributes:
        key: unique in its file.
        text: as a program shows it, with the format's own escapes undone.
        note: what the file says to translators.
        form: its plural form, such as ``few``; None for a text without.
    """

    key: str
    text: str
    note: str = ""
    form: str | None = None

    @property
    def identifier(self) -> str:
        """Key and form."""
        return self.key if self.form is None else f"{self.key}#{self.form}"


def read_entries(path: PathLike, language: str) -> list[Entry]:
    """The entries of a file, by the ending of its name.

    Args:
        path: the file.
        language: the language to take, of files that hold several.

    Raises:
        DataError: the file is malformed, or two entries share a key.
    """
    entries = list(READERS[extension(path)](path, language))
    seen: set[str] = set()
    for entry in entries:
        if problem := flaw(entry.key) or flaw(entry.text):
            raise DataError(f"{label(path)}: {entry.key!r:.80} holds {problem}; remove it.")
        if entry.identifier in seen:
            raise DataError(f"{label(path)}: {entry.identifier!r:.80} stands there twice.")
        seen.add(entry.identifier)
    return entries


def _text(path: PathLike) -> str:
    """A file's text: UTF-8, or UTF-16 as Apple's tools write it, by its byte order mark."""
    data = read_bytes(path, longest_line=LONGEST_LINE)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            data = data.decode("utf-16").encode("utf-8")
        except (UnicodeDecodeError, UnicodeEncodeError) as error:
            raise DataError(f"{label(path)}: is not whole UTF-16; save it as UTF-8.") from error
    return decoded(path, data)[0]


def _json(path: PathLike) -> Any:  # noqa: ANN401 - JSON
    text = _text(path)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{label(path)}: is not valid JSON ({error}); correct it.") from error


def read_json(path: PathLike, language: str) -> Iterator[Entry]:
    """Nested or flat JSON, with i18next's endings of plurals."""
    data = _json(path)
    if not isinstance(data, dict):
        raise DataError(
            f"{label(path)}: is not an object of texts by key; write tables as JSON Lines (.jsonl)."
        )
    if list(data) == [language]:
        data = data[language]
    flat = dict(_flattened(path, data, (), 0))
    for key, text in flat.items():
        match = I18NEXT.fullmatch(key)
        if match and any(f"{match[1]}_{form}" in flat for form in FORMS if form != match[2]):
            yield Entry(match[1], text, form=match[2].replace("plural", "other"))
        else:
            yield Entry(key, text)


def _flattened(
    path: PathLike, value: object, keys: tuple[str, ...], depth: int
) -> Iterator[tuple[str, str]]:
    if depth > DEEPEST:
        raise DataError(f"{label(path)}: {'.'.join(keys[:3])} is nested too deeply.")
    if isinstance(value, str):
        yield ".".join(keys), value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flattened(path, inner, (*keys, str(key)), depth + 1)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _flattened(path, inner, (*keys, str(place)), depth + 1)


def read_arb(path: PathLike, language: str) -> Iterator[Entry]:
    """Flutter's ARB: texts by key, with ``@key`` describing them."""
    data = _json(path)
    if not isinstance(data, dict):
        raise DataError(f"{label(path)}: is not an ARB file; it holds no object.")
    for key, text in data.items():
        if key.startswith("@") or not isinstance(text, str):
            continue
        about = data.get(f"@{key}")
        note = about.get("description") if isinstance(about, dict) else None
        yield Entry(key, text, note if isinstance(note, str) else "")


def read_catalog(path: PathLike, language: str) -> Iterator[Entry]:
    """Apple's string catalogs: every language in one file."""
    data = _json(path)
    strings = data.get("strings") if isinstance(data, dict) else None
    if not isinstance(strings, dict):
        raise DataError(f"{label(path)}: is not a string catalog; it has no 'strings'.")
    source = data.get("sourceLanguage")
    for key, entry in strings.items():
        entry = entry if isinstance(entry, dict) else {}
        sides = entry.get("localizations")
        side = sides.get(language) if isinstance(sides, dict) else None
        note = entry.get("comment")
        found = list(_catalog_texts(key, side, note if isinstance(note, str) else ""))
        if found:
            yield from found
        elif source == language:
            yield Entry(key, key, note if isinstance(note, str) else "")


def _catalog_texts(key: str, side: object, note: str) -> Iterator[Entry]:
    if not isinstance(side, dict):
        return
    unit, variations = side.get("stringUnit"), side.get("variations")
    if isinstance(unit, dict) and isinstance(unit.get("value"), str):
        yield Entry(key, unit["value"], note)
    plural = variations.get("plural") if isinstance(variations, dict) else None
    for form, inner in plural.items() if isinstance(plural, dict) else ():
        value = inner.get("stringUnit") if isinstance(inner, dict) else None
        if isinstance(value, dict) and isinstance(value.get("value"), str):
            yield Entry(key, value["value"], note, form)


def read_android(path: PathLike, language: str) -> Iterator[Entry]:
    """Android's strings.xml: strings, arrays and plurals; what is not translatable is left out."""
    root = parse_xml(path)
    if local(root) != "resources":
        raise DataError(f"{label(path)}: its root is {local(root)!r}; Android has 'resources'.")
    for element in root:
        name = element.get("name", "")
        if element.get("translatable") == "false":
            continue
        if local(element) == "string":
            yield Entry(name, _android(element))
        elif local(element) == "string-array":
            for place, item in enumerate(children(element, "item")):
                yield Entry(f"{name}.{place}", _android(item))
        elif local(element) == "plurals":
            for item in children(element, "item"):
                yield Entry(name, _android(item), form=item.get("quantity", "other"))


def _android(element: _Element) -> str:
    """The text with its markup, without Android's quotes and escapes."""
    text = text_of(element)[0]
    parts = re.split(r'(?<!\\)"', text)
    plain = "".join(
        part if place % 2 else re.sub(r"\s+", " ", part) for place, part in enumerate(parts)
    )
    return _unescaped(plain.strip())


def read_resx(path: PathLike, language: str) -> Iterator[Entry]:
    """.NET's resources: the texts, not what has a type."""
    root = parse_xml(path)
    for element in children(root, "data"):
        if element.get("type") or element.get("mimetype"):
            continue
        values, notes = list(children(element, "value")), list(children(element, "comment"))
        note = text_of(notes[0])[0] if notes else ""
        yield Entry(element.get("name", ""), text_of(values[0])[0] if values else "", note)


STRING = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*+)"|([\w.-]++))\s*=\s*"((?:[^"\\]|\\.)*+)"\s*;', re.S)
COMMENT = re.compile(r"\s*(?:/\*(.*?)\*/|//([^\n]*))", re.S)


def read_strings(path: PathLike, language: str) -> Iterator[Entry]:
    """Apple's .strings."""
    text = _text(path)
    place, note = 0, ""
    while text[place:].strip():
        if match := COMMENT.match(text, place):
            note = (match[1] or match[2] or "").strip()
        elif match := STRING.match(text, place):
            yield Entry(_unescaped(match[1] or match[2] or ""), _unescaped(match[3]), note)
            note = ""
        else:
            line = text.count("\n", 0, place) + 1
            raise DataError(
                f'{label(path)}, line {line}: is not "key" = "text"; as .strings files have.'
            )
        place = match.end()


def read_stringsdict(path: PathLike, language: str) -> Iterator[Entry]:
    """Apple's plurals."""
    text = _text(path)
    refuse_entities(label(path), re.sub(r"<!DOCTYPE[^>\[]*>", "", text).encode())
    try:
        data = plistlib.loads(text.encode(), fmt=plistlib.FMT_XML)
    except (ValueError, ExpatError, AttributeError, RecursionError, LookupError) as error:
        raise DataError(f"{label(path)}: is not a property list ({error}).") from error
    for key, entry in data.items() if isinstance(data, dict) else ():
        for name, rule in entry.items() if isinstance(entry, dict) else ():
            for form in FORMS if isinstance(rule, dict) else ():
                if isinstance(rule.get(form), str):
                    yield Entry(f"{key}.{name}", rule[form], form=form)


PROPERTY = re.compile(r"((?:[^=:\s\\]|\\.)++)[ \t]*[=: \t][ \t]*(.*)", re.S)


def read_properties(path: PathLike, language: str) -> Iterator[Entry]:
    """Java's properties, in UTF-8 or with its escapes."""
    text = _text(path)
    note: list[str] = []
    logical = re.sub(r"(?<!\\)((?:\\\\)*)\\\r?\n[ \t]*", r"\1", text)
    for line in logical.split("\n"):
        line = line.strip("\r\t \f")
        if line.startswith(("#", "!")):
            note.append(line[1:].strip())
        elif line:
            match = PROPERTY.fullmatch(line)
            key, value = (match[1], match[2]) if match else (line, "")
            yield Entry(_unescaped(key), _unescaped(value), " ".join(note))
            note = []
        else:
            note = []


ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{4,8})|(.))", re.S)
PLAIN = {"n": "\n", "t": "\t", "r": "\r", "f": "\f"}


def _unescaped(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        if digits := match[1] or match[2]:
            number = int(digits, 16)
            return chr(number) if number < 0x110000 else match[0]
        return PLAIN.get(match[3], match[3])

    plain = ESCAPE.sub(one, text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


TIME = re.compile(r"\s*(?:\d{1,4}:)?\d{1,2}:\d{2}[.,]\d{3}\s*-->.*")


def read_subtitles(path: PathLike, language: str) -> Iterator[Entry]:
    """SRT and WebVTT: a cue is an entry; its number or name, else its place, is the key."""
    text = _text(path)
    blocks = re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n"))
    number = 0
    for block in blocks:
        lines = block.strip("\n").split("\n")
        place = next((n for n, line in enumerate(lines) if TIME.fullmatch(line)), None)
        if place is None:
            continue
        number += 1
        key = lines[place - 1].strip() if place else ""
        yield Entry(key or str(number), "\n".join(lines[place + 1 :]))


READERS: Mapping[str, Callable[[PathLike, str], Iterator[Entry]]] = {
    ".json": read_json,
    ".arb": read_arb,
    ".xcstrings": read_catalog,
    ".resx": read_resx,
    ".strings": read_strings,
    ".stringsdict": read_stringsdict,
    ".properties": read_properties,
    ".srt": read_subtitles,
    ".vtt": read_subtitles,
    ".xml": read_android,
}


def is_localisation(path: PathLike) -> bool:
    """Whether a name is that of a file of one language's texts."""
    ending = extension(path)
    name = PurePath(path).name.lower()
    return ending in READERS and (
        ending != ".xml" or name.startswith(("strings", "plurals", "arrays"))
    )
