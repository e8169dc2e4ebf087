"""Baselines: what a run scored, as a small text file to commit, review and compare with.

JSON lines: a header, the corpus, a line a metric and a system, then a line a segment and system
with the sufficient statistics. Equal runs give equal bytes, and a changed translation changes its
own line and its system's scores alone.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pydantic import ValidationError

from mtqe.checks import Finding
from mtqe.corpus.spans import Span
from mtqe.errors import DataError, MtqeError
from mtqe.gate.rules import Gate
from mtqe.gate.spans import BASELINE_TEXT, text_digest
from mtqe.metrics.base import Matrix
from mtqe.metrics.scores import MetricScores
from mtqe.run import (
    FINDINGS,
    SEGMENTS,
    SPANS,
    STATISTICS,
    CheckInfo,
    CorpusInfo,
    MetricInfo,
    OriginInfo,
    Run,
    RunManifest,
    SystemInfo,
    findings_table,
    spans_of,
    spans_table,
)
from mtqe.support.arguments import path_argument
from mtqe.support.files import write_whole
from mtqe.support.json_text import json_value
from mtqe.support.lines import read_lines

VERSION = 1
DIGEST = 16
"""Hexadecimal digits of a translation's hash: enough to see that it changed."""

SPAN_KEYS = ("origin", "side", "start", "end", "severity", "category")
"""What a baseline keeps of a span beside the hash of its text."""

OF_ONE_RUN = ("translated", "seconds", "notes", "usage", "estimate", "speed")
"""Fields of a system that depend on when and how it translated, not on what it translated."""

Row = Mapping[str, Any]


def read_run_or_baseline(path: Path) -> Run:
    """A run folder, or a baseline file as the run that it was saved from.

    Raises:
        DataError: it is neither, or is damaged.
    """
    return Run.read(path) if path.is_dir() or path.name == "run.json" else load_baseline(path)


def baseline_of(gate: Gate, given: Path | None = None) -> Run | None:
    """What a gate compares with: what is given, else what its rules name, else nothing.

    Raises:
        DataError: it is neither a run folder nor a baseline file.
    """
    named = gate.settings.baseline
    path = given or (Path(gate.where).parent / named if named else None)
    return read_run_or_baseline(path) if path else None


def save_baseline(run: Run, path: Path, *, texts: bool = False) -> None:
    """Write a run's scores and statistics.

    Args:
        run: what later runs will be compared with.
        path: the file; replaced if it is there.
        texts: keep the translations too, so that they can be scored again.
    """
    lines = (json.dumps(row, ensure_ascii=False, allow_nan=False) for row in _rows(run, texts))
    path = path_argument(path, "baseline")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, "".join(f"{line}\n" for line in lines))
    except OSError as error:
        raise MtqeError(
            f"the baseline can't be written to {path} ({error.strerror}); choose another place."
        ) from error


def load_baseline(path: Path) -> Run:
    """Read a baseline; segments have no sources, and texts only if they were kept.

    Raises:
        DataError: the file is no baseline, damaged, or edited by hand.
    """
    path = path_argument(path, "baseline")
    try:
        rows = [json_value(line) for line in read_lines(path)]
    except OSError as error:
        raise DataError(
            f"the baseline {path} can't be read ({error.strerror}); "
            "`mtqe baseline save RUN` writes one."
        ) from error
    except ValueError as error:
        raise _damaged(path, "a line is not JSON") from error
    if not rows or not isinstance(rows[0], dict) or rows[0].get("mtqe_baseline") != VERSION:
        raise _damaged(path, f"its first line is not that of a baseline of version {VERSION}")
    try:
        return _run(rows[0], rows[1:], path)
    except (KeyError, TypeError, ValueError, ValidationError) as error:
        raise _damaged(path, "a line lacks what it should have") from error


def _damaged(path: Path, what: str) -> DataError:
    return DataError(f"{path} can't be used as a baseline: {what}; save it again from a run.")


def _rows(run: Run, texts: bool) -> Iterator[Row]:
    manifest = run.manifest
    yield {"mtqe_baseline": VERSION, "texts": texts}
    checks = [check.model_dump() for check in manifest.checks]
    origins = [info.model_dump() for info in manifest.origins or ()]
    yield {
        "corpus": manifest.corpus.model_dump(),
        "checks": checks,
        **({"origins": origins} if origins else {}),
    }
    yield from ({"metric": metric.model_dump()} for metric in manifest.metrics)
    yield from ({"system": _system(system)} for system in manifest.systems)
    for system in manifest.systems:
        yield from _segment_rows(run, system.name, texts)


def _system(system: SystemInfo) -> Row:
    """All but what differs between two equal runs."""
    return system.model_dump(exclude=set(OF_ONE_RUN))


def _segment_rows(run: Run, system: str, texts: bool) -> Iterator[Row]:
    frame = run.segments[run.segments["system"] == system]
    statistics = {
        metric.name: run.statistics(metric.name, system).tolist() for metric in run.manifest.metrics
    }
    findings = _findings(run, system)
    spans = _spans(run, system)
    columns = zip(frame["segment_id"], frame["hypothesis"], strict=True)
    for number, (segment_id, text) in enumerate(columns):
        known = isinstance(text, str)
        yield {
            "segment": segment_id,
            "in": system,
            "sha256": hashlib.sha256(text.encode()).hexdigest()[:DIGEST] if known else None,
            **({"hypothesis": text if known else None} if texts else {}),
            "statistics": {name: json_values(rows[number]) for name, rows in statistics.items()},
            **({"findings": findings[segment_id]} if segment_id in findings else {}),
            **({"spans": spans[segment_id]} if segment_id in spans else {}),
        }


def _findings(run: Run, system: str) -> dict[str, dict[str, str]]:
    """By segment, the severity of each check's finding."""
    frame = run.findings[run.findings["system"] == system]
    found: dict[str, dict[str, str]] = defaultdict(dict)
    columns = zip(frame["segment_id"], frame["check"], frame["severity"], strict=True)
    for segment_id, check, severity in columns:
        found[segment_id][check] = severity
    return found


def _spans(run: Run, system: str) -> dict[str, list[list[Any]]]:
    """By segment, what a later run needs to know an error again: no text, but its hash."""
    origins = {info.name for info in run.manifest.origins or ()}
    found: dict[str, list[list[Any]]] = defaultdict(list)
    for span in spans_of(run.spans_table) if origins else ():
        if span.system == system and span.origin in origins:
            kept = [getattr(span, name) for name in SPAN_KEYS]
            found[span.segment_id].append([*kept, text_digest(span.text)])
    return found


def _spans_table(rows: Sequence[Row]) -> pa.Table:
    return spans_table(
        Span(
            segment_id=row["segment"],
            system=row["in"],
            text=BASELINE_TEXT + digest,
            **dict(zip(SPAN_KEYS, kept, strict=True)),
        )
        for row in rows
        for *kept, digest in row.get("spans", ())
    )


def json_values(values: Sequence[float]) -> list[float | int] | None:
    """A segment's statistics, whole numbers as such; None where it is unscored."""
    if any(np.isnan(value) for value in values):
        return None
    return [int(value) if value.is_integer() else value for value in values]


def _run(header: Row, rows: Sequence[Row], path: Path) -> Run:
    (top,) = (row for row in rows if "corpus" in row)
    corpus = CorpusInfo.model_validate(top["corpus"])
    checks = [CheckInfo.model_validate(check) for check in top.get("checks", ())]
    origins = [OriginInfo.model_validate(info) for info in top.get("origins", ())]
    metrics = [MetricInfo.model_validate(row["metric"]) for row in rows if "metric" in row]
    systems = [
        SystemInfo.model_validate({"translated": 0, "seconds": 0.0, **row["system"]})
        for row in rows
        if "system" in row
    ]
    segments = [row for row in rows if "segment" in row]
    _check_segments(segments, [system.name for system in systems], corpus.segments, path)
    tables = _tables(segments, metrics)
    manifest = RunManifest(
        id=str(path), created="", versions={}, corpus=corpus,
        metrics=tuple(metrics), systems=tuple(systems), checks=tuple(checks),
        origins=tuple(origins) or None,
    )  # fmt: skip
    run = Run(None, manifest, tables)
    _check_scores(run, path)
    return run


def _check_segments(rows: Sequence[Row], systems: Sequence[str], size: int, path: Path) -> None:
    ids = [row["segment"] for row in rows]
    expected = [(system, name) for system in systems for name in ids[:size]]
    if not systems or [(row["in"], row["segment"]) for row in rows] != expected:
        raise _damaged(path, "it has not one line for each segment of each system")


def _check_scores(run: Run, path: Path) -> None:
    """See that the scores at the top are those of the statistics below."""
    names = [metric.name for metric in run.manifest.metrics]
    for system in run.manifest.systems:
        if [score.metric for score in system.scores] != names:
            raise _damaged(path, f"{system.name} is not scored by the metrics that it lists")
        for metric in run.manifest.metrics:
            found = MetricScores(metric.build(), run.statistics(metric.name, system.name))
            stored = system.score(metric.name)
            if found.scored != stored.segments or not _same(found.corpus, stored.score):
                raise _damaged(
                    path, f"{system.name}'s {metric.name} score is not that of its segments"
                )


def _same(value: float | None, stored: float | None) -> bool:
    if value is None or stored is None:
        return value is stored
    return bool(np.isclose(value, stored, rtol=1e-9, atol=1e-9))


def _tables(rows: Sequence[Row], metrics: Sequence[MetricInfo]) -> dict[str, pa.Table]:
    segments: dict[str, Any] = {
        "segment_id": [row["segment"] for row in rows],
        "system": [row["in"] for row in rows],
        "document": pa.nulls(len(rows), pa.string()),
        "source": [""] * len(rows),
        "references": pa.array([[] for _ in rows], pa.list_(pa.string())),
        "hypothesis": pa.array([row.get("hypothesis") for row in rows], pa.string()),
    }
    statistics: dict[str, Any] = {}
    for metric in metrics:
        concrete = metric.build()
        names = concrete.statistic_names
        matrix = _matrix([row["statistics"][metric.name] for row in rows], len(names))
        scores = MetricScores(concrete, matrix).segments
        segments[metric.name] = pa.array(scores, from_pandas=True)
        for column, name in zip(matrix.T, names, strict=True):
            statistics[f"{metric.name}/{name}"] = pa.array(column, from_pandas=True)
    segments["failure"] = pa.nulls(len(rows), pa.string())
    return {
        SEGMENTS: pa.table(segments),
        STATISTICS: pa.table(statistics),
        FINDINGS: _findings_table(rows),
        SPANS: _spans_table(rows),
    }


def _findings_table(rows: Sequence[Row]) -> pa.Table:
    """Findings without message and spans, which a baseline does not keep."""
    return findings_table(
        [
            Finding(row["segment"], row["in"], check, severity, "")
            for row in rows
            for check, severity in row.get("findings", {}).items()
        ]
    )


def _matrix(rows: Sequence[Sequence[float] | None], width: int) -> Matrix:
    unscored = [np.nan] * width
    return np.array([unscored if row is None else row for row in rows], dtype=np.float64)
