"""BLEURT-20 (Sellam et al. 2020, Pu et al. 2021), from its port to PyTorch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

import numpy as np
from annotated_types import Ge, Le
from numpy.typing import NDArray
from typing_extensions import override

from mtqe.metrics.base import DetailedChunk, Sample, Signature
from mtqe.metrics.models.find import FoundModel, display_name, find_bleurt
from mtqe.metrics.neural.base import NeuralMetric, any_of_each, means_over_references
from mtqe.metrics.neural.encoders.precision import PrecisionChoice
from mtqe.support.options import parse_options

if TYPE_CHECKING:
    from mtqe.metrics.models.local import LocalModel
    from mtqe.metrics.neural.bleurt_model import BleurtModel
    from mtqe.metrics.pool import ModelPool

BLEURT_20 = "lucadiliello/BLEURT-20"


@dataclass(frozen=True)
class BLEURT(NeuralMetric):
    """BLEURT; several references: the mean over them.

    Attributes:
        model: a hub name such as ``lucadiliello/BLEURT-20``, or a folder.
        max_length: tokens that are read of reference and hypothesis together, three special ones
            included; the longer of the two is cut first.
        precision: precision of the encoder.
        windows: see `NeuralMetric`.
    """

    name: ClassVar[str] = "bleurt"
    label: ClassVar[str] = "BLEURT"
    needs_source: ClassVar[bool] = False
    needs_references: ClassVar[bool] = True
    range: ClassVar[tuple[float, float]] = (-np.inf, np.inf)
    decimals: ClassVar[int] = 4
    example: ClassVar[str] = BLEURT_20

    model: str = ""
    max_length: Annotated[int, Ge(5), Le(512)] = 512
    precision: PrecisionChoice = "fp32"

    @classmethod
    @override
    def from_options(cls, options: Mapping[str, Any], target_language: str) -> Self:
        return parse_options(cls, options, f"metrics.{cls.name}")

    @classmethod
    @override
    def can_run(cls, model: LocalModel) -> bool:
        """BLEURT models."""
        return model.kind == "bleurt"

    @property
    @override
    def usual_model(self) -> str:
        """The one that people mean today."""
        return BLEURT_20

    @cached_property
    @override
    def found(self) -> FoundModel:
        """The model and its tokenizer, looked up once for each metric object.

        Raises:
            MetricError: no model was chosen.
            ModelError: something of it is nowhere to be found, here or on the hub.
        """
        self.check_chosen("That is a download of 2.3 GB.")
        return find_bleurt(self.model)

    @override
    def check(self) -> None:
        """See that the model is here; a hub's model is downloaded.

        Raises:
            MetricError: no model was chosen.
            ModelError: it can't be had, or is no BLEURT model.
        """
        self.found  # noqa: B018 - raises where it can't be had

    @override
    def signature(self, reference_count: str) -> Signature:
        """All that scores depend on; loads no model.

        Raises:
            MetricError: the model can't be had.
        """
        return Signature(
            (
                ("metric", self.name),
                ("model", display_name(self.model)),
                ("weights", self.found.short_hash),
                ("nrefs", reference_count),
                ("refs", "mean"),
                *self.how_it_runs("sentencepiece"),
            )
        )

    @override
    def read_limit(self) -> str:
        return str(self.max_length)

    @override
    def read(self, samples: Sequence[Sample], pool: ModelPool) -> Iterator[DetailedChunk]:
        """Score chunk by chunk; a chunk holds all hypotheses of a reference where it can."""
        self.check()
        model = self._load(pool)
        for chunk in self.blocks(samples):
            groups = [_pairs(samples[i]) for i in chunk]
            scores, cut = model.score([pair for group in groups for pair in group])
            counts = [len(group) for group in groups]
            yield DetailedChunk(np.array(chunk), means_over_references(scores, cut, counts))

    @override
    def overlong(self, samples: Sequence[Sample], pool: ModelPool) -> NDArray[np.bool_]:
        """Whether a reference and the hypothesis of each sample would be cut [n]."""
        groups = [_pairs(sample) for sample in samples]
        cut = self._load(pool).is_cut([pair for group in groups for pair in group])
        return any_of_each(cut, [len(group) for group in groups])

    def _load(self, pool: ModelPool) -> BleurtModel:
        from mtqe.metrics.neural.bleurt_model import BleurtModel

        def load() -> BleurtModel:
            return BleurtModel.load(self.found, self.max_length, self.taken_precision, pool)

        return pool.get(("bleurt", self.model, self.max_length, self.taken_precision), load)


def _pairs(sample: Sample) -> list[tuple[str, str]]:
    return [(text, sample.hypothesis) for text in sample.present_references]
