"""BLEU, chrF and TER from their sufficient statistics, for any number of rows at once.

Every operation is done in sacreBLEU's order, and logarithms and exponentials are those of `math`
(NumPy's own differ in the last bit on some processors), so that scores equal sacreBLEU's to the
last bit. For the many sums of a resampling test, `exact=False` takes NumPy's, which are several
times faster and within 1e-12. A row with NaN gives NaN.
"""

from __future__ import annotations

import math
import sys

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

LOG_OF_ZERO = -9999999999.0  # sacreBLEU's floor
CHRF_EPSILON = 1e-16
PAIRWISE = 8
"""Numbers from which NumPy sums in another order than one by one."""


def bleu_scores(
    sums: Array,
    order: int,
    smoothing: str,
    smoothing_value: float,
    *,
    effective_order: bool,
    exact: bool = True,
) -> Array:
    """BLEU (Papineni et al., 2002) as `sacrebleu.metrics.BLEU.compute_bleu` has it.

    Args:
        sums: [..., 2 + 2 * order]: hypothesis length, reference length, matches, totals.
        order: the longest n-gram.
        smoothing: ``exp``, ``floor``, ``add-k`` or ``none`` (Chen and Cherry, 2014).
        smoothing_value: what ``floor`` puts for no match, or ``add-k`` adds.
        effective_order: leave out the orders that the hypothesis is too short for.
        exact: to the last bit of sacreBLEU's.

    Returns:
        [...], from 0 to 100.
    """
    rows = sums.reshape(-1, 2 + 2 * order)
    if not exact and smoothing != "add-k" and order < PAIRWISE and _all_match(rows):
        return _matched_bleu(rows, order).reshape(sums.shape[:-1])
    correct, total = rows[:, 2 : 2 + order].copy(), rows[:, 2 + order :].copy()
    matched = (correct > 0).any(axis=1)
    if smoothing == "add-k":
        correct[:, 1:] += smoothing_value
        total[:, 1:] += smoothing_value
    reached = np.logical_and.accumulate(total > 0, axis=1)
    precisions = _precisions(correct, total, reached, smoothing, smoothing_value)
    orders = np.maximum(reached.sum(axis=1), 1) if effective_order else np.full(len(rows), order)
    counted = np.arange(order) < orders[:, None]
    log, exp, add = (_log, _exp, _add) if exact else (_fast_log, np.exp, _fast_add)
    mean_logs = add(np.where(counted, log(precisions), 0.0)) / orders
    penalty = exp(_brevity_log(rows[:, 0], rows[:, 1]))
    scores = np.where(matched, penalty * exp(mean_logs), 0.0)
    return np.where(np.isnan(rows).any(axis=1), np.nan, scores).reshape(sums.shape[:-1])


def _all_match(rows: Array) -> bool:
    """Whether each row has a match of every order, so that nothing is smoothed or left out."""
    return _least(rows[:, 2:]) > 0 and _least(rows[:, :2]) >= 0


def _least(counts: Array) -> float:
    """The smallest number; NaN where there is one."""
    return float(counts.min(initial=math.inf))


def _matched_bleu(rows: Array, order: int) -> Array:
    """`bleu_scores` of rows that `_all_match`, by the same operations, column by column."""
    logs = np.zeros(len(rows))
    for place in range(2, 2 + order):
        logs += np.log(100.0 * rows[:, place] / rows[:, place + order])
    scores: Array = np.exp(logs / order)
    if (rows[:, 0] < rows[:, 1]).any():
        scores *= np.exp(_brevity_log(rows[:, 0], rows[:, 1]))
    return scores


def _precisions(
    correct: Array, total: Array, reached: NDArray[np.bool_], smoothing: str, value: float
) -> Array:
    divisor = np.where(reached, total, 1.0)
    precisions = np.where(reached, 100.0 * correct / divisor, 0.0)
    missed = reached & (correct == 0)
    if smoothing == "exp":
        halvings = np.ldexp(1.0, np.cumsum(missed, axis=1))
        precisions[missed] = (100.0 / (halvings * divisor))[missed]
    elif smoothing == "floor":
        precisions[missed] = (100.0 * value / divisor)[missed]
    return precisions


def _brevity_log(hypothesis_length: Array, reference_length: Array) -> Array:
    """The logarithm of the brevity penalty; 0 for an empty hypothesis, which matches nothing."""
    present = hypothesis_length > 0
    ratio = reference_length / np.where(present, hypothesis_length, 1.0)
    shorter = hypothesis_length < reference_length
    return np.where(shorter & present, 1 - ratio, 0.0)


def chrf_scores(sums: Array, order: int, beta: int, *, eps_smoothing: bool) -> Array:
    """The chrF (Popović, 2015, 2017) that `sacrebleu.metrics.CHRF` has.

    Args:
        sums: [..., 3 * order]: for each order the n-grams of the hypothesis, of the reference,
            and of both; word orders follow character orders.
        order: character and word orders together.
        beta: how much more recall weighs than precision.
        eps_smoothing: NLTK's and Moses's smoothing instead of the effective order.

    Returns:
        [...], from 0 to 100.
    """
    factor = beta**2
    if not eps_smoothing and _least(sums) > 0:
        return _matched_chrf(sums, order, factor)
    precision_sum, recall_sum, score_sum, orders = np.zeros((4, *sums.shape[:-1]))
    for i in range(order):
        hypothesis, reference, both = (sums[..., 3 * i + column] for column in range(3))
        precision = _divide(both, hypothesis, CHRF_EPSILON)
        recall = _divide(both, reference, CHRF_EPSILON)
        if eps_smoothing:
            score_sum += _f_score(precision, recall, factor, CHRF_EPSILON)
            continue
        effective = (hypothesis > 0) & (reference > 0)
        precision_sum += np.where(effective, precision, 0.0)
        recall_sum += np.where(effective, recall, 0.0)
        orders += effective
    if eps_smoothing:
        scores = 100 * score_sum / order
    else:
        precision, recall = _divide(precision_sum, orders, 0.0), _divide(recall_sum, orders, 0.0)
        scores = 100 * _f_score(precision, recall, factor, 0.0)
    return np.where(np.isnan(sums).any(axis=-1), np.nan, scores)


def _matched_chrf(sums: Array, order: int, factor: int) -> Array:
    """`chrf_scores` where all counts are positive, by the same operations without any case."""
    precision, recall = np.zeros((2, *sums.shape[:-1]))
    for place in range(0, 3 * order, 3):
        both = sums[..., place + 2]
        precision += both / sums[..., place]
        recall += both / sums[..., place + 1]
    precision /= order
    recall /= order
    scores: Array = 100 * ((1 + factor) * precision * recall / (factor * precision + recall))
    return scores


def _f_score(precision: Array, recall: Array, factor: int, otherwise: float) -> Array:
    """Their mean, in which recall weighs more by a factor."""
    return _divide((1 + factor) * precision * recall, factor * precision + recall, otherwise)


def ter_scores(sums: Array) -> Array:
    """TER (Snover et al., 2006) as `sacrebleu.metrics.TER` has it.

    Args:
        sums: [..., 2]: edits, and the average length of the references.

    Returns:
        [...], from 0 upwards; 100 where words stand against empty references.
    """
    edits, lengths = sums[..., 0], sums[..., 1]
    scores = 100 * _divide(edits, lengths, np.where(edits > 0, 1.0, 0.0))
    return np.where(np.isnan(sums).any(axis=-1), np.nan, scores)


def _divide(numerator: Array, denominator: Array, otherwise: float | Array) -> Array:
    """`numerator / denominator`, or `otherwise` where there is nothing to divide by."""
    positive = denominator > 0
    return np.where(positive, numerator / np.where(positive, denominator, 1.0), otherwise)


def _log(values: Array) -> Array:
    positive = values > 0
    logs = map(math.log, np.where(positive, values, 1.0).ravel().tolist())
    found = np.fromiter(logs, np.float64, values.size).reshape(values.shape)
    return np.where(positive, found, LOG_OF_ZERO)


def _exp(values: Array) -> Array:
    return np.fromiter(map(math.exp, values.tolist()), np.float64, len(values))


def _add(rows: Array) -> Array:
    """The interpreter's own sum: since Python 3.12 it compensates for rounding, sacreBLEU's too."""
    if sys.version_info >= (3, 12):
        return np.fromiter(map(sum, rows.tolist()), np.float64, len(rows))
    total = np.zeros(len(rows))
    for column in rows.T:
        total += column
    return total


def _fast_log(values: Array) -> Array:
    positive = values > 0
    return np.where(positive, np.log(np.where(positive, values, 1.0)), LOG_OF_ZERO)


def _fast_add(rows: Array) -> Array:
    sums: Array = rows.sum(axis=1)
    return sums
