"""How far systems and metrics disagree on each segment.

Segments on which metrics see the systems far apart, or see them in another order than each other,
are worth a look. The two parts are the metric variance of Zouhar, Cui and Sachan (2025, "How to
Select Datapoints for Efficient Human Evaluation of NLG Models?"), and the variance between metrics
that are made comparable by ranks. The noise of a sentence's score falls with the square root of
its length, and so does what a spread of a given size means: without that factor the shortest
segments come first, on which metrics hardly say anything.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from mtqe.errors import ConfigError
from mtqe.metrics.base import Matrix
from mtqe.metrics.human import Human
from mtqe.run import MetricInfo, Run

CLEARLY_MORE = 3.0
"""Standard errors; a random part of the segments has such a mean rank once in 740 times."""


def disagreement(run: Run, metrics: Sequence[MetricInfo] | None = None) -> Matrix:
    """How far systems and metrics disagree, from 0, where they agree, up [segments].

    Each metric's scores are replaced by their ranks over all translations, 0 the worst and 1 the
    best, so that metrics on different scales count alike. The two parts are the standard deviation
    over systems (mean over metrics) and that over metrics (mean over systems) of what is left when
    each metric's mean over the segment's systems is taken off; their sum is multiplied by the
    square root of the source's length in characters.

    Args:
        run: a finished run.
        metrics: only these; all if None.

    Raises:
        ConfigError: the run has only one system and one metric, which can't disagree.
    """
    asked = run.manifest.metrics if metrics is None else metrics
    if len(run.manifest.systems) < 2 and len(asked) < 2:
        raise ConfigError(
            "one system by one metric can't disagree with anything; use --by diversity or random."
        )
    ranks = np.stack([_ranks(run, metric) for metric in asked])
    between_systems = _spread(ranks, axis=1)
    centred = ranks - _mean(ranks, axis=1)[:, None] if ranks.shape[1] > 1 else ranks
    between_metrics = _spread(centred, axis=0)
    spread = _mean(between_systems, axis=0) + _mean(between_metrics, axis=0)
    lengths = run.segments["source"].iloc[: len(spread)].str.len().to_numpy(np.float64)
    found: Matrix = spread * np.sqrt(lengths)
    return found


def chosen_by_disagreement(run: Run, rated: NDArray[np.bool_]) -> bool:
    """Whether metrics disagree clearly more on the rated segments than on the others.

    So it is after `mtqe sample`, whose default is the order by disagreement, in whatever file the
    ratings come back. A rank sum test, one-sided (Wilcoxon 1945): a random part of the segments is
    taken for such a choice once in 740 times.

    Args:
        run: with its computed metrics; those of people are not asked.
        rated: which segments people rated [segments].
    """
    count, size = int(rated.sum()), len(rated)
    computed = [info for info in run.manifest.metrics if info.metric != Human.name]
    alone = len(run.manifest.systems) == len(computed) == 1
    if not 0 < count < size or not computed or alone:
        return False
    ranks = rankdata(disagreement(run, computed))
    spread = np.sqrt((size + 1) * (size - count) / (12 * count))
    return bool(ranks[rated].mean() > (size + 1) / 2 + CLEARLY_MORE * spread)


def _ranks(run: Run, metric: MetricInfo) -> Matrix:
    """Ranks [systems, segments] from 0 to 1 over everything scored; NaN elsewhere."""
    scores = run.segments[metric.name].to_numpy(np.float64)
    ranks = np.full(len(scores), np.nan)
    scored = np.isfinite(scores)
    ranks[scored] = (rankdata(metric.quality(scores[scored])) - 0.5) / max(1, int(scored.sum()))
    return ranks.reshape(len(run.manifest.systems), -1)


def _spread(values: Matrix, axis: int) -> Matrix:
    """Standard deviation of what is there; 0 where nothing is."""
    mean = np.expand_dims(_mean(values, axis), axis)
    return np.sqrt(_mean((values - mean) ** 2, axis))


def _mean(values: Matrix, axis: int) -> Matrix:
    """Mean of what is there; 0 where nothing is."""
    there: NDArray[np.bool_] = np.isfinite(values)
    sums = np.where(there, values, 0.0).sum(axis=axis)
    mean: Matrix = sums / np.maximum(there.sum(axis=axis), 1)
    return mean
