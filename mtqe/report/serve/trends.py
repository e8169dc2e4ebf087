"""Scores over time: what the list of a folder's runs shows, with its places in charts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mtqe.run import CorpusInfo, MetricInfo, RunManifest, Score

WIDTH, HEIGHT = 420, 180
LEFT, RIGHT, TOP, BOTTOM = 42, 12, 12, 28
TICKS = 4
DATES = 6
"""At most so many dates stand under a chart."""
NAME = 9
"""Characters of a run's name under a chart."""


@dataclass(frozen=True)
class Listed:
    """A run that was found.

    Attributes:
        path: of its folder, from the folder that is served; its name in addresses.
    """

    path: str
    manifest: RunManifest
    gate: Gated | None = None

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True)
class Gated:
    """How a run's gate came out.

    Attributes:
        outcome: ``pass``, ``fail`` or ``inconclusive``.
        failed: number of rules that did not pass.
        rules: number of rules.
    """

    outcome: str
    failed: int
    rules: int


@dataclass(frozen=True)
class Point:
    """A score in a chart, with its place and those of its interval's `top` and `bottom`.

    Attributes:
        path: path of its run.
    """

    x: float
    y: float
    top: float
    bottom: float
    label: str
    path: str


@dataclass(frozen=True)
class Row:
    """A run in the list, with the run before it.

    Attributes:
        new_findings: number of new critical findings by system; None where that is not known.
    """

    run: Listed
    before: Listed | None
    new_findings: Mapping[str, int] | None = None

    def change(self, system: str, metric: str) -> float | None:
        """How a score differs from the run before; None where they can't be compared."""
        if self.before is None:
            return None
        new, old = (_score(run, system, metric) for run in (self.run, self.before))
        if new is None or old is None or new.signature != old.signature:
            return None
        return (new.score or 0.0) - (old.score or 0.0)


@dataclass(frozen=True)
class TrendLine:
    """The scores of one system over the runs of a folder.

    Attributes:
        parts: runs of points that can be compared; a changed signature begins a new one.
    """

    system: str
    index: int
    parts: tuple[tuple[Point, ...], ...]

    @property
    def points(self) -> tuple[Point, ...]:
        """The points of all parts, in order."""
        return tuple(point for part in self.parts for point in part)


@dataclass(frozen=True)
class Chart:
    """One metric's scores over the runs of a folder.

    Attributes:
        ticks: places and labels on the axis of scores.
        dates: places and labels on the axis of runs.
        summary: the chart in words.
        broken: whether scores before and after a change of signature can't be compared.
    """

    metric: MetricInfo
    lines: tuple[TrendLine, ...]
    ticks: tuple[tuple[float, str], ...]
    dates: tuple[tuple[float, str], ...]
    summary: str
    broken: bool


@dataclass(frozen=True)
class RunGroup:
    """The runs of one test set, the oldest first."""

    corpus: CorpusInfo
    runs: tuple[Listed, ...]
    charts: tuple[Chart, ...]

    def rows(self, found: Mapping[str, Mapping[str, int]]) -> Iterator[Row]:
        """The runs, the newest first, each with the one before.

        Args:
            found: by path, the new findings of a run's systems.
        """
        for place in reversed(range(len(self.runs))):
            run = self.runs[place]
            before = self.runs[place - 1] if place else None
            yield Row(run, before, found.get(run.path))


def groups(runs: Iterable[Listed]) -> tuple[RunGroup, ...]:
    """Runs by test set; the one evaluated last comes first."""
    found: dict[str, list[Listed]] = {}
    for run in sorted(runs, key=lambda run: (run.manifest.created, run.path)):
        found.setdefault(run.manifest.corpus.hash, []).append(run)
    newest_first = sorted(found.values(), key=lambda each: each[-1].manifest.created, reverse=True)
    return tuple(
        RunGroup(each[-1].manifest.corpus, tuple(each), tuple(_charts(each)))
        for each in newest_first
    )


def _charts(runs: Sequence[Listed]) -> Iterable[Chart]:
    metrics = {metric.name: metric for run in runs for metric in run.manifest.metrics}
    systems = list(dict.fromkeys(s.name for run in runs for s in run.manifest.systems))
    for metric in metrics.values():
        scores = {system: [_score(run, system, metric.name) for run in runs] for system in systems}
        if any(score is not None for each in scores.values() for score in each):
            yield _chart(metric, runs, scores)


def _score(run: Listed, system: str, metric: str) -> Score | None:
    """The score if there is a finite one."""
    for info in run.manifest.systems:
        for score in info.scores if info.name == system else ():
            if score.metric == metric and score.score is not None and math.isfinite(score.score):
                return score
    return None


def _chart(
    metric: MetricInfo, runs: Sequence[Listed], scores: dict[str, list[Score | None]]
) -> Chart:
    values = [v for each in scores.values() for score in each if score for v in _extent(score)]
    ticks = _ticks(min(values), max(values))
    place = _Places(len(runs), ticks[0], ticks[-1])
    lines = tuple(
        TrendLine(system, index, tuple(_parts(metric, runs, found, place)))
        for index, (system, found) in enumerate(scores.items())
        if any(found)
    )
    return Chart(
        metric=metric,
        lines=lines,
        ticks=tuple((place.y(tick), f"{tick:g}") for tick in ticks),
        dates=tuple(_dates(runs, place)),
        summary=_summary(metric, scores),
        broken=any(len(line.parts) > 1 for line in lines),
    )


def _extent(score: Score) -> list[float]:
    values = (score.score, score.low, score.high)
    return [value for value in values if value is not None and math.isfinite(value)]


@dataclass(frozen=True)
class _Places:
    """Where runs and scores lie in a chart."""

    runs: int
    low: float
    high: float

    def x(self, run: int) -> float:
        room = WIDTH - LEFT - RIGHT
        return round(LEFT + room * (run + 0.5) / self.runs, 1)

    def y(self, score: float) -> float:
        room = HEIGHT - TOP - BOTTOM
        return round(TOP + room * (self.high - score) / (self.high - self.low), 1)


def _parts(
    metric: MetricInfo, runs: Sequence[Listed], scores: Sequence[Score | None], place: _Places
) -> Iterable[tuple[Point, ...]]:
    part: list[Point] = []
    signature = None
    for index, (run, score) in enumerate(zip(runs, scores, strict=True)):
        if score is None or score.score is None:
            continue
        if part and score.signature != signature:
            yield tuple(part)
            part = []
        signature = score.signature
        extent = _extent(score)
        part.append(
            Point(
                x=place.x(index),
                y=place.y(score.score),
                top=place.y(max(extent)),
                bottom=place.y(min(extent)),
                label=f"{run.path}: {score.score:.{metric.decimals}f}",
                path=run.path,
            )
        )
    yield tuple(part)


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers around all scores."""
    width = max(high - low, abs(high) * 1e-3, 1e-3) / TICKS
    power = 10.0 ** math.floor(math.log10(width))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= width * 0.999)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [round(step * number, 10) for number in range(first, max(last, first + 1) + 1)]


def _dates(runs: Sequence[Listed], place: _Places) -> Iterable[tuple[float, str]]:
    """Month and day under each run that has room; the run's name where days repeat."""
    days = [run.manifest.created[5:10] for run in runs]
    repeated = len(set(days)) < len(days)
    every = math.ceil(len(runs) / DATES)
    for index, run in enumerate(runs):
        if index % every == 0:
            yield place.x(index), _short(run.name) if repeated else days[index]


def _short(name: str) -> str:
    """As much of a name as stands under a chart; its end tells runs of one day apart."""
    return name if len(name) <= NAME else f"…{name[-NAME + 1 :]}"


def _summary(metric: MetricInfo, scores: dict[str, list[Score | None]]) -> str:
    parts = []
    for system, each in scores.items():
        found = [score.score for score in each if score is not None and score.score is not None]
        if not found:
            continue
        first, last = (f"{value:.{metric.decimals}f}" for value in (found[0], found[-1]))
        runs = f"{len(found)} runs" if len(found) > 1 else "1 run"
        parts.append(
            f"{system} from {first} to {last} in {runs}" if len(found) > 1 else f"{system} {last}"
        )
    return f"{metric.label}: {'; '.join(parts)}"
