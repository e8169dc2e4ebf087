"""COMET: learned metrics of Rei et al. 2020 and after, from any unbabel-comet checkpoint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from mtqe.errors import MetricError
from mtqe.metrics import comet_checkpoints as checkpoints
from mtqe.metrics import hub
from mtqe.metrics.base import Chunk, Matrix, MeanMetric, Sample, Signature
from mtqe.metrics.encoders import Precision
from mtqe.metrics.packing import chunks_by_text
from mtqe.options import parse_options

if TYPE_CHECKING:
    from mtqe.metrics.comet_models import CometModel, Row
    from mtqe.metrics.pool import ModelPool

CHUNK_TOKENS = 32_768
"""Tokens between two chunks of scores: some seconds of a small model on two cores."""

NEEDS_NO_REFERENCE = frozenset({checkpoints.REFERENCELESS})
NEEDS_REFERENCE = frozenset({checkpoints.REGRESSION, "ranking_metric"})


@dataclass(frozen=True)
class CometMetric(MeanMetric):
    """What `Comet` and `CometQE` share.

    Attributes:
        model: a built-in name, a checkpoint (``.ckpt``), its folder, or a hub name.
        precision: of the encoder's weights and activations; ``fp32`` gives unbabel-comet's numbers.
    """

    label: ClassVar[str]
    needs_source: ClassVar[bool] = True
    range: ClassVar[tuple[float, float]] = (-np.inf, np.inf)
    decimals: ClassVar[int] = 4
    cacheable: ClassVar[bool] = True
    wrong_kinds: ClassVar[frozenset[str]]
    other_metric: ClassVar[str]

    model: str
    precision: Precision = "fp32"

    @classmethod
    def from_options(cls, options: Mapping[str, Any], target_language: str) -> Self:  # noqa: D102
        return parse_options(cls, options, f"metrics.{cls.name}")

    @property
    def notes(self) -> tuple[str, ...]:
        """A non-commercial licence, where the model's name tells of one."""
        return hub.licence_notes(self.name, self.model)

    def check(self) -> None:
        """See that the model is here and of the right kind; a hub's model is downloaded.

        Raises:
            MetricError: it can't be had, or is for the other one of ``comet`` and ``comet-qe``.
        """
        path = hub.locate(self.model)
        kind = checkpoints.class_identifier(checkpoints.checkpoint_file(path))
        if kind in self.wrong_kinds:
            raise MetricError(
                f"{self.name}: {self.model} is a {kind.replace('_', ' ')}, which does not fit; "
                f"use the metric {self.other_metric!r} for it."
            )

    def signature(self, reference_count: str) -> Signature:
        """All that scores depend on; loads no model.

        Raises:
            MetricError: the model can't be had.
        """
        path = hub.locate(self.model)
        return Signature(
            (
                ("metric", self.name),
                ("version", version("unbabel-comet")),
                ("model", hub.display_name(self.model)),
                ("weights", hub.short_hash(self.model)),
                ("nrefs", reference_count if self.needs_references else "0"),
                *((("refs", "mean"),) if self.needs_references else ()),
                ("precision", self.precision),
                ("tok", f"transformers-{version('transformers')}"),
                ("maxlen", checkpoints.text_limit(checkpoints.checkpoint_file(path))),
                ("torch", version("torch").partition("+")[0]),
            )
        )

    def stream(self, samples: Sequence[Sample], pool: ModelPool) -> Iterator[Chunk]:
        """Score chunk by chunk; a chunk holds all hypotheses of a source where it can."""
        sources, hypotheses = ([getattr(s, k) for s in samples] for k in ("source", "hypothesis"))
        for chunk in chunks_by_text(sources, hypotheses, CHUNK_TOKENS):
            yield np.array(chunk), self._score([samples[i] for i in chunk], pool)

    def _score(self, samples: Sequence[Sample], pool: ModelPool) -> Matrix:
        """Statistics [n, 2]: each sample's mean over its references, and 1."""
        model = self._load(pool)
        rows = [self._rows(sample) for sample in samples]
        scored = model.score([row for group in rows for row in group])
        starts = np.cumsum([0, *(len(group) for group in rows[:-1])])
        cut = np.logical_or.reduceat(scored.cut, starts)
        pool.count_cut(self.name, model.limit, int(cut.sum()))
        means = np.add.reduceat(scored.scores, starts) / [len(group) for group in rows]
        return np.stack((means, np.ones(len(rows))), axis=1)

    def _rows(self, sample: Sample) -> list[Row]:
        from mtqe.metrics.comet_models import Row

        references = sample.present_references if self.needs_references else (None,)
        return [Row(sample.source, sample.hypothesis, reference) for reference in references]

    def _load(self, pool: ModelPool) -> CometModel:
        from mtqe.metrics.comet_models import load_model

        def load() -> CometModel:
            path = checkpoints.checkpoint_file(hub.locate(self.model))
            return load_model(path, self.precision, pool)

        return pool.get(("comet", self.model, self.precision), load)


@dataclass(frozen=True)
class Comet(CometMetric):
    """COMET with references; several references: the mean over them."""

    name: ClassVar[str] = "comet"
    label: ClassVar[str] = "COMET"
    needs_references: ClassVar[bool] = True
    wrong_kinds: ClassVar[frozenset[str]] = NEEDS_NO_REFERENCE
    other_metric: ClassVar[str] = "comet-qe"

    model: str = "mtqe-comet-mini"


@dataclass(frozen=True)
class CometQE(CometMetric):
    """COMET without references: quality estimation from source and hypothesis alone."""

    name: ClassVar[str] = "comet-qe"
    label: ClassVar[str] = "COMET-QE"
    needs_references: ClassVar[bool] = False
    wrong_kinds: ClassVar[frozenset[str]] = NEEDS_REFERENCE
    other_metric: ClassVar[str] = "comet"

    model: str = "mtqe-kiwi-mini"
