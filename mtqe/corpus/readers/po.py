"""Gettext PO files, through translate-toolkit."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from mtqe.corpus.base import LanguagePair, Segment
from mtqe.corpus.dataset import Dataset, build_corpus
from mtqe.corpus.extras import require
from mtqe.corpus.languages import agreed
from mtqe.corpus.readers.ids import content_ids
from mtqe.corpus.readers.units import add
from mtqe.corpus.text import PathLike, label, read_text
from mtqe.errors import DataError
from mtqe.support.words import count

COMMENT = "mtqe "
"""Starts the extracted comment in which our writer keeps what PO has no place for."""
GETTEXT_SOURCE = "en"
"""The language that programs' own messages are in, where a file doesn't say."""


Unit = Any
"""A `pypo.pounit`; translate-toolkit has no types."""


@dataclass(frozen=True)
class _Entry:
    context: str
    source: str
    target: str | None
    document: str | None
    metadata: dict[str, str]


def read_po(path: PathLike, name: str, languages: LanguagePair | None = None) -> Dataset:
    """Read a PO file; message contexts are ids where they are unique, else metadata.

    Comments and places become metadata, ``fuzzy`` entries get ``fuzzy`` = ``yes``; of a plural the
    singular and the last form make a segment each. Obsolete entries are left out and counted.

    Raises:
        DataError: it is no PO file, or its language is in doubt.
    """
    pypo = require("translate.storage.pypo", "formats", "PO files")
    text, notes = read_text(path)
    try:
        store = pypo.pofile.parsestring(text.encode())
    except (ValueError, TypeError) as error:
        raise DataError(
            f"{label(path)}: is no valid PO file ({error}); check it with msgfmt -c."
        ) from error
    header = store.parseheader()
    _check_charset(label(path), header.get("Content-Type", ""))
    source = header.get("X-Source-Language") or (None if languages else GETTEXT_SOURCE)
    pair = agreed(label(path), languages, source, header.get("Language") or None)
    messages = [unit for unit in store.units if not unit.isheader()]
    entries = [entry for unit in messages if not unit.isobsolete() for entry in _entries(unit)]
    if obsolete := sum(unit.isobsolete() for unit in messages):
        notes = (*notes, f"{count(obsolete, 'obsolete entry', 'obsolete entries')} left out")
    segments = [
        Segment(identifier, entry.source, (entry.target,), entry.document, entry.metadata)
        for identifier, entry in zip(_ids(entries), entries, strict=True)
    ]
    return Dataset(build_corpus(name, pair, segments, notes))


def _check_charset(name: str, content_type: str) -> None:
    charset = content_type.rpartition("charset=")[2].strip()
    if charset.lower() not in ("", "utf-8", "utf8", "charset", "ascii", "us-ascii"):
        raise DataError(f"{name}: is in {charset}; convert it with msgconv --to-code=UTF-8.")


def _entries(unit: Unit) -> Iterator[_Entry]:
    document, metadata = _metadata(unit)
    context = "".join(_unquoted(unit.msgctxt))
    sources = [str(text) for text in getattr(unit.source, "strings", [unit.source])]
    targets = [str(text) for text in getattr(unit.target, "strings", [unit.target])]
    if not unit.hasplural():
        yield _Entry(context, sources[0], targets[0] or None, document, metadata)
        return
    for form, source, target in zip(
        ("singular", "plural"), sources, (targets[0], targets[-1]), strict=True
    ):
        name = f"{context}#{form}" if context else ""
        yield _Entry(name, source, target or None, document, {**metadata, "plural": form})


def _metadata(unit: Unit) -> tuple[str | None, dict[str, str]]:
    """The document and metadata in an entry's comments."""
    metadata: dict[str, str] = {}
    document = None
    for line in unit.automaticcomments:
        text = line.removeprefix("#.").strip()
        if text.startswith(COMMENT):
            ours = json.loads(text.removeprefix(COMMENT))
            document = ours.pop("document", None)
            metadata |= {str(key): str(value) for key, value in ours["metadata"].items()}
        else:
            add(metadata, "note", text)
    for line in unit.othercomments:
        add(metadata, "comment", line.removeprefix("#").strip())
    if places := unit.getlocations():
        add(metadata, "location", " ".join(places))
    if unit.isfuzzy():
        add(metadata, "fuzzy", "yes")
    return document, metadata


def _unquoted(lines: Sequence[str]) -> Iterator[str]:
    from translate.storage import pypo

    yield pypo.unquotefrompo(list(lines))


def _ids(entries: Sequence[_Entry]) -> list[str]:
    """Contexts where those that there are differ, and ids from the sources for the rest."""
    contexts = [entry.context for entry in entries if entry.context]
    made = content_ids([entry.source for entry in entries])
    ids = [entry.context or own for entry, own in zip(entries, made, strict=True)]
    if len(set(ids)) == len(ids):
        return ids
    for entry in entries:
        if contexts and entry.context:
            add(entry.metadata, "context", entry.context)
    return made
