"""Agreement of a metric with people on pairs of translations of one source.

Every function takes differences of scores over the pairs of `Pairs` and gives one number a source:
the figure of a data set is their mean ("group by item" in the WMT metrics task).
"""

from __future__ import annotations

import numpy as np

from mtqe.people.metaeval.pairs import Floats, Pairs


def preference_accuracy(pairs: Pairs, human: Floats, metric: Floats) -> tuple[Floats, Floats]:
    """Right pairs and pairs that people told apart, in each source [sources].

    A pair that the metric scores equally is half right. Their summed ratio is how often the metric
    prefers the translation that people prefer.
    """
    apart = human != 0
    right = np.where(metric == 0, 0.5, np.sign(metric) == np.sign(human))
    return pairs.counts(right * apart), pairs.counts(apart)


def tie_calibrated_accuracy(pairs: Pairs, human: Floats, metric: Floats) -> tuple[Floats, float]:
    """acc_eq of each source [sources], and the threshold under which the metric's scores tie.

    A pair is right if metric and people order it alike, or both call it a tie. The threshold is
    the one, for the whole data set, that maximises the mean over sources (Deutsch, Foster and
    Freitag 2023, "Ties Matter").
    """
    threshold = best_threshold(pairs, human, metric)
    tied = np.abs(metric) <= threshold
    right = np.where(tied, human == 0, np.sign(metric) == np.sign(human))
    return pairs.shares(right), threshold


def best_threshold(pairs: Pairs, human: Floats, metric: Floats) -> float:
    """The smallest tie threshold of highest accuracy, found by one sweep over all differences."""
    if not len(metric):
        return 0.0
    size = np.abs(metric)
    ordered_right = (np.sign(metric) == np.sign(human)) & (metric != 0)
    weights = 1.0 / np.bincount(pairs.source, minlength=pairs.sources)[pairs.source]
    gain = weights * ((human == 0).astype(np.float64) - ordered_right)
    order = np.argsort(size, kind="stable")
    thresholds = np.concatenate([[0.0], size[order]])
    gained = np.concatenate([[0.0], np.cumsum(gain[order])])
    # All pairs of one size turn into ties together: only the last of equal sizes is a choice.
    choices = np.flatnonzero(np.append(np.diff(thresholds) > 0, True))
    return float(thresholds[choices[np.argmax(gained[choices])]])


def kendall_tau_b(pairs: Pairs, human: Floats, metric: Floats) -> Floats:
    """Kendall's tau-b inside each source [sources]; NaN where either side ties every pair.

    (C - D) / sqrt((C + D + T_human)(C + D + T_metric)), with ties of one side alone in its T.
    """
    agreement = pairs.counts(np.sign(human) * np.sign(metric))
    human_apart = pairs.counts(human != 0)
    metric_apart = pairs.counts(metric != 0)
    with np.errstate(invalid="ignore"):
        tau: Floats = agreement / np.sqrt(human_apart * metric_apart)
    return tau
