"""Many samples as columns: what metrics that compare strings read, without an object per sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from mtqe.metrics.base import Sample


@dataclass(frozen=True, eq=False)
class SampleColumns(Sequence[Sample]):
    """Samples of segments, made as they are asked for.

    Attributes:
        sources: the source of each segment.
        references: its references.
        segments: the segment of each sample [samples].
        hypotheses: its hypothesis [samples].
    """

    sources: Sequence[str]
    references: Sequence[tuple[str | None, ...]]
    segments: NDArray[np.intp]
    hypotheses: Sequence[str]

    @classmethod
    def of(cls, samples: Sequence[Sample]) -> SampleColumns:
        """The columns of any samples; without what was before them, repetitions and groups."""
        if isinstance(samples, cls):
            return samples
        return cls(
            [sample.source for sample in samples],
            [sample.references for sample in samples],
            np.arange(len(samples)),
            [sample.hypothesis for sample in samples],
        )

    @override
    def __len__(self) -> int:
        return len(self.hypotheses)

    @overload
    def __getitem__(self, index: int) -> Sample: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Sample, ...]: ...
    @override
    def __getitem__(self, index: int | slice) -> Sample | tuple[Sample, ...]:
        if isinstance(index, slice):
            return tuple(self[place] for place in range(*index.indices(len(self))))
        segment = self.segments[index]
        return Sample(self.sources[segment], self.hypotheses[index], self.references[segment])
