"""A metric of a plug-in's kind that marks a word, for tests of spans."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pytest

from mtqe.corpus.spans import FoundSpan, SpanSeverity
from mtqe.metrics import registry
from mtqe.metrics.base import Chunk, DetailedChunk, Details, MeanMetric, Sample, Signature
from mtqe.metrics.pool import ModelPool

ASKED: list[str] = []
"""What was marked, one hypothesis after the other."""


def register(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the name ``badwords`` known, as installing the plug-in would."""
    known = {**registry.METRICS, BadWords.name: f"{__name__}:{BadWords.__name__}"}
    monkeypatch.setattr(registry, "METRICS", known)
    ASKED.clear()


@dataclass(frozen=True)
class BadWords(MeanMetric):
    """Marks the word "bad" and counts it.

    Attributes:
        shift: how far beside the word it marks.
        lose: whether it gives no details after all.
        stop_after: the sample at which it is interrupted.
        severity: what it thinks of the word.
    """

    name: ClassVar[str] = "badwords"
    label: ClassVar[str] = "Bad words"
    needs_source: ClassVar[bool] = False
    needs_references: ClassVar[bool] = False
    range: ClassVar[tuple[float, float]] = (-np.inf, 0.0)
    decimals: ClassVar[int] = 1
    cacheable: ClassVar[bool] = True
    shift: int = 0
    lose: bool = False
    stop_after: int = 99
    severity: SpanSeverity = "major"

    @classmethod
    def from_options(cls, options: Mapping[str, Any], target_language: str) -> BadWords:
        return cls(**options)

    def check(self) -> None: ...

    def signature(self, reference_count: str) -> Signature:
        return Signature((("word", "bad"), ("shift", str(self.shift)), ("as", self.severity)))

    @property
    def gives_details(self) -> bool:
        return True

    def stream(self, samples: Sequence[Sample], pool: ModelPool) -> Iterator[Chunk]:
        for chunk in self.stream_details(samples, pool):
            yield chunk.indices, chunk.statistics

    def stream_details(self, samples: Sequence[Sample], pool: ModelPool) -> Iterator[DetailedChunk]:
        for index, sample in enumerate(samples):
            if index == self.stop_after:
                raise KeyboardInterrupt
            ASKED.append(sample.hypothesis)
            text = sample.hypothesis
            starts = [place for place in range(len(text)) if text.startswith("bad", place)]
            spans = tuple(
                FoundSpan(
                    start=place + self.shift,
                    end=place + self.shift + 3,
                    text="bad",
                    severity=self.severity,
                    confidence=0.75,
                    explanation="it says bad",
                )
                for place in starts
            )
            row = np.array([[-float(len(starts)), 1.0]])
            details = [Details(spans, {"words": float(len(text.split()))})]
            yield DetailedChunk(np.array([index]), row, () if self.lose else details)
