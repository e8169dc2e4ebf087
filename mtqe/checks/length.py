"""Translations that are too long or too short for their source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from mtqe.checks.alphabet import Sign
from mtqe.checks.base import Check, Finding, Problem
from mtqe.checks.texts import Places, Texts
from mtqe.corpus.base import Corpus, Translations
from mtqe.support.scripts import UNSPACED

ENOUGH = 30
"""Pairs of texts from which the usual ratio is taken; fewer can't tell what is usual."""
DENSITY = 2.5
"""Letters that one character of a script without spaces stands for, where nothing is known."""
TYPICAL = 1.5
"""The usual deviation, in the square root of characters, where nothing is known."""
SLACK = 10
"""Characters that a short text may be longer or shorter without meaning anything."""
Lengths = NDArray[np.int64]

CONSISTENT = 1.4826
"""What makes the median absolute deviation a standard deviation for a normal distribution."""


@dataclass(frozen=True, kw_only=True)
class Length(Check):
    """A translation whose length is far from what is usual for its source's.

    As Gale and Church (1993) found, the deviation grows with the square root of the length, so
    that is what it is measured in; the usual ratio and spread are medians over the references, or
    over all translations where there are too few references.

    Attributes:
        deviations: robust standard deviations from which it is a finding.
    """

    name = "length"
    summary = "translations too long or too short"
    needs_source = True

    deviations: float = 4.0

    @override
    def findings(self, corpus: Corpus, systems: Sequence[Translations]) -> Iterator[Finding]:
        texts = Texts.of(corpus, systems)
        usual = _usual(texts)
        sources, lengths = (texts.looks.lengths[n] for n in (texts.sources, texts.translations))
        deviations = usual.deviation(sources, lengths)
        shown = texts.translated(Sign.VISIBLE) & texts.has(texts.sources, Sign.VISIBLE)
        for row, place in texts.pairs(shown & (np.abs(deviations) > self.deviations)):
            expected = round(usual.ratio * int(sources[row]))
            word = "long" if deviations[place, row] > 0 else "short"
            message = (
                f"Too {word}: {lengths[place, row]} characters, where about {expected} are usual."
            )
            yield self.finding(corpus[row], texts[place].system, Problem(message))


@dataclass(frozen=True)
class _Usual:
    """What lengths are usual: the ratio to the source's, and the spread around it."""

    ratio: float
    spread: float

    def deviation(self, sources: Lengths, targets: Lengths) -> NDArray[np.float64]:
        expected = self.ratio * sources
        found: NDArray[np.float64] = (targets - expected) / (
            self.spread * np.sqrt(expected + SLACK)
        )
        return found


def _usual(texts: Texts) -> _Usual:
    lengths, found = _pairs(texts, texts.references)
    if found < ENOUGH:
        lengths, _ = _pairs(texts, texts.translations)
    if len(lengths) < ENOUGH:
        return _Usual(_typical_ratio(texts), TYPICAL)
    ratio = float(np.median(lengths[:, 1] / lengths[:, 0]))
    return _Usual(ratio, max(_spread(lengths, ratio), TYPICAL / 2))


def _spread(lengths: NDArray[np.float64], ratio: float) -> float:
    expected = ratio * lengths[:, 0]
    deviations = (lengths[:, 1] - expected) / np.sqrt(expected + SLACK)
    return CONSISTENT * float(np.median(np.abs(deviations)))


def _pairs(texts: Texts, numbers: Places) -> tuple[NDArray[np.float64], int]:
    """Lengths of sources and visible texts beside them, of sources that have any [pairs, 2].

    The number tells how many texts there are, those of empty sources included.
    """
    shown = texts.has(numbers, Sign.VISIBLE)
    lengths = texts.looks.lengths
    sources = np.broadcast_to(lengths[texts.sources], numbers.shape)
    pairs = np.stack((sources[shown], lengths[numbers][shown]), axis=1).astype(np.float64)
    return pairs[pairs[:, 0] > 0], len(pairs)


def _typical_ratio(texts: Texts) -> float:
    """How much longer texts of one script are than of another, by what their letters hold."""
    sources = "".join(segment.source for segment in texts.corpus)
    targets = "".join(text or "" for system in texts.hypotheses for text in system)
    return _density(sources) / _density(targets)


def _density(text: str) -> float:
    share = len(UNSPACED.findall(text)) / max(1, len(text))
    return 1 + (DENSITY - 1) * share
