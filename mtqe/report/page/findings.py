"""The findings of a run as a report shows them."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from mtqe.checks import SEVERITIES, Span
from mtqe.report.page.sample import Rows
from mtqe.run import Run


class FindingColumns(BaseModel):
    """What the checks found, column by column, in the corpus's order.

    Attributes:
        checks: the names of all checks that were run.
        segment: indices into the segments.
        system: indices into the manifest's systems; -1 for the test set's own findings.
        check: indices into `checks`.
        severity: 0 critical, 1 major, 2 minor.
        spans: spans of each finding (side, start, end) in code points; side is ``source``,
            ``reference`` (the first one) or ``hypothesis``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    checks: tuple[str, ...]
    segment: tuple[int, ...]
    system: tuple[int, ...]
    check: tuple[int, ...]
    severity: tuple[int, ...]
    message: tuple[str, ...]
    spans: tuple[tuple[Span, ...], ...]


def finding_columns(run: Run, listed: Rows) -> FindingColumns:
    """The findings on the segments in some rows."""
    manifest = run.manifest
    checks = tuple(check.name for check in manifest.checks)
    table = run.findings_table.to_pydict()
    places = {name: place for place, name in enumerate(listed_ids(run, listed))}
    rows = [row for row, name in enumerate(table["segment_id"]) if name in places]
    systems = {system.name: place for place, system in enumerate(manifest.systems)}
    return FindingColumns(
        checks=checks,
        segment=tuple(places[table["segment_id"][row]] for row in rows),
        system=tuple(systems.get(table["system"][row], -1) for row in rows),
        check=tuple(checks.index(table["check"][row]) for row in rows),
        severity=tuple(SEVERITIES.index(table["severity"][row]) for row in rows),
        message=tuple(table["message"][row] for row in rows),
        spans=tuple(
            tuple((span["side"], span["start"], span["end"]) for span in table["spans"][row])
            for row in rows
        ),
    )


def listed_ids(run: Run, listed: Rows) -> list[str]:
    """The ids of the segments in some rows."""
    ids = run.segments_of(run.manifest.systems[0].name)["segment_id"]
    names: list[str] = (ids if len(listed) == len(ids) else ids.take(listed)).to_pylist()
    return names
