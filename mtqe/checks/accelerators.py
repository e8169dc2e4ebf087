"""Keys by which users reach a menu's or dialog's entries, such as ``&File`` and ``_File``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from typing_extensions import override

from mtqe.checks.alphabet import Sign
from mtqe.checks.base import Check, Finding, Problem, Severity, Span
from mtqe.checks.masking import masked
from mtqe.checks.texts import Texts
from mtqe.corpus.base import Corpus, Translations

LONGEST = 100
"""Characters that a text with an accelerator may have; longer ones are no labels."""
LEAST = 2
"""Labels with a sign before a word from which the sign is one of accelerators."""
PLENTY = 20
"""Such labels after which no more are counted."""
SIGNS = {
    "&": re.compile(r"(?<![&\w])&(?=\w)(?!\w{1,8};)|(?<=[^\W\d_A-Z])&(?=[^\W\d_A-Z])(?!\w{1,8};)"),
    "_": re.compile(r"(?<![_\w])_(?=[^\W_])|(?<=[^\W\d_])_(?=[^\W\d_])"),
    "~": re.compile(r"(?<![~\w/])~(?=[^\W\d_])|(?<=[^\W\d_])~(?=[^\W\d_])"),
}
"""What stands before the key: of Qt, Windows and KDE, of GTK, and of LibreOffice."""
INITIAL = {
    sign: re.compile(rf"(?:^|[\s(（\[]){re.escape(sign)}[^\W\d_](?!\w{{1,8}};)") for sign in SIGNS
}
"""The sign at the start of a word, as most labels have it."""


@dataclass(frozen=True, kw_only=True)
class Accelerators(Check):
    """A label whose accelerator the translation lost, or that got one more.

    A sign is one of accelerators where at least two sources of the test set have it once, at the
    start of a word. Chinese, Japanese and Korean may put it behind: ``文件(&F)``.
    """

    name = "accelerators"
    summary = "accelerators lost or added"
    needs_source = True

    severity: Severity = "minor"

    @override
    def nothing_here(self, corpus: Corpus, systems: Sequence[Translations]) -> str | None:
        return None if accelerator_sign(Texts.of(corpus, systems)) else "no accelerators"

    @override
    def findings(self, corpus: Corpus, systems: Sequence[Translations]) -> Iterator[Finding]:
        sign = accelerator_sign(Texts.of(corpus, systems))
        if sign is None:
            return
        hypotheses = [(system.system, system.hypotheses) for system in systems]
        for row, segment in enumerate(corpus):
            theirs = len(accelerators(segment.source, sign))
            if theirs > 1 or (not theirs and sign in segment.source):
                continue
            for system, texts in hypotheses:
                text = texts[row]
                if text and (theirs or sign in text) and len(text) <= LONGEST:
                    problem = _compared(theirs, accelerators(text, sign), text, sign)
                    if problem:
                        yield self.finding(segment, system, problem)


def accelerator_sign(texts: Texts) -> str | None:
    """The sign that the test set's sources mark accelerators with; None if they have none."""
    counts = dict.fromkeys(SIGNS, 0)
    for row in np.flatnonzero(texts.has(texts.sources, Sign.ACCELERATOR)).tolist():
        text = texts.corpus[row].source
        if len(text) <= LONGEST:
            for sign in SIGNS:
                if text.count(sign) == 1 and INITIAL[sign].search(text):
                    counts[sign] += 1
                    if counts[sign] == PLENTY:
                        return sign
    best = max(counts, key=lambda sign: counts[sign])
    return best if counts[best] >= LEAST else None


def accelerators(text: str, sign: str) -> list[int]:
    """Places of the signs of accelerators in a text; none in one that is too long for a label."""
    if sign not in text or len(text) > LONGEST:
        return []
    return [match.start() for match in SIGNS[sign].finditer(masked(text))]


def _compared(theirs: int, ours: list[int], text: str, sign: str) -> Problem | None:
    spans: tuple[Span, ...] = tuple(("hypothesis", place, place + 2) for place in ours)
    if theirs and not ours:
        return Problem(f"Accelerator lost: the source has one ({sign}).")
    if len(ours) > max(theirs, 1):
        return Problem(f"Several accelerators ({sign}).", spans)
    if ours and not theirs:
        return Problem(f"Accelerator added: {text[ours[0] : ours[0] + 2]}.", spans)
    return None
