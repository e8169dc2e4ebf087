"""The tables of parts of a test set, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from mtqe.errors import ConfigError, DataError
from mtqe.run.findings import findings_schema
from mtqe.run.manifest import CheckInfo, OriginInfo, RunManifest
from mtqe.run.merging.alike import label
from mtqe.run.merging.ids import made_stems, numbered_through
from mtqe.run.merging.notes import notes_of
from mtqe.run.reading import Run
from mtqe.run.soundness import SEGMENTS
from mtqe.run.spans import spans_schema
from mtqe.support.arrow import texts

if TYPE_CHECKING:
    import pyarrow as pa

ACROSS = "which look at other segments, too"


@dataclass(frozen=True)
class Parts:
    """The runs, and what their tables become together."""

    runs: Sequence[Run]

    @property
    def manifests(self) -> list[RunManifest]:
        """What each part's `run.json` says."""
        return [run.manifest for run in self.runs]

    @cached_property
    def checks(self) -> tuple[CheckInfo, ...]:
        """Checks that every run has made alike, and whose findings hold in all parts together."""
        return tuple(c for c in self.manifests[0].checks if c.name not in self.left_out)

    @cached_property
    def left_out(self) -> Mapping[str, str]:
        """Why findings of other checks are left out, by check, as for `notes.left_out`."""
        made = [manifest.checks for manifest in self.manifests]
        found: dict[str, str] = {}
        for check in (check for checks in made for check in checks):
            reason = _why_not(check.name)
            if reason is None and not all(check in checks for checks in made):
                reason = "which not all parts made alike"
            if reason is not None:
                found.setdefault(check.name, reason)
        return found

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
        if _repeated(self.given_ids) is None:
            return self.given_ids
        stems = [
            made_stems(table.slice(0, manifest.corpus.segments))
            for table, manifest in zip(self.segments, self.manifests, strict=True)
        ]
        found = list(numbered_through(self.given_ids, stems))
        if (repeated := _repeated(found)) is None:
            return found
        name, before, place = repeated
        raise DataError(
            f"{label(self.runs[before], before + 1)} and {label(self.runs[place], place + 1)} "
            f"both have a segment {name!r}; merge runs of different segments, each with an id of "
            "its own."
        )

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
                    "notes": notes_of(origin.notes for origin in same),
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


def _why_not(check: str) -> str | None:
    """Why a merged run has no findings of a check that all parts have made; None if it has."""
    from mtqe.checks.registry import check_class  # whose modules a run without checks does without

    try:
        kind = check_class(check)
    except ConfigError:
        return "which are not installed here"
    return None if kind.by_segment or kind.by_part else ACROSS


def _repeated(parts: Sequence[Sequence[str]]) -> tuple[str, int, int] | None:
    """The first id that is in two parts, and the places of these."""
    seen: set[str] = set()
    for place, part in enumerate(parts):
        if repeated := seen.intersection(part):
            name = next(name for name in part if name in repeated)
            return name, next(n for n, other in enumerate(parts) if name in other), place
        seen.update(part)
    return None
