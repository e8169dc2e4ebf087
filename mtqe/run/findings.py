"""Findings as a table."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from mtqe.support.arrow import lists, numbers, texts, whole

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from mtqe.checks import Finding
    from mtqe.corpus.segment_names import SegmentNames


@cache
def findings_schema() -> pa.Schema:
    """The columns of a run's findings; pyarrow is imported only where they are asked for."""
    import pyarrow as pa

    span = pa.struct([("side", pa.string()), ("start", pa.int32()), ("end", pa.int32())])
    return pa.schema(
        [
            ("segment_id", pa.string()),
            ("system", pa.string()),
            ("check", pa.string()),
            ("severity", pa.string()),
            ("message", pa.string()),
            ("spans", pa.list_(span)),
        ]
    )


def with_names(frame: pd.DataFrame, names: SegmentNames) -> pd.DataFrame:
    """A frame of findings or spans with the column ``segment``, as ids alone tell a reader little.

    Args:
        frame: with the column ``segment_id``; it is changed.
        names: what to call the segments.
    """
    called = {name: names(name) for name in frame["segment_id"].unique()}
    frame.insert(1, "segment", frame["segment_id"].map(called).astype(object))
    return frame


def findings_table(findings: Sequence[Finding]) -> pa.Table:
    """A row a finding; see `Run.findings` for the columns."""
    import pyarrow as pa

    schema = findings_schema()
    if not findings:  # made of no values, which pyarrow would import pandas for
        return pa.Table.from_batches([], schema)
    names = [name for name in schema.names if name != "spans"]
    columns: dict[str, pa.Array | pa.ChunkedArray] = {
        name: texts([getattr(finding, name) for finding in findings]) for name in names
    }
    spans = [span for finding in findings for span in finding.spans]
    places = np.array([place for _, *place in spans], np.int32).reshape(-1, 2)
    parts = [whole(texts([side for side, *_ in spans])), *map(numbers, places.T)]
    marked = pa.StructArray.from_arrays(parts, fields=list(schema.field("spans").type.value_type))
    columns["spans"] = lists(marked, [len(finding.spans) for finding in findings])
    return pa.table(columns, schema=schema)
