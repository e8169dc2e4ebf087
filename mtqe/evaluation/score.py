"""Statistics of every hypothesis by every metric, from the cache where it has them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mtqe.corpus.base import Corpus, Translations
from mtqe.metrics.base import Matrix, Metric, Sample
from mtqe.metrics.pool import ModelPool
from mtqe.support.cache import Cache, cache_key
from mtqe.support.progress import Progress, Task

BLOCK = 32_768
"""Samples a task: enough to batch well, little enough that 100,000 segments fit in memory."""


@dataclass(frozen=True)
class ScoringTask:
    """A block of segments with all systems' hypotheses: what one worker scores at a time.

    All systems of a segment are in one task, so that a neural metric encodes the source and the
    references once for all of them.

    Attributes:
        metric: metric to score with.
        samples: samples to score.
        rows: the row of each sample among systems x segments.
    """

    metric: Metric
    samples: tuple[Sample, ...]
    rows: NDArray[np.intp]


def score(
    name: str,
    metric: Metric,
    corpus: Corpus,
    systems: Sequence[Translations],
    *,
    pool: ModelPool,
    cache: Cache | None,
    progress: Progress,
) -> Matrix:
    """Statistics [systems, segments, k] of one metric; rows of NaN where a segment is unscored.

    A segment is unscored for a system that has no translation of it, and by a metric that needs
    references where it has none.

    Raises:
        MetricError: the metric can't be computed here.
    """
    statistics = np.full((len(systems) * len(corpus), len(metric.statistic_names)), np.nan)
    tasks = list(scoring_tasks(metric, corpus, systems))
    bar = progress.task(f"score {name}", sum(len(task.samples) for task in tasks))
    for task in tasks:
        statistics[task.rows] = run_task(task, corpus.reference_count, pool, cache, bar)
    bar.done()
    return statistics.reshape(len(systems), len(corpus), -1)


def scoring_tasks(
    metric: Metric, corpus: Corpus, systems: Sequence[Translations]
) -> Iterator[ScoringTask]:
    """Cut the work into tasks of about `BLOCK` samples."""
    hypotheses = [system.hypotheses for system in systems]
    step = max(1, BLOCK // max(1, len(systems)))
    for start in range(0, len(corpus), step):
        samples: list[Sample] = []
        rows: list[int] = []
        for index in range(start, min(start + step, len(corpus))):
            segment = corpus.segments[index]
            if metric.needs_references and not segment.present_references:
                continue
            for system, texts in enumerate(hypotheses):
                text = texts[index]
                if text is not None:
                    samples.append(Sample(segment.source, text, segment.references))
                    rows.append(system * len(corpus) + index)
        yield ScoringTask(metric, tuple(samples), np.array(rows, dtype=np.intp))


def run_task(
    task: ScoringTask, reference_count: str, pool: ModelPool, cache: Cache | None, bar: Task
) -> Matrix:
    """Statistics [samples, k] of one task; equal samples are scored once."""
    if not task.metric.cacheable or not task.samples:
        matrix = task.metric.statistics(task.samples, pool)
        bar.advance(len(task.samples))
        return matrix
    keys = _keys(task, reference_count)
    known = _lookup(cache, keys)
    missing = {k: s for k, s in zip(keys, task.samples, strict=True) if k not in known}
    bar.advance(len(keys) - len(missing))
    open_keys = list(missing)
    for indices, rows in task.metric.stream(list(missing.values()), pool) if missing else ():
        part = {open_keys[index]: row for index, row in zip(indices, rows, strict=True)}
        known |= part
        if cache:
            cache.put("statistics", ((key, row.tobytes()) for key, row in part.items()))
        bar.advance(len(part))
    return np.stack([known[key] for key in keys])


def _lookup(cache: Cache | None, keys: Sequence[bytes]) -> dict[bytes, Matrix]:
    found = cache.get(list(dict.fromkeys(keys))) if cache else {}
    return {key: np.frombuffer(value, dtype=np.float64) for key, value in found.items()}


def _keys(task: ScoringTask, reference_count: str) -> list[bytes]:
    metric = task.metric
    signature = str(metric.signature(reference_count))
    return [
        cache_key(
            "statistics",
            signature,
            ",".join(metric.statistic_names),
            sample.source if metric.needs_source else None,
            sample.hypothesis,
            *(sample.references if metric.needs_references else ()),
        )
        for sample in task.samples
    ]
