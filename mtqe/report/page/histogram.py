"""Bins that all systems share, at round numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BINS = 24
"""About how many bins a histogram gets."""

TAIL = 0.5
"""Percent of the scores that may lie outside the bins at each end."""

DUST = 1e-6
"""A bin narrower than this would show rounding errors of equal scores as a spread."""

Vector = NDArray[np.float64]


def bin_edges(scores: Vector, lowest: float | None, highest: float | None) -> Vector:
    """Edges of equally wide bins at round numbers that hold nearly all scores.

    A few outliers (`TAIL`) don't stretch the bins; whoever counts puts them in the end bins.

    Args:
        scores: finite scores of all systems, [n]; may be empty.
        lowest: the lowest possible score, or None.
        highest: the highest possible score, or None.
    """
    low, high = np.percentile(scores, (TAIL, 100 - TAIL)) if scores.size else (0.0, 1.0)
    step = _round_step((high - low) / BINS)
    first, last = np.floor(low / step), np.ceil(high / step)
    if first == last:
        last += 1
    if lowest is not None:
        first = max(first, np.floor(lowest / step))
    if highest is not None and np.ceil(highest / step) > first:
        last = min(last, np.ceil(highest / step))
    edges: Vector = np.round(np.arange(first, last + 1) * step, 12)
    return edges


def _round_step(width: float) -> float:
    """The smallest of 1, 2 and 5 times a power of ten that isn't under `width`."""
    if width <= DUST:
        return 0.01
    power = 10.0 ** np.floor(np.log10(width))
    return float(next(factor * power for factor in (1, 2, 5, 10) if factor * power >= width))
