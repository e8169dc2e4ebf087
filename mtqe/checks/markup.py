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
            found += [Token(_tag(match), *match.span()) for match in TAG.finditer(text)]
        if "`" in text:
            found += [Token(match.group(), *match.span()) for match in CODE.finditer(text)]
        return found


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
