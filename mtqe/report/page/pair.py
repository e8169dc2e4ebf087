"""Two runs of one test set as one report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pyarrow as pa

from mtqe.compare import ComparisonSettings, PairedScores, material_of_runs
from mtqe.compare.comparison import compare_material
from mtqe.compare.compatible import check_corpus
from mtqe.compare.own_comparison import with_comparison
from mtqe.errors import IncompatibleRuns
from mtqe.report.page.changes import Changes, changes
from mtqe.report.page.data import ReportData, report_data
from mtqe.run import (
    FINDINGS,
    PLACE,
    SEGMENTS,
    SPANS,
    STATISTICS,
    CheckInfo,
    OriginInfo,
    Run,
    RunManifest,
    SystemInfo,
)
from mtqe.support.paths import real_path


def pair_data(new: Run, old: Run, *, max_segments: int | None = None) -> ReportData:
    """What a report shows of two runs: all systems of both, and how the shared ones changed.

    Args:
        new: the run in question.
        old: the run compared against.
        max_segments: list at most so many segments; figures still count all of them.

    Raises:
        IncompatibleRuns: their corpora or metrics differ, or no system is in both; names the field.
        DataError: a run's tables can't be read.
    """
    check_corpus(new, old)
    names = _labels(new, old)
    shared = _shared_metrics(new.manifest, old.manifest)
    material = _named(material_of_runs(new, old, shared), names)
    comparison = compare_material(material, None, (), ComparisonSettings())
    manifest, tables = _combined(new, old, names, shared)
    manifest = with_comparison(Run(None, manifest, tables)).model_copy(
        update={
            "verdict": comparison.verdict,
            "remarks": (*comparison.remarks, *_left_out(new.manifest, old.manifest, shared)),
        }
    )
    data = report_data(Run(None, manifest, tables), max_segments=max_segments)
    pairs = tuple(material.baselines.items())
    found = Changes(new=names[0], old=names[1], pairs=pairs, changes=tuple(changes(comparison)))
    return data.model_copy(update={"changes": found})


def _labels(new: Run, old: Run) -> tuple[str, str]:
    """Short names of the runs: their folders', or when they were made."""
    folders = [real_path(run.folder).name if run.folder else "" for run in (new, old)]
    if all(folders) and folders[0] != folders[1]:
        return folders[0], folders[1]
    times = [run.manifest.created[:16].replace("T", " ") for run in (new, old)]
    return (times[0], times[1]) if times[0] != times[1] else ("new", "old")


def _shared_metrics(new: RunManifest, old: RunManifest) -> list[str]:
    theirs = {metric.name for metric in old.metrics}
    shared = [metric.name for metric in new.metrics if metric.name in theirs]
    if not shared:
        raise IncompatibleRuns("the runs have no metric in common; score both with the same ones.")
    return shared


def _left_out(new: RunManifest, old: RunManifest, shared: Sequence[str]) -> list[str]:
    names = {
        metric.label for run in (new, old) for metric in run.metrics if metric.name not in shared
    }
    return [f"Not shown, because only one run has it: {', '.join(sorted(names))}."] if names else []


def _named(material: PairedScores, names: tuple[str, str]) -> PairedScores:
    """The material with each system named by its system and its run."""
    count = len(material.systems) // 2
    runs = [names[0]] * count + [names[1]] * count
    systems = tuple(
        replace(system, label=_name(system.system, run))
        for system, run in zip(material.systems, runs, strict=True)
    )
    ours, theirs = systems[:count], systems[count:]
    baselines = {a.label: b.label for a, b in zip(ours, theirs, strict=True)}
    return replace(material, systems=systems, baselines=baselines)


def _name(system: str, run: str) -> str:
    return f"{system} · {run}"


def _combined(
    new: Run, old: Run, names: tuple[str, str], metrics: Sequence[str]
) -> tuple[RunManifest, dict[str, pa.Table]]:
    """The manifest and the tables of one run with the systems of both."""
    manifest = new.manifest.model_copy(
        update={
            "id": f"{new.manifest.id}+{old.manifest.id}",
            "metrics": tuple(m for m in new.manifest.metrics if m.name in metrics),
            "systems": (
                *_systems(new.manifest, names[0], metrics),
                *_systems(old.manifest, names[1], metrics),
            ),
            "checks": _checks(new.manifest, old.manifest),
            "origins": _origins(new.manifest, old.manifest),
        }
    )
    tables = {
        SEGMENTS: _segments(new, old, names, metrics),
        STATISTICS: _statistics(new, old, metrics),
        FINDINGS: _findings(new, old, names),
        SPANS: _spans(new, old, names),
    }
    return manifest, tables


def _systems(manifest: RunManifest, run: str, metrics: Sequence[str]) -> list[SystemInfo]:
    return [
        system.model_copy(
            update={
                "name": _name(system.name, run),
                "scores": tuple(system.score(metric) for metric in metrics),
            }
        )
        for system in manifest.systems
    ]


def _checks(new: RunManifest, old: RunManifest) -> tuple[CheckInfo, ...]:
    ours = {check.name for check in new.checks}
    return (*new.checks, *(check for check in old.checks if check.name not in ours))


def _origins(new: RunManifest, old: RunManifest) -> tuple[OriginInfo, ...]:
    """What was asked for spans in either run, with the spans of both."""
    found: dict[str, OriginInfo] = {}
    for info in (*(new.origins or ()), *(old.origins or ())):
        known = found.get(info.name)
        more = {"spans": known.spans + info.spans} if known else {}
        found[info.name] = (known or info).model_copy(update=more)
    return tuple(found.values())


def _segments(new: Run, old: Run, names: tuple[str, str], metrics: Sequence[str]) -> pa.Table:
    """The rows of both; documents and metadata, which no hash covers, are the newer run's."""
    ours, theirs = new.table(SEGMENTS), old.table(SEGMENTS)
    first = ours.slice(0, new.manifest.corpus.segments)
    labels = (name for name in ours.column_names if name.startswith("metadata."))
    facts = ["document", *([PLACE] if PLACE in ours.column_names else []), *labels]
    columns = ["segment_id", "system", "source", "references", "hypothesis", *metrics, "failure"]
    repeated = pa.concat_tables([first] * len(old.manifest.systems))
    theirs = theirs.select(columns)
    for name in facts:
        theirs = theirs.append_column(name, repeated[name])
    ours = ours.select([*columns, *facts])
    return pa.concat_tables([_renamed(ours, names[0]), _renamed(theirs, names[1])])


def _statistics(new: Run, old: Run, metrics: Sequence[str]) -> pa.Table:
    columns = [
        name
        for name in new.table(STATISTICS).column_names
        if name.split("/")[0] in metrics and "/" in name
    ]
    return pa.concat_tables([run.table(STATISTICS).select(columns) for run in (new, old)])


def _findings(new: Run, old: Run, names: tuple[str, str]) -> pa.Table:
    """What was found in both runs; the test set's own findings come from the newer one."""
    theirs = old.findings_table
    theirs = theirs.filter(theirs["system"].is_valid())
    return pa.concat_tables([_renamed(new.findings_table, names[0]), _renamed(theirs, names[1])])


def _spans(new: Run, old: Run, names: tuple[str, str]) -> pa.Table:
    return pa.concat_tables(
        [_renamed(run.spans_table, name) for run, name in zip((new, old), names, strict=True)]
    )


def _renamed(table: pa.Table, run: str) -> pa.Table:
    """The table with its systems named with their run."""
    names = [None if name is None else _name(name, run) for name in table["system"].to_pylist()]
    place = table.column_names.index("system")
    return table.set_column(place, "system", pa.array(names, pa.string()))
