"""The spans of a run as a report shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from mtqe.corpus.spans import SPAN_SEVERITIES, SPAN_SIDES, origin_kind, origin_name
from mtqe.report.page.findings import listed_ids
from mtqe.report.page.sample import Rows
from mtqe.run import Run

CONFIDENCE_DECIMALS = 3


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ShownOrigin(_Frozen):
    """A layer of spans.

    Attributes:
        name: what spans call it, such as ``metric:xcomet``.
        kind: ``metric``, ``judge`` or ``person``.
        label: what the page calls it.
    """

    name: str
    kind: str
    label: str


class SpanColumns(_Frozen):
    """What metrics, judges and people marked, column by column.

    Spans of checks are not here: the page makes them of the findings.

    Attributes:
        origins: all that were asked, whether they marked anything or not.
        categories: the kinds of errors that occur, as their origins call them.
        explanations: each once.
        origin: indices into `origins`.
        segment: indices into the segments.
        system: indices into the manifest's systems.
        side: 0 source, 1 translation.
        start: first character in Unicode code points.
        end: one after the last character.
        category: indices into `categories`; -1 for none.
        severity: 0 critical, 1 major, 2 minor, 3 neutral; -1 for none.
        confidence: from 0 to 1; None where the origin gives none.
        explanation: indices into `explanations`; -1 for none.
    """

    origins: tuple[ShownOrigin, ...] = ()
    categories: tuple[str, ...] = ()
    explanations: tuple[str, ...] = ()
    origin: tuple[int, ...] = ()
    segment: tuple[int, ...] = ()
    system: tuple[int, ...] = ()
    side: tuple[int, ...] = ()
    start: tuple[int, ...] = ()
    end: tuple[int, ...] = ()
    category: tuple[int, ...] = ()
    severity: tuple[int, ...] = ()
    confidence: tuple[float | None, ...] = ()
    explanation: tuple[int, ...] = ()


def span_columns(run: Run, listed: Rows) -> SpanColumns:
    """The spans of metrics, judges and people on the segments in some rows."""
    origins = [
        ShownOrigin(
            name=info.name, kind=origin_kind(info.name), label=_label(info.name, info.label)
        )
        for info in run.manifest.origins or ()
    ]
    if not origins:
        return SpanColumns()
    places = {name: place for place, name in enumerate(listed_ids(run, listed))}
    names = {origin.name: place for place, origin in enumerate(origins)}
    rows = [
        row
        for row in run.spans_table.to_pylist()
        if row["origin"] in names and row["segment_id"] in places
    ]
    rows.sort(key=lambda row: (places[row["segment_id"]], names[row["origin"]], row["start"]))
    categories = _distinct(rows, "category")
    explanations = _distinct(rows, "explanation")
    systems = {system.name: place for place, system in enumerate(run.manifest.systems)}
    return SpanColumns(
        origins=tuple(origins),
        categories=categories,
        explanations=explanations,
        origin=tuple(names[row["origin"]] for row in rows),
        segment=tuple(places[row["segment_id"]] for row in rows),
        system=tuple(systems[row["system"]] for row in rows),
        side=tuple(SPAN_SIDES.index(row["side"]) for row in rows),
        start=tuple(row["start"] for row in rows),
        end=tuple(row["end"] for row in rows),
        category=_indices(rows, "category", categories),
        severity=_indices(rows, "severity", SPAN_SEVERITIES),
        confidence=tuple(_rounded(row["confidence"]) for row in rows),
        explanation=_indices(rows, "explanation", explanations),
    )


def _label(name: str, label: str) -> str:
    """A metric by its label and, where the run calls it otherwise, its name."""
    own = origin_name(name)
    return label if own.casefold() in label.casefold() else f"{label} ({own})"


def _distinct(rows: Sequence[dict[str, Any]], column: str) -> tuple[str, ...]:
    return tuple(sorted({row[column] for row in rows if row[column]}))


def _indices(rows: Sequence[dict[str, Any]], column: str, values: Sequence[str]) -> tuple[int, ...]:
    places = {value: place for place, value in enumerate(values)}
    return tuple(places.get(row[column], -1) for row in rows)


def _rounded(confidence: float | None) -> float | None:
    return None if confidence is None else round(confidence, CONFIDENCE_DECIMALS)
