"""A metric for worker processes, that does what its name says; it loads no model."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from mtqe.errors import MetricError
from mtqe.metrics.base import Chunk, MeanMetric, Sample, Signature
from mtqe.metrics.pool import ModelPool


@dataclass(frozen=True)
class Faulty(MeanMetric):
    """Gives 1 for every sample, unless it is to do something else."""

    name: ClassVar[str] = "faulty"
    label: ClassVar[str] = "Faulty"
    needs_source: ClassVar[bool] = False
    needs_references: ClassVar[bool] = False
    range: ClassVar[tuple[float, float]] = (0.0, 1.0)
    decimals: ClassVar[int] = 1
    cacheable: ClassVar[bool] = True
    runs_model: ClassVar[bool] = True

    does: str = "score"

    @classmethod
    def from_options(cls, options: Mapping[str, Any], target_language: str) -> Faulty:
        return cls(**options)

    def check(self) -> None: ...

    def signature(self, reference_count: str) -> Signature:
        return Signature((("does", self.does),))

    def blocks(self, samples: Sequence[Sample]) -> Iterator[Sequence[int]]:
        yield from ([index] for index in range(len(samples)))

    def stream(self, samples: Sequence[Sample], pool: ModelPool) -> Iterator[Chunk]:
        if self.does == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.does == "refuse":
            raise MetricError("one sentence; do this.")
        if self.does == "talk":
            logging.getLogger("mtqe.x").warning("%s is said", "this")
            print("noise of a library")
        yield np.arange(len(samples)), np.ones((len(samples), 2))
