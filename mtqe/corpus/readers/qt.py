"""Qt Linguist's .ts files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from mtqe.corpus.base import LanguagePair, Segment
from mtqe.corpus.dataset import Dataset, build_corpus
from mtqe.corpus.languages import agreed
from mtqe.corpus.plurals import PLURAL, plural_name
from mtqe.corpus.readers.units import unit_ids
from mtqe.corpus.text import PathLike, label
from mtqe.corpus.xml import child, children, descendants, local, named, parse_xml, text_of
from mtqe.errors import DataError
from mtqe.support.message_format import CATEGORIES, needed_categories
from mtqe.support.words import count

if TYPE_CHECKING:
    from lxml.etree import _Element

QT_SOURCE = "en"
"""The language of programs' own messages, where a file doesn't say."""
GONE = ("obsolete", "vanished")


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
    messages = [
        (text_of(names)[0] if (names := child(context, "name")) is not None else "", message)
        for context in descendants(root, "context")
        for message in children(context, "message")
    ]
    current = [item for item in messages if _state(item[1]) not in GONE]
    with named(path):
        units = [unit for where, message in current for unit in _units(where, message, pair)]
    ids, _ = unit_ids([unit.id for unit in units], [unit.source for unit in units])
    segments = [replace(unit, id=own) for own, unit in zip(ids, units, strict=True)]
    gone = len(messages) - len(current)
    notes = [f"{count(gone, 'obsolete message')} left out"] if gone else []
    return Dataset(build_corpus(name, pair, segments, notes))


def _state(message: _Element) -> str:
    translation = child(message, "translation")
    return "" if translation is None else str(translation.get("type", ""))


def _units(context: str, message: _Element, pair: LanguagePair) -> Iterator[Segment]:
    source = child(message, "source")
    if source is None:
        raise DataError(f"line {message.sourceline}: this message has no source; add one.")
    text, translation = text_of(source)[0], child(message, "translation")
    metadata = {
        key: text_of(element)[0]
        for key, tag in (("note", "extracomment"), ("comment", "comment"))
        if (element := child(message, tag)) is not None
    }
    if state := _state(message):
        metadata["state"] = state
    key = message.get("id") or f"{context}:{text}:{metadata.get('comment', '')}"
    forms = [] if translation is None else list(children(translation, "numerusform"))
    if not forms:
        target = None if translation is None else text_of(translation)[0]
        yield Segment(key, text, (target or None,), context or None, metadata)
        return
    known = sorted(needed_categories(pair.target), key=CATEGORIES.index)
    for place, form in enumerate(forms):
        name = known[place] if len(known) == len(forms) else f"form {place}"
        labels = {**metadata, PLURAL: plural_name(name, pair.target)}
        target = text_of(form)[0]
        yield Segment(f"{key}#{place}", text, (target or None,), context or None, labels)
