"""The scores of a run on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from mtqe.report.text.costs import expense_table
from mtqe.run import MetricInfo, RunManifest, Score
from mtqe.support.numbers import range_text, score_text
from mtqe.support.words import count

BEST = "*"
UNBOUNDED = 10_000
"""Columns of output: a table that is too wide wraps on a terminal, but loses no digit anywhere."""


def print_scores(manifest: RunManifest, folder: Path, console: Console | None = None) -> None:
    """Print systems by metrics, then the verdict and what a reader must know.

    A cell is a score, its 95% interval (or half the width) and the range of ranks that comparisons
    leave open; a * marks the best.

    Plain text where the output is no terminal; colours follow NO_COLOR.
    """
    out = console or Console(highlight=False, soft_wrap=True, width=UNBOUNDED)
    corpus = manifest.corpus
    languages = f"{corpus.source_language}-{corpus.target_language}"
    out.print(Text(f"{corpus.name}: {corpus.segments} segments, {languages}"))
    out.print(scores_table(manifest))
    if (expenses := expense_table(manifest)) is not None:
        out.print(expenses)
    if len(manifest.systems) > 1:
        out.print(Text(manifest.verdict))
    for line in remarks(manifest):
        out.print(Text(line))
    out.print(Text(f"run: {folder}"))
    out.print(Text(f"report: {folder / 'report.html'}"))


def scores_table(manifest: RunManifest) -> Table:
    """A row a system, a column a metric."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("system")
    for metric in manifest.metrics:
        arrow = "↑" if metric.higher_is_better else "↓"
        table.add_column(f"{metric.label} {arrow}", justify="right", no_wrap=True)
    if manifest.checks:
        table.add_column("findings", justify="right")
    best = {metric.name: best_score(manifest, metric) for metric in manifest.metrics}
    for system in manifest.systems:
        cells = [
            _cell(system.score(metric.name), metric, best[metric.name])
            for metric in manifest.metrics
        ]
        found = [str(sum(system.findings.values()))] if manifest.checks else []
        table.add_row(Text(system.name), *cells, *found)
    return table


def best_score(manifest: RunManifest, metric: MetricInfo) -> float | None:
    """The best score of a metric as it is printed, if there is more than one system."""
    scores = [system.score(metric.name).score for system in manifest.systems]
    rounded = [round(score, metric.decimals) for score in scores if score is not None]
    if len(manifest.systems) < 2 or not rounded:
        return None
    return max(rounded, key=metric.quality)


def remarks(manifest: RunManifest) -> Iterator[str]:
    """What a reader of the table must know: notes, unscored segments, signatures."""
    yield from manifest.remarks
    yield from manifest.corpus.notes
    yield from _findings("test set", manifest.corpus.findings)
    for metric in manifest.metrics:
        yield f"{metric.label}: {metric.signature}"
        yield from (f"  {note}" for note in metric.notes)
    for system in manifest.systems:
        yield from (f"{system.name}: {note}" for note in system.notes)
        yield from _findings(system.name, system.findings)
        if system.failures:
            segments = count(system.failures, "segment got", "segments got")
            yield f"{system.name}: {segments} no translation, and no score"
        for score in system.scores:
            if score.unscored > system.failures:
                segments = count(score.unscored, "segment has", "segments have")
                yield f"{system.name}: {segments} no {score.metric} score"


def _findings(whose: str, counts: Mapping[str, int]) -> Iterator[str]:
    if counts:
        listed = ", ".join(f"{check} {number:,}" for check, number in counts.items())
        yield f"{whose}: findings: {listed}"


def _cell(score: Score, metric: MetricInfo, best: float | None) -> Text:
    if score.score is None:
        return Text("unscored")
    text = score_text(score.score, metric.decimals)
    if score.low is not None and score.high is not None:
        text += f" {_interval(score.score, score.low, score.high, metric)}"
    if score.ranks is not None and best is not None:
        text += f" ({score.ranks_text})"
    if best is not None and round(score.score, metric.decimals) == best:
        return Text(f"{BEST}{text}", style="bold green")
    return Text(text)


def _interval(score: float, low: float, high: float, metric: MetricInfo) -> str:
    """Half the interval's width, or its ends where that much more or less can't be."""
    half = (high - low) / 2
    least, most = metric.range
    if (least is not None and score - half < least) or (most is not None and score + half > most):
        return f"({range_text(low, high, metric.decimals)})"
    return f"±{score_text(half, metric.decimals)}"
