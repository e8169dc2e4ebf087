"""What the metrics that run a model share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from mtqe.corpus.base import LanguagePair
from mtqe.errors import MetricError
from mtqe.metrics import trust
from mtqe.metrics.base import Calibration, Chunk, DetailedChunk, Matrix, MeanMetric, Sample
from mtqe.metrics.models.find import FoundModel, display_name, find_encoder
from mtqe.metrics.models.published import PUBLISHED, licence_notes
from mtqe.metrics.neural.encoders.packing import chunks_by_text
from mtqe.metrics.neural.encoders.precision import (
    Precision,
    PrecisionChoice,
    chosen,
    precision_notes,
)
from mtqe.metrics.neural.languages import coverage_notes
from mtqe.metrics.neural.own_models import OWN_MODELS
from mtqe.metrics.neural.windows import RULE, in_windows

if TYPE_CHECKING:
    from mtqe.metrics.pool import ModelPool

POINTS = 100.0
"""mt-thresholds takes neural metrics in points of a hundred."""


@dataclass(frozen=True)
class NeuralMetric(MeanMetric):
    """A metric whose segment scores a model gives; statistics are (score, 1, cut).

    The third one is 1 where the model could not read a text to its end, so that scores from the
    cache tell of cut texts too.

    Attributes:
        model: a built-in name, a path, or a hub name.
        precision: the encoder's number format; ``auto`` is bf16 where this machine is fast in it.
        windows: whether a text that would be cut is scored in windows, all of it, instead.
    """

    cacheable: ClassVar[bool] = True
    runs_model: ClassVar[bool] = True
    block_tokens: ClassVar[int] = 32_768
    """Tokens between two chunks of scores: some seconds of a small model on two cores."""
    example: ClassVar[str] = ""
    """A model to choose, where there is no default."""

    model: str
    precision: PrecisionChoice
    windows: bool = False

    @classmethod
    @override
    def readiness(cls, target_language: str) -> str:
        """Also ready where a model is yet to be chosen."""
        if cls.example and not getattr(cls.from_options({}, target_language), "model", ""):
            return f"ready for a model that you choose, such as {cls.example}"
        return super().readiness(target_language)

    @property
    @override
    def statistic_names(self) -> tuple[str, ...]:
        return ("sum", "n", "cut", *(("windows",) if self.windows else ()))

    @property
    @override
    def full_label(self) -> str:
        """With the model, unless it is the one that people mean by the metric's name."""
        if self.model in ("", self.usual_model):
            return self.label
        own = OWN_MODELS.get(self.model)
        short = own.short if own else display_name(self.model).rpartition("/")[2]
        return f"{self.label} ({short})"

    @property
    def taken_precision(self) -> Precision:
        """The number format that is used on this machine."""
        return chosen(self.precision)

    @property
    @abstractmethod
    def usual_model(self) -> str:
        """The model that people mean by the metric's name alone."""

    def check_chosen(self, remark: str = "") -> None:
        """See that a model was chosen, where there is no default.

        Args:
            remark: a sentence to add.

        Raises:
            MetricError: none was.
        """
        if not self.model:
            raise MetricError(
                f"{self.name} needs a model: set `model` in [metrics.{self.name}] or add "
                f"`--model {self.name}={self.example}`.{remark and ' '}{remark}"
            )

    def how_it_runs(self, tokenizer: str) -> tuple[tuple[str, str], ...]:
        """The fields that end a signature: precision, libraries, and how much is read.

        Args:
            tokenizer: the package that splits texts.
        """
        return (
            ("precision", self.taken_precision),
            ("tok", f"{tokenizer}-{version(tokenizer)}"),
            ("maxlen", self.read_limit()),
            *((("windows", RULE),) if self.windows else ()),
            ("torch", version("torch").partition("+")[0]),
        )

    @override
    def notes(self, languages: LanguagePair) -> tuple[str, ...]:
        """The licence, what an own model is, and languages that the model has never seen."""
        own = OWN_MODELS.get(self.model)
        return (
            *licence_notes(self.name, self.model),
            *(own.notes(languages) if own else ()),
            *self._coverage_notes(languages),
            *precision_notes(self.name, self.precision),
        )

    @override
    def trust(self, languages: LanguagePair) -> float:
        """A published model's by its name, an own one's as measured; poor without the languages."""
        if any(self._coverage_notes(languages)):
            return trust.POOR
        own, published = OWN_MODELS.get(self.model), PUBLISHED.get(self.model)
        if own is not None:
            return own.trust(languages)
        return trust.MODEL if published is None else published.trust

    def _coverage_notes(self, languages: LanguagePair) -> Iterator[str]:
        return coverage_notes(self.name, self.model, languages, needs_source=self.needs_source)

    @override
    def calibration(self, languages: LanguagePair) -> Calibration | None:
        """That of a published model, with references where it can read them.

        `precision` does not matter: it moves segment scores by 0.005 at most, and unbabel-comet's
        own program computes in half precision.
        """
        published = PUBLISHED.get(self.model)
        if published is None or published.curve is None or self.name == "bertscore":
            return None
        as_calibrated = self.needs_references == (published.metric != "comet-qe")
        return Calibration(published.curve, POINTS) if as_calibrated else None

    @cached_property
    def found(self) -> FoundModel:
        """The model on this machine, looked up and hashed once for each metric object.

        Raises:
            ModelError: it is nowhere to be found, here or on the hub.
        """
        return find_encoder(self.model)

    @override
    def remarks(self, statistics: Matrix) -> tuple[str, ...]:
        """How many samples have a text that was cut, and how many were scored in windows."""
        found = (*self._remark_on_cut(statistics), *self._remark_on_windows(statistics))
        own = OWN_MODELS.get(self.model)
        return (*found, own.on_length) if found and own and own.on_length else found

    def _remark_on_cut(self, statistics: Matrix) -> Iterator[str]:
        if count := int(np.nansum(statistics[:, 2])):
            fate = (
                "it was cut there."
                if self.windows
                else "it was cut there, as the metric's own library does (windows = true reads all "
                "of it)."
            )
            yield f"{self.name}: {self._overlong_samples(count)}; {fate}"

    def _remark_on_windows(self, statistics: Matrix) -> Iterator[str]:
        found = np.nan_to_num(statistics[:, 3]) if self.windows else np.zeros(0)
        if count := int((found > 0).sum()):
            yield (
                f"{self.name}: {self._overlong_samples(count)}; scored in "
                f"{int(found.sum()):,} windows, whose mean counts."
            )

    def _overlong_samples(self, count: int) -> str:
        limit = self.read_limit()
        length = f"more than {limit} tokens" if limit.isdecimal() else "more tokens than are read"
        samples = "1 sample has" if count == 1 else f"{count:,} samples have"
        return f"{samples} a text of {length}"

    @override
    def stream(self, samples: Sequence[Sample], pool: ModelPool) -> Iterator[Chunk]:
        """Statistics alone; see `stream_details`."""
        for chunk in self.stream_details(samples, pool):
            yield chunk.indices, chunk.statistics

    @override
    def stream_details(self, samples: Sequence[Sample], pool: ModelPool) -> Iterator[DetailedChunk]:
        """Score chunk by chunk; with `windows`, a sample that would be cut in parts."""
        if not self.windows:
            yield from self.read(samples, pool)
            return
        yield from in_windows(
            samples, lambda some: self.read(some, pool), lambda some: self.overlong(some, pool)
        )

    @override
    def blocks(self, samples: Sequence[Sample]) -> Iterator[Sequence[int]]:
        """Chunks that hold all hypotheses of a source, or of a reference, where they can."""
        shared = [s.source if self.needs_source else _references(s) for s in samples]
        return chunks_by_text(shared, [s.hypothesis for s in samples], self.block_tokens)

    @abstractmethod
    def read(self, samples: Sequence[Sample], pool: ModelPool) -> Iterator[DetailedChunk]:
        """Score chunk by chunk, with statistics [m, 3]; texts are cut at the model's limit."""

    @abstractmethod
    def overlong(self, samples: Sequence[Sample], pool: ModelPool) -> NDArray[np.bool_]:
        """Whether `read` would cut a text of each sample [n]."""

    @abstractmethod
    def read_limit(self) -> str:
        """How many tokens of a text are read, or ``model`` where only loading it would tell."""

    def __getstate__(self) -> dict[str, Any]:
        """The configuration alone: elsewhere the model may lie elsewhere."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def check_finite(scores: Matrix) -> None:
    """See that a model gave numbers.

    Raises:
        MetricError: it gave none, or infinite ones.
    """
    if not np.isfinite(scores).all():
        raise MetricError(
            "The model gives no finite numbers: with precision fp16 or bf16, set precision to "
            "fp32; otherwise its weights are damaged, so download or copy it again."
        )


def _references(sample: Sample) -> str:
    return "\n".join(sample.present_references)


def means_over_references(scores: Matrix, cut: NDArray[np.bool_], counts: Sequence[int]) -> Matrix:
    """Statistics [n, 3] of samples: the mean score over their references, 1, whether one was cut.

    Args:
        scores: of each sample with each of its references, one sample after the other.
        cut: whether a text of it was cut.
        counts: references of each sample [n], at least one.

    Raises:
        MetricError: a score is no finite number.
    """
    check_finite(scores)
    starts = np.cumsum([0, *counts[:-1]])
    means = np.add.reduceat(scores, starts) / counts
    return np.stack((means, np.ones(len(counts)), any_of_each(cut, counts)), axis=1)


def any_of_each(
    flags: Sequence[bool] | NDArray[np.bool_], counts: Sequence[int]
) -> NDArray[np.bool_]:
    """Whether a flag is set in each group of neighbours [n], of at least one flag each."""
    starts = np.cumsum([0, *counts[:-1]])
    found: NDArray[np.bool_] = np.logical_or.reduceat(np.asarray(flags, dtype=np.bool_), starts)
    return found
