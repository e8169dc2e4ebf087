"""Suggested rules as TOML to paste and edit."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from mtqe.gate.suggest import Suggestion


def suggestions_toml(suggestions: Sequence[Suggestion]) -> str:
    """Two rules a system and metric, with where their limits come from."""
    return "\n".join(line for item in suggestions for line in _lines(item))


def _lines(item: Suggestion) -> Iterator[str]:
    decimals = item.metric.decimals + 1
    low, high = min(item.scores), max(item.scores)
    yield (
        f"# {item.system}, {item.metric.label}: {len(item.scores)} runs scored "
        f"{low:.{decimals}f} to {high:.{decimals}f}; the next one should keep within"
    )
    key = "min" if item.metric.higher_is_better else "max"
    yield from _rule(item, key, item.limit)
    shown = "" if item.detectable is None else f"; {item.detectable:.{decimals}f} can be shown"
    yield f"# The largest drop from run to run was {item.drift:.{decimals}f}{shown}"
    yield from _rule(item, "max_drop", item.margin)


def _rule(item: Suggestion, key: str, limit: float) -> Iterator[str]:
    yield "[[gate.rules]]"
    # JSON's strings are TOML's.
    yield f"metric = {json.dumps(item.metric.name)}"
    yield f"system = {json.dumps(item.system)}"
    yield f"{key} = {limit}"
    yield ""
