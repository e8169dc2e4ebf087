"""People's scores of the systems of one test set, and the scores of the metrics to be judged."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mtqe.corpus.segment_names import SegmentNames
from mtqe.errors import DataError
from mtqe.people.metaeval.pairs import Floats
from mtqe.people.metaeval.spans import SpanStanding
from mtqe.support.words import count, listed

Booleans = NDArray[np.bool_]
SystemScores = Mapping[str, Sequence[float | None]]
"""Scores by system, one per segment; None where there is none."""

NAMED = 5
"""Systems that a message names."""


@dataclass(frozen=True)
class RawScores:
    """What files or a run say of one metric, or of people.

    Attributes:
        name: what tables call it.
        origin: where it was read, as messages name it.
        segments: scores of segments by system; None where only whole systems are scored.
        systems: one score for each whole system; None to take the mean over segments.
        higher_is_better: False for penalties, which change their sign.
    """

    name: str
    origin: str
    segments: SystemScores | None = None
    systems: Mapping[str, float | None] | None = None
    higher_is_better: bool = True


@dataclass(frozen=True)
class Scores:
    """Scores of all systems of a campaign, higher is better.

    Attributes:
        name: what tables call it.
        segments: [systems, segments], NaN where there is none; None where nobody scored segments.
        systems: [systems].
    """

    name: str
    segments: Floats | None
    systems: Floats


@dataclass(frozen=True)
class Campaign:
    """One test set in one direction, as people and metrics scored it.

    Attributes:
        name: its language pair, or what the run calls it.
        systems: those that people scored, less those that were left out.
        people: what people gave; NaN where they did not rate.
        metrics: in the order given; a number wherever people rated.
        left_out: systems that were left out on purpose.
        notes: what a reader of the figures should know.
        spans: agreement of error spans with people's; from runs alone.
    """

    name: str
    systems: tuple[str, ...]
    people: Scores
    metrics: tuple[Scores, ...]
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    spans: tuple[SpanStanding, ...] = ()

    @property
    def rated(self) -> Booleans | None:
        """Which translations people rated [systems, segments]; None without scores of segments."""
        return None if self.people.segments is None else np.isfinite(self.people.segments)


def build_campaign(
    name: str,
    people: RawScores,
    metrics: Sequence[RawScores],
    *,
    without: Collection[str] = (),
    known: Collection[str] | None = None,
    notes: Sequence[str] = (),
    segments: Sequence[str] = (),
    names: SegmentNames | None = None,
) -> Campaign:
    """Put scores of people and metrics side by side.

    Args:
        name: what to call it.
        people: what people gave; systems that they gave nothing are left out.
        metrics: what is to be judged.
        without: systems to leave out, such as outliers or human translations.
        known: all systems that there are; scores of others are refused. None if that isn't known.
        notes: what a reader should know.
        segments: their ids, in the order of the scores.
        names: what messages call them.

    Raises:
        DataError: fewer than two systems, numbers of scores that differ, unknown systems, systems
            or rated translations that a metric has not scored, or two metrics of one name.
    """
    _check_names([metric.name for metric in metrics])
    for raw in (people, *metrics):
        _check_known(raw, known)
    rated = _rated_systems(people)
    systems = [system for system in rated if system not in set(without)]
    if len(systems) < 2:
        raise DataError(
            f"{people.origin}: {count(len(systems), 'system')} left to compare; "
            "at least two need scores by people."
        )
    gold = _scores(people, systems, None)
    called = [name_of(segment, names) for segment in segments]
    judged = tuple(_scores(metric, systems, gold, called) for metric in metrics)
    named = {**(people.segments or {}), **(people.systems or {})}
    left_out = tuple(system for system in named if system in set(without))
    return Campaign(name, tuple(systems), gold, judged, left_out, tuple(notes))


def name_of(segment: str, names: SegmentNames | None) -> str:
    """What messages call a segment; its id where no more is known."""
    if names is None or segment not in names.places:
        return f"segment {segment!r}"
    return names(segment)


def _check_names(names: Sequence[str]) -> None:
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise DataError(
            f"two metrics are called {listed(doubled)}; rename a file or column, or choose with "
            "--metric or --reference."
        )
    if not names:
        raise DataError("there are no scores of metrics; give score files, or a run with metrics.")


def _check_known(raw: RawScores, known: Collection[str] | None) -> None:
    named = {**(raw.segments or {}), **(raw.systems or {})}
    unknown = [system for system in named if known is not None and system not in known]
    if unknown:
        raise DataError(
            f"{raw.origin} has scores of {_some(unknown)}, which the test set does not have; "
            "use the names of its systems."
        )


def _rated_systems(people: RawScores) -> list[str]:
    """Systems that people scored, in the order of their names."""
    tables = [people.segments, {k: [v] for k, v in (people.systems or {}).items()}]
    rated = [
        {system for system, values in table.items() if any(v is not None for v in values)}
        for table in tables
        if table
    ]
    return sorted(set.intersection(*rated)) if rated else []


def _scores(
    raw: RawScores, systems: Sequence[str], gold: Scores | None, called: Sequence[str] = ()
) -> Scores:
    """One scorer's matrix and vector; `gold` is what a metric must cover, None for people."""
    sign = 1.0 if raw.higher_is_better else -1.0
    segments = None
    if raw.segments is not None:
        _check_systems(raw, raw.segments, systems)
        segments = sign * _matrix(raw, raw.segments, systems)
        if gold is not None:
            _check_coverage(raw, segments, systems, gold, called)
    if raw.systems is not None:
        _check_systems(raw, raw.systems, systems)
        vector = sign * np.array([_number(raw.systems[system]) for system in systems])
    else:
        assert segments is not None
        vector = _means(segments)
    lacking = [systems[row] for row in np.flatnonzero(~np.isfinite(vector))]
    if lacking:
        raise DataError(
            f"{raw.origin}: no score of {_some(lacking)}; score it, or leave it out by --without."
        )
    return Scores(raw.name, segments, vector)


def _check_systems(raw: RawScores, table: Mapping[str, object], systems: Sequence[str]) -> None:
    missing = [system for system in systems if system not in table]
    if missing:
        raise DataError(
            f"{raw.origin} has no scores of {_some(missing)}, which people scored; add them, or "
            "leave the system out by --without."
        )


def _matrix(raw: RawScores, table: SystemScores, systems: Sequence[str]) -> Floats:
    lengths = {len(table[system]) for system in systems}
    if len(lengths) > 1:
        first = systems[0]
        other = next(name for name in systems if len(table[name]) != len(table[first]))
        raise DataError(
            f"{raw.origin}: {first} has {count(len(table[first]), 'score')} and {other} "
            f"{len(table[other]):,}; give one per segment for each system."
        )
    return np.array([[_number(value) for value in table[system]] for system in systems])


def _check_coverage(
    raw: RawScores, segments: Floats, systems: Sequence[str], gold: Scores, called: Sequence[str]
) -> None:
    if gold.segments is None:
        return
    if segments.shape[1] != gold.segments.shape[1]:
        raise DataError(
            f"{raw.origin} has {count(segments.shape[1], 'score')} per system, but people's scores "
            f"are of {count(gold.segments.shape[1], 'segment')}; give one per segment."
        )
    lacking = np.argwhere(np.isfinite(gold.segments) & ~np.isfinite(segments))
    if len(lacking):
        row, column = lacking[0]
        name = called[column] if column < len(called) else f"segment {column + 1}"
        raise DataError(
            f"{raw.origin}: {systems[row]}, {name} has no score, but people rated it "
            f"({count(len(lacking), 'such translation')}); score it, or leave the metric out."
        )


def _means(segments: Floats) -> Floats:
    """The mean of each system's scores [systems]; NaN where it has none."""
    counts = np.isfinite(segments).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        means: Floats = np.nansum(segments, axis=1) / counts
    return means


def _number(value: float | None) -> float:
    return np.nan if value is None else float(value)


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{', '.join(names[:NAMED])}{more}"
