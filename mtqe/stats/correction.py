"""Corrections of p-values for the number of comparisons made."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mtqe.stats.resampling import Floats, Indices


def holm(p_values: ArrayLike) -> Floats:
    """Adjust p-values to hold the chance of any false finding (Holm, 1979).

    Args:
        p_values: an array of any shape; the whole of it is one family.

    Returns:
        Adjusted p-values of the same shape: compare them with alpha directly.

    Raises:
        ValueError: a p-value is NaN or lies outside 0 to 1.
    """
    p, order = _sorted_p_values(p_values)
    steps = np.arange(p.size, 0, -1)
    adjusted = np.maximum.accumulate(p[order] * steps)
    return _in_input_order(adjusted, order, np.shape(p_values))


def benjamini_hochberg(p_values: ArrayLike) -> Floats:
    """Adjust p-values to hold the share of false findings (Benjamini and Hochberg, 1995).

    Takes, returns and raises what `holm` does.
    """
    p, order = _sorted_p_values(p_values)
    steps = p.size / np.arange(1, p.size + 1)
    adjusted = np.minimum.accumulate((p[order] * steps)[::-1])[::-1]
    return _in_input_order(adjusted, order, np.shape(p_values))


def _sorted_p_values(p_values: ArrayLike) -> tuple[Floats, Indices]:
    p = np.asarray(p_values, dtype=np.float64).ravel()
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError("p-values must lie between 0 and 1, and none may be NaN.")
    return p, np.argsort(p, kind="stable")


def _in_input_order(adjusted: Floats, order: Indices, shape: tuple[int, ...]) -> Floats:
    result = np.empty_like(adjusted)
    result[order] = np.minimum(adjusted, 1.0)
    return result.reshape(shape)
