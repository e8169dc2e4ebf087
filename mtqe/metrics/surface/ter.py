"""Translation edit rate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import sacrebleu.metrics
from sacrebleu.metrics.base import Metric as SacrebleuMetric
from typing_extensions import override

from mtqe.metrics import trust
from mtqe.metrics.base import Matrix
from mtqe.metrics.surface.base import Prepare, SurfaceMetric
from mtqe.metrics.surface.blocks import Block
from mtqe.metrics.surface.formulas import ter_scores
from mtqe.support.languages import primary


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
