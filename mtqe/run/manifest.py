"""The content of `run.json`: what was evaluated, by what, and how it scored."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from math import isclose
from typing import Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from mtqe.corpus.base import LanguagePair
from mtqe.metrics.info import MetricInfo
from mtqe.metrics.scores import MetricScores
from mtqe.support.cost import Estimate, Usage, money
from mtqe.support.numbers import rank_text

SCHEMA: Final = 1


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class CorpusInfo(_Frozen):
    """Which segments were translated.

    Attributes:
        hash: SHA-256 over languages, ids, sources and references.
        references: references a segment, or ``var``.
        slices: the metadata columns, each a set of slices.
        findings: number of segments, by check, with a finding about the test set itself.
    """

    name: str
    source_language: str
    target_language: str
    hash: str
    segments: int
    references: str
    slices: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    findings: Mapping[str, int] = {}


class CheckInfo(_Frozen):
    """A check that was run, whether it found anything or not.

    Attributes:
        summary: what it finds, in a few words.
        settings: all that its findings depend on.
    """

    name: str
    summary: str
    settings: Mapping[str, Any]


class OriginInfo(_Frozen):
    """Something other than a check that was asked for spans, whether it found any or not.

    Attributes:
        name: what its spans call their origin, such as ``metric:xcomet``.
        label: what tables and reports print.
        metric: the run's metric that holds its scores.
        spans: number of its spans in the run.
        notes: what does not fit the texts, counted and named.
    """

    name: str
    label: str
    metric: str
    spans: int
    notes: tuple[str, ...] = ()


class Score(_Frozen):
    """A system's corpus score by one metric.

    Attributes:
        score: corpus score; None where no segment could be scored.
        segments: number of segments behind the score.
        unscored: number of segments that it leaves out: no translation, or no reference.
        low: lower end of its 95% bootstrap interval on the segments that every system has scored;
            None where the data can't bound it.
        high: upper end.
        rank: the cluster, as in WMT's findings papers: 1 for the best; a line is drawn only where
            all systems above are significantly better than all below.
        ranks: the best and the worst rank that the comparisons of all pairs leave open.
        behind: whether it is significantly worse than the highest-scoring system.
    """

    metric: str
    score: float | None
    signature: str
    segments: int
    unscored: int
    low: float | None = None
    high: float | None = None
    rank: int | None = None
    ranks: tuple[int, int] | None = None
    behind: bool | None = None

    @property
    def ranks_text(self) -> str:
        """The range of ranks, such as "1-4"; empty where there is none."""
        return rank_text(self.ranks)

    @property
    def ranks_open(self) -> int:
        """How many ranks the comparisons leave open; 0 where there was none."""
        return 0 if self.ranks is None else self.ranks[1] - self.ranks[0] + 1

    def within(self, bounds: tuple[float | None, float | None]) -> Self:
        """The same without what rounding adds to the metric's ends: no 100.00000000000004.

        sacreBLEU's numbers are kept to the last bit in the run; programs that read JSON may check
        that a score lies in the metric's range.

        Args:
            bounds: the metric's range.
        """
        ends = {name: getattr(self, name) for name in ("score", "low", "high")}
        return self.model_copy(
            update={name: _rounded_to(value, bounds) for name, value in ends.items()}
        )

    @classmethod
    def of(cls, metric: str, signature: str, scores: MetricScores) -> Self:
        """A corpus score without interval and rank.

        Args:
            metric: what the run calls it.
            signature: of the scores.
            scores: of all segments of one system.
        """
        return cls(
            metric=metric,
            score=scores.corpus,
            signature=signature,
            segments=scores.scored,
            unscored=scores.unscored,
        )


def _rounded_to(value: float | None, bounds: tuple[float | None, float | None]) -> float | None:
    """A bound in place of a value that rounding alone keeps from it."""
    if value is None:
        return None
    near = (bound for bound in bounds if bound is not None)
    return next((bound for bound in near if isclose(value, bound, abs_tol=1e-12)), value)


class SystemInfo(_Frozen):
    """One system: how it translated and how it scored.

    Attributes:
        identity: the backend's name, version and every option that changes the output.
        translated: translations made in this run; the others came from the cache.
        seconds: time spent translating in this run.
        failures: number of segments without a translation.
        notes: what was found and counted without objecting, such as "2 empty hypotheses".
        findings: number of segments with a finding, by check.
        usage: requests, tokens and cost of this run, from backends that count them.
        estimate: what translating the whole test set takes; None for recorded translations.
        speed: segments a second, as measured in the run that had most to translate.
    """

    name: str
    identity: Mapping[str, str]
    translated: int
    seconds: float
    failures: int
    scores: tuple[Score, ...]
    notes: tuple[str, ...] = ()
    findings: Mapping[str, int] = {}
    usage: Usage | None = None
    estimate: Estimate | None = None
    speed: float | None = None

    @property
    def cost(self) -> float | None:
        """What translating the whole test set costs, where a price is known.

        The cost of this run where it translated all of it, the estimate otherwise.
        """
        if self.estimate is None or self.estimate.cost is None:
            return None
        counted = self.usage is not None and self.usage.characters >= self.estimate.characters
        return self.usage.cost if self.usage is not None and counted else self.estimate.cost

    @property
    def cost_shown(self) -> str | None:
        """The cost with its currency."""
        if self.cost is None or self.estimate is None:
            return None
        return money(self.cost, self.estimate.currency)

    def score(self, metric: str) -> Score:
        """The score by the metric of this name.

        Raises:
            KeyError: the run has no such metric.
        """
        for score in self.scores:
            if score.metric == metric:
                return score
        raise KeyError(metric)


class RunManifest(_Frozen):
    """The content of `run.json`.

    Attributes:
        id: stable name of this run, the same for the same folder for ever.
        created: when it ended, ISO 8601 with time zone.
        versions: mtqe and the libraries that the scores depend on.
        verdict: which system is best and how sure, in a sentence; see `mtqe.compare`.
        remarks: what a reader of the verdict must know.
        checks: checks that were made; empty in runs of versions before checks.
        origins: metrics, judges and people that were asked for spans; checks are in `checks`. None
            in runs of versions before spans, and in baselines of theirs.
    """

    schema_version: Literal[1] = SCHEMA
    id: str
    created: str
    versions: Mapping[str, str]
    corpus: CorpusInfo
    metrics: tuple[MetricInfo, ...]
    systems: tuple[SystemInfo, ...]
    verdict: str = ""
    remarks: tuple[str, ...] = ()
    checks: tuple[CheckInfo, ...] = ()
    origins: tuple[OriginInfo, ...] | None = None

    @model_validator(mode="after")
    def _complete_metrics(self) -> Self:
        """Metrics of runs and baselines before 0.2 lack what this version would have kept."""
        languages = LanguagePair(self.corpus.source_language, self.corpus.target_language)
        completed = tuple(metric.completed(languages) for metric in self.metrics)
        object.__setattr__(self, "metrics", completed)
        return self


def run_identity(corpus: str) -> tuple[str, str]:
    """The `id` and the time `created` of a run on this corpus that ends now."""
    now = datetime.now(UTC)
    run_id = f"{corpus}-{now:%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:6]}"
    return run_id, now.isoformat(timespec="seconds")
