"""XLIFF 1.2 and 2.0."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING

from mtqe.corpus.base import Segment
from mtqe.corpus.dataset import Dataset
from mtqe.corpus.text import PathLike
from mtqe.corpus.writers.xml_tree import add, write_xml
from mtqe.corpus.xml import SPACE

if TYPE_CHECKING:
    from lxml.etree import _Element

FIRST = "urn:oasis:names:tc:xliff:document:1.2"
SECOND = "urn:oasis:names:tc:xliff:document:2.0"
METADATA = "urn:oasis:names:tc:xliff:metadata:2.0"
FIRST_STATE = re.compile(
    r"final|needs-(adaptation|l10n|review-(adaptation|l10n|translation)|translation)|new"
    r"|signed-off|translated"
)
SECOND_STATE = re.compile(r"initial|translated|reviewed|final")


def write_xliff(path: PathLike, dataset: Dataset) -> None:
    """Write XLIFF 1.2: one file per document, one ``trans-unit`` per segment, metadata as contexts.

    Raises:
        DataError: a text holds a character that XML can't, or the file can't be written.
    """
    from lxml import etree

    languages = dataset.corpus.languages
    root = etree.Element(f"{{{FIRST}}}xliff", {"version": "1.2"}, nsmap={None: FIRST})
    for document, segments in groupby(dataset.corpus, lambda segment: segment.document):
        described = {
            "original": document or "",
            "source-language": languages.source,
            "target-language": languages.target,
            "datatype": "plaintext",
            SPACE: "preserve",
        }
        body = add(add(root, "file", described), "body")
        for segment in segments:
            _first_unit(body, segment)
    write_xml(path, root)


def _first_unit(body: _Element, segment: Segment) -> None:
    unit = add(body, "trans-unit", {"id": segment.id, SPACE: "preserve"})
    metadata = dict(segment.metadata)
    state = _state(metadata, segment, FIRST_STATE)
    add(unit, "source", None, segment.source)
    for text in segment.present_references:
        add(unit, "target", state, text)
    note = metadata.pop("note", None)
    if metadata:
        group = add(unit, "context-group", {"purpose": "information"})
        for name, value in metadata.items():
            add(group, "context", {"context-type": f"x-{name}"}, value)
    if note is not None:
        add(unit, "note", None, note)


def write_xliff2(path: PathLike, dataset: Dataset) -> None:
    """Write XLIFF 2.0: one file per document, one unit per segment, metadata in its module.

    Raises:
        DataError: a text holds a character that XML can't, or the file can't be written.
    """
    from lxml import etree

    languages = dataset.corpus.languages
    attributes = {"version": "2.0", "srcLang": languages.source, "trgLang": languages.target}
    namespaces = {None: SECOND, "mda": METADATA}
    root = etree.Element(f"{{{SECOND}}}xliff", attributes, nsmap=namespaces)
    for number, (document, units) in enumerate(_by_document(dataset), 1):
        described = {"id": f"f{number}", SPACE: "preserve"}
        file = add(root, "file", described | ({"original": document} if document else {}))
        for position, segment in units:
            _second_unit(file, position, segment)
    write_xml(path, root)


def _by_document(dataset: Dataset) -> Iterator[tuple[str | None, Iterator[tuple[int, Segment]]]]:
    return groupby(enumerate(dataset.corpus, 1), lambda unit: unit[1].document)


def _second_unit(file: _Element, position: int, segment: Segment) -> None:
    unit = add(file, "unit", {"id": f"u{position}", "name": segment.id})
    metadata = dict(segment.metadata)
    state = _state(metadata, segment, SECOND_STATE)
    note = metadata.pop("note", None)
    if metadata:
        group = add(add(unit, f"{{{METADATA}}}metadata"), f"{{{METADATA}}}metaGroup")
        for name, value in metadata.items():
            add(group, f"{{{METADATA}}}meta", {"type": name}, value)
    if note is not None:
        add(add(unit, "notes"), "note", None, note)
    part = add(unit, "segment", state)
    add(part, "source", None, segment.source)
    for text in segment.present_references:
        add(part, "target", None, text)


def _state(
    metadata: dict[str, str], segment: Segment, known: re.Pattern[str]
) -> Mapping[str, str] | None:
    """Take the state out of the metadata where the format has a place for just this one."""
    state = metadata.get("state")
    if state is None or not known.fullmatch(state) or not segment.present_references:
        return None
    return {"state": metadata.pop("state")}
