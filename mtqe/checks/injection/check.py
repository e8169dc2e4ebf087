"""The check ``prompt-injection``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from typing_extensions import override

from mtqe.checks.base import Check, Finding, Problem, Severity, Side, Span
from mtqe.checks.injection.anchors import may_steer
from mtqe.checks.injection.concealed import disguised, encoded, invisible
from mtqe.checks.injection.folding import fold, unfolded
from mtqe.checks.injection.rules import instructions
from mtqe.checks.injection.signs import signs
from mtqe.checks.texts import Texts
from mtqe.corpus.base import Corpus, Segment, Translations
from mtqe.support.visible import one_line

SHOWN = 60
"""Characters of a text that a message quotes."""
KINDS = {
    "token": "a control token of chat models",
    "tag": "a delimiter of prompts",
    "speaker": "a speaker of a chat",
    "answer": "an answer of a judge",
    "instruction": "an instruction",
}
REVEALED = ("instruction", "token", "answer")
"""Kinds that make a hidden text an attempt."""
BY_KIND = ("speaker", "instruction", "answer")
"""Kinds that a translation may have wherever its source has one: they are translated too."""


@dataclass(frozen=True)
class Attempt:
    """One part of a text that may steer a model.

    Attributes:
        kind: a key of `KINDS`, or ``hidden``.
        what: what it is, in words, with its quotation.
        text: its letters without case and accents, by which it is looked for in other texts.
        start, end: where it stands.
    """

    kind: str
    what: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class PromptInjection(Check):
    """A text that tries to steer a language model that reads it: a judge, or an engine.

    It is looked for in sources, first references and translations. What a translation shares with
    its source or a reference, such as a text about prompts, is no finding about the translation.
    """

    name = "prompt-injection"
    summary = "texts that try to steer a language model"
    needs_translations = False
    by_segment = True

    severity: Severity = "critical"

    @override
    def findings(self, corpus: Corpus, systems: Sequence[Translations]) -> Iterator[Finding]:
        texts = Texts.of(corpus, systems)
        sources, references = texts.sources, texts.first_references
        looked_at = np.zeros(len(texts.strings) + 1, np.bool_)
        looked_at[np.concatenate((sources, references, texts.translations.ravel()))] = True
        made = {
            number: found
            for number in np.flatnonzero((looked_at & may_steer(texts))[:-1]).tolist()
            if (found := attempts(texts.strings[number]))
        }
        suspects = np.zeros(len(texts.strings) + 1, np.bool_)
        suspects[list(made)] = True
        for row in np.flatnonzero(suspects[sources] | suspects[references]).tolist():
            if own := made.get(int(sources[row])):
                yield self.finding(corpus[row], None, _problem(own, "source"))
            elif other := made.get(int(references[row])):
                yield self.finding(corpus[row], None, _problem(other, "reference"))
        for row, place in texts.pairs(suspects[texts.translations]):
            segment, theirs = corpus[row], made.get(int(sources[row]), [])
            if found := _not_in(segment, theirs, made[int(texts.translations[place, row])]):
                yield self.finding(segment, texts[place].system, _problem(found, "hypothesis"))


def attempts(text: str) -> list[Attempt]:
    """All parts of a text that may steer a model, in order; takes linear time."""
    found = _plain(text)
    for part in invisible(text):
        what = f"{_quoted(part.content)} {part.how}" if part.content else "text " + part.how
        found.append(Attempt("hidden", what, text[part.start : part.end], part.start, part.end))
    for part in (*encoded(text), *disguised(text)):
        if any(attempt.kind in REVEALED for attempt in _plain(part.content)):
            what = f"{_quoted(part.content)} {part.how}"
            found.append(Attempt("hidden", what, text[part.start : part.end], part.start, part.end))
    return sorted(found, key=lambda attempt: (attempt.start, attempt.end))


def _plain(text: str) -> list[Attempt]:
    folded = fold(text)
    places = [("instruction", *place) for place in instructions(folded)]
    places += [(sign.kind, sign.start, sign.end) for sign in signs(folded)]
    found = []
    for kind, start, end in places:
        begin, finish = unfolded(text, folded, start, end)
        what = f"{KINDS[kind]} ({_quoted(text[begin:finish])})"
        found.append(Attempt(kind, what, folded[start:end], begin, finish))
    return found


def _not_in(segment: Segment, source: Sequence[Attempt], found: Sequence[Attempt]) -> list[Attempt]:
    """Attempts of a translation that neither its source nor a reference makes."""
    if not found:
        return []
    known = [*source, *(a for text in segment.present_references for a in attempts(text))]
    kinds = {attempt.kind for attempt in known}
    texts = {attempt.text for attempt in known}
    return [
        a for a in found if a.text not in texts and (a.kind not in BY_KIND or a.kind not in kinds)
    ]


def _problem(found: Sequence[Attempt], side: Side) -> Problem:
    spans: tuple[Span, ...] = tuple(dict.fromkeys((side, a.start, a.end) for a in found))
    return Problem(f"May steer a language model that reads it: {found[0].what}.", spans)


def _quoted(text: str) -> str:
    shown = one_line(" ".join(text.split()))
    return f"“{shown if len(shown) <= SHOWN else shown[:SHOWN] + '…'}”"
