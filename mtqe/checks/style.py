"""Translations that were left in the form of training data: tokenized or lower-cased."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from typing_extensions import override

from mtqe.checks.alphabet import Sign
from mtqe.checks.base import Problem, Severity, Span, TranslationCheck
from mtqe.checks.capitals import no_capitals
from mtqe.checks.texts import Mask, Texts
from mtqe.corpus.base import Corpus, Translations
from mtqe.support.languages import primary

ESCAPES = re.compile(r"@-@|@@ |&(?:quot|apos|amp|lt|gt|#91|#93|#124);|▁")
SPACED = re.compile(
    r"(?<=\S) (?:[.,?!](?=\s|$)|(?:n't|'s|'re|'ll|'ve|'m|'d)(?=[\s.,?!]|$)|[)\]](?=\s|$))"
)
"""A mark or a clipped word that stands apart; ``'m'agrada'`` in quotes is none."""
SPACED_FRENCH = re.compile(r"(?<=\S) (?:[.,](?=\s|$)|[)\]](?=\s|$))")
"""French puts a space before question and exclamation marks."""
HINT = re.compile(r" (?:[.,?!'\])]|n't)|@|&|▁|[\u3040-\u9fff] [\u3040-\u9fff]")
CLEAN = re.compile(r"\S[.,?!](?=\s|$)")
HAN = r"[\u3400-\u9fff\u3040-\u30ff]"
SPACED_HAN = re.compile(f"(?<={HAN})[ ](?={HAN})")
JOINED_HAN = re.compile(f"(?<={HAN})(?={HAN})")
MIN_HAN = 3
GEORGIAN = re.compile("[\u10d0-\u10ff]")


@dataclass(frozen=True, kw_only=True)
class Tokenized(TranslationCheck):
    """A translation whose words and punctuation marks stand apart, and the source's don't."""

    name = "tokenized"
    summary = "tokenized text"

    @override
    def suspects(self, texts: Texts) -> Mask:
        return texts.translated(Sign.TOKENIZER | Sign.SPACED_MARK | Sign.SPACED_HAN | Sign.CLIPPED)

    @override
    def look(self, source: str, hypothesis: str, corpus: Corpus) -> Problem | None:
        spans = tokenization(hypothesis, corpus.languages.target)
        if not spans or tokenization(source, corpus.languages.source):
            return None
        marks: tuple[Span, ...] = tuple(("hypothesis", start, end) for start, end in spans)
        return Problem("The translation is tokenized: detokenize it before scoring.", marks)


def tokenization(text: str, language: str) -> list[tuple[int, int]]:
    """Places that only a tokenizer leaves behind."""
    if HINT.search(text) is None:
        return []
    found = [match.span() for match in ESCAPES.finditer(text)]
    pattern = SPACED_FRENCH if primary(language) == "fr" else SPACED
    spaced = [match.span() for match in pattern.finditer(text)]
    if len(spaced) > len(CLEAN.findall(text)):
        found += spaced
    apart = [match.span() for match in SPACED_HAN.finditer(text)]
    if len(apart) >= MIN_HAN and 2 * len(apart) > len(JOINED_HAN.findall(text)) - len(apart):
        found += apart
    return found


MIN_CASED = 20


@dataclass(frozen=True, kw_only=True)
class LowerCased(TranslationCheck):
    """A translation without any capital, of a source that has some or begins a sentence."""

    name = "lower-cased"
    summary = "lower-cased text"

    severity: Severity = "minor"

    @override
    def nothing_here(self, corpus: Corpus, systems: Sequence[Translations]) -> str | None:
        return no_capitals(corpus.languages.target)

    @override
    def suspects(self, texts: Texts) -> Mask:
        return texts.present & ~texts.translated(Sign.CAPITAL)

    @override
    def look(self, source: str, hypothesis: str, corpus: Corpus) -> Problem | None:
        if hypothesis != hypothesis.lower() or _cased(hypothesis) < MIN_CASED:
            return None
        if not _sentence(source):
            return None
        return Problem(
            "The translation has no capital letter.", (("hypothesis", 0, len(hypothesis)),)
        )


def _cased(text: str) -> int:
    """Letters that have a capital and are none; Georgian's capitals begin no sentence."""
    plain = GEORGIAN.sub("", text)
    return len(plain) - sum(map(str.__eq__, plain.upper(), plain)) if plain else 0


def _sentence(source: str) -> bool:
    """Whether a source begins with a capital, or ends as a sentence in a script without them."""
    first = next((character for character in source if character.isalpha()), "")
    if first.lower() != first.upper():
        return first.isupper()
    return source.rstrip().endswith(("。", ".", "।", "!", "?", "？", "！", "؟", "۔"))
