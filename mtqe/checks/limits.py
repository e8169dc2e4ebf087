"""Limits that a project sets: the length of texts, and characters that they must not have."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple, Self

from annotated_types import Ge, MinLen
from typing_extensions import override

from mtqe.checks.base import Check, CheckContext, Finding, Problem, Severity, Span
from mtqe.corpus.base import Corpus, Translations
from mtqe.support.options import parse_options

MAX_LENGTH = "max-length"
MAX_BYTES = "max-bytes"
"""Metadata by which readers say how long a text may be: in characters, and in bytes of UTF-8."""
SAID = re.compile(
    r"(?:max[-_ ]?length|max[-_ ]?chars|CHAR(?:ACTER)?[-_ ]LIMIT)\s*+(?:[:=]\s*+)?(\d{1,6})\b",
    re.IGNORECASE,
)
"""What notes to translators say: Weblate's ``max-length:30``, Android's ``[CHAR LIMIT=30]``."""
NOTES = re.compile(r"(?:note|comment|description|flags)(?:_\d+)?")
"""Metadata that hold such notes."""
SHOWN = 10


class Limit(NamedTuple):
    """How long a text may be, in characters or bytes."""

    most: int
    unit: str


@dataclass(frozen=True, kw_only=True)
class MaxLength(Check):
    """A translation that is longer than its file, its note to translators or the project allows.

    XLIFF says it by ``maxwidth`` with ``size-unit="char"`` and by size restrictions, memoQ by
    ``maxlengthchars``, notes as ``max-length:30`` or ``[CHAR LIMIT=30]``.

    Attributes:
        characters: limit of texts that have none of their own; 0 for none.
    """

    name = "max-length"
    summary = "translations longer than allowed"
    by_segment = True

    severity: Severity = "major"
    characters: Annotated[int, Ge(0)] = 0

    @override
    def nothing_here(self, corpus: Corpus, systems: Sequence[Translations]) -> str | None:
        if self.characters or any(limit_of(segment.metadata) for segment in corpus):
            return None
        return "no limits"

    @override
    def findings(self, corpus: Corpus, systems: Sequence[Translations]) -> Iterator[Finding]:
        usual = Limit(self.characters, "characters") if self.characters else None
        hypotheses = [(system.system, system.hypotheses) for system in systems]
        for row, segment in enumerate(corpus):
            limit = (limit_of(segment.metadata) if segment.metadata else None) or usual
            if limit is None:
                continue
            for system, texts in hypotheses:
                text = texts[row]
                if text and (problem := _too_long(text, limit)):
                    yield self.finding(segment, system, problem)


def limit_of(metadata: Mapping[str, str]) -> Limit | None:
    """How long the file says that a translation may be."""
    for key, unit in ((MAX_LENGTH, "characters"), (MAX_BYTES, "bytes")):
        value = metadata.get(key, "")
        if value.isascii() and value.isdigit():
            return Limit(int(value), unit)
    for key, value in metadata.items():
        if NOTES.fullmatch(key) and (match := SAID.search(value)):
            return Limit(int(match[1]), "characters")
    return None


def _too_long(text: str, limit: Limit) -> Problem | None:
    if limit.unit == "bytes":
        length, start = len(text.encode("utf-8", "replace")), 0
    else:
        composed = text if text.isascii() else unicodedata.normalize("NFC", text)
        length = min(len(text), len(composed))
        start = min(limit.most, len(text))
    if length <= limit.most:
        return None
    message = f"{length} {limit.unit}, where {limit.most} are allowed."
    return Problem(message, (("hypothesis", start, len(text)),))


@dataclass(frozen=True)
class ForbiddenCharactersOptions:
    """``[checks.forbidden-characters]``; `characters` is a text of all that are forbidden."""

    characters: Annotated[str, MinLen(1)]
    severity: Severity = "major"


@dataclass(frozen=True, kw_only=True)
class ForbiddenCharacters(Check):
    """A translation with a character that the project does not allow, such as ``ß`` in Swiss texts.

    Attributes:
        characters: the characters, one after the other.
    """

    name = "forbidden-characters"
    summary = "characters that the project forbids"
    by_segment = True

    characters: str

    @classmethod
    @override
    def from_options(cls, options: Mapping[str, Any], context: CheckContext) -> Self:
        given = parse_options(ForbiddenCharactersOptions, options, f"checks.{cls.name}")
        return cls(characters=given.characters, severity=given.severity)

    @override
    def findings(self, corpus: Corpus, systems: Sequence[Translations]) -> Iterator[Finding]:
        pattern = re.compile(f"[{re.escape(self.characters)}]")
        for system in systems:
            for segment, text in zip(corpus, system.hypotheses, strict=True):
                if text and pattern.search(text):
                    yield self.finding(segment, system.system, _forbidden(pattern, text))


def _forbidden(pattern: re.Pattern[str], text: str) -> Problem:
    matches = list(pattern.finditer(text))
    found = list(dict.fromkeys(match.group() for match in matches))
    shown = ", ".join(map(_described, found[:SHOWN]))
    spans: tuple[Span, ...] = tuple(("hypothesis", *match.span()) for match in matches)
    return Problem(f"Not allowed here: {shown}.", spans)


def _described(character: str) -> str:
    shown = f"“{character}” " if character.isprintable() and not character.isspace() else ""
    return f"{shown}(U+{ord(character):04X})"
