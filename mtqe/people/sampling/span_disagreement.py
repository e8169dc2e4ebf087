"""How far origins of error spans disagree on each segment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from mtqe.corpus.spans import SPAN_SIDES, Span, SpanSide, origin, origin_kind, origin_name
from mtqe.errors import ConfigError
from mtqe.metrics.base import Matrix
from mtqe.run import Run, spans_of
from mtqe.support.options import suggestion

WEIGHTS = {"critical": 10.0, "major": 5.0, "minor": 1.0, "neutral": 0.1}
"""What a marked character counts; those of xCOMET's and MQM's penalties."""
UNGRADED = 1.0


def span_disagreement(run: Run, origins: Sequence[str] = ()) -> Matrix:
    """How far origins of spans disagree, from 0, where they mark the same, up [segments].

    Each character of source and translation weighs what the gravest span over it costs (critical
    10, major 5, minor 1). Of each pair of origins, the differences of these weights are added up
    over the segment's translations and divided by the square root of their length, as noise grows
    with it; the mean over the pairs counts. A translation that either did not look at is left out.

    Args:
        run: a finished run.
        origins: which to compare, each by its whole name or its name without the kind; all but
            those of checks if empty.

    Raises:
        ConfigError: there are fewer than two, or no origin of such a name.
    """
    chosen = _chosen(run, origins)
    frame = run.segments
    size = run.manifest.corpus.segments
    ids = {name: row for row, name in enumerate(frame["segment_id"].iloc[:size])}
    systems = {info.name: place for place, info in enumerate(run.manifest.systems)}
    marked: dict[tuple[str, int], list[Span]] = {}
    for span in spans_of(run.spans_table):
        row = systems[span.system] * size + ids[span.segment_id]
        marked.setdefault((span.origin, row), []).append(span)
    texts = {
        "source": frame["source"].tolist(),
        "target": [text if isinstance(text, str) else None for text in frame["hypothesis"]],
    }
    looked = {name: _looked_at(run, name) for name in chosen}
    found = np.zeros(size)
    pairs = list(combinations(chosen, 2))
    for row in {row for name, row in marked if name in chosen}:
        if texts["target"][row] is None:
            continue
        lengths = {side: len(texts[side][row]) for side in SPAN_SIDES}
        weights = {name: _weights(marked.get((name, row), ()), lengths) for name in chosen}
        for one, other in pairs:
            if looked[one][row] and looked[other][row]:
                apart = np.abs(weights[one] - weights[other]).sum()
                found[row % size] += apart / np.sqrt(max(1, lengths["target"]))
    return found / len(pairs)


def _chosen(run: Run, origins: Sequence[str]) -> list[str]:
    asked = [info.name for info in run.manifest.origins or ()]
    known = [*asked, *(origin("check", check.name) for check in run.manifest.checks)]
    chosen = []
    for name in origins:
        found = [each for each in known if name in (each, origin_name(each))]
        if not found:
            raise ConfigError(
                f"no origin of error spans is called {name!r}; {suggestion(name, known)}"
            )
        chosen.append(found[0])
    chosen = list(dict.fromkeys(chosen or asked))
    if len(chosen) < 2:
        raise ConfigError(
            "--by spans compares at least two origins of error spans, and the run has "
            f"{', '.join(chosen) or 'none'}; add another metric, judge or person, or name two with "
            "--origin."
        )
    return chosen


def _looked_at(run: Run, name: str) -> NDArray[np.bool_]:
    """Which translations an origin has looked at: those that its metric has scored."""
    metrics = {info.name: info.metric for info in run.manifest.origins or ()}
    if origin_kind(name) == "check" or metrics.get(name) not in run.segments.columns:
        return np.ones(len(run.segments), bool)
    looked: NDArray[np.bool_] = run.segments[metrics[name]].notna().to_numpy(bool)
    return looked


def _weights(spans: Sequence[Span], lengths: Mapping[SpanSide, int]) -> Matrix:
    """The weight of each character, those of the source before those of the translation."""
    weights = np.zeros(sum(lengths.values()) + len(lengths))
    offset: Mapping[SpanSide, int] = {"source": 0, "target": lengths["source"] + 1}
    for span in spans:
        weight = WEIGHTS.get(span.severity or "", UNGRADED)
        start = offset[span.side] + span.start
        end = offset[span.side] + max(span.end, span.start + 1)
        weights[start:end] = np.maximum(weights[start:end], weight)
    return weights
