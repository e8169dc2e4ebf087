"""Whether the tables of a run folder are those that its `run.json` describes.

Whatever reads a run may then take its columns, types, rows and order for granted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from mtqe.corpus.spans import SPAN_SEVERITIES, SPAN_SIDES
from mtqe.errors import DataError
from mtqe.run.bounded import FIX, check_shape
from mtqe.run.findings import findings_schema
from mtqe.run.manifest import RunManifest
from mtqe.run.spans import spans_schema
from mtqe.support.scratch import release

if TYPE_CHECKING:
    import pyarrow as pa


MANIFEST = "run.json"
SEGMENTS = "segments.parquet"
STATISTICS = "statistics.parquet"
FINDINGS = "findings.parquet"
SPANS = "spans.parquet"
SPANS_FULL = ("segment_id", "system", "origin", "side", "start", "end", "text", "explanation")
METADATA = "metadata."
PLACE = "place"
FINDING_SIDES = ("source", "reference", "hypothesis")
MOST_DECIMALS = 20
MOST = 1e15
"""Beyond the counts and scores of any texts; sums of larger ones would lose digits or overflow."""

T = TypeVar("T")
IsType = Callable[[Any], bool]


def check_manifest(manifest: RunManifest) -> str | None:
    """What is wrong with a manifest that is well-formed, if anything."""
    metrics = [metric.name for metric in manifest.metrics]
    systems = [system.name for system in manifest.systems]
    if not systems or len(set(systems)) < len(systems):
        return "it names no system, or one twice"
    if len(set(metrics)) < len(metrics):
        return "it names a metric twice"
    if manifest.corpus.segments < 1:
        return "it has no segment"
    for system in manifest.systems:
        if sorted(score.metric for score in system.scores) != sorted(metrics):
            return f"the scores of {system.name!r} are not one for each metric"
    if not all(0 <= metric.decimals <= MOST_DECIMALS for metric in manifest.metrics):
        return "a metric's decimals are not between 0 and 20"
    return None


def check_schemas(folder: Path, manifest: RunManifest) -> None:
    """See that each table has the columns, types and rows that the manifest asks for.

    Raises:
        DataError: one is missing or has not; names the file and what it lacks.
    """
    wanted_rows = len(manifest.systems) * manifest.corpus.segments
    for name in expected_tables(manifest):
        path = folder / name
        schema, rows = _outline(path)
        for column, fits in _columns(name, manifest, schema.names).items():
            if schema.names.count(column) != 1 or not fits(schema.field(column).type):
                raise _unfit(path, f"its column {column!r} is missing, or of another type")
        if name not in (FINDINGS, SPANS) and rows != wanted_rows:
            raise _unfit(path, f"it has {rows:,} rows and not {wanted_rows:,}")


def expected_tables(manifest: RunManifest) -> tuple[str, ...]:
    """The tables that the folder of a manifest must have."""
    findings = (FINDINGS,) if manifest.checks else ()
    spans = () if manifest.origins is None else (SPANS,)
    return (SEGMENTS, STATISTICS, *findings, *spans)


def _outline(path: Path) -> tuple[pa.Schema, int]:
    """The columns and the number of rows of a file, without its values."""
    import pyarrow.parquet as pq

    def read() -> tuple[pa.Schema, int]:
        with pq.ParquetFile(path) as file:
            check_shape(path, file.metadata)
            return file.schema_arrow, file.metadata.num_rows

    return guarded(path, read)


def check_rows(path: Path, table: pa.Table, manifest: RunManifest) -> None:
    """See that the rows of a table are the manifest's systems and segments, in order.

    Raises:
        DataError: they are not, or a value is one that no run has.
    """
    import pyarrow.compute as pc

    guarded(path, lambda: _validate(table))
    if path.name == FINDINGS:
        from mtqe.checks import SEVERITIES

        known = pc.is_in(table["severity"], value_set=_strings(SEVERITIES))
        if not (table.num_rows == 0 or pc.all(known).as_py()):
            raise _unfit(path, "a severity is none that mtqe knows")
        _check_findings(path, table, manifest)
    elif path.name == SPANS:
        _check_spans(path, table, manifest)
    else:
        _check_order(path, table, manifest)
    full = ("segment_id", "source", "references", "check", "severity", "message", "spans")
    for column in SPANS_FULL if path.name == SPANS else full:
        if column in table.column_names and table[column].null_count:
            raise _unfit(path, f"its column {column!r} has empty cells")
    for field in table.schema:
        if not _is_score(field.type):
            continue
        if pc.any(pc.is_inf(table[field.name])).as_py():
            raise _unfit(path, f"its column {field.name!r} has infinite numbers")
        if pc.any(pc.greater(pc.abs(table[field.name]), MOST)).as_py():
            raise _unfit(path, f"its column {field.name!r} has numbers beyond {MOST:g}")


def _validate(table: pa.Table) -> None:
    for part in table.to_batches():
        part.validate(full=True)
        release()


def _check_findings(path: Path, table: pa.Table, manifest: RunManifest) -> None:
    import pyarrow.compute as pc

    if table.num_rows == 0:
        return
    checks = _strings(check.name for check in manifest.checks)
    if not pc.all(pc.is_in(table["check"], value_set=checks)).as_py():
        raise _unfit(path, "its column 'check' has a value that is none of the run's")
    spans = pc.list_flatten(table["spans"])
    if not len(spans):
        return
    side, start, end = (pc.struct_field(spans, name) for name in ("side", "start", "end"))
    ordered = pc.and_(pc.less_equal(0, start), pc.less_equal(start, end))
    known = pc.is_in(side, value_set=_strings(FINDING_SIDES))
    if not pc.all(pc.and_(known, ordered), skip_nulls=False).as_py():
        raise _unfit(path, "a span has no side that texts have, or ends before it starts")


def _check_spans(path: Path, table: pa.Table, manifest: RunManifest) -> None:
    import pyarrow.compute as pc

    if table.num_rows == 0:
        return
    known: dict[str, Iterable[str | None]] = {
        "system": [system.name for system in manifest.systems],
        "side": SPAN_SIDES,
        "severity": (*SPAN_SEVERITIES, None),
    }
    for column, values in known.items():
        if not pc.all(pc.is_in(table[column], value_set=_strings(values))).as_py():
            raise _unfit(path, f"its column {column!r} has a value that is none of the run's")
    ordered = pc.and_(pc.less_equal(0, table["start"]), pc.less_equal(table["start"], table["end"]))
    if not pc.all(ordered, skip_nulls=False).as_py():
        raise _unfit(path, "a span ends before it starts")


def check_places(path: Path, spans: pa.Table, segments: pa.Table) -> None:
    """See that each span lies in the text that it is about, and says what stands there.

    Args:
        path: the file of spans.
        spans: its rows.
        segments: the run's segments.

    Raises:
        DataError: a span is of no segment, lies outside its text, or names another text.
    """
    if spans.num_rows == 0:
        return
    ids, systems, sources, hypotheses = (
        segments[name].to_pylist() for name in ("segment_id", "system", "source", "hypothesis")
    )
    keys = list(zip(ids, systems, strict=True))
    texts = {
        "source": dict(zip(keys, sources, strict=True)),
        "target": dict(zip(keys, hypotheses, strict=True)),
    }
    named = spans.select(["segment_id", "system", "side", "start", "end", "text"]).to_pylist()
    for row, span in enumerate(named, start=1):
        whole = texts[span["side"]].get((span["segment_id"], span["system"]))
        if whole is None:
            raise _unfit(path, f"row {row:,} marks a text that the run does not have")
        if span["end"] > len(whole):
            raise _unfit(
                path,
                f"row {row:,} marks characters {span['start']:,} to {span['end']:,} of a text of "
                f"{len(whole):,}",
            )
        if whole[span["start"] : span["end"]] != span["text"]:
            raise _unfit(path, f"row {row:,} names another text than it marks")


def guarded(path: Path, read: Callable[[], T]) -> T:
    """What `read` gives.

    Raises:
        DataError: it fails as reading damaged files does.
    """
    import pyarrow as pa

    try:
        return read()
    except (OSError, ValueError, TypeError, MemoryError, pa.ArrowException) as error:
        raise DataError(f"{path} can't be read ({_said(error)}); {FIX}.") from error


def _check_order(path: Path, table: pa.Table, manifest: RunManifest) -> None:
    import pyarrow.compute as pc

    size = manifest.corpus.segments
    ids = table["segment_id"].slice(0, size)
    if pc.count_distinct(ids).as_py() != size:
        raise _unfit(path, "it has a segment twice")
    for place, system in enumerate(manifest.systems):
        block = table.slice(place * size, size)
        named = pc.all(pc.equal(block["system"], system.name), skip_nulls=False).as_py()
        if not (named and block["segment_id"].equals(ids)):
            raise _unfit(path, f"its rows of {system.name!r} are not where they should be")


def _columns(name: str, manifest: RunManifest, found: Iterable[str]) -> Mapping[str, IsType]:
    """The columns that a table must have, and what their types must be."""
    if name in (FINDINGS, SPANS):
        schema = findings_schema() if name == FINDINGS else spans_schema()
        return {field.name: field.type.equals for field in schema}
    columns: dict[str, IsType] = dict.fromkeys(("segment_id", "system"), _is_text)
    metrics = [metric.name for metric in manifest.metrics]
    if name == SEGMENTS:
        columns |= dict.fromkeys(("document", "source", "hypothesis", "failure"), _is_text)
        columns |= dict.fromkeys((METADATA + slice_ for slice_ in manifest.corpus.slices), _is_text)
        return columns | {"references": _is_texts} | dict.fromkeys(metrics, _is_score)
    for metric in metrics:
        own = [column for column in found if column.split("/")[0] == metric]
        columns |= dict.fromkeys(own or [f"{metric}/…"], _is_score)
    return columns


def _is_text(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _is_texts(kind: pa.DataType) -> bool:
    import pyarrow as pa

    listed = pa.types.is_list(kind) or pa.types.is_large_list(kind)
    return bool(listed and _is_text(kind.value_type))


def _is_score(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_float64(kind))


def _strings(values: Iterable[str | None]) -> pa.Array:
    import pyarrow as pa

    return pa.array(list(values), pa.string())


def _unfit(path: Path, what: str) -> DataError:
    return DataError(f"{path} doesn't fit {MANIFEST}: {what}; {FIX}.")


def _said(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:160] if lines else type(error).__name__
