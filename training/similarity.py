"""Steady noisy ratings by metrics that need no training.

Two annotators who rate one translation differ, so a rating says only so much of how good it is; how
similar a hypothesis is to its reference says some of the rest.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from filelock import FileLock

from mtqe.metrics.base import Metric, Sample
from mtqe.metrics.neural.bertscore import BERTScore
from mtqe.metrics.pool import ModelPool
from mtqe.metrics.surface import CHRF
from mtqe.people.metaeval.pairs import Floats
from training.groups import Group

METRICS: tuple[Metric, ...] = (CHRF(), BERTScore(precision="bf16"))


def steady(groups: Sequence[Group], weight: float, work: Path) -> list[Group]:
    """Shrink targets to what they reliably say, and add `weight` times similarity for the rest.

    A target becomes ``r * target + (1 - r) * weight * similarity``, where r is the group's
    reliability and the similarity is the mean of chrF and BERTScore, each standardised inside the
    group; 0 without a reference. Groups of full reliability stay as they are. Scores are kept in
    the folder `work`.
    """
    noisy = [group for group in groups if group.reliability < 1]
    scores = _cached_scores(list(_samples(noisy)), work)
    ends = np.cumsum([len(group.hypotheses) if group.reference else 0 for group in noisy])
    parts = iter(np.split(scores, ends[:-1]))
    return [g if g.reliability >= 1 else _steadied(g, next(parts), weight) for g in groups]


def _steadied(group: Group, scores: Floats, weight: float) -> Group:
    """Steady a group by scores [hypotheses, metrics], [0, metrics] without a reference."""
    targets = group.reliability * np.array(group.targets)
    if len(scores):
        spread = scores.std(axis=0)
        standardised = (scores - scores.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
        targets += (1 - group.reliability) * weight * standardised.mean(axis=1)
    return replace(group, targets=tuple(targets.tolist()))


def _samples(groups: Sequence[Group]) -> Iterator[Sample]:
    for group in groups:
        if group.reference:
            for hypothesis in group.hypotheses:
                yield Sample(group.source, hypothesis, (group.reference,))


def _cached_scores(samples: Sequence[Sample], work: Path) -> Floats:
    """Scores [samples, metrics]; of processes that start together, one computes them."""
    key = hashlib.sha256(repr((METRICS, samples)).encode()).hexdigest()[:16]
    path = work / f"similarity-{key}.npy"
    with FileLock(path.with_suffix(".lock")):
        if not path.exists():
            partial = path.with_suffix(".partial.npy")
            np.save(partial, _scores(samples))
            partial.replace(path)
    scores: Floats = np.load(path)
    return scores


def _scores(samples: Sequence[Sample]) -> Floats:
    # torchrun allows its processes one thread each, and here the others wait.
    pool = ModelPool(threads=os.cpu_count())
    columns = [metric.segment_scores(metric.statistics(samples, pool)) for metric in METRICS]
    return np.stack(columns, axis=1)
