"""TMX 1.4."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING

from mtqe.corpus.base import Segment
from mtqe.corpus.dataset import Dataset
from mtqe.corpus.readers.tmx import REFERENCE
from mtqe.corpus.text import PathLike
from mtqe.corpus.writers.xml_tree import add, write_xml
from mtqe.corpus.xml import LANGUAGE

if TYPE_CHECKING:
    from lxml.etree import _Element


def write_tmx(path: PathLike, dataset: Dataset) -> None:
    """Write a unit a segment: id as ``tuid``, notes, properties, a variant a text.

    Raises:
        DataError: a text holds a character that XML can't, or the file can't be written.
    """
    from lxml import etree

    languages = dataset.corpus.languages
    root = etree.Element("tmx", {"version": "1.4"})
    header = {
        "creationtool": "mtqe",
        "creationtoolversion": version("mtqe"),
        "segtype": "sentence",
        "o-tmf": "mtqe",
        "adminlang": "en",
        "srclang": languages.source,
        "datatype": "plaintext",
    }
    add(root, "header", header)
    body = add(root, "body")
    for segment in dataset.corpus:
        unit = add(body, "tu", {"tuid": segment.id})
        _labels(unit, segment.document, segment.metadata)
        _variant(unit, languages.source, segment.source)
        _references(unit, languages.target, segment)
    write_xml(path, root)


def _labels(unit: _Element, document: str | None, metadata: Mapping[str, str]) -> None:
    """Notes before properties, as the DTD wants them."""
    if "note" in metadata:
        add(unit, "note", None, metadata["note"])
    if document is not None:
        add(unit, "prop", {"type": "x-document"}, document)
    for name, value in metadata.items():
        if name != "note":
            add(unit, "prop", {"type": f"x-{name}"}, value)


def _references(unit: _Element, language: str, segment: Segment) -> None:
    for number, text in enumerate(segment.references, 1):
        if text is not None:
            _variant(unit, language, text, number if len(segment.references) > 1 else 0)


def _variant(unit: _Element, language: str, text: str, reference: int = 0) -> None:
    variant = add(unit, "tuv", {LANGUAGE: language})
    if reference:
        add(variant, "prop", {"type": REFERENCE}, str(reference))
    add(variant, "seg", None, text)
