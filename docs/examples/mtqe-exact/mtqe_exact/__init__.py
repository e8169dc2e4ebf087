"""A metric for mtqe: how many translations equal a reference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, ClassVar, Self

import numpy as np

from mtqe.corpus.base import LanguagePair
from mtqe.metrics import trust
from mtqe.metrics.base import Chunk, MeanMetric, Sample, Signature
from mtqe.metrics.pool import ModelPool
from mtqe.support.options import parse_options


@dataclass(frozen=True)
class ExactMatch(MeanMetric):
    """The share of translations that equal a reference, in percent.

    A `MeanMetric` gives one score per segment, and mtqe does the rest: corpus scores, slices,
    confidence intervals and tests. The fields are the keys of ``[metrics.exact]``.

    Attributes:
        ignore_case: whether upper and lower case count as equal.
    """

    name: ClassVar[str] = "exact"
    label: ClassVar[str] = "Exact match"
    needs_source: ClassVar[bool] = False
    needs_references: ClassVar[bool] = True
    range: ClassVar[tuple[float, float]] = (0.0, 100.0)
    decimals: ClassVar[int] = 1
    cacheable: ClassVar[bool] = False

    ignore_case: bool = False

    @classmethod
    def from_options(cls, options: Mapping[str, Any], target_language: str) -> Self:
        """Build from a ``[metrics.exact]`` table.

        Raises:
            ConfigError: a key that is unknown or of the wrong type.
        """
        return parse_options(cls, options, f"metrics.{cls.name}")

    def check(self) -> None:
        """Raise `MetricError`, with the fix, where this can't run; here it always can."""

    def signature(self, reference_count: str) -> Signature:
        """All that the scores depend on; runs whose signatures differ are not compared."""
        case = "lc" if self.ignore_case else "mixed"
        fields = {"nrefs": reference_count, "case": case, "version": version("mtqe-exact")}
        return Signature(tuple(fields.items()))

    def trust(self, languages: LanguagePair) -> float:
        """How far to trust the scores, on the scale of `mtqe.metrics.trust`; less than TER here."""
        return trust.POOR

    def notes(self, languages: LanguagePair) -> tuple[str, ...]:
        """What readers of the scores should know."""
        return ("Exact match counts a good translation that differs from the reference as wrong.",)

    def stream(self, samples: Sequence[Sample], pool: ModelPool) -> Iterator[Chunk]:
        """Score the samples, in as many parts as suits; ``(score, 1)`` per sample."""
        scores = [100.0 * self._matches(sample) for sample in samples]
        yield np.arange(len(samples)), np.column_stack([scores, np.ones(len(samples))])

    def _matches(self, sample: Sample) -> bool:
        texts = [sample.hypothesis, *sample.present_references]
        hypothesis, *references = [text.casefold() if self.ignore_case else text for text in texts]
        return hypothesis in references
