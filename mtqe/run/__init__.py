"""A run on disk: one evaluation as a folder of `run.json` and Parquet files."""

from __future__ import annotations

from mtqe.metrics.info import MetricInfo
from mtqe.run.findings import FINDINGS_SCHEMA, findings_table
from mtqe.run.manifest import (
    CheckInfo,
    CorpusInfo,
    RunManifest,
    Score,
    SystemInfo,
    run_identity,
)
from mtqe.run.reading import REPORT, Run
from mtqe.run.soundness import FINDINGS, MANIFEST, SEGMENTS, STATISTICS
from mtqe.run.texts import corpus_of, translations_of
from mtqe.run.writing import check_output, write_run

__all__ = [
    "FINDINGS",
    "FINDINGS_SCHEMA",
    "MANIFEST",
    "REPORT",
    "SEGMENTS",
    "STATISTICS",
    "CheckInfo",
    "CorpusInfo",
    "MetricInfo",
    "Run",
    "RunManifest",
    "Score",
    "SystemInfo",
    "check_output",
    "corpus_of",
    "findings_table",
    "run_identity",
    "translations_of",
    "write_run",
]
