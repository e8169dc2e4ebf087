"""The contract of a metric."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from mtqe.corpus.base import LanguagePair
from mtqe.corpus.spans import FoundSpan, OriginKind
from mtqe.metrics import trust
from mtqe.support.cost import Asking, Usage

if TYPE_CHECKING:
    from mtqe.metrics.models.local import LocalModel
    from mtqe.metrics.pool import ModelPool

Matrix = NDArray[np.float64]
Chunk = tuple[NDArray[np.intp], Matrix]

BLOCK = 4096
"""Samples of a block of a metric that does not say how it cuts its work."""


class Earlier(NamedTuple):
    """An earlier segment of a document, with its translation by the same system, if any."""

    source: str
    hypothesis: str | None
    references: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """One hypothesis with what it is judged against.

    Attributes:
        source: the source text.
        hypothesis: the translation to judge.
        references: one entry a reference column; None where this segment lacks that reference.
        before: earlier segments of the document, the last one last; empty unless the metric asks
            for `Metric.context`.
        repeat: which judgement of this translation it is, from 0, where `Metric.repeats` is more
            than 1.
        group: which segments may be scored together with this one: its document, and a number
            there; None unless `Metric.group_size` is more than 1.
    """

    source: str
    hypothesis: str
    references: tuple[str | None, ...] = ()
    before: tuple[Earlier, ...] = ()
    repeat: int = 0
    group: tuple[str, int] | None = None

    @property
    def present_references(self) -> tuple[str, ...]:
        """The references that the segment does have."""
        return tuple(text for text in self.references if text is not None)


@dataclass(frozen=True, slots=True)
class Details:
    """What a metric says of one sample beyond its statistics.

    Attributes:
        spans: the errors that it found, in the hypothesis or in the source.
        scores: sub-scores by name, such as xCOMET's ``src``, ``ref`` and ``unified``.
        failure: why it could not be scored this time; its statistics are NaN, and neither they nor
            this are cached. Empty for no failure.
        answered_by: exact name of the model that a server said it is; empty for none.
    """

    spans: tuple[FoundSpan, ...] = ()
    scores: Mapping[str, float] = field(default_factory=dict)
    failure: str = ""
    answered_by: str = ""


class DetailedChunk(NamedTuple):
    """A `Chunk` with details of each of its samples [m]; empty where the metric gives none."""

    indices: NDArray[np.intp]
    statistics: Matrix
    details: Sequence[Details] = ()


@dataclass(frozen=True)
class Signature:
    """All that a score depends on, as ordered fields; printed as sacreBLEU prints its own."""

    fields: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return "|".join(f"{key}:{value}" for key, value in self.fields)

    @classmethod
    def parse(cls, text: str) -> Signature:
        """Read what `str` gave."""
        pairs = (part.partition(":") for part in text.split("|"))
        return cls(tuple((key, value) for key, _, value in pairs))

    def differences(self, other: Signature) -> tuple[str, ...]:
        """The names of the fields that differ, in order."""
        mine, theirs = dict(self.fields), dict(other.fields)
        return tuple(key for key in {**mine, **theirs} if mine.get(key) != theirs.get(key))


@dataclass(frozen=True, slots=True)
class Calibration:
    """The scale on which the package mt-thresholds knows a metric (Kocmi et al. 2024).

    Attributes:
        name: name of its curve there.
        factor: what differences of our scores are multiplied by.
    """

    name: str
    factor: float = 1.0


@dataclass(frozen=True)
class Metric(ABC):
    """A frozen configuration that turns samples into statistics and statistics into scores.

    The fields of a concrete metric are its configuration. It holds no model and no state, so it
    can be pickled and sent to another process; models live in the `ModelPool` that is passed in.

    Attributes:
        name: what ``-m NAME`` and ``[metrics.NAME]`` say.
        label: what people call it, such as BLEU; see `full_label`.
        needs_source: whether `Sample.source` is looked at.
        needs_references: whether a sample without any reference can't be scored.
        higher_is_better: False for error rates.
        range: the lowest and the highest possible score; infinite where there is no bound (see
            `score_range`).
        decimals: number of decimals in tables.
        cacheable: whether scoring a sample costs enough to keep its statistics in the cache.
        partial: whether unscored samples are to be expected, as where people rated only some.
        tokenizer_languages: target languages whose tokenizer is a package of its own, which
            `mtqe doctor` looks for.
        runs_model: whether it runs a model on the pool's device, so that several devices share its
            blocks.
        origin_kind: what spans of this metric call their origin: ``metric``, or ``judge`` where a
            language model was asked.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    needs_source: ClassVar[bool]
    needs_references: ClassVar[bool]
    higher_is_better: ClassVar[bool] = True
    range: ClassVar[tuple[float, float]]
    decimals: ClassVar[int]
    cacheable: ClassVar[bool]
    partial: ClassVar[bool] = False
    tokenizer_languages: ClassVar[tuple[str, ...]] = ()
    runs_model: ClassVar[bool] = False
    origin_kind: ClassVar[OriginKind] = "metric"

    @property
    def reads_source(self) -> bool:
        """`needs_source` as configured."""
        return self.needs_source

    @property
    def reads_references(self) -> bool:
        """`needs_references` as configured."""
        return self.needs_references

    @property
    def context(self) -> int:
        """How many earlier segments of the document `Sample.before` should have."""
        return 0

    @property
    def group_size(self) -> int:
        """How many neighbouring segments are scored together; comparisons resample them as one."""
        return 1

    @property
    def repeats(self) -> int:
        """How often each sample is scored; more than once only where scores vary by themselves."""
        return 1

    @property
    def once(self) -> Metric:
        """This metric with one repetition; the cache keeps each of `repeats` by itself."""
        return self

    def merged(self, statistics: Matrix, details: Sequence[Details]) -> tuple[Matrix, Details]:
        """Statistics [k] and details of one sample, from those of its repetitions by `once`.

        Args:
            statistics: [repeats, k] of `once`; NaN in those that failed.
            details: one for each repetition.
        """
        return statistics[0], details[0]

    @property
    @abstractmethod
    def statistic_names(self) -> tuple[str, ...]:
        """Names of the k columns of the statistics."""

    @classmethod
    @abstractmethod
    def from_options(cls, options: Mapping[str, Any], target_language: str) -> Metric:
        """Build from a ``[metrics.NAME]`` table.

        Raises:
            ConfigError: an unknown option or a wrong value; names the key and what is allowed.
        """

    @classmethod
    def for_languages(cls, options: Mapping[str, Any], languages: LanguagePair) -> Metric:
        """`from_options` for a metric that also wants to know the sources' language."""
        return cls.from_options(options, languages.target)

    @classmethod
    def can_run(cls, model: LocalModel) -> bool:
        """Whether `model` is an option of this metric, and may be this one; loads no model."""
        return False

    @property
    def full_label(self) -> str:
        """What tables and reports print: the label, and the model where it is not the usual one."""
        return self.label

    @property
    def score_range(self) -> tuple[float, float]:
        """The range as configured."""
        return self.range

    def notes(self, languages: LanguagePair) -> tuple[str, ...]:
        """What a reader of scores on these languages should know, one sentence each.

        Loads no model.
        """
        return ()

    def quality(self, scores: Matrix) -> Matrix:
        """Scores so that higher ones are better, whatever the metric."""
        return scores if self.higher_is_better else -scores

    def trust(self, languages: LanguagePair) -> float:
        """How far the scores are to be trusted on these languages; see `mtqe.metrics.trust`."""
        return trust.UNKNOWN

    def calibration(self, languages: LanguagePair) -> Calibration | None:
        """The scale of these scores in mt-thresholds; None where it knows none as configured."""
        return None

    def fitted(self, references: Sequence[str]) -> Metric:
        """This metric with what it must know of all references of a corpus; most need nothing.

        Called once, before `signature` and `stream`, with every present reference in order.
        """
        return self

    def remarks(self, statistics: Matrix) -> tuple[str, ...]:
        """Sentences on these statistics [n, k], NaN where unscored, for readers of the scores."""
        return ()

    @classmethod
    def readiness(cls, target_language: str) -> str:
        """What `mtqe doctor` says: the signature with default options for this language.

        Raises:
            MetricError: it can't be computed here; names the fix.
        """
        metric = cls.from_options({}, target_language)
        metric.check()
        return str(metric.signature("1"))

    @abstractmethod
    def check(self) -> None:
        """Raise `MetricError`, naming the fix, if this can't be computed here; loads no model."""

    @abstractmethod
    def signature(self, reference_count: str) -> Signature:
        """All that the scores depend on; loads no model.

        Args:
            reference_count: references a segment, or ``var`` (see `Corpus.reference_count`).

        Raises:
            MetricError: the model can't be had.
        """

    @abstractmethod
    def stream(self, samples: Sequence[Sample], pool: ModelPool) -> Iterator[Chunk]:
        """Compute statistics, giving parts as they are done so that an interrupted run keeps them.

        Gives pairs of indices into `samples` [m] and statistics float64 [m, k]; over all chunks
        every sample occurs exactly once. Samples without a reference are never passed to a metric
        that needs references.
        """

    def blocks(self, samples: Sequence[Sample]) -> Iterator[Sequence[int]]:
        """Indices of samples that are scored together, in blocks that can be computed apart.

        Every sample occurs in exactly one block, and `stream` gives a block by itself the very
        numbers that it gives it among all samples; see `mtqe.evaluation.executors`.
        """
        for start in range(0, len(samples), BLOCK):
            yield range(start, min(start + BLOCK, len(samples)))

    @property
    def gives_details(self) -> bool:
        """Whether `stream_details` gives spans or sub-scores; loads no model.

        Raises:
            MetricError: the model that decides it can't be had.
        """
        return False

    @property
    def finds_spans(self) -> bool:
        """Whether details have spans; loads no model."""
        return self.gives_details

    @property
    def server_url(self) -> str:
        """Address of the server that is asked; empty where none is."""
        return ""

    @property
    def usage(self) -> Usage | None:
        """What requests to a server took since this object was made; None where none are sent."""
        return None

    def asking(self, samples: Sequence[Sample]) -> Asking | None:
        """What scoring these would take of a server; None where none is asked."""
        return None

    @property
    def has_budget(self) -> bool:
        """Whether `objection` may have one."""
        return False

    def objection(self, asking: Asking) -> str | None:
        """Why that is over the metric's budget, or None."""
        return None

    @property
    def without_budget(self) -> Metric:
        """This metric once somebody has said yes to what it costs."""
        return self

    def stream_details(self, samples: Sequence[Sample], pool: ModelPool) -> Iterator[DetailedChunk]:
        """`stream`, with what the metric says beyond its statistics; no model runs twice for it.

        A metric that finds errors overrides this and `gives_details`. Spans are counted in Unicode
        code points of the very texts of a sample; a run holds them against these texts.
        """
        for indices, rows in self.stream(samples, pool):
            yield DetailedChunk(indices, rows)

    @abstractmethod
    def corpus_scores(self, sums: Matrix) -> Matrix:
        """Reduce summed statistics [..., k] to corpus scores [...]."""

    def resampled_scores(self, sums: Matrix) -> Matrix:
        """`corpus_scores` within 1e-12, for the many sums of a resampling test."""
        return self.corpus_scores(sums)

    @abstractmethod
    def segment_scores(self, statistics: Matrix) -> Matrix:
        """Reduce each sample's statistics [n, k] to its segment score [n]."""

    def statistics(self, samples: Sequence[Sample], pool: ModelPool) -> Matrix:
        """All of `stream` as one matrix [len(samples), k], each sample scored `repeats` times."""
        matrix = np.full((len(samples), len(self.statistic_names)), np.nan)
        if self.repeats > 1:
            for index, sample in enumerate(samples):
                same = [replace(sample, repeat=number) for number in range(self.repeats)]
                singles = self.once.statistics(same, pool)
                matrix[index], _ = self.merged(singles, [Details()] * self.repeats)
            return matrix
        for indices, rows in self.stream(samples, pool):
            matrix[indices] = rows
        return matrix


@dataclass(frozen=True)
class MeanMetric(Metric):
    """A metric whose corpus score is the mean of its segment scores; statistics are (score, 1)."""

    @property
    @override
    def statistic_names(self) -> tuple[str, ...]:
        return ("sum", "n")

    @override
    def corpus_scores(self, sums: Matrix) -> Matrix:
        with np.errstate(invalid="ignore", divide="ignore"):
            mean: Matrix = sums[..., 0] / sums[..., 1]
        return mean

    @override
    def segment_scores(self, statistics: Matrix) -> Matrix:
        return statistics[:, 0]
