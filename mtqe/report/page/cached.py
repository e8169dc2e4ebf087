"""What a report shows of a run, found again when an equal run was reported before."""

from __future__ import annotations

import hashlib
import json
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtqe.run import FINDINGS, SEGMENTS, STATISTICS, Run
from mtqe.support.cache import Cache, cache_key
from mtqe.support.versions import code_hash

if TYPE_CHECKING:
    from mtqe.report.page.data import ReportData

KIND = "report"
MAX_BYTES = 64 * 2**20
"""Larger ones, compressed, are gathered again."""

PERFORMANCE = ("translated", "seconds", "usage", "estimate")


def recalled_report_data(run: Run, folder: Path, cache: Cache | None) -> ReportData:
    """`report_data` of the run in a folder, from the cache if it can be.

    Raises:
        DataError: the run's tables can't be read.
    """
    from mtqe.report.page.data import ReportData, report_data

    key = _key(run, folder)
    known = cache.get([key]).get(key) if cache else None
    if known is not None:
        return ReportData(manifest=run.manifest, **json.loads(zlib.decompress(known)))
    data = report_data(run)
    text = data.model_dump_json(exclude={"manifest"})
    packed = zlib.compress(text.encode("utf-8", "surrogatepass"), 1)
    if cache and len(packed) <= MAX_BYTES:
        cache.put(KIND, [(key, packed)])
    return data


def _key(run: Run, folder: Path) -> bytes:
    """Everything that the data depends on: mtqe's code, the run's files, and what run.json says."""
    told: dict[str, Any] = {"id": True, "created": True, "systems": {"__all__": set(PERFORMANCE)}}
    digest = hashlib.sha256(run.manifest.model_dump_json(exclude=told).encode("utf-8"))
    for path in map(folder.joinpath, (SEGMENTS, STATISTICS, FINDINGS)):
        digest.update(path.read_bytes())
    return cache_key(KIND, code_hash(), digest.hexdigest())
