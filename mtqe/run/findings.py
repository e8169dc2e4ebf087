"""Findings as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pyarrow as pa

from mtqe.checks import Finding

SPAN: Final = pa.struct([("side", pa.string()), ("start", pa.int32()), ("end", pa.int32())])
FINDINGS_SCHEMA: Final = pa.schema(
    [
        ("segment_id", pa.string()),
        ("system", pa.string()),
        ("check", pa.string()),
        ("severity", pa.string()),
        ("message", pa.string()),
        ("spans", pa.list_(SPAN)),
    ]
)


def findings_table(findings: Sequence[Finding]) -> pa.Table:
    """A row a finding; see `Run.findings` for the columns."""
    names = [name for name in FINDINGS_SCHEMA.names if name != "spans"]
    columns: dict[str, object] = {
        name: [getattr(finding, name) for finding in findings] for name in names
    }
    columns["spans"] = [
        [{"side": side, "start": start, "end": end} for side, start, end in finding.spans]
        for finding in findings
    ]
    return pa.table(columns, schema=FINDINGS_SCHEMA)
