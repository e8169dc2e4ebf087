"""The report's data as compressed text that can stand anywhere in a page.

The segments come in blocks of rows, so that a browser shows the first ones while it still
unpacks the others and never works on more than one block at a time.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator, Sequence
from typing import Any

from mtqe.report.page.data import ReportData, SegmentColumns, SystemColumns
from mtqe.report.page.words import Words

BLOCK = 1000
"""Segments a block."""

LEVEL = 4
"""Of compression: 6 takes two and a half times as long and saves 4%."""

EXTRA_DECIMALS = 2
"""Segment scores keep this many decimals more than tables show."""


def summary(data: ReportData, words: Words) -> str:
    """Everything but the segments, and the words of the page, packed."""
    segments = {
        "count": len(data.segments.ids),
        "references": len(data.segments.references),
        "metadata": list(data.segments.metadata),
    }
    spoken = {"language": words.language, "words": words.table}
    return pack(
        data.model_dump(mode="json", exclude={"segments"}) | {"segments": segments} | spoken
    )


def blocks(data: ReportData) -> Iterator[str]:
    """The segments, packed block by block in the corpus's order."""
    decimals = {metric.name: metric.decimals + EXTRA_DECIMALS for metric in data.manifest.metrics}
    for start in range(0, len(data.segments.ids), BLOCK):
        yield pack(_block(data.segments, slice(start, start + BLOCK), decimals))


def pack(value: object) -> str:
    """JSON, gzip, base64: the same text for the same value.

    Raises:
        ValueError: a number is not finite.
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode(), LEVEL, mtime=0)).decode("ascii")


def _block(columns: SegmentColumns, rows: slice, decimals: dict[str, int]) -> dict[str, Any]:
    return {
        "ids": columns.ids[rows],
        "places": columns.places[rows],
        "documents": columns.documents[rows],
        "metadata": [column[rows] for column in columns.metadata.values()],
        "sources": columns.sources[rows],
        "references": [column[rows] for column in columns.references],
        "hypotheses": [system.hypotheses[rows] for system in columns.systems],
        "failures": [_sparse(system.failures[rows]) for system in columns.systems],
        "scores": [_scores(system, rows, decimals) for system in columns.systems],
    }


def _sparse(failures: Sequence[str | None]) -> dict[int, str]:
    return {row: reason for row, reason in enumerate(failures) if reason is not None}


def _scores(
    system: SystemColumns, rows: slice, decimals: dict[str, int]
) -> list[list[float | None]]:
    return [
        [None if score is None else round(score, decimals[metric]) for score in column[rows]]
        for metric, column in system.scores.items()
    ]
