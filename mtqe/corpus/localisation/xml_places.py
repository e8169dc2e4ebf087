"""XML with the place of every element, for files whose texts are replaced."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from xml.parsers import expat

from mtqe.corpus.xml import ENCODING, refuse_entities
from mtqe.errors import DataError

DEEPEST = 200
EMPTY = "empty"
"""The style of an element without an end tag of its own."""
CDATA = "cdata"
"""The style of an element whose text stands in one CDATA section."""


@dataclass
class Element:
    """An element and its place in the file.

    Attributes:
        name: name with its prefix, as it is written.
        attributes: attributes by their names as they are written.
        start: place of the start tag.
        inner: place after the start tag.
        inner_end: place of the end tag.
        end: place after the end tag.
        parts: texts and elements inside, in order.
        comment: the comment before it.
        style: ``empty``, ``cdata``, or nothing.
    """

    name: str
    attributes: dict[str, str]
    start: int
    inner: int = -1
    inner_end: int = -1
    end: int = -1
    parts: list[str | Element] = field(default_factory=list)
    comment: str = ""
    style: str = ""

    @property
    def local(self) -> str:
        """The name without its prefix."""
        return self.name.rpartition(":")[2]

    def elements(self, *names: str) -> Iterator[Element]:
        """The elements directly inside, of these local names or all."""
        for part in self.parts:
            if isinstance(part, Element) and (not names or part.local in names):
                yield part

    def find(self, name: str) -> Element | None:
        """The first element directly inside of a local name."""
        return next(self.elements(name), None)

    def descendants(self) -> Iterator[Element]:
        """This element and all inside it, in the file's order."""
        stack: list[Element] = [self]
        while stack:
            element = stack.pop()
            yield element
            stack += reversed(list(element.elements()))

    @property
    def text(self) -> str:
        """All text inside, without tags."""
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)

    @property
    def place(self) -> tuple[int, int]:
        """The place of what is inside; of the end of the tag where there is no end tag."""
        return (self.inner - 2, self.inner) if self.style == EMPTY else (self.inner, self.inner_end)


def parse_places(name: str, text: str) -> Element:
    """The root of an XML text.

    Raises:
        DataError: it is not well-formed, defines entities, or is nested too deep.
    """
    data = text.encode("utf-8")
    refuse_entities(name, declared_utf_8(text).encode("utf-8"))
    builder = _Builder(name, data)
    builder.parse()
    root = next(builder.root.elements())
    _in_characters(root, text, data)
    return root


class _Builder:
    """Gathers elements while expat reads."""

    def __init__(self, name: str, data: bytes) -> None:
        self.name = name
        self.data = data
        self.root = Element("", {}, 0)
        self.stack = [self.root]
        self.pending: Element | None = None
        self.comment = ""
        self.parser = expat.ParserCreate("utf-8")
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self.parser.buffer_text = False
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters
        self.parser.CommentHandler = self.said
        self.parser.ProcessingInstructionHandler = self.other
        self.parser.StartCdataSectionHandler = self.cdata
        self.parser.EndCdataSectionHandler = self.after_tag
        self.parser.SkippedEntityHandler = self.skipped

    def parse(self) -> None:
        try:
            self.parser.Parse(self.data, True)
        except (expat.ExpatError, ValueError) as error:
            reason = str(error).rstrip(".")
            raise DataError(
                f"{self.name}: is not well-formed XML ({reason}); write it again."
            ) from error

    def after_tag(self) -> None:
        """The place of this event ends the start tag that was read last."""
        if self.pending is not None:
            self.pending.inner = self.parser.CurrentByteIndex
            self.pending = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.after_tag()
        if len(self.stack) > DEEPEST:
            raise DataError(f"{self.name}: <{name}> is nested too deeply.")
        place = self.parser.CurrentByteIndex
        element = Element(name, attributes, place, comment=self.comment)
        self.comment = ""
        self.stack[-1].parts.append(element)
        self.stack.append(element)
        self.pending = element

    def end(self, name: str) -> None:
        self.after_tag()
        element = self.stack.pop()
        element.inner_end = self.parser.CurrentByteIndex
        before = self.data[element.inner - 2 : element.inner]
        if element.inner == element.inner_end and before == b"/>":
            element.style = EMPTY
            element.end = element.inner
        else:
            element.end = self.data.index(b">", element.inner_end) + 1
        if element.style == CDATA and not self._is_cdata(element):
            element.style = ""
        self.comment = ""

    def _is_cdata(self, element: Element) -> bool:
        inside = self.data[element.inner : element.inner_end].strip()
        whole = inside.startswith(b"<![CDATA[") and inside.endswith(b"]]>")
        return whole and inside.count(b"<![CDATA[") == 1

    def characters(self, text: str) -> None:
        self.after_tag()
        parts = self.stack[-1].parts
        if parts and isinstance(parts[-1], str):
            parts[-1] += text
        else:
            parts.append(text)
        if text.strip():
            self.comment = ""

    def said(self, text: str) -> None:
        self.after_tag()
        self.comment = " ".join(text.split())

    def other(self, target: str, text: str) -> None:
        self.after_tag()

    def cdata(self) -> None:
        self.after_tag()
        self.stack[-1].style = CDATA

    def skipped(self, name: str, is_parameter: bool) -> None:
        raise DataError(f"{self.name}: uses the entity &{name};, which is not defined.")


def _in_characters(root: Element, text: str, data: bytes) -> None:
    """Turn places in bytes into places in characters."""
    if len(text) == len(data):
        return
    elements = list(root.descendants())
    names = ("start", "inner", "inner_end", "end")
    wanted = sorted({getattr(element, name) for element in elements for name in names})
    found: dict[int, int] = {}
    last = characters = 0
    for place in wanted:
        characters += len(data[last:place].decode("utf-8", "ignore"))
        found[place], last = characters, place
    for element in elements:
        for name in names:
            setattr(element, name, found[getattr(element, name)])


def line_at(text: str, place: int) -> int:
    """The line of a place in a file's text, from 1."""
    return text.count("\n", 0, place) + 1


def declared_utf_8(text: str) -> str:
    """A document whose declaration, if there is one, says that it is UTF-8."""
    match = ENCODING.match(text)
    if match is None or match[2].lower() == "utf-8":
        return text
    return text[: match.start(2)] + "utf-8" + text[match.end(2) :]


def xml_text(text: str) -> str:
    """A text as it stands in XML; a carriage return as its number, or it would be a line feed."""
    return escape(text, quote=False).replace("\r", "&#13;")


def in_element(text: str, style: str, name: str) -> str:
    """What an element holds, in the place that `Element.place` names.

    Args:
        text: escaped text.
        style: the element's.
        name: the element's.
    """
    if style == EMPTY:
        return f">{text}</{name}>" if text else "/>"
    return text


def in_cdata(text: str) -> str:
    """A text as a CDATA section."""
    inside = text.replace("]]>", "]]]]><![CDATA[>")
    return f"<![CDATA[{inside}]]>"
