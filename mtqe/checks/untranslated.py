"""Words of the source that a translation leaves as they were."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

from typing_extensions import override

from mtqe.checks.base import Check, Finding, Problem, Severity, Span
from mtqe.checks.content import is_copy
from mtqe.checks.masking import masked
from mtqe.corpus.base import Corpus, Translations
from mtqe.support.scripts import MARKS, PATTERNS, main_script, scripts_of

WORD = re.compile(rf"[^\W\d_](?:[^\W\d_]|[{MARKS}]|['’-](?=[^\W\d_]))*")
HAN_RUN = re.compile(r"[\u3400-\u9fff\u3040-\u30ff]{2,}")
SAME_SCRIPT_RUN = 4
OTHER_SCRIPT_RUN = 2
MIN_WORD = 4
SEEN = 100
"""Segments whose sources show the script of a language that is not known."""


@dataclass(frozen=True, kw_only=True)
class Untranslated(Check):
    """Words left in the source's language.

    Languages of different scripts: words in small letters, or Chinese characters, of the source.
    Languages of one script: a run of words of the source, not all of them capitalised; and, where
    there are references, a word in small letters that no reference of the corpus has.
    """

    name = "untranslated"
    summary = "words left in the source's language"
    needs_source = True

    severity: Severity = "minor"

    @override
    def findings(self, corpus: Corpus, systems: Sequence[Translations]) -> Iterator[Finding]:
        looker = _Looker(corpus)
        hypotheses = [(system.system, system.hypotheses) for system in systems]
        for row, segment in enumerate(corpus):
            for system, texts in hypotheses:
                text = texts[row]
                if text is None or is_copy(segment.source, text):
                    continue
                spans = looker.untranslated(segment.source, text)
                if spans:
                    words = ", ".join(text[start:end] for _, start, end in spans[:5])
                    yield self.finding(segment, system, Problem(f"Not translated: {words}.", spans))


class _Looker:
    """Knows the corpus's scripts, and the words that its references have."""

    def __init__(self, corpus: Corpus) -> None:
        source = scripts_of(corpus.languages.source) or _seen_scripts(corpus)
        target = scripts_of(corpus.languages.target)
        self._unspaced = bool({"Hani", "Kana"} & set(source)) and not {"Hani"} & set(target)
        self._foreign = tuple(script for script in source if script not in target)
        self._one_script = bool(source and target) and not self._foreign
        self._vocabulary = {
            word.lower()
            for s in corpus
            for text in s.present_references
            for word in WORD.findall(text)
        }

    def untranslated(self, source: str, hypothesis: str) -> tuple[Span, ...]:
        if self._unspaced:
            return _han_runs(source, hypothesis)
        common = _words(source).intersection(WORD.findall(hypothesis))
        if not common or not any(map(_small, common)):
            return ()
        if self._one_script:
            return self._same_script(common, hypothesis)
        return tuple(
            span
            for span in _runs(hypothesis, common, OTHER_SCRIPT_RUN)
            if any(PATTERNS[script].match(hypothesis[span[1]]) for script in self._foreign)
        )

    def _same_script(self, common: Set[str], hypothesis: str) -> tuple[Span, ...]:
        found = _runs(hypothesis, common, SAME_SCRIPT_RUN)
        left = {w for w in common if len(w) >= MIN_WORD and _small(w)} - self._vocabulary
        if found or not self._vocabulary or not left:
            return found
        return tuple(
            ("hypothesis", match.start(), match.end())
            for match in WORD.finditer(masked(hypothesis))
            if match.group() in left
        )


def _seen_scripts(corpus: Corpus) -> tuple[str, ...]:
    """The script of the sources, for a language that is not known."""
    script = main_script("".join(segment.source for segment in corpus[:SEEN]))
    return (script,) if script else ()


def _small(word: str) -> bool:
    """Whether a word has no capital, so that it is hardly a name; other scripts have none."""
    return word == word.lower()


def _han_runs(source: str, hypothesis: str) -> tuple[Span, ...]:
    """Runs of Chinese or Japanese characters of the source."""
    return tuple(
        ("hypothesis", match.start(), match.end())
        for match in HAN_RUN.finditer(hypothesis)
        if match.group() in source
    )


def _runs(hypothesis: str, words: Set[str], least: int) -> tuple[Span, ...]:
    """Runs of at least so many words of the source with at least two in small letters."""
    if len(words) < min(least, 2):
        return ()
    spans: list[Span] = []
    run: list[re.Match[str]] = []
    text = masked(hypothesis)
    for match in [*WORD.finditer(text), None]:
        if match and match.group() in words and (not run or _adjacent(text, run[-1], match)):
            run.append(match)
            continue
        if len(run) >= least and sum(len(m.group()) > 2 and _small(m.group()) for m in run) >= 2:
            spans.append(("hypothesis", run[0].start(), run[-1].end()))
        run = [match] if match and match.group() in words else []
    return tuple(spans)


def _adjacent(text: str, first: re.Match[str], second: re.Match[str]) -> bool:
    return second.start() - first.end() <= 3 and "\n" not in text[first.end() : second.start()]


@lru_cache(maxsize=8)
def _words(source: str) -> frozenset[str]:
    return frozenset(WORD.findall(masked(source)))
