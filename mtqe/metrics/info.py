"""What a run keeps of a metric: all that later readers of its scores need, plug-ins included."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict

from mtqe.corpus.base import LanguagePair
from mtqe.errors import MtqeError
from mtqe.metrics.base import Calibration, Matrix, Metric, Signature
from mtqe.metrics.registry import metric_class
from mtqe.support.cost import Usage
from mtqe.support.options import parse_options

Number = TypeVar("Number", float, Matrix)


class MetricInfo(BaseModel):
    """What a metric's scores mean, and what it takes to reduce its statistics again.

    Attributes:
        name: what this run calls it.
        metric: its registered name.
        options: its configuration, defaults included.
        label: what tables and reports print; it tells of a model that is not the usual one.
        range: lowest and highest possible score; None where there is no bound.
        notes: what a reader of the scores should know, one sentence each.
        trust: how far it leads a verdict on these languages (see `mtqe.metrics.trust`); of the
            metrics of a comparison, that with the highest one leads.
        calibration: its scale in mt-thresholds; None where it has none as configured.
        partial: whether unscored segments are to be expected, as where people rated only some.
        caution: what whoever reads a verdict by these scores must know; empty for nothing.
        group: how many neighbouring segments were scored together, so that their scores are not
            independent; 1 for each by itself.
        usage: requests, tokens and cost of this run, of metrics that ask a server.
        failures: why translations could not be scored this time, one sentence for each reason.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    name: str
    metric: str
    options: Mapping[str, Any]
    label: str
    signature: str
    higher_is_better: bool
    range: tuple[float | None, float | None]
    decimals: int
    notes: tuple[str, ...] = ()
    trust: float = 0.0
    calibration: Calibration | None = None
    partial: bool = False
    caution: str = ""
    group: int = 1
    usage: Usage | None = None
    failures: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        name: str,
        metric: Metric,
        languages: LanguagePair,
        *,
        signature: str,
        remarks: tuple[str, ...] = (),
        caution: str = "",
        failures: tuple[str, ...] = (),
    ) -> MetricInfo:
        """What a run on these languages keeps of a metric.

        Args:
            name: what the run calls it.
            metric: as it was configured.
            languages: the direction of translation.
            signature: of the scores, which the references may be part of.
            remarks: further notes, on these very scores.
            caution: what a verdict by them must say.
            failures: why translations could not be scored this time.
        """
        low, high = (bound if math.isfinite(bound) else None for bound in metric.score_range)
        return cls(
            name=name,
            metric=metric.name,
            options=asdict(metric),
            label=metric.full_label,
            signature=signature,
            higher_is_better=metric.higher_is_better,
            range=(low, high),
            decimals=metric.decimals,
            notes=(*metric.notes(languages), *remarks),
            trust=metric.trust(languages),
            calibration=_calibration(metric, languages, signature),
            partial=metric.partial,
            caution=caution,
            group=metric.group_size,
            usage=metric.usage,
            failures=failures,
        )

    @property
    def sign(self) -> int:
        """1 where higher scores are better, -1 where lower ones are."""
        return 1 if self.higher_is_better else -1

    @property
    def model(self) -> str | None:
        """The model that it runs, by the name that was configured; None where it runs none."""
        model = self.options.get("model")
        return model if isinstance(model, str) else None

    def quality(self, scores: Number) -> Number:
        """Scores so that higher ones are better, whatever the metric."""
        return scores if self.higher_is_better else -scores

    def build(self) -> Metric:
        """Build the metric as it was configured.

        Raises:
            ConfigError: it is a plug-in's that is not installed here, or its options are damaged.
        """
        return parse_options(metric_class(self.metric), self.options, f"the run's {self.name}")

    def completed(self, languages: LanguagePair) -> MetricInfo:
        """With what versions before 0.2 did not keep; as it is where it is complete, or unknown."""
        if "trust" in self.model_fields_set:
            return self
        try:
            metric = self.build()
        except (MtqeError, TypeError):
            return self
        return self.model_copy(
            update={
                "label": metric.full_label if self.label == metric.label else self.label,
                "trust": metric.trust(languages),
                "calibration": _calibration(metric, languages, self.signature),
                "partial": metric.partial,
            }
        )


def _calibration(metric: Metric, languages: LanguagePair, signature: str) -> Calibration | None:
    """The scale in mt-thresholds of scores with one reference per segment or none, as it knows.

    Several references raise scores and make differences between systems smaller.
    """
    references = dict(Signature.parse(signature).fields).get("nrefs", "1")
    return metric.calibration(languages) if references in ("0", "1") else None
