"""Translation edit rate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import sacrebleu.metrics
from sacrebleu.metrics.base import Metric as SacrebleuMetric
from typing_extensions import override

from mtqe.errors import MetricError
from mtqe.metrics import trust
from mtqe.metrics.base import Chunk, Matrix, Sample
from mtqe.metrics.surface.base import Prepare, SurfaceMetric
from mtqe.metrics.surface.blocks import Block
from mtqe.metrics.surface.formulas import ter_scores
from mtqe.support.languages import primary

if TYPE_CHECKING:
    from mtqe.metrics.pool import ModelPool

MOST_CELLS = 10**8
"""Words of a hypothesis times words of a reference; each pair takes about nine bytes."""


@dataclass(frozen=True)
class TER(SurfaceMetric):
    """TER (Snover et al., 2006), as sacreBLEU computes it after Tercom.

    Several references: the fewest edits against any of them, over their average length.

    Attributes:
        normalized: Tercom's normalization of punctuation and XML entities.
        no_punct: whether punctuation is left out.
        asian_support: whether the two above treat Chinese and Japanese characters one by one.
        case_sensitive: whether case matters.
    """

    few: ClassVar[int] = 50
    name: ClassVar[str] = "ter"
    label: ClassVar[str] = "TER"
    higher_is_better: ClassVar[bool] = False
    range: ClassVar[tuple[float, float]] = (0.0, np.inf)
    trusted: ClassVar[float] = trust.TER

    normalized: bool = False
    no_punct: bool = False
    asian_support: bool = False
    case_sensitive: bool = False

    @override
    def counts_words(self, language: str) -> bool:
        return not (self.normalized and self.asian_support and primary(language) in ("zh", "ja"))

    @override
    def stream(self, samples: Sequence[Sample], pool: ModelPool) -> Iterator[Chunk]:
        """Compute statistics, if every matrix of words against words fits in memory.

        Raises:
            MetricError: a hypothesis and its reference are too long together.
        """
        for sample in samples:
            for reference in sample.present_references:
                self._check_length(sample.hypothesis, reference)
        yield from super().stream(samples, pool)

    def _check_length(self, hypothesis: str, reference: str) -> None:
        if len(hypothesis) * len(reference) <= MOST_CELLS:  # no text has more words than characters
            return
        prepare = self._preparation()
        words, others = len(prepare(hypothesis).split()), len(prepare(reference).split())
        if words * others > MOST_CELLS:
            raise MetricError(
                f"TER can't compare a hypothesis of {words:,} words with a reference of "
                f"{others:,}: its memory grows with the product of the two; split such segments, "
                "or leave ter out and use chrf."
            )

    @property
    @override
    def statistic_names(self) -> tuple[str, ...]:
        return ("edits", "ref_len")

    @override
    def corpus_scores(self, sums: Matrix) -> Matrix:
        return ter_scores(sums)

    @override
    def peer(self) -> SacrebleuMetric:
        return sacrebleu.metrics.TER(
            normalized=self.normalized,
            no_punct=self.no_punct,
            asian_support=self.asian_support,
            case_sensitive=self.case_sensitive,
        )

    def _preparation(self) -> Prepare:
        tokenizer: Prepare = self.peer().tokenizer
        return lambda text: tokenizer(text.rstrip())

    def _count(self, block: Block, prepared: list[str]) -> Matrix:
        from mtqe.metrics.surface.counts import ter_counts

        return ter_counts(block, prepared)
