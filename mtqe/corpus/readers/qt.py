"""Qt Linguist's .ts files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from mtqe.corpus.base import LanguagePair, Segment
from mtqe.corpus.dataset import Dataset, build_corpus
from mtqe.corpus.languages import agreed
from mtqe.corpus.plurals import PLURAL, plural_name
from mtqe.corpus.readers.units import unit_ids, unit_place
from mtqe.corpus.syntax import SYNTAX
from mtqe.corpus.text import PathLike, label
from mtqe.corpus.xml import child, children, descendants, line_of, local, named, parse_xml, text_of
from mtqe.errors import DataError
from mtqe.support.languages import primary
from mtqe.support.message_format import CATEGORIES, needed_categories
from mtqe.support.words import count

if TYPE_CHECKING:
    from lxml.etree import _Element

BYTE = re.compile(r"x[0-9A-Fa-f]{1,2}")
QT_SOURCE = "en"
"""The language of programs' own messages, where a file doesn't say."""
GONE = ("obsolete", "vanished")
FORMS = {
    "cy": ("zero", "one", "few", "many", "other"), "fil": ("one", "few", "other"),
    "ga": ("one", "two", "other"), "he": ("one", "other"), "lv": ("one", "other", "zero"),
    "mk": ("one", "two", "other"), "mt": ("one", "few", "many", "other"),
}  # fmt: skip
"""Plural forms where Qt's rules (numerus.cpp) are not those of CLDR for whole numbers."""


def qt_forms(language: str) -> tuple[str, ...]:
    """The plural forms of a language in Qt's order; empty where it is not known."""
    known = sorted(needed_categories(language), key=CATEGORIES.index)
    return FORMS.get(primary(language), tuple(known))


def read_qt(path: PathLike, name: str, languages: LanguagePair | None = None) -> Dataset:
    """Read a .ts file; contexts are documents, each form of a plural becomes a segment.

    Unfinished translations have the metadata ``state`` = ``unfinished``; obsolete messages are
    left out and counted.

    Raises:
        DataError: it is not such a file, or its languages are in doubt.
    """
    root = parse_xml(path)
    if local(root) != "TS":
        raise DataError(f"{label(path)}: its root is {local(root)!r}; a Qt .ts file has 'TS'.")
    source = root.get("sourcelanguage") or (None if languages else QT_SOURCE)
    pair = agreed(label(path), languages, source, root.get("language") or None)
    with named(path):
        messages = qt_messages(root, pair, label(path))
    segments = [segment for message in messages for segment in message]
    gone = sum(1 for _ in descendants(root, "message")) - len(messages)
    notes = [f"{count(gone, 'obsolete message')} left out"] if gone else []
    return Dataset(build_corpus(name, pair, segments, notes))


def qt_messages(root: _Element, pair: LanguagePair, file: str = "") -> list[list[Segment]]:
    """The segments of each message that is not obsolete, in the file's order.

    Args:
        root: the file's root.
        pair: its languages.
        file: what messages call the file.

    Raises:
        DataError: a message has no source.
    """
    messages = [
        [
            replace(unit, place=unit_place(file, line_of(message), unit.id))
            for unit in _units(_name(context), message, pair)
        ]
        for context in descendants(root, "context")
        for message in children(context, "message")
        if _state(message) not in GONE
    ]
    units = [unit for message in messages for unit in message]
    ids, _ = unit_ids([unit.id for unit in units], [unit.source for unit in units])
    left = iter([replace(unit, id=own) for own, unit in zip(ids, units, strict=True)])
    return [[next(left) for _ in message] for message in messages]


def _name(context: _Element) -> str:
    names = child(context, "name")
    return "" if names is None else text_of(names)[0]


def _state(message: _Element) -> str:
    translation = child(message, "translation")
    return "" if translation is None else str(translation.get("type", ""))


def _units(context: str, message: _Element, pair: LanguagePair) -> Iterator[Segment]:
    source = child(message, "source")
    if source is None:
        raise DataError(f"line {message.sourceline}: this message has no source; add one.")
    text, translation = _text(source), child(message, "translation")
    metadata = {
        key: text_of(element)[0]
        for key, tag in (("note", "extracomment"), ("comment", "comment"))
        if (element := child(message, tag)) is not None
    }
    if state := _state(message):
        metadata["state"] = state
    metadata[SYNTAX] = "qt"
    key = message.get("id") or f"{context}:{text}:{metadata.get('comment', '')}"
    if translation is not None and (variant := child(translation, "lengthvariant")) is not None:
        translation = variant
    forms = [] if translation is None else list(children(translation, "numerusform"))
    if not forms:
        target = None if translation is None else _text(translation)
        yield Segment(key, text, (target or None,), context or None, metadata)
        return
    known = qt_forms(pair.target)
    texts = [_text(form) for form in forms]
    if known and not any(texts):
        texts = [""] * len(known)
    for place, target in enumerate(texts):
        name = known[place] if len(known) == len(texts) else f"form {place}"
        labels = {**metadata, PLURAL: plural_name(name, pair.target)}
        yield Segment(f"{key}#{place}", text, (target or None,), context or None, labels)


def _text(element: _Element) -> str:
    """A text with the characters that Qt writes as ``<byte value="x1b"/>``."""
    for part in children(element, "byte"):
        value = part.get("value", "")
        number = int(value[1:], 16) if BYTE.fullmatch(value) else 0
        if not number:
            raise DataError(f"line {part.sourceline}: <byte value={value!r}/> is no character.")
        before = part.getprevious()
        if before is None:
            element.text = (element.text or "") + chr(number) + (part.tail or "")
        else:
            before.tail = (before.tail or "") + chr(number) + (part.tail or "")
        part.tail = None
        element.remove(part)
    return text_of(element)[0]
