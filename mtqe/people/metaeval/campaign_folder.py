"""A campaign in the folder layout of mt-metrics-eval: scores of people and of metrics as files.

Only ``human-scores/`` and ``metric-scores/LP/`` are needed; ``system-outputs/LP/``,
``references/`` and ``sources/`` say which systems, references and segments there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mtqe.corpus.readers.metrics_eval import read_lines_of, read_score_lines
from mtqe.corpus.segment_names import SegmentNames
from mtqe.errors import ConfigError, DataError
from mtqe.people.metaeval.campaign import Campaign, RawScores, build_campaign
from mtqe.people.metaeval.score_files import (
    SEGMENT_FILE,
    SYSTEM_FILE,
    MetricFile,
    ScoreTable,
    is_score_file,
    parse_name,
    read_metric_files,
    read_score_table,
    read_system_file,
)
from mtqe.support.options import spelled
from mtqe.support.words import count, listed

USUAL_KIND = "mqm"


@dataclass(frozen=True)
class Choice:
    """What of the data is judged.

    Attributes:
        kind: which scores by people, such as ``mqm``; None for the only ones, or MQM.
        reference: metrics that look at another reference are left out; None for the first.
        metrics: only these; empty for all.
        without: systems to leave out.
        human_translations: whether rated references count as systems, but for the one that metrics
            look at.
        extra: further score files and tables.
    """

    kind: str | None = None
    reference: str | None = None
    metrics: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    human_translations: bool = False
    extra: tuple[Path, ...] = ()


def is_campaign(folder: Path) -> bool:
    """Whether a folder has this layout."""
    return (folder / "human-scores").is_dir()


def language_pairs(folder: Path) -> list[str]:
    """The pairs with scores by people, such as ``en-de``."""
    files = (folder / "human-scores").glob("*.score")
    return sorted({file.name.split(".")[0] for file in files})


def read_campaign(folder: Path, pair: str, choice: Choice | None = None) -> Campaign:
    """Read one language pair.

    Raises:
        ConfigError: no such pair, kind of scores, reference or metric.
        DataError: files are malformed or don't fit each other.
    """
    choice = choice or Choice()
    pairs = language_pairs(folder)
    if pair not in pairs:
        raise ConfigError(f"{folder} has no scores of {pair}; it has {listed(pairs) or 'none'}.")
    references = _references(folder, pair)
    people = _people(folder, pair, choice.kind)
    known = _systems(folder, pair)
    segments = _segments(folder, pair, people)
    files = sorted(path for path in (folder / "metric-scores" / pair).glob("*.score"))
    used, reference = _of_reference(files, references, choice.reference)
    metrics = read_metric_files(used, references)
    names = _names(folder, pair)
    metrics += list(extra_scores(choice.extra, pair, segments, references, names))
    metrics = chosen_metrics(metrics, choice.metrics)
    humans = set() if choice.human_translations else set(references)
    without = {*choice.without, *humans, *([reference] if reference else [])}
    return build_campaign(
        pair,
        people,
        metrics,
        without=without,
        known=known,
        notes=_notes(files, used, reference),
        segments=segments,
        names=names,
    )


def extra_scores(
    paths: Sequence[Path],
    pair: str,
    segments: Sequence[str],
    references: Collection[str] = (),
    names: SegmentNames | None = None,
) -> Iterator[RawScores]:
    """Scores of further metrics, from score files and tables.

    Args:
        paths: the files.
        pair: rows of other language pairs in a table are left out.
        segments: ids of the segments, in the order of score files.
        references: the test set's, for the names of score files.
        names: what messages call the segments.

    Raises:
        DataError: a file is missing, malformed, or of other segments.
    """
    for path in paths:
        if not path.is_file():
            raise DataError(f"{path} is missing; check the name of the score file.")
    yield from read_metric_files([path for path in paths if is_score_file(path)], references)
    for path in paths:
        if not is_score_file(path):
            yield from table_scores(read_score_table(path), pair, segments, names)


def table_scores(
    table: ScoreTable, pair: str, segments: Sequence[str], names: SegmentNames | None = None
) -> Iterator[RawScores]:
    """Every column of a table.

    Raises:
        DataError: no column holds numbers, or the table is of other segments.
    """
    if not table.columns:
        raise DataError(f"{table.origin}: no column holds numbers alone; add one of scores.")
    for column in table.columns:
        yield table.scores(column, pair, segments, names)


def _references(folder: Path, pair: str) -> list[str]:
    files = sorted((folder / "references").glob(f"{pair}.*"))
    return list(dict.fromkeys(file.name[len(pair) + 1 :].rsplit(".", 1)[0] for file in files))


def _systems(folder: Path, pair: str) -> set[str] | None:
    outputs = folder / "system-outputs" / pair
    return {file.stem for file in outputs.iterdir()} if outputs.is_dir() else None


def _people(folder: Path, pair: str, wanted: str | None) -> RawScores:
    files = sorted((folder / "human-scores").glob(f"{pair}.*.score"))
    kinds = [file.name[len(pair) + 1 : -len(SEGMENT_FILE)] for file in files if is_score_file(file)]
    kinds = list(dict.fromkeys(kinds))
    kind = wanted or (kinds[0] if len(kinds) == 1 else USUAL_KIND)
    if kind not in kinds:
        raise ConfigError(
            f"{folder} has no {kind!r} scores of {pair}; choose with --human-scores from "
            f"{listed(kinds) or 'nothing'}."
        )
    base = folder / "human-scores" / f"{pair}.{kind}"
    segment_file, system_file = Path(f"{base}{SEGMENT_FILE}"), Path(f"{base}{SYSTEM_FILE}")
    return RawScores(
        kind,
        str(segment_file if segment_file.is_file() else system_file),
        read_score_lines(segment_file) if segment_file.is_file() else None,
        read_system_file(system_file) if system_file.is_file() else None,
    )


def _names(folder: Path, pair: str) -> SegmentNames:
    """The lines of the sources, where there is such a file."""
    sources = folder / "sources" / f"{pair}.txt"
    lines = read_lines_of(sources) if sources.is_file() else []
    return SegmentNames.of(
        (str(number), text, f"line {number}") for number, text in enumerate(lines, 1)
    )


def _segments(folder: Path, pair: str, people: RawScores) -> list[str]:
    """Numbers of the lines, which are the segments' ids here."""
    lengths = {system: len(values) for system, values in (people.segments or {}).items()}
    sources = folder / "sources" / f"{pair}.txt"
    number = len(read_lines_of(sources)) if sources.is_file() else max(lengths.values(), default=0)
    for system, length in lengths.items():
        if length != number:
            raise DataError(
                f"{people.origin}: {system} has {count(length, 'score')} for "
                f"{count(number, 'segment')}; give one per segment."
            )
    return [str(line) for line in range(1, number + 1)]


def _of_reference(
    files: Sequence[Path], references: Sequence[str], wanted: str | None
) -> tuple[list[Path], str | None]:
    """The files of metrics that look at the reference or at none, and the reference."""
    names = {path: parse_name(path, references) for path in files if is_score_file(path)}
    used = Counter(ref for name in names.values() for ref in name.references)
    if wanted is not None and wanted not in {*references, *used}:
        raise ConfigError(
            f"{wanted!r} is not a reference here; choose --reference from "
            f"{listed(sorted({*references, *used})) or 'nothing'}."
        )
    first = min(references or sorted(used, key=lambda ref: (-used[ref], ref))[:1], default=None)
    reference = wanted or first

    def fits(name: MetricFile) -> bool:
        return name.references <= {reference}

    return [path for path, name in names.items() if fits(name)], reference


def chosen_metrics(metrics: Sequence[RawScores], wanted: Sequence[str]) -> list[RawScores]:
    """The metrics of these names; all if none is named.

    Raises:
        ConfigError: a name that no metric has.
    """
    if not wanted:
        return list(metrics)
    names = [metric.name for metric in metrics]
    wanted = [spelled(name, names) for name in wanted]
    unknown = [name for name in wanted if name not in names]
    if unknown:
        raise ConfigError(
            f"there is no metric {listed([repr(name) for name in unknown])}; choose from "
            f"{listed(sorted(names))}."
        )
    return [metric for metric in metrics if metric.name in wanted]


def _notes(files: Sequence[Path], used: Sequence[Path], reference: str | None) -> list[str]:
    others = len([path for path in files if is_score_file(path)]) - len(used)
    if not others or reference is None:
        return []
    return [f"Metrics that look at {reference} or no reference; {others} files of others left out."]
