"""XML from strangers: parsed without entities, network or unbounded memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from xml.parsers import expat

from mtqe.corpus.bounded import LARGEST_XML
from mtqe.corpus.text import PathLike, label, read_bytes
from mtqe.errors import DataError
from mtqe.support.words import count

if TYPE_CHECKING:
    from lxml.etree import _Element

LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML 1.0 can't hold in any way."""


ENCODING = re.compile(r"""(<\?xml[^>]*?\sencoding\s*=\s*["'])([\w.:-]+)""")
"""An XML declaration up to its encoding, and that."""
LAST_LINE = 65_535
HEXADECIMAL = re.compile(r"[0-9A-Fa-f]{1,8}")
HIGHEST = 0x10FFFF
SURROGATES = range(0xD800, 0xE000)


@contextmanager
def named(path: PathLike) -> Iterator[None]:
    """Put a file's name in front of what its elements are refused for.

    Raises:
        DataError: as raised inside, with the name.
    """
    try:
        yield
    except DataError as error:
        text = str(error)
        raise (
            error if text.startswith(label(path)) else DataError(f"{label(path)}, {text}")
        ) from error


def parse_xml(path: PathLike) -> _Element:
    """The root of an XML file, gzip'd or not.

    Raises:
        DataError: the file is not well-formed XML, is too large, or defines entities.
    """
    return parse_bytes(label(path), read_bytes(path, largest=LARGEST_XML))


def parse_bytes(name: str, data: bytes) -> _Element:
    """The root of an XML document.

    Raises:
        DataError: it is not well-formed, or defines entities.
    """
    from lxml import etree

    refuse_entities(name, data)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
        remove_comments=True, remove_pis=True, strip_cdata=True, huge_tree=False,
    )  # fmt: skip
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise _broken(name, str(error)) from error


def refuse_entities(name: str, data: bytes) -> None:
    """Look for entity definitions before any tree is built: no honest corpus has them.

    Entities can make a kilobyte of XML into gigabytes of text, or put other files into it.

    Raises:
        DataError: there is one, or the XML is not well-formed.
    """
    parser = expat.ParserCreate()
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def refuse(entity: str, *_: object) -> None:
        raise DataError(
            f"{name}: defines the XML entity {entity!r}, which mtqe does not expand; "
            "write its text instead."
        )

    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise _broken(name, str(error)) from error


def _broken(name: str, reason: str) -> DataError:
    return DataError(f"{name}: is not well-formed XML ({reason.rstrip('.')}); write it again.")


def local(element: _Element) -> str:
    """An element's name without its namespace; empty for an entity or the like."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def line_of(element: _Element) -> int | None:
    """An element's line, from 1; None where libxml2 no longer counts them."""
    line = element.sourceline
    return line if line is not None and line < LAST_LINE else None


def children(element: _Element, name: str) -> Iterator[_Element]:
    """The children of this name in any namespace."""
    return (child for child in element if local(child) == name)


def child(element: _Element, name: str) -> _Element | None:
    """The first child of this name in any namespace."""
    return next(children(element, name), None)


def descendants(element: _Element, name: str) -> Iterator[_Element]:
    """The descendants of this name in any namespace, in the document's order."""
    yield from element.iter(f"{{*}}{name}")


def text_of(element: _Element) -> tuple[str, int]:
    """An element's text with its inline elements written as text, and how many there were.

    CAT tools put a segment's markup into elements: ``bpt``, ``ept``, ``ph`` and ``it`` hold the
    original code as text, which is what stays of them; ``g``, ``x``, ``pc`` and the like hold none
    and stay as tags, so that a lost one can still be seen.
    """
    parts = [element.text or ""]
    inline = 0
    for part in element:
        text, within = text_of(part)
        inline += 1 + within
        parts += [_inline(part, text), part.tail or ""]
    return "".join(parts), inline


NATIVE_CODE = frozenset({"bpt", "ept", "ph", "it", "ut"})
TRANSPARENT = frozenset({"mrk", "hi", "sub", "seg", "p", "s"})


def _inline(element: _Element, text: str) -> str:
    name = local(element)
    if name == "cp":
        return _code_point(element)
    if name in TRANSPARENT or (name in NATIVE_CODE and text):
        return text
    attributes = "".join(f' {key}="{value}"' for key, value in element.items() if key == "id")
    return f"<{name}{attributes}>{text}</{name}>" if text else f"<{name}{attributes}/>"


def _code_point(element: _Element) -> str:
    """The character that XLIFF 2 writes by its number, for XML can't hold it."""
    text = element.get("hex", "")
    number = int(text, 16) if HEXADECIMAL.fullmatch(text) else HIGHEST + 1
    if not 0 < number <= HIGHEST or number in SURROGATES:
        raise DataError(
            f"line {element.sourceline}: <cp hex={text!r}/> is not the number of a character; "
            "write four to six hexadecimal digits."
        )
    return chr(number)


def inline_notes(inline: int) -> list[str]:
    """What a corpus's notes say of inline elements."""
    return [f"{count(inline, 'inline element')} kept as text"] if inline else []


def serialized(root: _Element) -> bytes:
    """A document as UTF-8 with a declaration."""
    from lxml import etree

    etree.indent(root, space=" ")  # only between elements: texts have no elements inside
    data: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return data + b"\n"
