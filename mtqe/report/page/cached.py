"""What a report shows of a run, kept with the evaluation that the run came from."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING

from mtqe.evaluation.reuse import KIND, MAX_BYTES, part_key
from mtqe.run import REPORT, Run
from mtqe.support.cache import Cache

FORM = 2
"""Of what is kept; another one where `ReportData` changes."""
MOST_ROWS = 200_000
"""Translations of a run that is kept: packing more takes seconds, and their tables aren't kept."""

if TYPE_CHECKING:
    from mtqe.report.page.data import ReportData


def recalled_report_data(run: Run, cache: Cache | None) -> ReportData:
    """`report_data` of a run, found again where an equal evaluation was reported before.

    Raises:
        DataError: the run's tables can't be read.
    """
    from mtqe.report.page.data import ReportData, report_data

    rows = run.manifest.corpus.segments * len(run.manifest.systems)
    if cache is None or not run.key or rows > MOST_ROWS:
        return report_data(run)
    key = part_key(run.key, f"{REPORT} {FORM}")
    known = cache.get([key]).get(key)
    if known is not None:
        return ReportData(manifest=run.manifest, **json.loads(zlib.decompress(known)))
    data = report_data(run)
    text = data.model_dump_json(exclude={"manifest"})
    packed = zlib.compress(text.encode("utf-8", "surrogatepass"), 1)
    if len(packed) <= MAX_BYTES:
        cache.put(KIND, [(key, packed)])
    return data
