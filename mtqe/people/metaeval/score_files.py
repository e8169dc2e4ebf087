"""Scores of metrics from files: ``.seg.score``, ``.sys.score``, and columns of tables."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mtqe.corpus.readers.metrics_eval import number_in, read_score_lines
from mtqe.corpus.readers.table import Absent, Table
from mtqe.corpus.readers.tables import format_of, is_table, load_table
from mtqe.corpus.segment_names import SegmentNames
from mtqe.errors import DataError
from mtqe.people.metaeval.campaign import RawScores, name_of
from mtqe.support.words import listed

SEGMENT_FILE, SYSTEM_FILE = ".seg.score", ".sys.score"
SEGMENT_COLUMNS = ("segment_id", "seg_id", "segment", "id", "source", "src")
SYSTEM_COLUMNS = ("system", "system_name", "sys")
PAIR_COLUMNS = ("lp", "language_pair")
NO_REFERENCE = "[noref]"
"""Stands after the name of a metric that looks at no reference, as in WMT's tables."""
SOURCE_ALONE = "src"
ALL_REFERENCES = "all"
NOTHING = frozenset({"", "none", "null", "nan", "na", "n/a"})
"""What a cell without a score may say."""


@dataclass(frozen=True)
class MetricFile:
    """What the name of a score file says: ``COMET-22-refA.seg.score``.

    Attributes:
        metric: the name without references, such as ``COMET-22``.
        references: those that the metric looked at; empty for none or if the name doesn't say.
        reads_none: whether the name says that it looked at none.
        of_segments: whether it scores segments; else whole systems.
    """

    metric: str
    references: frozenset[str]
    reads_none: bool
    of_segments: bool

    @property
    def label(self) -> str:
        """What tables call it."""
        return f"{self.metric}{NO_REFERENCE}" if self.reads_none else self.metric


def is_score_file(path: Path) -> bool:
    """Whether a file's name is that of a score file."""
    return path.name.endswith((SEGMENT_FILE, SYSTEM_FILE))


def parse_name(path: Path, references: Collection[str] = ()) -> MetricFile:
    """Read the name of a score file.

    Args:
        path: ends in ``.seg.score`` or ``.sys.score``.
        references: the test set's; a last part of the name that is none of them, nor looks like
            ``refA``, belongs to the metric's name.
    """
    of_segments = path.name.endswith(SEGMENT_FILE)
    name = path.name[: -len(SEGMENT_FILE if of_segments else SYSTEM_FILE)]
    metric, dash, last = name.rpartition("-")
    if dash and last == SOURCE_ALONE:
        return MetricFile(metric, frozenset(), True, of_segments)
    if dash and last == ALL_REFERENCES:
        return MetricFile(metric, frozenset(references), False, of_segments)
    named = last.split(".")
    if dash and all(part in references or re.fullmatch(r"ref[A-Za-z0-9]*", part) for part in named):
        return MetricFile(metric, frozenset(named), False, of_segments)
    return MetricFile(name, frozenset(), False, of_segments)


def read_metric_files(paths: Sequence[Path], references: Collection[str] = ()) -> list[RawScores]:
    """Scores of metrics from score files; a metric's files of both levels belong together.

    Raises:
        DataError: a file is malformed, or two files are of one metric and level.
    """
    found: dict[str, RawScores] = {}
    for path in paths:
        name = parse_name(path, references)
        older = found.get(name.label)
        raw = _read(path, name)
        if older is None:
            found[name.label] = raw
        elif (older.segments is None) == (raw.segments is None):
            raise DataError(
                f"{path}: scores of {name.label} were given already; choose with --reference, or "
                "rename the file."
            )
        else:
            segments, systems = (older, raw) if raw.segments is None else (raw, older)
            found[name.label] = RawScores(
                name.label, segments.origin, segments.segments, systems.systems
            )
    return list(found.values())


def _read(path: Path, name: MetricFile) -> RawScores:
    values = read_score_lines(path)
    if name.of_segments:
        return RawScores(name.label, str(path), segments=values)
    return RawScores(name.label, str(path), systems=_single(path, values))


def _single(path: Path, values: Mapping[str, Sequence[float | None]]) -> dict[str, float | None]:
    for system, scores in values.items():
        if len(scores) != 1:
            raise DataError(
                f"{path}: {system} has {len(scores)} scores; a .sys.score file has one per system."
            )
    return {system: scores[0] for system, scores in values.items()}


def read_system_file(path: Path) -> dict[str, float | None]:
    """One score per system, None for ``None``.

    Raises:
        DataError: the file is malformed, or a system has several scores.
    """
    return _single(path, read_score_lines(path))


@dataclass(frozen=True)
class ScoreTable:
    """Scores from the columns of a table, with a row per translation.

    Attributes:
        origin: what messages call the table.
        pairs: the language pairs that it has, '' where it does not say.
        rows: (language pair, segment, system) of each row.
        columns: scores [rows] by column, None where there is none.
        odd: by column that is not one of scores: where its first cell that is no number is, and
            what it says.
        nearly: those of them of which most cells are numbers.
    """

    origin: str
    pairs: tuple[str, ...]
    rows: tuple[tuple[str, str, str], ...]
    columns: Mapping[str, tuple[float | None, ...]]
    odd: Mapping[str, str] = field(default_factory=dict)
    nearly: tuple[str, ...] = ()

    def segments(self, pair: str) -> list[str]:
        """The segments of a pair, in order of appearance."""
        return list(dict.fromkeys(segment for lp, segment, _ in self.rows if lp == pair))

    def scores(
        self, column: str, pair: str, segments: Sequence[str], names: SegmentNames | None = None
    ) -> RawScores:
        """A column's scores, segment by segment.

        Args:
            column: its name.
            pair: of which language pair; '' where the table does not say.
            segments: the order of the scores; rows of other segments are refused.
            names: what messages call them.

        Raises:
            DataError: a translation stands twice, or a segment is unknown.
        """
        places = {segment: number for number, segment in enumerate(segments)}
        found: dict[str, list[float | None]] = {}
        seen: set[tuple[str, str]] = set()
        for (lp, segment, system), value in zip(self.rows, self.columns[column], strict=True):
            if lp != pair and self.pairs != ("",):
                continue
            if segment not in places:
                raise DataError(
                    f"{self.origin}: the segment {segment!r} is not in the test set; use its ids "
                    f"({', '.join(segments[:3])}, …)."
                )
            if (segment, system) in seen:
                name = name_of(segment, names)
                raise DataError(f"{self.origin}: {name} of {system} stands twice; keep one row.")
            seen.add((segment, system))
            found.setdefault(system, [None] * len(segments))[places[segment]] = value
        return RawScores(column, f"{self.origin}, column {column!r}", segments=found)


def read_score_table(path: Path, columns: Sequence[str] = ()) -> ScoreTable:
    """Read a TSV, CSV, JSONL, Parquet or Excel table with a row per translation.

    It names the system in `system` and the segment in `segment_id`, `seg_id`, `segment`, `id`,
    `source` or `src`; `lp` is the language pair, if there is such a column. Every other column
    that holds numbers alone is one of scores.

    Args:
        path: the table.
        columns: only these; else all columns of numbers.

    Raises:
        DataError: a column is missing, or a cell of a wanted one is not a number.
    """
    if not is_table(format_of(path)):
        raise DataError(
            f"{path} is neither a score file (NAME-REF{SEGMENT_FILE}) nor a table; give a .tsv, "
            ".csv, .jsonl, .parquet or .xlsx file."
        )
    table = load_table(path)
    system = _first(table, SYSTEM_COLUMNS, "names the system")
    segment = _first(table, SEGMENT_COLUMNS, "names the segment")
    pair = next((name for name in PAIR_COLUMNS if name in table.columns), None)
    keys = {system, segment, pair}
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise DataError(
            f"{path} has no column {listed([repr(name) for name in missing])}; it has "
            f"{', '.join(table.columns)}."
        )
    names = columns or [name for name in table.columns if name not in keys | {*SEGMENT_COLUMNS}]
    scores = {name: tuple(_cells(table, name)) for name in names if columns or _holds(table, name)}
    pairs = _texts(table, pair) if pair else [""] * len(table)
    rows = tuple(zip(pairs, _texts(table, segment), _texts(table, system), strict=True))
    odd = {name: _odd_cells(table, name) for name in names if name not in scores}
    places = {
        name: f"{table.where(found[0])}: {name!r} is {table.columns[name][found[0]]!r}"
        for name, found in odd.items()
        if found
    }
    nearly = tuple(name for name in places if 2 * len(odd[name]) < len(table))
    return ScoreTable(str(path), tuple(dict.fromkeys(pairs)), rows, scores, places, nearly)


def _first(table: Table, names: Sequence[str], what: str) -> str:
    found = next((name for name in names if name in table.columns), None)
    if found is None:
        raise DataError(
            f"{table.name}: no column {what}; add one called {names[0]!r} "
            f"(there are {', '.join(table.columns)})."
        )
    return found


def _texts(table: Table, column: str) -> list[str]:
    texts = []
    for row, cell in enumerate(table.columns[column]):
        if cell is None or isinstance(cell, Absent) or cell == "":
            raise DataError(f"{table.where(row)}: {column!r} is empty; fill it in.")
        texts.append(str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell))
    return texts


def _holds(table: Table, column: str) -> bool:
    """Whether a column has numbers, and nothing but numbers and empty cells."""
    cells = [_cell(cell) for cell in table.columns[column]]
    return "" not in cells and any(cell is not None for cell in cells)


def _odd_cells(table: Table, column: str) -> list[int]:
    """The rows whose cell is neither a number nor empty."""
    return [row for row, cell in enumerate(table.columns[column]) if _cell(cell) == ""]


def _cells(table: Table, column: str) -> Iterator[float | None]:
    for row, cell in enumerate(table.columns[column]):
        value = _cell(cell)
        if isinstance(value, str):
            raise DataError(
                f"{table.where(row)}: {column!r} is {cell!r}; write a finite decimal number, or "
                "leave the cell empty."
            )
        yield value


def _cell(cell: object) -> float | str | None:
    """A cell's number, None where it holds nothing, '' where it holds something else."""
    if cell is None or isinstance(cell, Absent):
        return None
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return None if math.isnan(cell) else float(cell) if math.isfinite(cell) else ""
    if isinstance(cell, str):
        if cell.strip().lower() in NOTHING:
            return None
        found = number_in(cell)
        return "" if found is None or not math.isfinite(found) else found
    return ""
