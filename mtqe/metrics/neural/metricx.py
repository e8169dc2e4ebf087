"""MetricX-23 and -24 (Juraska et al. 2023, 2024): mT5 models that predict MQM error scores."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

import numpy as np
from annotated_types import Ge, Le
from numpy.typing import NDArray
from typing_extensions import override

from mtqe.errors import MetricError
from mtqe.metrics.base import DetailedChunk, Sample, Signature
from mtqe.metrics.models.find import FoundModel, display_name, find_metricx
from mtqe.metrics.neural.base import NeuralMetric, any_of_each, means_over_references
from mtqe.metrics.neural.encoders.precision import PrecisionChoice
from mtqe.support.options import parse_options

if TYPE_CHECKING:
    from mtqe.metrics.models.local import LocalModel
    from mtqe.metrics.neural.metricx_model import MetricXModel
    from mtqe.metrics.pool import ModelPool

Generation = Literal["23", "24"]
_NAME = re.compile(r"metricx-(?P<generation>2[34])(?P<qe>-qe)?\b", re.IGNORECASE)
MAX_LENGTH: Mapping[str, int] = {"23": 1024, "24": 1536}
"""Tokens that the models were trained to read."""


@dataclass(frozen=True)
class MetricXBase(NeuralMetric):
    """What `MetricX` and `MetricXQE` share: predicted MQM error scores from 0 (best) to 25.

    Attributes:
        model: a hub name such as ``google/metricx-24-hybrid-large-v2p6``, or a folder.
        generation: ``23`` or ``24``, which read texts in another form; by default what the
            model's name says.
        tokenizer: a folder or a hub name, where the model's folder has no tokenizer; published
            models take that of mT5.
        max_length: tokens that are read of all texts together; by default 1,024 for MetricX-23
            and 1,536 for MetricX-24.
        precision: precision of weights and activations.
        windows: see `NeuralMetric`.
    """

    label: ClassVar[str]
    other_metric: ClassVar[str]
    needs_source: ClassVar[bool] = True
    higher_is_better: ClassVar[bool] = False
    range: ClassVar[tuple[float, float]] = (0.0, 25.0)
    decimals: ClassVar[int] = 2

    model: str = ""
    generation: Generation | None = None
    tokenizer: str = "google/mt5-xl"
    max_length: Annotated[int, Ge(8), Le(100_000)] | None = None
    precision: PrecisionChoice = "fp32"

    @classmethod
    @override
    def from_options(cls, options: Mapping[str, Any], target_language: str) -> Self:
        return parse_options(cls, options, f"metrics.{cls.name}")

    @classmethod
    @override
    def can_run(cls, model: LocalModel) -> bool:
        """MetricX models, but for those of 2023 that are for the other metric alone."""
        return model.kind == "metricx" and cls._fits(model.path.name)

    @property
    @override
    def usual_model(self) -> str:
        """None: every model is named."""
        return ""

    @cached_property
    @override
    def found(self) -> FoundModel:
        """The model and its tokenizer, looked up once for each metric object.

        Raises:
            MetricError: no model was chosen.
            ModelError: something of it is nowhere to be found, here or on the hub.
        """
        self.check_chosen()
        return find_metricx(self.model, self.tokenizer)

    @override
    def check(self) -> None:
        """See that the model is here and of the right kind; a hub's model is downloaded.

        Raises:
            MetricError: it is for the other one of ``metricx`` and ``metricx-qe``, or its name
                does not say how it reads texts.
            ModelError: it can't be had.
        """
        if self.model and not self._fits(self.model):
            reads = "no reference" if self.needs_references else "a reference"
            raise MetricError(
                f"{self.name}: {self.model} reads {reads}; "
                f"use the metric {self.other_metric!r} for it."
            )
        if self.model:
            self._generation()
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
                ("input", f"metricx-{self._generation()}"),
                ("nrefs", reference_count if self.needs_references else "0"),
                *((("refs", "mean"),) if self.needs_references else ()),
                *self.how_it_runs("transformers"),
            )
        )

    @override
    def read_limit(self) -> str:
        return str(self.max_length or MAX_LENGTH[self._generation()])

    @override
    def read(self, samples: Sequence[Sample], pool: ModelPool) -> Iterator[DetailedChunk]:
        """Score chunk by chunk; of several references, the mean of the scores counts."""
        self.check()
        model = self._load(pool)
        for chunk in self.blocks(samples):
            inputs = [self._inputs(samples[i]) for i in chunk]
            scores, cut = model.score([text for texts in inputs for text in texts])
            counts = [len(texts) for texts in inputs]
            yield DetailedChunk(np.array(chunk), means_over_references(scores, cut, counts))

    @override
    def overlong(self, samples: Sequence[Sample], pool: ModelPool) -> NDArray[np.bool_]:
        """Whether the texts of each sample are too long together [n]."""
        inputs = [self._inputs(sample) for sample in samples]
        _, cut = self._load(pool).subwords([text for texts in inputs for text in texts])
        return any_of_each(cut, [len(texts) for texts in inputs])

    @classmethod
    def _fits(cls, name: str) -> bool:
        """Whether a name allows this metric; models of 2024 take both, unknown names anything."""
        found = _NAME.search(name)
        if found is None or found["generation"] == "24":
            return True
        return cls.needs_references == (found["qe"] is None)

    def _generation(self) -> Generation:
        found = _NAME.search(self.model)
        if self.generation is not None:
            return self.generation
        if found is None:
            raise MetricError(
                f"{self.name}: the name {self.model} does not say whether it is a MetricX-23 or a "
                f'MetricX-24 model: set generation = "23" or "24" in [metrics.{self.name}].'
            )
        return "23" if found["generation"] == "23" else "24"

    def _inputs(self, sample: Sample) -> list[str]:
        """The text that the model reads, for each reference."""
        references = sample.present_references if self.needs_references else (None,)
        return [
            model_input(self._generation(), sample.source, sample.hypothesis, reference)
            for reference in references
        ]

    def _load(self, pool: ModelPool) -> MetricXModel:
        from mtqe.metrics.neural.metricx_model import MetricXModel

        limit = int(self.read_limit())

        def load() -> MetricXModel:
            return MetricXModel.load(self.found, limit, self.taken_precision, pool)

        return pool.get(("metricx", self.model, self.tokenizer, limit, self.taken_precision), load)


@dataclass(frozen=True)
class MetricX(MetricXBase):
    """MetricX with references; several references: the mean over them."""

    name: ClassVar[str] = "metricx"
    label: ClassVar[str] = "MetricX"
    needs_references: ClassVar[bool] = True
    other_metric: ClassVar[str] = "metricx-qe"
    example: ClassVar[str] = "google/metricx-24-hybrid-large-v2p6"


@dataclass(frozen=True)
class MetricXQE(MetricXBase):
    """MetricX without references."""

    name: ClassVar[str] = "metricx-qe"
    label: ClassVar[str] = "MetricX-QE"
    needs_references: ClassVar[bool] = False
    other_metric: ClassVar[str] = "metricx"
    example: ClassVar[str] = "google/metricx-24-hybrid-large-v2p6"


def model_input(generation: Generation, source: str, hypothesis: str, reference: str | None) -> str:
    """The one text that a model reads, in the form in which it was trained.

    Args:
        generation: MetricX-23 reads no source where it has a reference.
        source: as it stands in the corpus.
        hypothesis: the translation.
        reference: None where the model estimates without one.
    """
    if generation == "23":
        other = f"source: {source}" if reference is None else f"reference: {reference}"
        return f"candidate: {hypothesis} {other}"
    text = f"source: {source} candidate: {hypothesis}"
    return text if reference is None else f"{text} reference: {reference}"
