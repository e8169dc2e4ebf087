"""What must survive translation unchanged: tags, links and addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass

from typing_extensions import override

from mtqe.checks.base import Severity
from mtqe.checks.tokens import Token, TokenCheck
from mtqe.support.languages import primary
from mtqe.support.patterns import CODE, EMAIL, TAG, URL

CLOSERS = {")": "(", "]": "["}


@dataclass(frozen=True, kw_only=True)
class Tags(TokenCheck):
    """Tags of HTML, XML and BBCode, and code between backticks; attributes may be translated."""

    name = "tags"
    summary = "markup lost, added or changed"
    noun = "tag"

    @override
    def tokens(self, text: str, language: str) -> list[Token]:
        found = []
        if "<" in text or "[" in text:
            matches = list(TAG.finditer(text))
            closed = {match[2] for match in matches if match[1]}
            found += [Token(_tag(m), *m.span()) for m in matches if _is_markup(m, closed)]
        if "{\\" in text or "<0" in text:
            found += [Token(match.group(), *match.span()) for match in CUE.finditer(text)]
        if "`" in text:
            found += [Token(match.group(), *match.span()) for match in CODE.finditer(text)]
        return found


CUE = re.compile(r"\{\\[a-z][^{}\n]{0,40}\}|<\d\d:\d\d(?::\d\d)?\.\d{3}>")
"""Marks of subtitles: ``{\\an8}``, and the times inside a cue of WebVTT."""
NAMES = frozenset((
    "a", "abbr", "acronym", "annotation", "b", "bdi", "bdo", "big", "blockquote", "body", "br",
    "button", "c", "center", "cite", "code", "col", "dd", "del", "details", "dfn", "div", "dl",
    "dt", "em", "fieldset", "font", "footer", "form", "g", "h1", "h2", "h3", "h4", "h5", "h6",
    "head", "header", "hr", "html", "i", "iframe", "img", "input", "ins", "kbd", "label", "lang",
    "legend", "li", "link", "main", "mark", "meta", "nav", "nobr", "ol", "option", "p", "ph",
    "pre", "q", "qt", "rp", "rt", "ruby", "s", "samp", "script", "section", "select", "small",
    "span", "strike", "strong", "style", "sub", "summary", "sup", "svg", "table", "tbody", "td",
    "textarea", "tfoot", "th", "thead", "title", "tr", "tt", "u", "ul", "v", "var", "video",
    "wbr", "x", "bpt", "ept", "it", "mrk", "pc", "sc", "ec",
))  # fmt: skip
"""Elements of HTML, Android, Pango, Qt, subtitles and XLIFF."""


def _is_markup(match: re.Match[str], closed: set[str]) -> bool:
    """Whether this is a tag, and not a word in angle brackets such as ``<none>``."""
    _, name, empty, _, bb_name = match.groups()
    if bb_name or empty or match[1]:
        return True
    known = name.partition(".")[0].lower() in NAMES or ":" in name
    return known or name in closed or " " in match.group()


def _tag(match: re.Match[str]) -> str:
    closing, name, empty, bb_closing, bb_name = match.groups()
    return f"<{closing}{name}{empty}>" if name else f"[{bb_closing}{bb_name}]"


@dataclass(frozen=True, kw_only=True)
class Urls(TokenCheck):
    """Web addresses; one that differs in a language code alone is right."""

    name = "urls"
    summary = "web addresses lost, added or changed"
    noun = "address"

    @override
    def tokens(self, text: str, language: str) -> list[Token]:
        if "://" not in text and "www." not in text.lower():
            return []
        found = []
        for match in URL.finditer(text):
            address = _without_end(match.group())
            found.append(
                Token(_localised(address, language), match.start(), match.start() + len(address))
            )
        return found


def _without_end(address: str) -> str:
    """The address without punctuation of the sentence it stands in."""
    while address:
        last = address[-1]
        if last in ".,;:!?*_~…" or (
            last in CLOSERS and address.count(last) > address.count(CLOSERS[last])
        ):
            address = address[:-1]
        else:
            break
    return address


def _localised(address: str, language: str) -> str:
    """The address with its language's code as a blank, so that ``/en/`` may become ``/es/``."""
    codes = "|".join(map(re.escape, sorted({primary(language), language.partition("-")[0]})))
    return re.sub(rf"(?<=[/.=])(?:{codes})(?:[-_][A-Za-z]{{2}})?(?=[/.&]|$)", "*", address)


@dataclass(frozen=True, kw_only=True)
class Emails(TokenCheck):
    """E-mail addresses that were lost, added or changed."""

    name = "emails"
    summary = "e-mail addresses lost, added or changed"
    noun = "address"

    severity: Severity = "major"

    @override
    def tokens(self, text: str, language: str) -> list[Token]:
        if "@" not in text:
            return []
        return [Token(match.group().rstrip("."), *match.span()) for match in EMAIL.finditer(text)]
