"""A run on disk: one evaluation as a folder of `run.json` and Parquet files."""

from __future__ import annotations

from mtqe.metrics.info import MetricInfo
from mtqe.run.adding import with_metric
from mtqe.run.findings import findings_table, with_names
from mtqe.run.manifest import (
    CheckInfo,
    CorpusInfo,
    OriginInfo,
    RunManifest,
    Score,
    SystemInfo,
    run_identity,
)
from mtqe.run.merging import merged
from mtqe.run.reading import REPORT, Run
from mtqe.run.soundness import FINDINGS, MANIFEST, PLACE, SEGMENTS, SPANS, STATISTICS
from mtqe.run.spans import finding_spans, origin_info, spans_of, spans_table
from mtqe.run.texts import corpus_of, translations_of
from mtqe.run.writing import check_output, write_run

__all__ = [
    "FINDINGS",
    "MANIFEST",
    "PLACE",
    "REPORT",
    "SEGMENTS",
    "SPANS",
    "STATISTICS",
    "CheckInfo",
    "CorpusInfo",
    "MetricInfo",
    "OriginInfo",
    "Run",
    "RunManifest",
    "Score",
    "SystemInfo",
    "check_output",
    "corpus_of",
    "finding_spans",
    "findings_table",
    "merged",
    "origin_info",
    "run_identity",
    "spans_of",
    "spans_table",
    "translations_of",
    "with_metric",
    "with_names",
    "write_run",
]
