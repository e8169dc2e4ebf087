"""What the metrics that run a model share."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from mtqe.metrics.base import Matrix, MeanMetric
from mtqe.metrics.models import find


@dataclass(frozen=True)
class NeuralMetric(MeanMetric):
    """A metric whose segment scores a model gives; statistics are (score, 1, cut).

    The third one is 1 where the model could not read a text to its end, so that scores from the
    cache tell of cut texts too.

    Attributes:
        model: a built-in name, a path, or a hub name.
    """

    cacheable: ClassVar[bool] = True

    model: str

    @property
    def statistic_names(self) -> tuple[str, ...]:  # noqa: D102 - documented by Metric
        return ("sum", "n", "cut")

    @cached_property
    def found(self) -> find.FoundModel:
        """The model on this machine, looked up and hashed once for each metric object.

        Raises:
            ModelError: it is nowhere to be found, here or on the hub.
        """
        return find.find(self.model)

    def remarks(self, statistics: Matrix) -> tuple[str, ...]:
        """How many samples have a text that was cut."""
        count = int(np.nansum(statistics[:, 2]))
        if not count:
            return ()
        limit = self.read_limit()
        length = f"more than {limit} tokens" if limit.isdecimal() else "more tokens than are read"
        samples = "1 sample has" if count == 1 else f"{count:,} samples have"
        return (
            f"{self.name}: {samples} a text of {length}; "
            "it was cut there, as the metric's own library does.",
        )

    @abstractmethod
    def read_limit(self) -> str:
        """How many tokens of a text are read, or ``model`` where only loading it would tell."""

    def __getstate__(self) -> dict[str, Any]:
        """The configuration alone: elsewhere the model may lie elsewhere."""
        return {field.name: getattr(self, field.name) for field in fields(self)}
