"""Names of metrics: one line per built-in metric, then the entry points ``mtqe.metrics``."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, cast

from mtqe.errors import ConfigError
from mtqe.support.plugins import load_plugin, plugin_names

if TYPE_CHECKING:
    from mtqe.metrics.base import Metric
    from mtqe.metrics.models.local import LocalModel

METRICS: Mapping[str, str] = {
    "bleu": "mtqe.metrics.surface:BLEU",
    "spbleu": "mtqe.metrics.surface:SpBLEU",
    "chrf": "mtqe.metrics.surface:CHRF",
    "chrf++": "mtqe.metrics.surface:CHRFPlusPlus",
    "ter": "mtqe.metrics.surface:TER",
    "comet": "mtqe.metrics.neural.comet:Comet",
    "comet-qe": "mtqe.metrics.neural.comet:CometQE",
    "metricx": "mtqe.metrics.neural.metricx:MetricX",
    "metricx-qe": "mtqe.metrics.neural.metricx:MetricXQE",
    "bleurt": "mtqe.metrics.neural.bleurt:BLEURT",
    "judge": "mtqe.metrics.judge.metric:Judge",
    "human": "mtqe.metrics.human:Human",
    "terms": "mtqe.metrics.terms:Terms",
    "bertscore": "mtqe.metrics.neural.bertscore:BERTScore",
}

DEFAULT_METRICS = ("bleu", "chrf", "comet", "bertscore")


def metric_names() -> tuple[str, ...]:
    """Every metric that ``-m`` and ``[metrics.NAME]`` may name."""
    return plugin_names("mtqe.metrics", METRICS)


def metric_for_model(model: LocalModel) -> str | None:
    """The first metric that can run a model on this machine; plug-ins that fail are passed over."""
    for name in metric_names():
        with suppress(ConfigError):
            if metric_class(name).can_run(model):
                return name
    return None


def metric_class(name: str) -> type[Metric]:
    """The class behind a metric's name.

    Raises:
        ConfigError: no such metric, or its package can't be imported.
    """
    return cast("type[Metric]", load_plugin("mtqe.metrics", METRICS, name))
