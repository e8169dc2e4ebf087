"""What the metrics that compare strings share."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from sacrebleu.metrics.base import Metric as SacrebleuMetric
from typing_extensions import override

from mtqe.corpus.base import LanguagePair
from mtqe.metrics.base import Calibration, Chunk, Matrix, Metric, Sample, Signature
from mtqe.metrics.surface.blocks import Block, blocks
from mtqe.support.languages import is_unspaced, language_name, primary
from mtqe.support.options import parse_options

if TYPE_CHECKING:
    from mtqe.metrics.pool import ModelPool

BLOCK_SIZE = 1000
FEWEST = 100
"""Samples that sacreBLEU counts in less time than it takes to load the kernels."""

Prepare = Callable[[str], str]


@dataclass(frozen=True)
class SurfaceMetric(Metric):
    """A metric of sacreBLEU's, with its statistics, scores and signature.

    Attributes:
        few: number of samples below which nothing is compiled: sacreBLEU's own code counts them,
            unless the kernels were compiled for others before.
        trusted: what `trust` says of all languages.
        instead: what to use where spaces separate no words.
        curve: name of its curve in mt-thresholds, which measured it with default options.
    """

    needs_source: ClassVar[bool] = False
    needs_references: ClassVar[bool] = True
    range: ClassVar[tuple[float, float]] = (0.0, 100.0)
    decimals: ClassVar[int] = 1
    cacheable: ClassVar[bool] = False
    few: ClassVar[int]
    trusted: ClassVar[float]
    curve: ClassVar[str | None] = None
    instead: ClassVar[str] = "use chrF"

    @classmethod
    @override
    def from_options(cls, options: Mapping[str, Any], target_language: str) -> Self:
        return parse_options(cls, options, f"metrics.{cls.name}")

    @override
    def notes(self, languages: LanguagePair) -> tuple[str, ...]:
        """A warning where words are counted by the spaces that the target language has not."""
        target = languages.target
        if not is_unspaced(target) or not self.counts_words(target):
            return ()
        name = language_name(primary(target))
        return (
            f"{self.label} counts words by spaces, and {name} ({target}) puts none between words: "
            f"{self.instead}.",
        )

    def counts_words(self, language: str) -> bool:
        """Whether words that spaces separate decide the score in a language."""
        return False

    @override
    def trust(self, languages: LanguagePair) -> float:
        """The same for all languages: strings know none."""
        return self.trusted

    @override
    def calibration(self, languages: LanguagePair) -> Calibration | None:
        """That of the default options for the target language; others make other scores."""
        is_default = self == self.from_options({}, languages.target)
        return Calibration(self.curve) if self.curve is not None and is_default else None

    @override
    def check(self) -> None:
        self.peer()

    @override
    def signature(self, reference_count: str) -> Signature:
        """The signature of sacreBLEU, and what that leaves out where it isn't the default."""
        peer = self.peer()
        peer.num_refs = -1 if reference_count == "var" else int(reference_count)
        signature = Signature.parse(peer.get_signature().format())
        return Signature(signature.fields + self._further_fields())

    @override
    def stream(self, samples: Sequence[Sample], pool: ModelPool) -> Iterator[Chunk]:
        """Compute statistics block by block, as many blocks at once as there are processors."""
        if len(samples) < self.few:
            yield from self._count_kept(samples) or [
                (np.arange(len(samples)), self._count_few(samples))
            ]
        else:
            yield from self.count_blocks(samples)

    @override
    def segment_scores(self, statistics: Matrix) -> Matrix:
        return self.corpus_scores(statistics)

    def _count_kept(self, samples: Sequence[Sample]) -> list[Chunk] | None:
        """By our kernels; None where these are not compiled yet, or not worth loading."""
        if len(samples) < FEWEST:
            return None
        from mtqe.support.native import NotCompiled, kept_code

        prepare = self._preparation()
        try:
            with kept_code():
                return [
                    (block.samples, self._count(block, list(map(prepare, block.texts))))
                    for block in blocks(samples, BLOCK_SIZE)
                ]
        except NotCompiled:
            return None

    def _count_few(self, samples: Sequence[Sample]) -> Matrix:
        peer = self.peer()
        rows = np.empty((len(samples), len(self.statistic_names)))
        for row, sample in zip(rows, samples, strict=True):
            references = [[text] for text in sample.present_references]
            row[:] = peer._extract_corpus_statistics([sample.hypothesis], references)[0]
        return rows

    def count_blocks(self, samples: Sequence[Sample]) -> Iterator[Chunk]:
        """`stream` by our own kernels, however few the samples."""
        prepare = self._preparation()
        threads = ThreadPoolExecutor(os.cpu_count())
        try:
            jobs = [
                (block.samples, threads.submit(self._count, block, list(map(prepare, block.texts))))
                for block in blocks(samples, BLOCK_SIZE)
            ]
            for indices, job in jobs:
                yield indices, job.result()
        finally:
            threads.shutdown(cancel_futures=True)

    def _further_fields(self) -> tuple[tuple[str, str], ...]:
        return ()

    @abstractmethod
    def peer(self) -> SacrebleuMetric:
        """The metric of sacreBLEU with the same configuration."""

    @abstractmethod
    def _preparation(self) -> Prepare:
        """What is done to each text in Python, before the kernels."""

    @abstractmethod
    def _count(self, block: Block, prepared: list[str]) -> Matrix:
        """Statistics [len(block.samples), k]; runs beside other blocks."""
