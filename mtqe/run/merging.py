"""Runs of disjoint parts of a test set as the run of all their segments; nothing is written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property, reduce
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from mtqe.corpus.base import HASHED_AT_ONCE, LanguagePair, content_hash
from mtqe.corpus.readers.ids import numbered
from mtqe.errors import ConfigError, DataError, IncompatibleRuns
from mtqe.metrics.base import Signature
from mtqe.metrics.info import MetricInfo
from mtqe.metrics.scores import MetricScores
from mtqe.run.findings import findings_schema
from mtqe.run.manifest import (
    CheckInfo,
    CorpusInfo,
    OriginInfo,
    RunManifest,
    Score,
    SystemInfo,
    run_identity,
)
from mtqe.run.reading import Run
from mtqe.run.soundness import FINDINGS, SEGMENTS, SPANS, STATISTICS
from mtqe.run.spans import spans_schema
from mtqe.support.arrow import texts
from mtqe.support.cost import Estimate, Usage

if TYPE_CHECKING:
    import pyarrow as pa

MADE = re.compile(r"([0-9a-f]{8})(?:\.([0-9]+))?")
"""Ids that readers make of texts, where a file has none; see `content_ids`."""
RECORDED = "file"
"""The backend of translations that were read from files."""

Counted = TypeVar("Counted", Usage, Estimate)


def merged(runs: Sequence[Run], name: str | None = None) -> Run:
    """The runs as one, in memory; systems are not compared yet.

    Segments follow each other in the order of the runs. Corpus scores are computed from all
    statistics, so they are those of a run of all segments. Findings of checks that look at the
    whole test set, such as repeated sources, are left out, and the run's notes say so.

    Args:
        runs: of the same systems and metrics, on different segments.
        name: what to call the test set; as the first one's if None.

    Raises:
        ConfigError: fewer than two runs, or a metric whose scores depend on the whole test set.
        IncompatibleRuns: languages, systems or metrics differ; names the field.
        DataError: a segment is in two of them.
    """
    if len(runs) < 2:
        raise ConfigError("give two or more runs to merge.")
    _check_alike(runs)
    _check_apart(runs)
    parts = _Parts(runs)
    tables = {
        SEGMENTS: parts.by_system(SEGMENTS),
        STATISTICS: parts.by_system(STATISTICS),
        FINDINGS: parts.findings(),
        SPANS: parts.spans(),
    }
    return Run(None, _manifest(parts, tables, name), tables)


def _check_alike(runs: Sequence[Run]) -> None:
    """See that the runs differ in nothing but their segments."""
    first = runs[0].manifest
    for number, run in enumerate(runs[1:], 2):
        for field, ours, theirs in _facts(first, run.manifest):
            if ours != theirs:
                raise IncompatibleRuns(
                    f"{_label(runs[0], 1)} and {_label(run, number)} differ in {field} ({ours} and "
                    f"{theirs}); merge runs of the same systems, metrics and versions."
                )
    for info in first.metrics:
        metric = info.build()
        if metric.fitted(("a",)) is not metric:
            raise ConfigError(
                f"scores by {info.name} depend on all references of a test set, so runs of its "
                "parts can't be merged; score all segments at once, or without IDF."
            )


def _facts(first: RunManifest, other: RunManifest) -> Iterator[tuple[str, object, object]]:
    """What must be equal in two runs, as a field's name and both values."""
    for field in ("source_language", "target_language", "references"):
        yield f"corpus.{field}", getattr(first.corpus, field), getattr(other.corpus, field)
    for kind in ("systems", "metrics"):
        names = [sorted(item.name for item in getattr(run, kind)) for run in (first, other)]
        yield kind, names[0], names[1]
    metrics = {info.name: info for info in other.metrics}
    for info in first.metrics:
        same = metrics[info.name]
        yield f"the options of {info.name}", info.options, same.options
        yield from _signatures(info.name, info.signature, same.signature)
    systems = {info.name: info for info in other.systems}
    for system in first.systems:
        ours, theirs = _engine(system), _engine(systems[system.name])
        for key in {**ours, **theirs}:
            yield f"the {key} of {system.name}", ours.get(key), theirs.get(key)
        for score in system.scores:
            found = systems[system.name].score(score.metric).signature
            yield from _signatures(score.metric, score.signature, found)


def _signatures(metric: str, first: str, other: str) -> Iterator[tuple[str, object, object]]:
    ours, theirs = Signature.parse(first), Signature.parse(other)
    for field in ours.differences(theirs):
        values = dict(ours.fields).get(field), dict(theirs.fields).get(field)
        yield f"the field {field} of the signature of {metric}", *values


def _engine(system: SystemInfo) -> Mapping[str, str]:
    """What decides which translations a system gives; not where recorded ones lie."""
    recorded = system.identity.get("backend") == RECORDED
    return {key: v for key, v in system.identity.items() if not (recorded and key == "file")}


def _check_apart(runs: Sequence[Run]) -> None:
    seen: dict[str, int] = {}
    for place, run in enumerate(runs):
        before = seen.setdefault(run.manifest.corpus.hash, place)
        if before != place:
            raise DataError(
                f"{_label(runs[before], before + 1)} and {_label(run, place + 1)} are of the same "
                "segments; merge runs of different parts of a test set."
            )


def _label(run: Run, number: int) -> str:
    return f"run {number}" if run.folder is None else str(run.folder)


@dataclass(frozen=True)
class _Parts:
    """The runs, and what their tables become together."""

    runs: Sequence[Run]

    @property
    def manifests(self) -> list[RunManifest]:
        return [run.manifest for run in self.runs]

    @cached_property
    def checks(self) -> tuple[CheckInfo, ...]:
        """Checks that every run has made alike, and that look at each segment by itself."""
        first, *others = (manifest.checks for manifest in self.manifests)
        return tuple(
            check
            for check in first
            if all(check in made for made in others) and _looks_at_segments(check.name)
        )

    @cached_property
    def segments(self) -> list[pa.Table]:
        """Each part's segments."""
        return [run.table(SEGMENTS) for run in self.runs]

    @cached_property
    def given_ids(self) -> list[list[str]]:
        """The segments' ids as each part has them."""
        return [
            table["segment_id"].slice(0, manifest.corpus.segments).to_pylist()
            for table, manifest in zip(self.segments, self.manifests, strict=True)
        ]

    @cached_property
    def ids(self) -> list[list[str]]:
        """The segments' ids in each part; those that readers made are numbered through.

        Raises:
            DataError: an id of the user's own is in two parts.
        """
        given = self.given_ids
        seen: set[str] = set()
        for place, part in enumerate(given):
            repeated = seen.intersection(part)
            if repeated and all(MADE.fullmatch(name) for part in given for name in part):
                return list(_numbered_through(given))
            if repeated:
                name = next(name for name in part if name in repeated)
                before = next(number for number, other in enumerate(given) if name in other)
                raise DataError(
                    f"{_label(self.runs[before], before + 1)} and "
                    f"{_label(self.runs[place], place + 1)} both have a segment {name!r}; merge "
                    "runs of different segments, each with an id of its own."
                )
            seen.update(part)
        return given

    def by_system(self, name: str) -> pa.Table:
        """A table of all segments of the first system, then of the second, and so on."""
        import pyarrow as pa

        tables = self.segments if name == SEGMENTS else [run.table(name) for run in self.runs]
        ids = [texts(part) for part in self.ids]
        found = []
        for system in self.manifests[0].systems:
            for table, manifest, named in zip(tables, self.manifests, ids, strict=True):
                place = [info.name for info in manifest.systems].index(system.name)
                size = manifest.corpus.segments
                rows = table.slice(place * size, size)
                column = rows.column_names.index("segment_id")
                found.append(rows.set_column(column, "segment_id", named))
        return pa.concat_tables(found, promote_options="permissive")

    def findings(self) -> pa.Table:
        """The findings of `checks`, in the order of the segments."""
        import pyarrow as pa
        import pyarrow.compute as pc

        names = pa.array([check.name for check in self.checks], pa.string())
        parts = [
            renamed.filter(pc.is_in(renamed["check"], value_set=names))
            for renamed in self._renamed([run.findings_table for run in self.runs])
        ]
        return pa.concat_tables(parts).cast(findings_schema())

    def spans(self) -> pa.Table:
        """The spans of each metric or person, system by system, then those of `checks`."""
        import pyarrow as pa
        import pyarrow.compute as pc

        def chosen(table: pa.Table, origins: Sequence[str], systems: Sequence[str]) -> pa.Table:
            kept = pc.is_in(table["origin"], value_set=pa.array(origins, pa.string()))
            named = pc.is_in(table["system"], value_set=pa.array(systems, pa.string()))
            return table.filter(pc.and_(kept, named))

        names = [system.name for system in self.manifests[0].systems]
        groups = [([origin.name], [name]) for origin in self.origins or () for name in names]
        groups.append(([f"check:{check.name}" for check in self.checks], names))
        tables = list(self._renamed([run.spans_table for run in self.runs]))
        parts = [chosen(table, *group) for group in groups for table in tables]
        return pa.concat_tables(parts).cast(spans_schema())

    @cached_property
    def origins(self) -> tuple[OriginInfo, ...] | None:
        """What was asked for spans, with the number of all that it gave; None as in the runs."""
        given = [manifest.origins for manifest in self.manifests]
        if all(origins is None for origins in given):
            return None
        known: dict[str, list[OriginInfo]] = {}
        for origin in (origin for origins in given for origin in origins or ()):
            known.setdefault(origin.name, []).append(origin)
        return tuple(
            same[0].model_copy(
                update={
                    "spans": sum(origin.spans for origin in same),
                    "notes": _notes(origin.notes for origin in same),
                }
            )
            for same in known.values()
        )

    def _renamed(self, tables: Sequence[pa.Table]) -> Iterator[pa.Table]:
        """Tables of each part with the segments' new ids."""
        for old, table, names in zip(self.given_ids, tables, self.ids, strict=True):
            if old == names or not table.num_rows:
                yield table
                continue
            new = dict(zip(old, names, strict=True))
            column = texts([new[name] for name in table["segment_id"].to_pylist()])
            yield table.set_column(table.column_names.index("segment_id"), "segment_id", column)


def _looks_at_segments(check: str) -> bool:
    from mtqe.checks.registry import check_class  # whose modules a run without checks does without

    try:
        return check_class(check).by_segment
    except ConfigError:  # of a plug-in that is not installed
        return False


def _numbered_through(parts: Iterable[Sequence[str]]) -> Iterator[list[str]]:
    """Ids that were made of texts, as they would be if all parts had been read as one."""
    seen: Counter[str] = Counter()
    for part in parts:
        names = []
        for name in part:
            stem = name.partition(".")[0]
            seen[stem] += 1
            names.append(numbered(stem, seen[stem]))
        yield names


def _manifest(parts: _Parts, tables: Mapping[str, pa.Table], name: str | None) -> RunManifest:
    first, *_ = manifests = parts.manifests
    corpora = [manifest.corpus for manifest in manifests]
    size = sum(corpus.segments for corpus in corpora)
    metrics = {
        info.name: [one for run in manifests for one in run.metrics if one.name == info.name]
        for info in first.metrics
    }
    checks = [check.name for check in parts.checks]
    run_id, created = run_identity(name or first.corpus.name)
    return first.model_copy(
        update={
            "id": run_id,
            "created": created,
            "verdict": "",
            "remarks": (),
            "corpus": CorpusInfo(
                name=name or first.corpus.name,
                source_language=first.corpus.source_language,
                target_language=first.corpus.target_language,
                hash=_hash(first.corpus, tables[SEGMENTS].slice(0, size)),
                segments=size,
                references=first.corpus.references,
                slices=tuple(dict.fromkeys(c for corpus in corpora for c in corpus.slices)),
                notes=(*_notes(corpus.notes for corpus in corpora), *_left_out(parts)),
                findings=_counts((corpus.findings for corpus in corpora), checks),
            ),
            "metrics": tuple(map(_metric, metrics.values())),
            "systems": tuple(
                _system(
                    [info for run in manifests for info in run.systems if info.name == system.name],
                    tables[STATISTICS].slice(place * size, size),
                    first.metrics,
                    checks,
                )
                for place, system in enumerate(first.systems)
            ),
            "checks": parts.checks,
            "origins": parts.origins,
        }
    )


def _hash(corpus: CorpusInfo, segments: pa.Table) -> str:
    """`Corpus.hash` of the segments of one system."""

    def rows() -> Iterator[tuple[str, str, Sequence[str | None]]]:
        columns = segments.select(["segment_id", "source", "references"])
        for batch in columns.to_batches(max_chunksize=HASHED_AT_ONCE):
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)

    return content_hash(LanguagePair(corpus.source_language, corpus.target_language), rows())


def _left_out(parts: _Parts) -> tuple[str, ...]:
    kept = {check.name for check in parts.checks}
    dropped = dict.fromkeys(
        check.name
        for manifest in parts.manifests
        for check in manifest.checks
        if check.name not in kept
    )
    if not dropped:
        return ()
    return (
        f"merged: no findings of {', '.join(dropped)}: these checks look beyond one segment, or "
        "the parts differ in them",
    )


def _notes(several: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """Notes of all parts, each once; those of some parts alone say of which."""
    parts = [list(notes) for notes in several]
    found: dict[str, list[int]] = {}
    for number, notes in enumerate(parts, 1):
        for note in notes:
            found.setdefault(note, []).append(number)
    return tuple(
        note if len(numbers) == len(parts) else f"{note} (part {', '.join(map(str, numbers))})"
        for note, numbers in found.items()
    )


def _counts(several: Iterable[Mapping[str, int]], names: Sequence[str]) -> Mapping[str, int]:
    total: Counter[str] = Counter()
    for counts in several:
        total.update(counts)
    return {name: total[name] for name in names if total[name]}


def _metric(same: Sequence[MetricInfo]) -> MetricInfo:
    return same[0].model_copy(
        update={
            "notes": _notes(info.notes for info in same),
            "failures": _notes(info.failures for info in same),
            "usage": _summed([info.usage for info in same]),
            "caution": next((info.caution for info in same if info.caution), ""),
        }
    )


def _system(
    same: Sequence[SystemInfo],
    statistics: pa.Table,
    metrics: Sequence[MetricInfo],
    checks: Sequence[str],
) -> SystemInfo:
    """One system on all segments."""
    first = same[0]
    usual = max(same, key=lambda info: info.translated)
    files = dict.fromkeys(info.identity["file"] for info in same if "file" in info.identity)
    return first.model_copy(
        update={
            "identity": {**first.identity, **({"file": ", ".join(files)} if files else {})},
            "translated": sum(info.translated for info in same),
            "seconds": round(sum(info.seconds for info in same), 3),
            "failures": sum(info.failures for info in same),
            "scores": tuple(
                _score(info, first.score(info.name).signature, statistics) for info in metrics
            ),
            "notes": _notes(info.notes for info in same),
            "findings": _counts((info.findings for info in same), checks),
            "usage": _summed([info.usage for info in same]),
            "estimate": _summed([info.estimate for info in same]),
            "speed": usual.speed,
        }
    )


def _score(info: MetricInfo, signature: str, statistics: pa.Table) -> Score:
    metric = info.build()
    columns = [statistics[f"{info.name}/{name}"] for name in metric.statistic_names]
    rows = np.stack([column.to_numpy() for column in columns], axis=1)
    return Score.of(info.name, signature, MetricScores(metric, rows))


def _summed(several: Sequence[Counted | None]) -> Counted | None:
    """What all parts took; None where one does not tell, or in another currency."""
    known = [item for item in several if item is not None]
    if len(known) < len(several) or len({item.currency for item in known}) > 1:
        return None
    return reduce(_sum, known)


def _sum(first: Counted, other: Counted) -> Counted:
    """Numbers added; what one of the two does not know, and medians, are not known of both."""
    totals: dict[str, Any] = {}
    for field in fields(first):
        ours, theirs = getattr(first, field.name), getattr(other, field.name)
        if field.name.startswith("latency") or ours is None or theirs is None:
            totals[field.name] = None
        elif field.name != "currency":
            totals[field.name] = ours + theirs
    return replace(first, **totals)
