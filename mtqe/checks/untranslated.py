"""Words of the source that a translation leaves as they were."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from mtqe.checks.alphabet import MASKABLE, Sign
from mtqe.checks.base import Check, Finding, Problem, Severity, Span
from mtqe.checks.content import SLACK, is_copy
from mtqe.checks.masking import masked
from mtqe.checks.texts import Texts
from mtqe.corpus.base import Corpus, Translations
from mtqe.support.scripts import MARKS, PATTERNS, main_script, scripts_of

WORD = re.compile(rf"[^\W\d_](?:[^\W\d_]|[{MARKS}]|['’-](?=[^\W\d_]))*")
HAN_RUN = re.compile(r"[\u3400-\u9fff\u3040-\u30ff]{2,}")
SAME_SCRIPT_RUN = 4
OTHER_SCRIPT_RUN = 2
RUN = 1
"""What `_Looker.suspects` says of a translation that may have several words in a row."""
MIN_WORD = 4
PAIRS = 4_000
"""Translations whose words are looked at at once."""
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
        texts = Texts.of(corpus, systems)
        suspects = looker.suspects(texts)
        copies = texts.may_be_equal(texts.translations, texts.sources, SLACK)
        for row, place in texts.pairs(suspects > 0):
            segment, text = corpus[row], texts.hypotheses[place][row] or ""
            if copies[place, row] and is_copy(segment.source, text):
                continue
            runs = bool(suspects[place, row] & RUN)
            spans = looker.untranslated(segment.source, text, runs=runs)
            if spans:
                words = ", ".join(text[start:end] for _, start, end in spans[:5])
                problem = Problem(f"Not translated: {words}.", spans)
                yield self.finding(segment, texts[place].system, problem)


class _Looker:
    """Knows the corpus's scripts, and the words that its references have."""

    def __init__(self, corpus: Corpus) -> None:
        source = scripts_of(corpus.languages.source) or _seen_scripts(corpus)
        target = scripts_of(corpus.languages.target)
        self._unspaced = bool({"Hani", "Kana"} & set(source)) and not {"Hani"} & set(target)
        self._foreign = tuple(script for script in source if script not in target)
        self._one_script = bool(source and target) and not self._foreign
        self._corpus = corpus

    @cached_property
    def _vocabulary(self) -> Set[str]:
        texts = (text for segment in self._corpus for text in segment.present_references)
        words = set(chain.from_iterable(map(WORD.findall, texts)))
        return {word.lower() for word in words}

    def suspects(self, texts: Texts) -> NDArray[np.uint8]:
        """Which translations may have words of their source in them [systems, segments].

        `RUN` of those that may have several in a row, another number of others.
        """
        if self._unspaced:
            return texts.translated(Sign.HAN) * np.uint8(RUN)
        if not (self._foreign or self._one_script):
            return np.zeros(texts.present.shape, np.uint8)
        if not texts.are_many:
            return texts.present * np.uint8(RUN)
        # Masking may cut words, so that masked texts have others than the compiled look sees.
        found = texts.either(MASKABLE) * np.uint8(RUN)
        run = SAME_SCRIPT_RUN if self._one_script else OTHER_SCRIPT_RUN
        length = MIN_WORD if self._one_script else 0
        step = max(1, PAIRS // max(1, len(texts)))
        for start in range(0, len(self._corpus), step):
            part = slice(start, start + step)
            found[:, part] |= _shared(texts, part, run, length) * texts.present[:, part]
        return found

    def untranslated(self, source: str, hypothesis: str, *, runs: bool = True) -> tuple[Span, ...]:
        """The places of words of the source; `runs`: whether several may stand in a row."""
        if self._unspaced:
            return _han_runs(source, hypothesis)
        common = _words(source).intersection(WORD.findall(hypothesis))
        if not common or not any(map(_small, common)):
            return ()
        if self._one_script:
            return self._same_script(common, hypothesis, runs=runs)
        if not runs:
            return ()
        return tuple(
            span
            for span in _runs(hypothesis, common, OTHER_SCRIPT_RUN)
            if any(PATTERNS[script].match(hypothesis[span[1]]) for script in self._foreign)
        )

    def _same_script(self, common: Set[str], hypothesis: str, *, runs: bool) -> tuple[Span, ...]:
        found = _runs(hypothesis, common, SAME_SCRIPT_RUN) if runs else ()
        left = {w for w in common if len(w) >= MIN_WORD and _small(w)} - self._vocabulary
        if found or not self._vocabulary or not left:
            return found
        return tuple(
            ("hypothesis", match.start(), match.end())
            for match in WORD.finditer(masked(hypothesis))
            if match.group() in left
        )


def _shared(texts: Texts, part: slice, run: int, length: int) -> NDArray[np.uint8]:
    """Which translations of some segments may share words with their source [systems, part]."""
    from mtqe.checks import kernels

    sources, translations = texts.sources[part], texts.translations[:, part]
    sources = np.broadcast_to(sources, translations.shape)
    chosen, which = np.unique(np.stack((sources, translations)), return_inverse=True)
    theirs, ours = which.reshape(2, -1, sources.shape[1])
    strings = ["" if number < 0 else texts.strings[number] for number in chosen.tolist()]
    numbers, offsets = texts.characters(strings)
    capital = (texts.alphabet.bits & np.uint32(Sign.CAPITAL)) != 0
    found = kernels.words(numbers, offsets, texts.alphabet.kinds, capital)
    # Segment by segment, so that each source is looked at once for all systems.
    pairs = kernels.shared(found, theirs.T.ravel(), ours.T.ravel(), run, length)
    return pairs.reshape(sources.T.shape).T


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
