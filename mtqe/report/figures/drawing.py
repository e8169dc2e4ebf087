"""What figures show: scores, differences, and how segments' scores spread."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from matplotlib.axes import Axes
from matplotlib.layout_engine import ConstrainedLayoutEngine
from numpy.typing import NDArray

from mtqe.compare import Comparison, Difference, MetricComparison
from mtqe.report.figures.style import NotebookFigure, Theme, styled
from mtqe.run import MetricInfo, Run, Score
from mtqe.support.languages import UNKNOWN_LANGUAGE
from mtqe.support.numbers import range_text, score_text
from mtqe.support.visible import one_line
from mtqe.support.words import count, shortened

COLUMNS = 3
WIDTH, NAMES, ROW, FRAME = 3.3, 1.9, 0.34, 1.0
"""Inches: of a panel, of the names before it, of a system in it, and of what is around them."""
LONGEST = 28
LINE = 46
"""Characters of a line of a heading, per panel."""
FEWEST_WIDE = 2
"""Panels beside each other from which on a heading has room."""


@dataclass(frozen=True)
class Panel:
    """One metric's part of a figure.

    Attributes:
        rows: names on the axis, from top to bottom.
        title: of the panel.
        axis: what the axis of values says.
        draw: draws the rows; row i lies at height i.
    """

    rows: Sequence[str]
    title: str
    axis: str
    draw: Callable[[Axes, Theme], None]


def draw_scores(run: Run, metrics: Sequence[MetricInfo], theme: str) -> NotebookFigure:
    """Each system's scores with their 95% intervals, a panel per metric."""
    systems = [_short(system.name) for system in run.manifest.systems]
    panels = []
    for metric in metrics:
        scores = [system.score(metric.name) for system in run.manifest.systems]
        draw = _scores_drawer(scores, metric)
        panels.append(Panel(systems, metric.label, _axis(metric, "score"), draw))
    sentences = [
        f"{metric.label}: "
        + ", ".join(
            f"{system.name} {_score_words(system.score(metric.name), metric)}"
            for system in run.manifest.systems
        )
        for metric in metrics
    ]
    heading = "Scores with 95% intervals"
    detail = f"{run.manifest.verdict} Diamond: the best score." if len(systems) > 1 else ""
    return _figure(panels, heading, _about(run), detail, sentences, theme)


def draw_segments(run: Run, metrics: Sequence[MetricInfo], theme: str) -> NotebookFigure:
    """How the scores of segments spread, a box per system and a panel per metric."""
    frame = run.segments
    systems = [system.name for system in run.manifest.systems]
    panels, sentences = [], []
    for metric in metrics:
        values = [
            frame.loc[frame["system"] == name, metric.name].dropna().to_numpy(dtype=np.float64)
            for name in systems
        ]
        values = [found[np.isfinite(found)] for found in values]
        rows = [_short(name) for name in systems]
        axis = _axis(metric, "segment score")
        panels.append(Panel(rows, metric.label, axis, _boxes_drawer(values)))
        middles = [
            f"{name} {score_text(float(np.median(found)), metric.decimals)}"
            for name, found in zip(systems, values, strict=True)
            if found.size
        ]
        sentences.append(f"{metric.label}, medians: {', '.join(middles) or 'unscored'}")
    heading = "How the scores of single segments spread"
    detail = "Box: the middle half. Line: the median. Dot: the mean. Whiskers: 5% to 95%."
    return _figure(panels, heading, _about(run), detail, sentences, theme)


def draw_differences(
    comparison: Comparison, parts: Sequence[MetricComparison], theme: str
) -> NotebookFigure:
    """Differences with their intervals, a panel per metric; zero is a line."""
    panels, sentences = [], []
    baselines = {item.baseline for part in parts for item in part.differences}
    shared = baselines.pop() if len(baselines) == 1 else None
    for part in parts:
        rows = [
            _short(item.system) + ("" if shared else f"\nagainst {_short(item.baseline)}")
            for item in part.differences
        ]
        panels.append(
            Panel(
                rows,
                part.info.label,
                _axis(part.info, "difference"),
                _differences_drawer(part.differences),
            )
        )
        sentences += [
            f"{part.info.label}: {item.system} against {item.baseline} "
            f"{_difference_words(item, part.info)}"
            for item in part.differences
        ]
    heading = f"Differences with {comparison.level:.0%} intervals"
    about = comparison.corpus + (f": each system against {shared}" if shared else "")
    detail = f"{comparison.verdict} Filled: significant after correction. Hollow: not significant."
    return _figure(panels, heading, about, detail, sentences, theme)


def _scores_drawer(scores: Sequence[Score], metric: MetricInfo) -> Callable[[Axes, Theme], None]:
    known = [score.score for score in scores if score.score is not None]
    best = max(known, key=metric.quality, default=None)

    def draw(axes: Axes, theme: Theme) -> None:
        for row, score in enumerate(scores):
            if score.score is None or not np.isfinite(score.score):
                _unscored(axes, row, theme)
                continue
            is_best = score.score == best and len(scores) > 1
            _point(axes, theme, row, score.score, score.low, score.high, "D" if is_best else "o")

    return draw


def _differences_drawer(differences: Sequence[Difference]) -> Callable[[Axes, Theme], None]:
    def draw(axes: Axes, theme: Theme) -> None:
        axes.axvline(0, color=theme.ink, linewidth=1, linestyle=(0, (4, 3)))
        for row, item in enumerate(differences):
            filled = theme.accent if item.shown else theme.ground
            _point(axes, theme, row, item.difference, item.low, item.high, "o", filled)

    return draw


def _boxes_drawer(values: Sequence[NDArray[np.float64]]) -> Callable[[Axes, Theme], None]:
    def draw(axes: Axes, theme: Theme) -> None:
        for row, found in enumerate(values):
            if not found.size:
                _unscored(axes, row, theme)
                continue
            axes.boxplot(
                found,
                positions=[row],
                orientation="horizontal",
                widths=0.5,
                whis=(5, 95),
                showfliers=False,
                showmeans=True,
                manage_ticks=False,
                boxprops={"color": theme.accent, "linewidth": 1.4},
                whiskerprops={"color": theme.accent, "linewidth": 1.2},
                capprops={"color": theme.accent, "linewidth": 1.2},
                medianprops={"color": theme.ink, "linewidth": 2},
                meanprops={
                    "color": theme.ink,
                    "marker": "o",
                    "markersize": 4,
                    "markerfacecolor": theme.ink,
                    "markeredgecolor": theme.ink,
                },
            )

    return draw


def _point(
    axes: Axes,
    theme: Theme,
    row: int,
    value: float,
    low: float | None,
    high: float | None,
    marker: str,
    filled: str | None = None,
) -> None:
    """A value and, where there is one, its interval."""
    if low is not None and high is not None:
        axes.plot([low, high], [row, row], color=theme.accent, linewidth=2, zorder=2)
        axes.plot(
            [low, high], [row, row], linestyle="none", marker="|", color=theme.accent, zorder=2
        )
    axes.plot(
        [value],
        [row],
        color=theme.accent,
        marker=marker,
        markersize=7,
        markerfacecolor=filled or theme.accent,
        markeredgecolor=theme.accent,
        markeredgewidth=1.6,
        linestyle="none",
        zorder=3,
    )


def _unscored(axes: Axes, row: int, theme: Theme) -> None:
    axes.text(
        0.02, row, "unscored", color=theme.soft, va="center", transform=axes.get_yaxis_transform()
    )


def _figure(
    panels: Sequence[Panel],
    heading: str,
    about: str,
    detail: str,
    sentences: Sequence[str],
    theme: str,
) -> NotebookFigure:
    across = min(len(panels), COLUMNS)
    down = ceil(len(panels) / across)
    same = all(panel.rows == panels[0].rows for panel in panels)
    tallest = max(sum(1 + row.count("\n") for row in panel.rows) for panel in panels)
    letters = LINE * max(across, FEWEST_WIDE)
    lines = [*textwrap.wrap(one_line(about), letters), *textwrap.wrap(one_line(detail), letters)]
    above = 0.45 + 0.2 * len(lines)
    height = down * (FRAME + ROW * tallest) + above
    with styled(theme) as colours:
        width = NAMES + WIDTH * max(across, 1.4) if same else (NAMES + WIDTH) * across
        below = (0.01, 0.01, 0.98, 0.99 - above / height)
        layout = ConstrainedLayoutEngine(rect=below)
        figure = NotebookFigure(figsize=(width, height), layout=layout)
        figure.description = f"{heading}. {about}. {'; '.join(sentences)}."
        figure.text(0.012, 1 - 0.12 / height, heading, va="top", size=13, weight="bold")
        figure.text(
            0.012,
            1 - 0.42 / height,
            "\n".join(lines),
            va="top",
            size=9,
            color=colours.soft,
            linespacing=1.4,
        )
        grid = figure.subplots(down, across, squeeze=False)
        for place, (panel, axes) in enumerate(zip(panels, grid.flat, strict=False)):
            panel.draw(axes, colours)
            named = not same or place % across == 0
            axes.set_yticks(range(len(panel.rows)), panel.rows if named else [""] * len(panel.rows))
            axes.set_ylim(len(panel.rows) - 0.5, -0.5)
            axes.margins(x=0.08)
            axes.set_title(one_line(panel.title), loc="left")
            axes.set_xlabel(panel.axis)
        for axes in grid.flat[len(panels) :]:
            axes.remove()
    return figure


def _axis(metric: MetricInfo, what: str) -> str:
    better = "higher" if metric.higher_is_better else "lower"
    return f"{what} ({better} is better)"


def _about(run: Run) -> str:
    corpus = run.manifest.corpus
    pair = (corpus.source_language, corpus.target_language)
    known = "-".join(tag for tag in pair if tag != UNKNOWN_LANGUAGE)
    return ", ".join(filter(None, [corpus.name, known, count(corpus.segments, "segment")]))


def _short(name: str) -> str:
    return shortened(one_line(name), LONGEST)


def _score_words(score: Score, metric: MetricInfo) -> str:
    if score.score is None:
        return "unscored"
    ends = range_text(score.low, score.high, metric.decimals)
    return f"{score_text(score.score, metric.decimals)} ({ends})"


def _difference_words(item: Difference, metric: MetricInfo) -> str:
    value = score_text(item.difference, metric.decimals, signed=True)
    ends = range_text(item.low, item.high, metric.decimals, signed=True)
    return f"{value} ({ends}), {'significant' if item.shown else 'not significant'}"
