"""WMT's XML of 2021 and later."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from mtqe.corpus.base import Segment
from mtqe.corpus.dataset import Dataset
from mtqe.corpus.readers.structured import SEGMENT_ID
from mtqe.corpus.text import PathLike
from mtqe.corpus.writers.xml_tree import add, write_xml

if TYPE_CHECKING:
    from lxml.etree import _Element

Row = tuple[str, Segment, Sequence[str | None]]
"""A segment's number in its document, the segment, and each system's translation of it."""


def translator(index: int) -> str:
    """References are called A, B, C…, as WMT does."""
    return chr(ord("A") + index) if index < 26 else f"R{index + 1}"


def write_wmt_xml(path: PathLike, dataset: Dataset) -> None:
    """Write a ``doc`` a document, with the sources, each reference and each system's translations.

    Raises:
        DataError: a text holds a character that XML can't, or the file can't be written.
    """
    from lxml import etree

    root = etree.Element("dataset")
    collection = add(root, "collection", {"id": dataset.corpus.name})
    for document, rows in groupby(_rows(dataset), lambda row: row[1].document):
        _document(collection, document or "", list(rows), dataset)
    root.set("id", dataset.corpus.name)
    write_xml(path, root)


def _rows(dataset: Dataset) -> Iterable[Row]:
    """Segments with whole numbers, as other readers need them: those of their ids if all have."""
    texts = [system.hypotheses for system in dataset.systems]
    own = all(_number(segment) is not None for segment in dataset.corpus)
    counted: Counter[str | None] = Counter()
    for index, segment in enumerate(dataset.corpus):
        counted[segment.document] += 1
        number = _number(segment) if own else None
        outputs = [column[index] for column in texts]
        yield number or str(counted[segment.document]), segment, outputs


def _number(segment: Segment) -> str | None:
    """The number in an id that readers made of it and the document."""
    prefix = f"{segment.document}:" if segment.document else ""
    number = segment.id.removeprefix(prefix)
    whole = segment.id.startswith(prefix) and re.fullmatch("[1-9][0-9]*", number)
    return number if whole else None


def _document(parent: _Element, name: str, rows: Sequence[Row], dataset: Dataset) -> None:
    languages = dataset.corpus.languages
    shared = _shared([row[1].metadata for row in rows])
    doc = add(parent, "doc", {"id": name, **shared})
    source = add(add(doc, "src", {"lang": languages.source}), "p")
    for number, segment, _ in rows:
        labels = {k: v for k, v in segment.metadata.items() if k not in shared}
        full = ":".join(filter(None, (name, number)))
        own = {} if full == segment.id else {SEGMENT_ID: segment.id}
        add(source, "seg", {"id": number, **own, **labels}, segment.source)
    for index in range(len(rows[0][1].references)):
        who = {"lang": languages.target, "translator": translator(index)}
        _side(doc, "ref", who, [(number, s.references[index]) for number, s, _ in rows])
    for index, system in enumerate(dataset.systems):
        who = {"language": languages.target, "system": system.system}
        _side(doc, "hyp", who, [(number, texts[index]) for number, _, texts in rows])


def _shared(metadata: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """What all segments of a document have alike."""
    first, rest = metadata[0], metadata[1:]
    return {k: v for k, v in first.items() if all(other.get(k) == v for other in rest)}


def _side(
    document: _Element, kind: str, who: Mapping[str, str], texts: Sequence[tuple[str, str | None]]
) -> None:
    paragraph = add(add(document, kind, who), "p")
    for number, text in texts:
        if text is not None:
            add(paragraph, "seg", {"id": number}, text)
