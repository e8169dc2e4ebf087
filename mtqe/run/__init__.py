"""A run on disk: one evaluation as a folder of `run.json` and Parquet files."""

from __future__ import annotations

from mtqe.run.manifest import CorpusInfo, MetricInfo, RunManifest, Score, SystemInfo
from mtqe.run.reading import MANIFEST, SEGMENTS, STATISTICS, Run
from mtqe.run.writing import check_output, write_run

__all__ = [
    "MANIFEST",
    "SEGMENTS",
    "STATISTICS",
    "CorpusInfo",
    "MetricInfo",
    "Run",
    "RunManifest",
    "Score",
    "SystemInfo",
    "check_output",
    "write_run",
]
