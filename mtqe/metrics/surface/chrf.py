"""The character n-gram F-score, and the same with words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
import sacrebleu.metrics
from annotated_types import Ge, Le
from sacrebleu.metrics.base import Metric as SacrebleuMetric
from typing_extensions import override

from mtqe.metrics import trust
from mtqe.metrics.base import Matrix
from mtqe.metrics.surface.base import Prepare, SurfaceMetric
from mtqe.metrics.surface.blocks import Block
from mtqe.metrics.surface.formulas import chrf_scores


@dataclass(frozen=True)
class CHRF(SurfaceMetric):
    """chrF (Popović, 2015), as sacreBLEU computes it. Several references: the best one.

    Attributes:
        char_order: the longest character n-gram.
        word_order: the longest word n-gram; 2 makes it chrF++.
        beta: weight of recall against precision.
        lowercase: ignore case.
        whitespace: whether white space counts as characters.
        eps_smoothing: NLTK's and Moses's smoothing.
    """

    few: ClassVar[int] = 1000
    name: ClassVar[str] = "chrf"
    label: ClassVar[str] = "chrF"
    trusted: ClassVar[float] = trust.CHRF
    curve: ClassVar[str | None] = "chrf"

    char_order: Annotated[int, Ge(1), Le(100)] = 6
    word_order: Annotated[int, Ge(0), Le(100)] = 0
    beta: Annotated[int, Ge(1), Le(1000)] = 2
    lowercase: bool = False
    whitespace: bool = False
    eps_smoothing: bool = False

    @property
    @override
    def full_label(self) -> str:
        """chrF++ where words count as they do there."""
        return CHRFPlusPlus.label if self.word_order == CHRFPlusPlus.word_order else self.label

    @override
    def counts_words(self, language: str) -> bool:
        return self.word_order > 0

    @property
    @override
    def statistic_names(self) -> tuple[str, ...]:
        chars = [f"char_{n}" for n in range(1, self.char_order + 1)]
        words = [f"word_{n}" for n in range(1, self.word_order + 1)]
        return tuple(f"{name}_{part}" for name in chars + words for part in ("hyp", "ref", "match"))

    @override
    def corpus_scores(self, sums: Matrix) -> Matrix:
        order = self.char_order + self.word_order
        return chrf_scores(sums, order, self.beta, eps_smoothing=self.eps_smoothing)

    def _further_fields(self) -> tuple[tuple[str, str], ...]:
        return () if self.beta == 2 else (("beta", str(self.beta)),)

    @override
    def peer(self) -> SacrebleuMetric:
        return sacrebleu.metrics.CHRF(
            char_order=self.char_order,
            word_order=self.word_order,
            beta=self.beta,
            lowercase=self.lowercase,
            whitespace=self.whitespace,
            eps_smoothing=self.eps_smoothing,
        )

    def _preparation(self) -> Prepare:
        return str.lower if self.lowercase else str

    def _count(self, block: Block, prepared: list[str]) -> Matrix:
        from mtqe.metrics.surface.counts import chrf_counts

        statistics = chrf_counts(
            block, prepared, self.char_order, self.word_order, whitespace=self.whitespace
        )
        scores = np.where(block.references >= 0, self.corpus_scores(statistics), -1.0)
        best = scores.argmax(axis=1)  # the first of equals, as in sacreBLEU
        chosen: Matrix = statistics[np.arange(len(best)), best]
        return chosen


@dataclass(frozen=True)
class CHRFPlusPlus(CHRF):
    """chrF++ (Popović, 2017): chrF with words and pairs of words."""

    name: ClassVar[str] = "chrf++"
    label: ClassVar[str] = "chrF++"
    trusted: ClassVar[float] = trust.CHRF_PLUS_PLUS
    curve: ClassVar[str | None] = None

    word_order: Annotated[int, Ge(0), Le(100)] = 2
