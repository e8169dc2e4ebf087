"""Characters that should not be in a text, and texts in mixed normalisation forms."""

from __future__ import annotations

import re
import unicodedata
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from typing_extensions import override

from mtqe.checks.alphabet import Sign
from mtqe.checks.base import Check, Finding, Problem, Severity, Side, Span
from mtqe.checks.texts import Texts
from mtqe.corpus.base import Corpus, Translations

SHOWN = 3


class TextCheck(Check):
    """A check that looks at single texts: translations, and sources and first references too."""

    by_segment = True

    @override
    def findings(self, corpus: Corpus, systems: Sequence[Translations]) -> Iterator[Finding]:
        texts = Texts.of(corpus, systems)
        own = texts.has(texts.sources, self.signs) | texts.has(texts.first_references, self.signs)
        for row in np.flatnonzero(own).tolist():
            segment = corpus[row]
            problem = self.look(segment.source, "source", "")
            for reference in segment.present_references[:1]:
                problem = problem or self.look(reference, "reference", segment.source)
            if problem:
                yield self.finding(segment, None, problem)
        for row, place in texts.pairs(texts.translated(self.signs)):
            segment, text = corpus[row], texts.hypotheses[place][row] or ""
            if problem := self.look(text, "hypothesis", segment.source):
                yield self.finding(segment, texts[place].system, problem)

    @abstractmethod
    def look(self, text: str, side: Side, source: str) -> Problem | None:
        """What is wrong with a text, if anything; what its source has too may be meant."""


CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
REPLACEMENT = "\ufffd"
ZERO_WIDTH = "[\u200b\u2060\ufeff\u00ad\u180e]"
BIDI = "[\u202a-\u202e\u2066-\u2069]"
MOJIBAKE = (
    "Ã[\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€[\u0080-\u009f™œ“”¦˜]|Â[\u00a0-\u00bf]|ï¿½|ï»¿"
)
PRIVATE = "[\ue000-\uf8ff]"
JOINERS = "[\u200c\u200d]"
"""Legitimate in Indic scripts, Arabic and emoji, so odd between letters of the others alone."""
BETWEEN_PLAIN = "(?<=[A-Za-zÀ-ɏЀ-ӿ一-鿿])"
ODD = re.compile(
    f"(?P<control>{CONTROL})|(?P<replacement>{REPLACEMENT})|(?P<zero>{ZERO_WIDTH}|{BETWEEN_PLAIN}{JOINERS})"
    f"|(?P<bidi>{BIDI})|(?P<mojibake>{MOJIBAKE})|(?P<private>{PRIVATE})"
)
SUSPICIOUS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\u200b-\u200d\u2060\ufeff\u00ad\u180e"
    "\u202a-\u202e\u2066-\u2069\ue000-\uf8ff]|Ã|â€|Â|ï"
)
"""A quick look that spares most texts `ODD`."""
NAMES = {
    "control": "control character",
    "replacement": "replacement character",
    "zero": "zero-width character",
    "bidi": "bidirectional control",
    "mojibake": "text decoded with a wrong encoding",
    "private": "private-use character",
}


@dataclass(frozen=True, kw_only=True)
class Characters(TextCheck):
    """Control, zero-width, bidirectional, private-use and replacement characters; mojibake."""

    name = "characters"
    summary = "invisible, broken or misplaced characters"
    signs = Sign.SUSPICIOUS
    needs_translations = False

    severity: Severity = "major"

    @override
    def look(self, text: str, side: Side, source: str) -> Problem | None:
        if text.isascii() and text.isprintable():
            return None
        if SUSPICIOUS.search(text) is None:
            return None
        matches = [m for m in ODD.finditer(text) if not source or m.group() not in source]
        if not matches:
            return None
        found = dict.fromkeys(_describe(match) for match in matches)
        spans: tuple[Span, ...] = tuple((side, m.start(), m.end()) for m in matches)
        return Problem(f"There is {', '.join(list(found)[:SHOWN])}.", spans)


def _describe(match: re.Match[str]) -> str:
    kind = match.lastgroup or ""
    if kind == "mojibake":
        return f"{NAMES[kind]} ({match.group()})"
    return f"a {NAMES[kind]} (U+{ord(match.group()):04X})"


DECOMPOSED = re.compile(
    "[A-Za-zÀ-ɏΑ-ωА-я][\u0300-\u036f]|[\u1100-\u1112][\u1161-\u1175]|[か-ほカ-ホ][\u3099\u309a]"
)
COMPATIBILITY = re.compile("[\ufb50-\ufdfb\ufe70-\ufefc\ufb00-\ufb06ｦ-ﾝ]")


@dataclass(frozen=True, kw_only=True)
class Normalisation(TextCheck):
    """Letters written with combining marks, or as presentation forms, where one character would do.

    String metrics take the two for different letters.
    """

    name = "normalisation"
    summary = "decomposed letters and presentation forms"
    signs = Sign.COMBINING
    needs_translations = False

    severity: Severity = "minor"

    @override
    def look(self, text: str, side: Side, source: str) -> Problem | None:
        if text.isascii():
            return None
        spans = () if unicodedata.is_normalized("NFC", text) else _decomposed(text, side)
        if spans:
            return Problem("Letters are decomposed: normalise the text to NFC.", spans)
        spans = tuple((side, m.start(), m.end()) for m in COMPATIBILITY.finditer(text))
        if spans:
            return Problem("There are presentation forms: normalise them (NFKC).", spans)
        return None


def _decomposed(text: str, side: Side) -> tuple[Span, ...]:
    """Letters with marks for which there is one character."""
    return tuple(
        (side, match.start(), match.end())
        for match in DECOMPOSED.finditer(text)
        if len(unicodedata.normalize("NFC", match.group())) == 1
    )
