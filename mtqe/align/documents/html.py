"""The text of a web page: its blocks as paragraphs, without what is plainly not the article."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from mtqe.align.documents.paragraphs import LARGEST_DOCUMENT, Paragraph, Role, check_size, tidy
from mtqe.corpus.text import read_bytes
from mtqe.errors import DataError
from mtqe.support.word_set import word_set

if TYPE_CHECKING:
    from lxml.etree import _Element

SILENT = word_set(
    "script style noscript template head iframe object svg math canvas audio video map "
    "button select textarea input datalist"
)
"""Elements whose text no reader of an article would read aloud."""
SIDE_ELEMENTS = frozenset(("nav", "footer", "aside", "dialog", "menu"))
"""Elements beside the article, unless a page has most of its text in one, as odd pages do."""
MOST_OF_PAGE = 0.5
INLINE = word_set(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark q rb rp rt "
    "rtc ruby s samp small span strike strong sub sup time tt u var wbr"
)
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
UNWANTED_ROLES = frozenset(
    ("navigation", "banner", "contentinfo", "complementary", "search", "menu", "dialog")
)
UNWANTED_CLASSES = word_set(
    "nav navbar navigation menu breadcrumb breadcrumbs footer sidebar share sharing social "
    "related recommended recommend comments comment advert advertisement ads cookie cookies "
    "newsletter subscribe pagination pager toolbar tags site-header site-footer skip-link"
)
UNWANTED_PARTS = word_set(
    "ad ads advert advertisement breadcrumb breadcrumbs comments consent cookie cookies modal "
    "newsletter promo pullquote recommended recirculation related reviews share sharing teaser"
)
"""Parts of classes that say the same, as in ``ad-slot`` or ``cookie_layer``."""
CAPTION_PARTS = frozenset(("caption", "figcaption", "credit", "credits"))
LINK_SHARE = 0.6
"""A short block with more than this share of its characters in links is navigation."""
SHORT = 80
ALL = 0.98
"""A block of any length with so much of it in links only leads elsewhere."""
PICTURES = frozenset(("img", "picture", "svg"))

_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}?charset\s{0,20}=\s{0,20}["']?\s{0,20}([\w:.-]{1,60})""", re.IGNORECASE
)
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "iso-8859-1": "cp1252", "shift_jis": "cp932"}
"""What browsers take these names for; pages rely on it."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_PART_ENDS = re.compile(r"[-_]+")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def read_html(path: Path) -> list[Paragraph]:
    """Read a web page's paragraphs, headings and captions.

    Raises:
        DataError: the file can't be read, is too large, or is not in the encoding that it names.
    """
    check_size(path)
    text = decode(str(path), read_bytes(path, largest=LARGEST_DOCUMENT))
    return html_paragraphs(text)


def decode(name: str, data: bytes) -> str:
    """The page's characters, by its byte order mark, else UTF-8 if it is, else by what it says.

    A ``<meta charset>`` may lie: browsers that save a page as UTF-8 keep the old name, and servers
    overrule it. Text in another encoding is valid UTF-8 by chance alone.

    Raises:
        DataError: it is not in the encoding that it names, or what comes out is no text.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(name, data.removeprefix(mark), encoding)
    if encoding := _utf_16(data):
        return _decoded(name, data, encoding)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        found = _CHARSET.search(data[:8192])
    said = found.group(1).decode("ascii", "replace").lower() if found else "utf-8"
    text = _decoded(name, data, _WIDER.get(said, said))
    letters = [c for c in text if c.isalpha() and not c.isascii()]
    strange = sum(c in _WESTERN for c in letters)
    if strange > _STRANGE * sum(c.isalpha() for c in _body(text)):
        raise DataError(
            f"{name}: its <meta charset> says {said}, which makes no words of it "
            f"({''.join(letters[:12])!r}); save it as UTF-8."
        )
    return text


_WESTERN = frozenset(map(chr, range(0xC0, 0x100)))
_STRANGE = 0.5
"""Western languages have accents on less than a third of their letters."""
_TAG = re.compile(r"<[^<>]*>")


def _body(text: str) -> str:
    """The text without tags, whose names are ASCII in every encoding."""
    return _TAG.sub("", text)


def _utf_16(data: bytes) -> str:
    """UTF-16 without a mark, by the zeros of its tags; empty if it is not that."""
    start = data[:512]
    if len(start) < 16 or start.count(0) < len(start) // 4:
        return ""
    return "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"


def _decoded(name: str, data: bytes, encoding: str) -> str:
    try:
        return codecs.lookup(encoding).decode(data, "strict")[0]
    except (UnicodeDecodeError, LookupError, TypeError, ValueError) as error:
        raise DataError(f"{name}: is not {encoding}, as it should be; save it as UTF-8.") from error


def html_paragraphs(text: str) -> list[Paragraph]:
    """The paragraphs of a page's source text."""
    from lxml import etree

    # Without huge_tree, libxml2 stops at a depth of 256 elements.
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    data = text.replace("\0", "").encode("utf-8", "ignore")
    root = etree.fromstring(data, parser) if data.strip() else None
    if root is None:
        return []
    most = MOST_OF_PAGE * _length(root)
    collector = _Collector()
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        if event == "end":
            collector.leave(element)
        elif element.tag in SILENT or (_is_unwanted(element) and _length(element) < most):
            walker.skip_subtree()
            collector.flush()
            collector.enter_silent()
        else:
            collector.enter(element)
    collector.flush()
    return collector.paragraphs


def _length(element: _Element) -> int:
    return sum(len(text) for text in element.itertext())


def _classes(element: _Element) -> set[str]:
    return {name.lower() for name in f"{element.get('class', '')} {element.get('id', '')}".split()}


def _class_parts(element: _Element) -> set[str]:
    return {part for name in _classes(element) for part in _PART_ENDS.split(name)}


def _is_unwanted(element: _Element) -> bool:
    return (
        element.tag in SIDE_ELEMENTS
        or element.get("role", "").lower() in UNWANTED_ROLES
        or element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or bool(_HIDDEN.search(element.get("style", "")))
        or not UNWANTED_CLASSES.isdisjoint(_classes(element))
        or not UNWANTED_PARTS.isdisjoint(_class_parts(element))
    )


@dataclass
class _Collector:
    """Gathers text between the borders of blocks.

    Attributes:
        paragraphs: found so far.
        parts: the open paragraph's text.
        linked: characters of it that are in links.
        pictured: whether a link of it holds a picture.
        links: the open links, outermost first: whether each holds a picture.
        roles: roles of the open elements, outermost first.
    """

    paragraphs: list[Paragraph] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    linked: int = 0
    pictured: bool = False
    links: list[bool] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)

    def enter(self, element: _Element) -> None:
        if element.tag not in INLINE:
            self.flush()
        if element.tag == "a":
            self.links.append(next(element.iter(*PICTURES), None) is not None)
        self.roles.append(self._role(element))
        self._add(element.text)

    def enter_silent(self) -> None:
        self.roles.append(self._current())

    def leave(self, element: _Element) -> None:
        if element.tag not in INLINE:
            self.flush()
        if element.tag == "a" and self.links:
            self.links.pop()
        self.roles.pop()
        self._add(element.tail)

    def flush(self) -> None:
        """End the open paragraph, and forget it if it is navigation."""
        text = tidy("".join(self.parts))
        if text and not self._is_navigation(text):
            self.paragraphs.append(Paragraph(text, self._current()))
        self.parts, self.linked, self.pictured = [], 0, any(self.links)

    def _is_navigation(self, text: str) -> bool:
        """Whether the open paragraph leads elsewhere, as menus, lists of links and teasers do.

        A headline that is a link is one of the article, unless the link has a picture, too.
        """
        is_linked = self.linked >= ALL * len(text)
        if self._current() == "heading":
            return is_linked and self.pictured
        return is_linked or (len(text) < SHORT and self.linked > LINK_SHARE * len(text))

    def _add(self, text: str | None) -> None:
        if text:
            self.parts.append(text)
            self.linked += len(tidy(text)) if self.links else 0
            self.pictured |= any(self.links)

    def _current(self) -> Role:
        return self.roles[-1] if self.roles else "text"

    def _role(self, element: _Element) -> Role:
        is_named = not CAPTION_PARTS.isdisjoint(_class_parts(element))
        if element.tag == "figcaption" or is_named:
            return "caption"
        if element.tag in HEADINGS and self._current() == "text":
            return "heading"
        return self._current()
