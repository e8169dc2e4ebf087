"""What must survive translation unchanged: tags, links and addresses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from typing_extensions import override

from mtqe.checks.alphabet import Sign
from mtqe.checks.base import Problem, Severity, Span, TranslationCheck
from mtqe.checks.texts import Mask, Texts
from mtqe.checks.tokens import Token, TokenCheck
from mtqe.corpus.base import Corpus, LanguagePair, Segment
from mtqe.support.languages import UNKNOWN_LANGUAGE, primary
from mtqe.support.patterns import CODE, EMAIL, TAG, URL

CLOSERS = {")": "(", "]": "["}
LANGUAGE_CODE = re.compile(
    r"(?:(?<=//)|(?<=/)|(?<=[?&]lang=)|(?<=[?&]hl=)|(?<=[?&]locale=)|(?<=[?&]language=))"
    r"(?P<code>[a-z]{2,3})(?:[-_][A-Za-z]{2,4})?(?=[/.&#?]|$)"
)
"""Where addresses say their language: ``//en.``, ``/en/``, ``?lang=en``."""


@dataclass(frozen=True, kw_only=True)
class Tags(TokenCheck):
    """Tags of HTML, XML and BBCode, and code between backticks; attributes may be translated."""

    name = "tags"
    summary = "markup lost, added or changed"
    noun = "tag"
    subject = "tags"
    signs = Sign.ANGLE | Sign.SQUARE | Sign.BACKTICK | Sign.BRACE

    @override
    def concerns(self, text: str) -> bool:
        return ("<" in text or "[" in text or "`" in text) and bool(self.tokens(text, ""))

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
    subject = "web addresses"
    signs = Sign.ADDRESS

    @override
    def concerns(self, text: str) -> bool:
        return URL.search(text) is not None

    @override
    def tokens(self, text: str, language: str) -> list[Token]:
        if "://" not in text and "www." not in text.lower():
            return []
        found = []
        for match in URL.finditer(text):
            address = _without_end(match.group())
            found.append(Token(address, match.start(), match.start() + len(address)))
        return found

    @override
    def differences(
        self,
        source: Sequence[Token],
        hypothesis: Sequence[Token],
        segment: Segment,
        languages: LanguagePair,
    ) -> tuple[list[Token], list[Token]]:
        lost, added = super().differences(source, hypothesis, segment, languages)
        for token in list(lost):
            wanted = _localised(token.key, languages.source)
            page = next((a for a in added if _localised(a.key, languages.target) == wanted), None)
            if page is not None:
                lost.remove(token)
                added.remove(page)
        return lost, added


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
class UrlLanguage(TranslationCheck):
    """An address of the source's language left in the translation, such as ``en.wikipedia.org``.

    Readers of the translation land on a page that they may not understand; there may be none in
    their language, so that somebody has to look.
    """

    name = "url-language"
    summary = "addresses of pages in the source's language"
    subject = "web addresses that say a language"
    signs = Sign.ADDRESS

    severity: Severity = "minor"

    @override
    def concerns(self, text: str) -> bool:
        if "://" not in text and "www." not in text:
            return False
        return any(LANGUAGE_CODE.search(match.group()) for match in URL.finditer(text))

    @override
    def suspects(self, texts: Texts) -> Mask:
        return texts.translated(Sign.ADDRESS)

    @override
    def look(self, source: str, hypothesis: str, corpus: Corpus) -> Problem | None:
        if "://" not in hypothesis and "www." not in hypothesis:
            return None
        origin = primary(corpus.languages.source)
        if origin in (primary(corpus.languages.target), UNKNOWN_LANGUAGE):
            return None
        places = [
            (match.start(), match.start() + len(address))
            for match in URL.finditer(hypothesis)
            if (address := _without_end(match.group())) in source
            and any(found["code"] == origin for found in LANGUAGE_CODE.finditer(address.lower()))
        ]
        if not places:
            return None
        shown = ", ".join(hypothesis[start:end] for start, end in places)
        spans: tuple[Span, ...] = tuple(("hypothesis", start, end) for start, end in places)
        return Problem(f"Still in the source's language: {shown}.", spans)


@dataclass(frozen=True, kw_only=True)
class Emails(TokenCheck):
    """E-mail addresses that were lost, added or changed."""

    name = "emails"
    summary = "e-mail addresses lost, added or changed"
    noun = "address"
    subject = "e-mail addresses"
    signs = Sign.AT

    severity: Severity = "major"

    @override
    def concerns(self, text: str) -> bool:
        return "@" in text and EMAIL.search(text) is not None

    @override
    def tokens(self, text: str, language: str) -> list[Token]:
        if "@" not in text:
            return []
        return [Token(match.group().rstrip("."), *match.span()) for match in EMAIL.finditer(text)]
