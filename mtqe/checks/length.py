"""Translations that are too long or too short for their source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from mtqe.checks.base import Check, Finding, Problem
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
        usual = _usual(corpus, systems)
        for system in systems:
            for segment, text in zip(corpus, system.hypotheses, strict=True):
                if text is None or not text.strip() or not segment.source.strip():
                    continue
                deviation = usual.deviation(len(segment.source), len(text))
                if abs(deviation) > self.deviations:
                    expected = round(usual.ratio * len(segment.source))
                    word = "long" if deviation > 0 else "short"
                    message = (
                        f"Too {word}: {len(text)} characters, where about {expected} are usual."
                    )
                    yield self.finding(segment, system.system, Problem(message))


@dataclass(frozen=True)
class _Usual:
    """What lengths are usual: the ratio to the source's, and the spread around it."""

    ratio: float
    spread: float

    def deviation(self, source: int, target: int) -> float:
        expected = self.ratio * source
        return (target - expected) / (self.spread * sqrt(expected + SLACK))


def _usual(corpus: Corpus, systems: Sequence[Translations]) -> _Usual:
    pairs = [
        (len(s.source), len(text)) for s in corpus for text in s.present_references if text.strip()
    ]
    if len(pairs) < ENOUGH:
        pairs = [
            (len(segment.source), len(text))
            for system in systems
            for segment, text in zip(corpus, system.hypotheses, strict=True)
            if text and text.strip()
        ]
    lengths = np.array([pair for pair in pairs if pair[0]], dtype=np.float64).reshape(-1, 2)
    if len(lengths) < ENOUGH:
        return _Usual(_typical_ratio(corpus, systems), TYPICAL)
    ratio = float(np.median(lengths[:, 1] / lengths[:, 0]))
    return _Usual(ratio, max(_spread(lengths, ratio), TYPICAL / 2))


def _spread(lengths: NDArray[np.float64], ratio: float) -> float:
    expected = ratio * lengths[:, 0]
    deviations = (lengths[:, 1] - expected) / np.sqrt(expected + SLACK)
    return CONSISTENT * float(np.median(np.abs(deviations)))


def _typical_ratio(corpus: Corpus, systems: Sequence[Translations]) -> float:
    """How much longer texts of one script are than of another, by what their letters hold."""
    sources = "".join(segment.source for segment in corpus)
    targets = "".join(text or "" for system in systems for text in system.hypotheses)
    return _density(sources) / _density(targets)


def _density(text: str) -> float:
    share = len(UNSPACED.findall(text)) / max(1, len(text))
    return 1 + (DENSITY - 1) * share
