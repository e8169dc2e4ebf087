"""The same again: runaway repetition, one output for many sources, duplicate segments."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from typing_extensions import override

from mtqe.checks.alphabet import Sign
from mtqe.checks.base import Check, Finding, Problem, Severity, TranslationCheck
from mtqe.checks.content import folded
from mtqe.checks.recurring import again
from mtqe.checks.texts import Mask, Texts
from mtqe.corpus.base import Corpus, Segment, Translations
from mtqe.corpus.plurals import PLURAL
from mtqe.corpus.segment_names import name_of
from mtqe.support.scripts import UNSPACED

RUN = re.compile(r"(\S[^\n]{0,59}?)(?:[ ,;、，]*\1){2,}")
LETTER = re.compile(r"[^\W\d_]")
MIN_RUN = 12
"""Characters that a run of repetitions must be long."""
PIECE = 4
"""Characters of the pieces by which a quick look sees that nothing is repeated."""
SPACED_WORDS = 8
"""Words from which a text is one of words with spaces between them."""


@dataclass(frozen=True, kw_only=True)
class Repetition(TranslationCheck):
    """A part of a translation that is said again and again, and not so in the source.

    Attributes:
        times: repetitions from which it is a finding.
    """

    name = "repetition"
    summary = "runaway repetition"
    needs_source = False

    severity: Severity = "critical"
    times: int = 3

    @override
    def suspects(self, texts: Texts) -> Mask:
        return texts.translated(Sign.REPEATS)

    @override
    def look(self, source: str, hypothesis: str, corpus: Corpus) -> Problem | None:
        run = self._longest(hypothesis)
        if run is None or self._longest(source) is not None:
            return None
        start, end, times = run
        return Problem(f"A part is repeated {times} times.", (("hypothesis", start, end),))

    def _longest(self, text: str) -> tuple[int, int, int] | None:
        if not _may_repeat(text):
            return None
        runs = [
            (match.start(), match.end(), match.group().count(match.group(1)))
            for match in RUN.finditer(text)
            if LETTER.search(match.group(1)) and match.end() - match.start() >= MIN_RUN
        ]
        runs = [run for run in runs if run[2] >= self.times]
        return max(runs, key=lambda run: run[1] - run[0], default=None)


def _may_repeat(text: str) -> bool:
    """A quick look that spares most texts the search."""
    if len(text) < MIN_RUN:
        return False
    words = text.split()
    if len(words) >= SPACED_WORDS and len(words) - len(set(words)) < 2:
        return False
    pieces = [text[start : start + PIECE] for start in range(len(text) - PIECE + 1)]
    return len(pieces) - len(set(pieces)) >= PIECE and _is_periodic(text, pieces)


def _is_periodic(text: str, pieces: Sequence[str]) -> bool:
    """Whether a part comes twice in a row and then begins again, as in runs of repetitions."""
    last: dict[str, int] = {}
    distance: dict[str, int] = {}
    for place, piece in enumerate(pieces):
        if piece in last:
            step = place - last[piece]
            if distance.get(piece) == step and text.startswith(
                text[place - step : place], place - 2 * step
            ):
                return True
            distance[piece] = step
        last[piece] = place
    return False


@dataclass(frozen=True, kw_only=True)
class RepeatedOutput(Check):
    """One translation for several different sources.

    Attributes:
        times: distinct sources from which it is a finding.
        min_letters: shorter translations may well be right for several sources.
    """

    name = "repeated-output"
    summary = "one translation for many sources"
    needs_source = True

    times: int = 3
    min_letters: int = 12

    @override
    def nothing_here(self, corpus: Corpus, systems: Sequence[Translations]) -> str | None:
        return None if len(corpus) >= self.times else f"fewer than {self.times} segments"

    @override
    def findings(self, corpus: Corpus, systems: Sequence[Translations]) -> Iterator[Finding]:
        texts = Texts.of(corpus, systems)
        for place, system in enumerate(texts):
            weights = texts.looks.weights[texts.translations[place]]
            _, which, counts = np.unique(weights, return_inverse=True, return_counts=True)
            often = np.flatnonzero(counts[which] >= self.times).tolist()
            hypotheses = texts.hypotheses[place]
            chosen = [(row, hypotheses[row]) for row in often]
            yield from self._of_system(corpus, system.system, chosen)

    def _of_system(
        self, corpus: Corpus, system: str, texts: Sequence[tuple[int, str | None]]
    ) -> Iterator[Finding]:
        rows: dict[str, list[int]] = defaultdict(list)
        for row, text in texts:
            if text is not None and (key := folded(text)):
                rows[key].append(row)
        for key, group in rows.items():
            if len(group) < self.times or _weight(key) < self.min_letters:
                continue
            sources = {folded(corpus[row].source) for row in group}
            if min(len(sources), _distinct_references(corpus, group)) >= self.times:
                message = f"The same translation is given for {len(sources)} different sources."
                yield from (self.finding(corpus[row], system, Problem(message)) for row in group)


def _weight(text: str) -> int:
    """Length in letters, where one of a script without spaces counts for three."""
    return len(text) + 2 * len(UNSPACED.findall(text))


def _distinct_references(corpus: Corpus, rows: Sequence[int]) -> int:
    """How many different translations the segments should have; all of them without references."""
    references = [corpus[row].present_references[:1] for row in rows]
    if not all(references):
        return len(rows)
    return len({folded(texts[0]) for texts in references})


@dataclass(frozen=True, kw_only=True)
class Duplicates(Check):
    """A segment whose source and references have been there before: it counts twice."""

    name = "duplicates"
    summary = "duplicate segments"
    needs_translations = False

    severity: Severity = "minor"

    @override
    def findings(self, corpus: Corpus, systems: Sequence[Translations]) -> Iterator[Finding]:
        first: dict[tuple[str | None, ...], int] = {}
        for row in again(map(_content, corpus)):
            segment = corpus[row]
            key = _content(segment)
            if key in first:
                name = name_of(corpus[first[key]], first[key])
                problem = Problem(f"The same source and references as {name}.")
                yield self.finding(segment, None, problem)
            first.setdefault(key, row)


def _content(segment: Segment) -> tuple[str | None, ...]:
    """What two segments must share to be one."""
    form = segment.metadata.get(PLURAL)  # forms of one message share its source
    return (segment.source, *segment.references, form)
