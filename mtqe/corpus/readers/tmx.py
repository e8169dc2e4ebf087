"""TMX 1.4: translation memories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mtqe.corpus.base import LanguagePair, Segment
from mtqe.corpus.dataset import MOST_REFERENCES, Dataset, build_corpus
from mtqe.corpus.languages import agreed, find_language
from mtqe.corpus.readers.units import add, unit_ids, unit_place
from mtqe.corpus.text import PathLike, label
from mtqe.corpus.xml import (
    LANGUAGE,
    child,
    children,
    descendants,
    inline_notes,
    line_of,
    named,
    parse_xml,
    text_of,
)
from mtqe.errors import DataError
from mtqe.support.words import count

if TYPE_CHECKING:
    from lxml.etree import _Element

DOCUMENT = "document"
REFERENCE = "x-reference"
"""Our property of a variant: the number of the reference that it is."""
ANY = "*all*"


@dataclass(frozen=True)
class _Unit:
    identifier: str | None
    source: str
    references: tuple[str | None, ...]
    document: str | None
    metadata: dict[str, str]
    inline: int
    line: int | None


def read_tmx(path: PathLike, name: str, languages: LanguagePair | None = None) -> Dataset:
    """Read a translation memory; several variants in the target language are several references.

    Properties become metadata (``x-`` in front of a type is dropped), notes ``note``, and a
    property ``document`` the document. Where units have unique ids those are kept.

    Raises:
        DataError: it is not TMX, a unit lacks the source, or the languages are in doubt.
    """
    root = parse_xml(path)
    units = list(descendants(root, "tu"))
    if not units:
        raise DataError(f"{label(path)}: holds no translation unit (tu); is it TMX?")
    pair = _languages(label(path), root, units, languages)
    with named(path):
        found = [_unit(label(path), unit, pair) for unit in units]
    read = [unit for unit in found if unit is not None]
    if not read:
        raise DataError(
            f"{label(path)}: no translation unit has a text in {pair.source}; correct "
            "--source-language."
        )
    ids, own = unit_ids([unit.identifier for unit in read], [unit.source for unit in read])
    for unit in read:
        if unit.identifier and not own:
            add(unit.metadata, "tuid", unit.identifier)
    segments = [
        Segment(
            identifier,
            unit.source,
            unit.references,
            unit.document,
            unit.metadata,
            unit_place(label(path), unit.line, unit.identifier),
        )
        for identifier, unit in zip(ids, read, strict=True)
    ]
    notes = inline_notes(sum(unit.inline for unit in read))
    if left_out := len(found) - len(read):
        notes = [*notes, f"{count(left_out, 'unit')} without {pair.source} left out"]
    return Dataset(build_corpus(name, pair, segments, notes))


def _languages(
    name: str, root: _Element, units: Sequence[_Element], given: LanguagePair | None
) -> LanguagePair:
    header = child(root, "header")
    declared = None if header is None else header.get("srclang")
    found = _distinct([_language(v) for unit in units for v in children(unit, "tuv")])
    source = None if declared in (None, "", ANY) else declared
    if given is not None:
        for side, tag in (("source", given.source), ("target", given.target)):
            if find_language(tag, found) is None:
                raise DataError(
                    f"{name}: has no {tag} among its languages {', '.join(found)}; "
                    f"correct --{side}-language."
                )
        return given
    others = [tag for tag in found if source is None or find_language(source, [tag]) is None]
    if source is None or len(others) != 1:
        raise DataError(
            f"{name}: holds {', '.join(found)}; say which to use with --source-language and "
            "--target-language."
        )
    return agreed(name, None, find_language(source, found) or source, others[0])


def _distinct(tags: Sequence[str]) -> list[str]:
    """Tags in their first spelling, for case doesn't tell languages apart."""
    found: dict[str, str] = {}
    for tag in tags:
        found.setdefault(tag.lower(), tag)
    return list(found.values())


def _language(variant: _Element) -> str:
    return variant.get(LANGUAGE) or variant.get("lang") or ""


def _unit(name: str, unit: _Element, pair: LanguagePair) -> _Unit | None:
    """A unit's texts; None where the memory has none in the source language."""
    variants = list(children(unit, "tuv"))
    tags = [_language(variant) for variant in variants]
    source_tag, target_tag = find_language(pair.source, tags), find_language(pair.target, tags)
    if source_tag is None:
        return None
    source, inline = _segment(name, variants[tags.index(source_tag)])
    targets = [v for v, tag in zip(variants, tags, strict=True) if tag == target_tag]
    references, within = _references(name, targets)
    metadata: dict[str, str] = {}
    for note in children(unit, "note"):
        add(metadata, "note", text_of(note)[0])
    document = None
    for prop in children(unit, "prop"):
        key, value = prop.get("type", "prop").removeprefix("x-"), text_of(prop)[0]
        if key == DOCUMENT and document is None:
            document = value
        else:
            add(metadata, key, value)
    line = line_of(unit)
    return _Unit(unit.get("tuid"), source, references, document, metadata, inline + within, line)


def _references(name: str, variants: Sequence[_Element]) -> tuple[tuple[str | None, ...], int]:
    """The references in the places that their properties name, else in the file's order."""
    places: dict[int, str | None] = {}
    total = 0
    for order, variant in enumerate(variants, 1):
        text, inline = _segment(name, variant)
        total += inline
        props = (p for p in children(variant, "prop") if p.get("type") == REFERENCE)
        number = next((p.text or "" for p in props), "")
        places[_place(name, variant, number) if number else order] = text or None
    return tuple(places.get(place) for place in range(1, max(places, default=1) + 1)), total


def _place(name: str, variant: _Element, number: str) -> int:
    """The number of a reference, which must be one that a test set can have."""
    plain = len(number) <= 4 and number.isascii() and number.isdecimal()
    if not plain or not 0 < int(number) <= MOST_REFERENCES:
        raise DataError(
            f"{name}, line {variant.sourceline}: the property {REFERENCE} is {number[:20]!r}; "
            f"write the number of a reference, 1 to {MOST_REFERENCES}."
        )
    return int(number)


def _segment(name: str, variant: _Element) -> tuple[str, int]:
    seg = child(variant, "seg")
    if seg is None:
        raise DataError(
            f"{name}, line {variant.sourceline}: this tuv has no seg; TMX keeps a text in "
            "<seg> inside <tuv>."
        )
    return text_of(seg)
