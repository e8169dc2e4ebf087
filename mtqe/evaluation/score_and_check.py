"""What checks, metrics and comparison say of translations: the work of an evaluation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mtqe.checks import Check, Evidence, run_checks
from mtqe.compare.own_comparison import with_comparison
from mtqe.config import NamedMetric
from mtqe.corpus.base import Corpus
from mtqe.evaluation.score import score
from mtqe.evaluation.tables import (
    CheckResults,
    ScoredMetric,
    run_manifest,
    segments_table,
    statistics_table,
)
from mtqe.evaluation.translate import Translated
from mtqe.metrics.pool import ModelPool
from mtqe.metrics.scores import MetricScores
from mtqe.run import FINDINGS, SEGMENTS, STATISTICS, MetricInfo, Run, Score, findings_table
from mtqe.support.cache import Cache
from mtqe.support.progress import Progress

CUT = "cut"
"""The statistic by which neural metrics tell that they could not read a text to its end."""


def score_and_check(
    corpus: Corpus,
    translated: Sequence[Translated],
    metrics: Sequence[NamedMetric],
    checks: Sequence[Check],
    *,
    cache: Cache | None,
    progress: Progress,
) -> Run:
    """Check, score and compare translations; the run is held in memory.

    Raises:
        MtqeError: a metric can't work here.
    """
    systems = [item.translations for item in translated]
    pool = ModelPool()
    scored = [_score(named, corpus, translated, pool, cache, progress) for named in metrics]
    evidence = _evidence(translated, scored)
    findings = run_checks(checks, corpus, systems, progress, evidence)
    checked = CheckResults(tuple(checks), findings)
    manifest = run_manifest(corpus, translated, scored, checked)
    tables = {
        SEGMENTS: segments_table(corpus, translated, scored),
        STATISTICS: statistics_table(corpus, translated, scored),
        FINDINGS: findings_table(checked.findings),
    }
    return Run(None, with_comparison(Run(None, manifest, tables)), tables)


def _evidence(translated: Sequence[Translated], scored: Sequence[ScoredMetric]) -> Evidence:
    return Evidence(
        prompts={item.translations.system: item.prompts for item in translated},
        cut={
            metric.name: metric.statistics[:, :, metric.statistic_names.index(CUT)] == 1
            for metric in scored
            if CUT in metric.statistic_names
        },
    )


def _score(
    named: NamedMetric,
    corpus: Corpus,
    translated: Sequence[Translated],
    pool: ModelPool,
    cache: Cache | None,
    progress: Progress,
) -> ScoredMetric:
    references = [text for segment in corpus for text in segment.present_references]
    metric = named.metric.fitted(references)
    systems = [item.translations for item in translated]
    statistics = score(
        named.name, metric, corpus, systems, pool=pool, cache=cache, progress=progress
    )
    signature = str(metric.signature(corpus.reference_count))
    info = MetricInfo.of(
        named.name,
        named.metric,
        corpus.languages,
        signature=signature,
        remarks=metric.remarks(statistics.reshape(-1, statistics.shape[-1])),
    )
    scores = [MetricScores(named.metric, rows) for rows in statistics]
    return ScoredMetric(
        named.name,
        metric.statistic_names,
        info,
        statistics,
        np.stack([item.segments for item in scores]),
        tuple(Score.of(named.name, signature, item) for item in scores),
    )
