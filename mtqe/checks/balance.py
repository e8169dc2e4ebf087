"""Quotes and brackets that open and never close."""

from __future__ import annotations

import re
from dataclasses import dataclass

from typing_extensions import override

from mtqe.checks.alphabet import MASKABLE, Sign
from mtqe.checks.base import Problem, Severity, Span, TranslationCheck
from mtqe.checks.masking import masked
from mtqe.checks.texts import Mask, Texts
from mtqe.corpus.base import Corpus

PAIRS = {
    "(": ")",
    "[": "]",
    "{": "}",
    "（": "）",
    "［": "］",
    "【": "】",
    "《": "》",
    "「": "」",
    "『": "』",
    "〈": "〉",
}
CLOSERS = {closer: opener for opener, closer in PAIRS.items()}
WIDE = str.maketrans("（）［］", "()[]")
BRACKET = re.compile(f"[{re.escape(''.join((*PAIRS, *CLOSERS)))}]")
SMILEY = re.compile(
    r"(?<!\w)[:;=8xX]['’]?-?[()\[\]]+|(?<=\w)\){2,}|^\s*\(?\w{1,3}\)"
    r"|(?<=[\s;,])(?:\d{1,2}|[A-Za-zΑ-ωА-я]{1,2})\)"
)
"""Not brackets: smileys, Russian laughter, and the marks of lists such as ``a)``."""
QUOTE = re.compile('["“”„‟«»＂]')
HEBREW = re.compile("[\u05d0-\u05ea]")
GERSHAYIM = re.compile('(?<=[\u05d0-\u05ea])"(?=[\u05d0-\u05ea])')
"""The mark inside Hebrew abbreviations and numbers, written as a quotation mark."""
INCHES = re.compile(r"(?<=\d)\"|(?<=[\d′'])[″”]|\"(?=\d+\s*[x×])")


@dataclass(frozen=True, kw_only=True)
class Brackets(TranslationCheck):
    """Brackets without a partner, where the source's have theirs."""

    name = "brackets"
    summary = "unbalanced brackets"
    subject = "brackets"
    signs = Sign.BRACKET

    severity: Severity = "minor"

    @override
    def concerns(self, text: str) -> bool:
        return BRACKET.search(text) is not None

    @override
    def suspects(self, texts: Texts) -> Mask:
        return texts.translated(Sign.BRACKET) & texts.translated(Sign.UNBALANCED)

    @override
    def look(self, source: str, hypothesis: str, corpus: Corpus) -> Problem | None:
        alone = unpaired(hypothesis)
        if not alone or unpaired(source):
            return None
        marks: tuple[Span, ...] = tuple(("hypothesis", place, place + 1) for place in alone)
        found = " ".join(hypothesis[place] for place in alone)
        return Problem(f"Brackets without a partner: {found}", marks)


def unpaired(text: str) -> list[int]:
    """Places of brackets that have no partner."""
    if BRACKET.search(text) is None:
        return []
    text = text.translate(WIDE)
    if alone := _without_partner(text):
        alone = _without_partner(SMILEY.sub(lambda match: " " * len(match.group()), text))
    return alone


def _without_partner(text: str) -> list[int]:
    stack: list[int] = []
    alone: list[int] = []
    for match in BRACKET.finditer(text):
        place, character = match.start(), match.group()
        if character in PAIRS:
            stack.append(place)
        elif stack and text[stack[-1]] == CLOSERS[character]:
            stack.pop()
        else:
            alone.append(place)
    return sorted([*alone, *stack])


@dataclass(frozen=True, kw_only=True)
class Quotes(TranslationCheck):
    """An odd number of quotation marks, where the source has an even one.

    Languages open with marks that others close with, so that only their number is looked at.
    """

    name = "quotes"
    summary = "unbalanced quotation marks"
    subject = "quotation marks"
    signs = Sign.QUOTE

    severity: Severity = "minor"

    @override
    def concerns(self, text: str) -> bool:
        return QUOTE.search(text) is not None

    @override
    def suspects(self, texts: Texts) -> Mask:
        hebrew = texts.having(HEBREW.fullmatch)[texts.translations]
        unpaired = texts.translated(Sign.UNPAIRED | MASKABLE)
        return texts.translated(Sign.QUOTE) & (unpaired | hebrew)

    @override
    def look(self, source: str, hypothesis: str, corpus: Corpus) -> Problem | None:
        places = quotation_marks(hypothesis)
        if len(places) % 2 == 0 or len(quotation_marks(source)) % 2:
            return None
        marks: tuple[Span, ...] = tuple(("hypothesis", place, place + 1) for place in places)
        return Problem("A quotation mark has no partner.", marks)


def quotation_marks(text: str) -> list[int]:
    """Places of double quotation marks; signs for inches and seconds are none."""
    if QUOTE.search(text) is None:
        return []
    text = masked(text)
    text = GERSHAYIM.sub(" ", text)
    text = INCHES.sub(lambda match: " " * len(match.group()), text)
    return [match.start() for match in QUOTE.finditer(text)]
