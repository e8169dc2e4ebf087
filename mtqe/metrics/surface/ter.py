"""Translation edit rate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import sacrebleu.metrics
from sacrebleu.metrics.base import Metric as SacrebleuMetric
from typing_extensions import override

from mtqe.metrics import trust
from mtqe.metrics.base import Chunk, Matrix, Sample
from mtqe.metrics.surface.base import Prepare, SurfaceMetric
from mtqe.metrics.surface.blocks import Block
from mtqe.metrics.surface.formulas import ter_scores
from mtqe.support.languages import primary
from mtqe.support.words import count

if TYPE_CHECKING:
    from mtqe.metrics.pool import ModelPool

MOST_WORDS = 50_000
"""Words of a text that is scored; time and memory grow with the number, to half a minute."""
FEW_WORDS = 200
"""sacreBLEU's own code takes seconds for a longer text, more than our kernels take to load."""


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
        """Compute statistics; a sample with a text over `MOST_WORDS` gets no number of edits."""
        longest = np.fromiter(map(self._longest, samples), np.int64, len(samples))
        too_long = np.flatnonzero(longest > MOST_WORDS)
        if too_long.size:
            yield too_long, np.tile([np.nan, 0.0], (too_long.size, 1))
        rest = np.flatnonzero(longest <= MOST_WORDS)
        chosen = samples if rest.size == len(samples) else [samples[place] for place in rest]
        if len(chosen) < self.few and longest[rest].max(initial=0) <= FEW_WORDS:
            yield rest, self._count_few(chosen)
            return
        for places, rows in self.count_blocks(chosen):
            yield rest[places], rows

    def _longest(self, sample: Sample) -> int:
        """Words of the longest text, as far as their number can matter."""
        texts = (sample.hypothesis, *sample.present_references)
        if max(map(len, texts)) <= FEW_WORDS:  # no text has more words than characters
            return 0
        prepare = self._preparation()
        return max(len(prepare(text).split()) for text in texts)

    @override
    def remarks(self, statistics: Matrix) -> tuple[str, ...]:
        """How many translations are too long to be scored."""
        too_long = int((np.isnan(statistics[:, 0]) & ~np.isnan(statistics[:, 1])).sum())
        if not too_long:
            return ()
        return (
            f"{count(too_long, 'translation')} not scored by TER: it or its reference has more "
            f"than {MOST_WORDS:,} words.",
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
        """Count edits; sacreBLEU prepares references twice, which `normalized` tells from once."""
        from mtqe.metrics.surface.counts import ter_counts

        again = list(map(self._preparation(), prepared))
        if again != prepared:
            others = np.where(block.references >= 0, block.references + len(prepared), -1)
            block, prepared = block._replace(references=others), prepared + again
        return ter_counts(block, prepared)
