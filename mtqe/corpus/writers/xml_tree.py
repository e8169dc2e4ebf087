"""Building XML that holds every text exactly, or refuses it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mtqe.corpus.text import PathLike
from mtqe.corpus.writers.output import write_bytes
from mtqe.corpus.xml import ILLEGAL, serialized
from mtqe.errors import DataError

if TYPE_CHECKING:
    from lxml.etree import _Element


def checked(text: str) -> str:
    """Check that a text can stand in XML, and give it back.

    Raises:
        DataError: it holds a character that XML can't.
    """
    if found := ILLEGAL.search(text):
        raise DataError(
            f"XML can't hold the character U+{ord(found[0]):04X} (in {text[:40]!r}); remove it, or "
            "write JSONL."
        )
    return text


def add(
    parent: _Element,
    name: str,
    attributes: Mapping[str, str] | None = None,
    text: str | None = None,
) -> _Element:
    """A new last child, in its parent's namespace.

    Raises:
        DataError: a text holds a character that XML can't.
    """
    from lxml import etree

    namespace = parent.tag.rpartition("}")[0]
    tag = f"{namespace}}}{name}" if namespace and not name.startswith("{") else name
    values = {key: checked(value) for key, value in (attributes or {}).items()}
    element = etree.SubElement(parent, tag, values)
    if text is not None:
        element.text = checked(text)
    return element


def write_xml(path: PathLike, root: _Element) -> None:
    """Write a document, whole or not at all.

    Raises:
        DataError: the file can't be written.
    """
    write_bytes(path, serialized(root))
