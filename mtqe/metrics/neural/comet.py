"""COMET: learned metrics of Rei et al. 2020 and after, from any unbabel-comet checkpoint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

import numpy as np
from annotated_types import Ge, Le
from numpy.typing import NDArray
from typing_extensions import override

from mtqe.corpus.base import LanguagePair
from mtqe.corpus.spans import SPAN_SEVERITIES, FoundSpan, SpanSeverity
from mtqe.errors import MetricError
from mtqe.metrics.base import (
    Calibration,
    DetailedChunk,
    Details,
    Earlier,
    Matrix,
    Sample,
    Signature,
)
from mtqe.metrics.models.find import FoundModel, display_name, find_comet
from mtqe.metrics.neural import comet_checkpoints as checkpoints
from mtqe.metrics.neural.base import NeuralMetric, any_of_each, means_over_references
from mtqe.metrics.neural.encoders.precision import PrecisionChoice
from mtqe.support.options import parse_options

if TYPE_CHECKING:
    from mtqe.metrics.models.comet_folder import CometFolder
    from mtqe.metrics.models.local import LocalModel
    from mtqe.metrics.neural.comet_models import CometModel, Explanation, Row
    from mtqe.metrics.neural.error_spans import ErrorSpan
    from mtqe.metrics.pool import ModelPool

EQUAL_TO = "2.2.7"
"""The version of unbabel-comet whose scores these are, as tests/parity show; it is not used."""


@dataclass(frozen=True)
class CometMetric(NeuralMetric):
    """What `Comet` and `CometQE` share.

    Attributes:
        model: a built-in name, a checkpoint (``.ckpt``), its folder, or a hub name.
        precision: precision of the encoder's weights and activations; ``fp32`` gives
            unbabel-comet's numbers.
        windows: see `NeuralMetric`.
        context: sentences before each segment in its document that the model reads with it.
    """

    label: ClassVar[str]
    needs_source: ClassVar[bool] = True
    range: ClassVar[tuple[float, float]] = (-np.inf, np.inf)
    decimals: ClassVar[int] = 4
    other_metric: ClassVar[str]
    published_model: ClassVar[str]

    precision: PrecisionChoice = "fp32"
    context: Annotated[int, Ge(0), Le(100)] = 0

    @classmethod
    @override
    def from_options(cls, options: Mapping[str, Any], target_language: str) -> Self:
        return parse_options(cls, options, f"metrics.{cls.name}")

    @classmethod
    @override
    def can_run(cls, model: LocalModel) -> bool:
        """COMET models, but for those that are for the other metric alone."""
        return model.kind == "comet" and cls._fits(model.comet())

    @property
    @override
    def usual_model(self) -> str:
        """The published model of 2022."""
        return self.published_model

    @property
    @override
    def full_label(self) -> str:
        """With the model and, where it reads any, the sentences of context."""
        return f"{super().full_label}{f' + {self.context}' if self.context else ''}"

    @override
    def calibration(self, languages: LanguagePair) -> Calibration | None:
        """None with context, which changes the scale."""
        return None if self.context else super().calibration(languages)

    @cached_property
    @override
    def found(self) -> FoundModel:
        """The model and what it needs of its encoder, looked up once for each metric object.

        Raises:
            ModelError: something of it is nowhere to be found, here or on the hub.
        """
        return find_comet(self.model)

    @override
    def check(self) -> None:
        """See that the model is here and of the right kind; a hub's model is downloaded.

        Raises:
            MetricError: it can't be had, or is for the other one of ``comet`` and ``comet-qe``.
        """
        if not self._fits(self._comet):
            reads = "no reference" if self.needs_references else "a reference"
            raise MetricError(
                f"{self.name}: {self.model} reads {reads}; "
                f"use the metric {self.other_metric!r} for it."
            )
        if self.context and not self._comet.takes_context:
            raise MetricError(
                f"{self.name}: {self.model} does not average the tokens of a text, which context "
                "is made for: leave `context` out, or use a model such as Unbabel/wmt22-comet-da."
            )

    @override
    def signature(self, reference_count: str) -> Signature:
        """All that scores depend on; loads no model.

        Raises:
            MetricError: the model can't be had.
        """
        return Signature(
            (
                ("metric", self.name),
                ("version", EQUAL_TO),
                ("model", display_name(self.model)),
                ("weights", self.found.short_hash),
                ("nrefs", reference_count if self.needs_references else "0"),
                *((("refs", "mean"),) if self.needs_references else ()),
                *((("context", str(self.context)),) if self.context else ()),
                *self.how_it_runs("transformers"),
            )
        )

    @classmethod
    def _fits(cls, comet: CometFolder) -> bool:
        return comet.takes_reference if cls.needs_references else comet.takes_source_alone

    @property
    def _comet(self) -> CometFolder:
        if self.found.comet is None:
            raise MetricError(f"{self.name}: {self.model} is not a COMET model.")
        return self.found.comet

    @override
    def read_limit(self) -> str:
        if self.found.encoder is None:
            raise MetricError(f"{self.name}: {self.model} is not a COMET model.")
        return checkpoints.text_limit(self.found.encoder)

    def explain(self, samples: Sequence[Sample], pool: ModelPool) -> list[Explanation | None]:
        """What the model says of each sample beyond its score: sub-scores and error spans.

        Of several references the first one counts. None for models that say no more, and for
        samples that can't be scored.
        """
        model = self._load(pool)
        rows = {i: self._rows(sample)[:1] for i, sample in enumerate(samples)}
        kept = [(i, row) for i, found in rows.items() for row in found]
        explained = model.score([row for _, row in kept]).explanations if kept else ()
        places = dict(zip((i for i, _ in kept), explained, strict=False))
        return [places.get(i) for i in range(len(samples))]

    @property
    @override
    def gives_details(self) -> bool:
        """Whether the model marks words, as xCOMET does.

        Raises:
            MetricError: the model can't be had.
        """
        return self._comet.marks_words

    @override
    def read(self, samples: Sequence[Sample], pool: ModelPool) -> Iterator[DetailedChunk]:
        """Score chunk by chunk; a chunk holds all hypotheses of a source where it can.

        Of several references, sub-scores are means over all and spans are those by the first one.
        """
        for chunk in self.blocks(samples):
            matrix, details = self._score([samples[i] for i in chunk], pool)
            yield DetailedChunk(np.array(chunk), matrix, details)

    @override
    def overlong(self, samples: Sequence[Sample], pool: ModelPool) -> NDArray[np.bool_]:
        """Whether a text of each sample would be cut, or all of them where they are joined [n]."""
        rows = [self._rows(sample) for sample in samples]
        cut = self._load(pool).is_cut([row for group in rows for row in group])
        return any_of_each(cut, [len(group) for group in rows])

    def _score(
        self, samples: Sequence[Sample], pool: ModelPool
    ) -> tuple[Matrix, Sequence[Details]]:
        """Statistics [n, 3]: each sample's mean over its references, 1, and whether it was cut."""
        model = self._load(pool)
        rows = [self._rows(sample) for sample in samples]
        scored = model.score([row for group in rows for row in group])
        counts = [len(group) for group in rows]
        matrix = means_over_references(scored.scores, scored.cut, counts)
        if not scored.explanations:
            return matrix, ()
        explanations = iter(scored.explanations)
        return matrix, [_details(list(islice(explanations, count))) for count in counts]

    def _rows(self, sample: Sample) -> list[Row]:
        from mtqe.metrics.neural.comet_models import Row

        if not self.needs_references:
            contexts = _contexts(_before(sample.before, None))
            return [Row(sample.source, sample.hypothesis, None, contexts)]
        columns = [c for c, text in enumerate(sample.references) if text is not None]
        return [
            Row(
                sample.source,
                sample.hypothesis,
                sample.references[column],
                _contexts(_before(sample.before, column)),
            )
            for column in columns
        ]

    def _load(self, pool: ModelPool) -> CometModel:
        self.check()
        from mtqe.metrics.neural.comet_models import load_model

        def load() -> CometModel:
            return load_model(self.found, self.taken_precision, pool)

        return pool.get(("comet", self.model, self.taken_precision), load)


@dataclass(frozen=True)
class Comet(CometMetric):
    """COMET with references; several references: the mean over them."""

    name: ClassVar[str] = "comet"
    label: ClassVar[str] = "COMET"
    needs_references: ClassVar[bool] = True
    other_metric: ClassVar[str] = "comet-qe"
    published_model: ClassVar[str] = "Unbabel/wmt22-comet-da"

    model: str = "mtqe-comet-mini"


@dataclass(frozen=True)
class CometQE(CometMetric):
    """COMET without references: quality estimation from source and hypothesis alone.

    It has no default model: the one that comes with mtqe does not order good translations.
    """

    name: ClassVar[str] = "comet-qe"
    label: ClassVar[str] = "COMET-QE"
    needs_references: ClassVar[bool] = False
    other_metric: ClassVar[str] = "comet"
    published_model: ClassVar[str] = "Unbabel/wmt22-cometkiwi-da"
    example: ClassVar[str] = published_model

    model: str = ""

    @cached_property
    @override
    def found(self) -> FoundModel:
        """The model and what it needs of its encoder, looked up once for each metric object.

        Raises:
            MetricError: no model was chosen.
            ModelError: something of it is nowhere to be found, here or on the hub.
        """
        self.check_chosen(
            "mtqe-kiwi-mini needs no download, but it only tells broken translations from sound "
            "ones."
        )
        return find_comet(self.model)


def _before(earlier: Sequence[Earlier], column: int | None) -> list[tuple[str, ...]]:
    """What each text of a row has before it, one tuple for each earlier segment.

    Before a hypothesis stands the reference of an earlier segment, as in DocCOMET, or without
    references its hypothesis. A segment that lacks it ends the context.

    Args:
        earlier: segments of the document, the last one last.
        column: of the references; None without any.
    """
    found: list[tuple[str, ...]] = []
    for one in reversed(earlier):
        text = one.hypothesis if column is None else one.references[column]
        if text is None:
            break
        found.append((text, one.source, *((text,) if column is not None else ())))
    return found[::-1]


def _contexts(before: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """For each text of a row, the sentences before it."""
    return tuple(zip(*before, strict=True))


def _details(explanations: Sequence[Explanation]) -> Details:
    """What a model says of one sample, from one reading for each of its references."""
    names = explanations[0].scores
    scores = {name: float(np.mean([e.scores[name] for e in explanations])) for name in names}
    return Details(tuple(map(_found, explanations[0].spans)), scores)


def _found(span: ErrorSpan) -> FoundSpan:
    """A model's span in MQM's words; a label that is not a severity becomes its category."""
    label = span.severity.lower()
    severity: SpanSeverity | None = next((s for s in SPAN_SEVERITIES if s == label), None)
    return FoundSpan(
        start=span.start,
        end=span.end,
        text=span.text,
        category=None if severity else span.severity,
        severity=severity,
        confidence=span.confidence,
    )
