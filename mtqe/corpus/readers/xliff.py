"""XLIFF 1.0 to 1.2, and 2.0 and later."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mtqe.corpus.base import LanguagePair, Segment
from mtqe.corpus.dataset import Dataset, build_corpus
from mtqe.corpus.languages import agreed, find_language
from mtqe.corpus.readers.cat_tools import (
    is_translatable,
    length_limit,
    loose_targets,
    marked_parts,
    segment_states,
    unit_states,
)
from mtqe.corpus.readers.units import add, unit_ids, unit_place
from mtqe.corpus.text import PathLike, label
from mtqe.corpus.xml import (
    child,
    children,
    descendants,
    inline_notes,
    line_of,
    local,
    named,
    parse_xml,
    text_of,
)
from mtqe.errors import DataError
from mtqe.support.words import count

if TYPE_CHECKING:
    from lxml.etree import _Element


PO_HEADER = "x-gettext-domain-header"
"""What translate-toolkit calls a unit that is no text but the header of a PO file."""


@dataclass(frozen=True)
class _Unit:
    identifier: str
    source: str
    target: str | None
    document: str | None
    metadata: dict[str, str]
    inline: int
    line: int | None


def read_xliff(path: PathLike, name: str, languages: LanguagePair | None = None) -> Dataset:
    """Read XLIFF of any version, and the kinds of it that Trados, memoQ and Phrase write.

    Each ``trans-unit`` (1) or ``segment`` (2) becomes a segment; where a CAT tool has marked
    segments inside a ``trans-unit``, each of those. A file's ``original`` is the document; notes,
    contexts, metadata, states and match rates become metadata. An empty target is a missing
    reference, as CAT tools mean it. What is marked as not for translation is left out and counted.

    Raises:
        DataError: it is not XLIFF, its files are of different languages, or a unit has no source.
    """
    root = parse_xml(path)
    if local(root) != "xliff":
        raise DataError(f"{label(path)}: its root is {local(root)!r}; an XLIFF file has 'xliff'.")
    second = root.get("version", "1.2").startswith("2")
    pair = _languages(label(path), root, languages, second=second)
    with named(path):
        units = list(_second_units(root) if second else _first_units(root))
    segments = _segments(label(path), units)
    notes = [*inline_notes(sum(unit.inline for unit in units)), *_left_out(root, second=second)]
    if empty := sum(unit.target == "" for unit in units):
        notes.append(f"{count(empty, 'empty target')} counted as missing")
    return Dataset(build_corpus(name, pair, segments, notes))


def _languages(
    name: str, root: _Element, given: LanguagePair | None, *, second: bool
) -> LanguagePair:
    if second:
        return agreed(name, given, root.get("srcLang"), root.get("trgLang"))
    sources = _distinct(file.get("source-language") for file in children(root, "file"))
    targets = _distinct(file.get("target-language") for file in children(root, "file"))
    for tags in (sources, targets):
        if len(tags) > 1:
            raise DataError(f"{name}: its files are in {', '.join(tags)}; split it by language.")
    return agreed(name, given, next(iter(sources), None), next(iter(targets), None))


def _distinct(tags: Iterator[str | None]) -> list[str]:
    found: list[str] = []
    for tag in tags:
        if tag and find_language(tag, found) is None:
            found.append(tag)
    return found


def _left_out(root: _Element, *, second: bool) -> Iterator[str]:
    """Count what is not part of the corpus: what is not for translation, and loose targets."""
    units = list(descendants(root, "unit" if second else "trans-unit"))
    if kept := sum(not is_translatable(unit) for unit in units):
        yield f"{count(kept, 'unit')} not for translation left out"
    loose = 0 if second else sum(loose_targets(unit, child(unit, "target")) for unit in units)
    if loose:
        yield f"{count(loose, 'target segment')} without a source left out"


def _segments(name: str, units: Sequence[_Unit]) -> list[Segment]:
    sources = [unit.source for unit in units]
    ids, own = unit_ids([unit.identifier for unit in units], sources)
    if not own:  # ids are unique inside a file only
        ids, own = unit_ids([f"{unit.document}:{unit.identifier}" for unit in units], sources)
    if not own:
        for unit in units:
            add(unit.metadata, "unit", unit.identifier)
    return [
        Segment(
            identifier,
            unit.source,
            (unit.target or None,),
            unit.document,
            unit.metadata,
            unit_place(name, unit.line, unit.identifier),
        )
        for identifier, unit in zip(ids, units, strict=True)
    ]


def _first_units(root: _Element) -> Iterator[_Unit]:
    for file in children(root, "file"):
        document = file.get("original") or None
        for unit in descendants(file, "trans-unit"):
            if unit.get("restype") != PO_HEADER and is_translatable(unit):
                yield from _first_parts(unit, document)


def _first_parts(unit: _Element, document: str | None) -> Iterator[_Unit]:
    """A ``trans-unit`` as a whole, or the segments that a CAT tool has marked in it."""
    target = child(unit, "target")
    metadata = _first_metadata(unit, target)
    parts = marked_parts(unit, target)
    if not parts:
        source, inline = _source(unit)
        text, within = _text(target)
        reference = None if target is None else text
        yield _Unit(
            unit.get("id", ""),
            source,
            reference,
            document,
            metadata,
            inline + within,
            line_of(unit),
        )
        return
    states = segment_states(unit)
    for mid, ours, theirs in parts:
        source, inline = text_of(ours)
        text, within = _text(theirs)
        identifier = f"{unit.get('id', '')}::{mid}" if len(parts) > 1 else unit.get("id", "")
        yield _Unit(
            identifier,
            source,
            None if theirs is None else text,
            document,
            metadata | states.get(mid, {}),
            inline + within,
            line_of(ours),
        )


def _first_metadata(unit: _Element, target: _Element | None) -> dict[str, str]:
    metadata: dict[str, str] = {}
    for note in children(unit, "note"):
        add(metadata, "note", text_of(note)[0])
    for group in children(unit, "context-group"):
        for context in children(group, "context"):
            key = context.get("context-type", "context").removeprefix("x-")
            add(metadata, key, text_of(context)[0])
    for name in ("state", "state-qualifier"):
        if target is not None and (value := target.get(name)):
            add(metadata, name, value)
    return metadata | unit_states(unit) | length_limit(unit)


def _second_units(root: _Element) -> Iterator[_Unit]:
    for file in children(root, "file"):
        for unit in filter(is_translatable, descendants(file, "unit")):
            parts = list(children(unit, "segment"))
            for number, part in enumerate(parts, 1):
                identifier = unit.get("name") or unit.get("id", "")
                if len(parts) > 1:
                    identifier += f"::{part.get('id') or number}"
                source, inline = _source(part)
                target = child(part, "target")
                text, within = _text(target)
                metadata = _second_metadata(unit)
                if part.get("state"):
                    add(metadata, "state", part.get("state", ""))
                reference = None if target is None else text
                document = file.get("original") or None
                yield _Unit(
                    identifier,
                    source,
                    reference,
                    document,
                    metadata,
                    inline + within,
                    line_of(part),
                )


def _second_metadata(unit: _Element) -> dict[str, str]:
    metadata: dict[str, str] = {}
    for holder in children(unit, "notes"):
        for note in children(holder, "note"):
            add(metadata, note.get("category", "note"), text_of(note)[0])
    for holder in children(unit, "metadata"):
        for entry in descendants(holder, "meta"):
            add(metadata, entry.get("type", "meta"), text_of(entry)[0])
    return metadata | length_limit(unit)


def _source(unit: _Element) -> tuple[str, int]:
    source = child(unit, "source")
    if source is None:
        raise DataError(
            f"line {unit.sourceline}: this {local(unit)} has no source; XLIFF keeps a text in "
            f"<source> inside <{local(unit)}>."
        )
    return text_of(source)


def _text(element: _Element | None) -> tuple[str, int]:
    return ("", 0) if element is None else text_of(element)
