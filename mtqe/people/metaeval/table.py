"""Meta-evaluation results as a table and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict

from mtqe.people.metaeval.evaluate import Figure, PairAgreement

HEADER = (
    "pair", "metric", "preference", "accuracy (ties calibrated)", "Kendall tau-b", "system accuracy"
)  # fmt: skip


def rows(agreements: Iterable[PairAgreement]) -> list[tuple[str, ...]]:
    """One row a language pair and metric, under `HEADER`; figures with their intervals."""
    return [
        (
            agreement.lp,
            metric.metric,
            _cell(metric.preference),
            _cell(metric.accuracy),
            _cell(metric.tau_b),
            _cell(metric.system_accuracy),
        )
        for agreement in agreements
        for metric in agreement.metrics
    ]


def markdown(agreements: Iterable[PairAgreement]) -> str:
    """The rows as a Markdown table."""
    lines = [HEADER, tuple("---" for _ in HEADER), *rows(agreements)]
    return "\n".join(_line(cells) for cells in lines) + "\n"


def to_json(agreements: Iterable[PairAgreement]) -> str:
    """Everything, the paired tests included."""
    return json.dumps([asdict(agreement) for agreement in agreements], indent=2) + "\n"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(figure: Figure | None) -> str:
    if figure is None:
        return "-"
    return f"{figure.value:.3f} [{figure.interval.low:.3f}, {figure.interval.high:.3f}]"
