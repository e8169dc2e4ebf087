"""Spans as a table: `spans.parquet` of a run folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from math import nan
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from mtqe.corpus.spans import FoundSpan, PlacedSpans, Span, SpanSide, origin
from mtqe.run.manifest import OriginInfo
from mtqe.support.arrow import KINDS, numbers, texts

if TYPE_CHECKING:
    import pyarrow as pa

    from mtqe.checks import Finding

SIDES: Final[dict[str, SpanSide]] = {"source": "source", "hypothesis": "target"}
"""What spans call the sides of findings; references are neither source nor translation."""


@cache
def spans_schema() -> pa.Schema:
    """The columns of `spans.parquet`; pyarrow is imported only where they are asked for."""
    import pyarrow as pa

    return pa.schema(
        [
            ("segment_id", pa.string()),
            ("system", pa.string()),
            ("origin", pa.string()),
            ("side", pa.string()),
            ("start", pa.int32()),
            ("end", pa.int32()),
            ("text", pa.string()),
            ("category", pa.string()),
            ("severity", pa.string()),
            ("confidence", pa.float64()),
            ("explanation", pa.string()),
        ]
    )


def spans_table(spans: Iterable[Span]) -> pa.Table:
    """A row a span; see `Run.spans` for the columns."""
    import pyarrow as pa

    held, schema = list(spans), spans_schema()
    if not held:  # made of no values, which pyarrow would import pandas for
        return pa.Table.from_batches([], schema)
    columns = {
        field.name: _column([getattr(span, field.name) for span in held], str(field.type))
        for field in schema
    }
    return pa.table(columns, schema=schema)


def _column(values: list[Any], kind: str) -> pa.Array | pa.ChunkedArray:
    """Values of a field as a column of this type; None becomes null."""
    if kind not in KINDS:
        return texts(values)
    return numbers(np.array([nan if value is None else value for value in values], KINDS[kind]))


def spans_of(table: pa.Table) -> tuple[Span, ...]:
    """The rows of a spans table as objects."""
    return tuple(Span(**row) for row in table.to_pylist())


def origin_info(placed: PlacedSpans, label: str, metric: str) -> OriginInfo:
    """What a manifest keeps of the spans of one origin.

    Args:
        placed: its spans.
        label: what tables and reports print.
        metric: the run's metric that holds its scores.
    """
    return OriginInfo(
        name=placed.origin,
        label=label,
        metric=metric,
        spans=len(placed.spans),
        notes=placed.notes,
    )


def finding_spans(finding: Finding, source: str, hypothesis: str) -> Iterator[Span]:
    """The places in a source and its translation that a check's finding marks.

    Args:
        finding: about a translation.
        source: of its segment.
        hypothesis: the translation.
    """
    texts = {"source": source, "target": hypothesis}
    for named, start, end in finding.spans:
        side = SIDES.get(named)
        if side is None or finding.system is None or not 0 <= start <= end <= len(texts[side]):
            continue
        found = FoundSpan(
            side=side,
            start=start,
            end=end,
            text=texts[side][start:end],
            severity=finding.severity,
            explanation=finding.message,
        )
        yield Span.of(found, finding.segment_id, finding.system, origin("check", finding.check))
