"""Metrics under the names that a run gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mtqe.corpus.base import LanguagePair
from mtqe.errors import ConfigError
from mtqe.metrics.base import Metric
from mtqe.metrics.registry import metric_class
from mtqe.support.arguments import check_type
from mtqe.support.options import check_name_list, suggestion


@dataclass(frozen=True)
class NamedMetric:
    """A metric under the name that a run gives it."""

    name: str
    metric: Metric


def build_metrics(
    names: str | Sequence[str],
    languages: LanguagePair,
    options: Mapping[str, Mapping[str, Any]] | None = None,
) -> tuple[NamedMetric, ...]:
    """Metrics without a configuration file.

    Args:
        names: registered metrics, or one; each counts once.
        languages: the target language decides the tokenizer.
        options: for some names, the options of their table.

    Raises:
        ConfigError: an unknown name or option.
    """
    chosen = check_name_list(names, "metrics")
    check_type(options, (Mapping, type(None)), "options", '{metric: table}, as {"bleu": {…}}')
    for name, table in (options or {}).items():
        if name not in chosen:
            raise ConfigError(
                f"options: {name!r} is not among the metrics {', '.join(chosen)}; "
                f"{suggestion(str(name), chosen)}"
            )
        check_type(table, Mapping, f"options: {name}", "a table of its options")
    return tuple(
        NamedMetric(
            name, metric_class(name).for_languages((options or {}).get(name, {}), languages)
        )
        for name in dict.fromkeys(chosen)
    )
