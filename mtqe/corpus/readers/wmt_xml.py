"""WMT's XML of 2021 and later: documents with sources, references and systems' outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mtqe.corpus.base import LanguagePair
from mtqe.corpus.dataset import Dataset
from mtqe.corpus.languages import agreed
from mtqe.corpus.readers.structured import SEGMENT_ID, Key, Sides
from mtqe.corpus.text import PathLike, label
from mtqe.corpus.xml import descendants, inline_notes, line_of, local, parse_xml, text_of
from mtqe.errors import DataError

if TYPE_CHECKING:
    from lxml.etree import _Element


def read_wmt_xml(path: PathLike, name: str, languages: LanguagePair | None = None) -> Dataset:
    """Read WMT XML: translators are references, systems are systems.

    An id is ``DOCUMENT:SEGMENT``; a document's further attributes, such as ``domain`` and
    ``origlang``, and a source segment's are metadata.

    Raises:
        DataError: it is not such a file, holds several languages on a side, or repeats a segment.
    """
    root = parse_xml(path)
    if local(root) != "dataset":
        raise DataError(f"{label(path)}: its root is {local(root)!r}; WMT XML has 'dataset'.")
    sides = Sides(label(path))
    inline = sum(_document(sides, document) for document in descendants(root, "doc"))
    pair = agreed(
        label(path), languages, _language(root, "src", path), _language(root, "ref hyp", path)
    )
    return sides.dataset(name, pair, inline_notes(inline))


def _language(root: _Element, names: str, path: PathLike) -> str | None:
    elements = [element for name in names.split() for element in descendants(root, name)]
    tags = {element.get("lang") or element.get("language") for element in elements} - {None}
    if len(tags) > 1:
        found = ", ".join(sorted(tag for tag in tags if tag))
        raise DataError(f"{label(path)}: one side is in {found}; split it by language.")
    return tags.pop() if tags else None


def _document(sides: Sides, document: _Element) -> int:
    """Gather a document's sides; gives the number of inline elements."""
    name = document.get("id", "")
    shared = {str(key): str(value) for key, value in document.items() if key != "id"}
    inline = 0
    for side in document:
        kind = local(side)
        texts = _side(sides, kind, side)
        if texts is None:
            continue
        for segment in descendants(side, "seg"):
            key = (name, segment.get("id", ""))
            text, within = text_of(segment)
            inline += within
            sides.put(texts, key, text)
            if kind == "src":
                _labels(sides, key, segment, shared)
                sides.lines[key] = line_of(segment)
    return inline


def _side(sides: Sides, kind: str, element: _Element) -> dict[Key, str] | None:
    if kind == "src":
        return sides.sources
    if kind == "ref":
        return sides.references.setdefault(element.get("translator", ""), {})
    if kind == "hyp":
        return sides.systems.setdefault(element.get("system", "system"), {})
    return None


def _labels(sides: Sides, key: Key, segment: _Element, shared: dict[str, str]) -> None:
    own = {str(name): str(value) for name, value in segment.items() if name != "id"}
    if identifier := own.pop(SEGMENT_ID, None):
        sides.ids[key] = identifier
    sides.metadata[key] = {**shared, **own}
