"""The contract of an executor, and the one that computes in this process."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from mtqe.backends.base import Backend
from mtqe.corpus.base import Corpus, Outcome, Segment
from mtqe.metrics.base import DetailedChunk, Metric, Sample
from mtqe.metrics.pool import ModelPool
from mtqe.stats.resampling import Floats, UnitColumns
from mtqe.stats.summing import Resampling, sum_here

if TYPE_CHECKING:
    from mtqe.checks import Check, Finding, Texts


class Executor(Protocol):
    """Does the work of an evaluation, here or elsewhere."""

    def stream(self, metric: Metric, samples: Sequence[Sample]) -> Iterator[DetailedChunk]:
        """What `Metric.stream_details` gives, in chunks of any order.

        Args:
            metric: a configuration, which may be sent to another process.
            samples: every one of them occurs in exactly one chunk.

        Raises:
            MetricError: the metric can't be computed there.
        """

    def translate(self, backend: Backend, segments: Sequence[Segment]) -> Iterator[Outcome]:
        """What `Backend.translate` gives; it is a `Translator`.

        Raises:
            BackendError: the engine as a whole can't go on; what was given before stays valid.
        """

    def look(
        self, checks: Sequence[Check], corpus: Corpus, texts: Texts
    ) -> Iterator[tuple[int, Sequence[Finding]]]:
        """What each check finds; it is a `Looks`."""

    def sum_resamples(
        self, columns: Sequence[UnitColumns], resampling: Resampling
    ) -> Iterator[tuple[int, list[Floats]]]:
        """Statistics summed under resamples, for a comparison; it is a `SumResamples`."""

    def close(self) -> None:
        """End what was started; unfinished work is dropped."""


@dataclass(frozen=True)
class Local:
    """Computes in this process.

    Attributes:
        pool: the models that are loaded, and where they run.
    """

    pool: ModelPool = field(default_factory=ModelPool)

    def stream(self, metric: Metric, samples: Sequence[Sample]) -> Iterator[DetailedChunk]:
        """See `Executor.stream`."""
        return metric.stream_details(samples, self.pool)

    def translate(self, backend: Backend, segments: Sequence[Segment]) -> Iterator[Outcome]:
        """See `Executor.translate`."""
        return backend.translate(segments)

    def look(
        self, checks: Sequence[Check], corpus: Corpus, texts: Texts
    ) -> Iterator[tuple[int, Sequence[Finding]]]:
        """See `Executor.look`."""
        from mtqe.checks import look_here  # not loaded where there is no check

        return look_here(checks, corpus, texts)

    def sum_resamples(
        self, columns: Sequence[UnitColumns], resampling: Resampling
    ) -> Iterator[tuple[int, list[Floats]]]:
        """See `Executor.sum_resamples`."""
        return sum_here(columns, resampling)

    def close(self) -> None:
        """Keep the models, which belong to whoever made the pool."""
