"""The scores of a run on a terminal."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from mtqe.report.text.costs import expense_table, usage_text
from mtqe.run import MetricInfo, RunManifest, Score, SystemInfo
from mtqe.support.languages import direction
from mtqe.support.numbers import range_text, score_text
from mtqe.support.visible import one_line, visible
from mtqe.support.words import count

BEST = "*"
UNBOUNDED = 10_000
"""Columns of output: a line that is too long wraps on a terminal, but loses no digit anywhere."""

TEST_SET = "test set"


def print_scores(
    manifest: RunManifest,
    folder: Path,
    console: Console | None = None,
    *,
    verbose: bool = False,
    report: bool = True,
) -> None:
    """Print the verdict, systems by metrics, and what a reader must know.

    A cell is a score, its 95% interval (or half the width) and the range of ranks that comparisons
    leave open; a * marks the best. Where the table is wider than the terminal, there are several,
    each with as many metrics as fit.

    Plain text where the output is not a terminal; colours follow NO_COLOR.

    Args:
        manifest: the run's.
        folder: where the run is.
        console: where to print; standard output if None.
        verbose: print signatures and notes of models too.
        report: whether there is a report, whose place is printed.
    """
    out = console or Console(highlight=False, soft_wrap=True, width=UNBOUNDED)
    width = console.width if console else shutil.get_terminal_size().columns
    corpus = manifest.corpus
    languages = direction(corpus.source_language, corpus.target_language)
    _say(out, f"{corpus.name}: {count(corpus.segments, 'segment')}, {languages}", width)
    if len(manifest.systems) > 1:
        for sentence in (manifest.verdict, *manifest.remarks):
            _say(out, sentence, width)
    for table in _score_tables(manifest, width):
        out.print()
        out.print(table)
    for extra in (expense_table(manifest), findings_table(manifest, width)):
        if extra is not None:
            out.print()
            out.print(extra)
    out.print()
    said = _provenance(manifest) if verbose else _pointer(manifest, report=report)
    for line in (*_warnings(manifest), *said):
        _say(out, line, width)
    out.print(Text(one_line(f"run: {folder}")))
    if report:
        out.print(Text(one_line(f"report: {folder / 'report.html'}")))


def scores_table(manifest: RunManifest, metrics: Sequence[MetricInfo]) -> Table:
    """A table with one row per system and one column per metric."""
    table = _table("system")
    for metric in metrics:
        arrow = "↑" if metric.higher_is_better else "↓"
        table.add_column(f"{metric.label} {arrow}", justify="right", no_wrap=True)
    best = {metric.name: best_score(manifest, metric) for metric in metrics}
    for system in _in_order(manifest, metrics):
        cells = (_cell(system.score(item.name), item, best[item.name]) for item in metrics)
        table.add_row(Text(one_line(system.name)), *cells)
    return table


def findings_table(manifest: RunManifest, width: int) -> Table | None:
    """What was found, by check and system; by system alone where the columns don't fit."""
    whose = [(system.name, system.findings) for system in manifest.systems]
    whose.insert(0, (TEST_SET, manifest.corpus.findings))
    whose = [(name, found) for name, found in whose if found]
    if not whose:
        return None
    checks = list(dict.fromkeys(check for _, found in whose for check in found))
    table = _table("findings")
    for name, _ in whose:
        table.add_column(one_line(name), justify="right", no_wrap=True)
    for check in checks:
        table.add_row(check, *(f"{found[check]:,}" if check in found else "" for _, found in whose))
    if _natural_width(table) <= width:
        return table
    table = _table("findings")
    table.add_column("total", justify="right", no_wrap=True)
    table.add_column("by check", overflow="fold", max_width=_room(whose, width))
    for name, found in whose:
        most_first = sorted(found.items(), key=lambda item: -item[1])
        parts = ", ".join(f"{check} {number:,}" for check, number in most_first)
        table.add_row(Text(one_line(name)), f"{sum(found.values()):,}", parts)
    return table


def best_score(manifest: RunManifest, metric: MetricInfo) -> float | None:
    """The best score of a metric as it is printed, if there is more than one system."""
    scores = [system.score(metric.name).score for system in manifest.systems]
    rounded = [round(score, metric.decimals) for score in scores if score is not None]
    if len(manifest.systems) < 2 or not rounded:
        return None
    return max(rounded, key=metric.quality)


def _table(first: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(first)
    return table


def _say(out: Console, text: str, width: int) -> None:
    """A sentence, broken between words where it goes to a terminal."""
    line = Text(visible(text))
    if out.is_terminal:
        out.print(line, width=width, soft_wrap=False, overflow="fold")
    else:
        out.print(line)


def _score_tables(manifest: RunManifest, width: int) -> Iterator[Table]:
    """As few tables as fit the width with the metrics in their order; each has one at least."""
    groups: list[list[MetricInfo]] = [[]]
    for metric in manifest.metrics:
        wider = [*groups[-1], metric]
        if len(wider) == 1 or _natural_width(scores_table(manifest, wider)) <= width:
            groups[-1] = wider
        else:
            groups.append([metric])
    yield from (scores_table(manifest, group) for group in groups)


def _natural_width(table: Table) -> int:
    wide = Console(width=UNBOUNDED, file=None)
    return Measurement.get(wide, wide.options, table).maximum


def _room(whose: Sequence[tuple[str, object]], width: int) -> int:
    """Columns that are left for the list of findings beside names and totals."""
    return max(20, width - max(len(name) for name, _ in whose) - 12)


def _in_order(manifest: RunManifest, metrics: Sequence[MetricInfo]) -> list[SystemInfo]:
    """The systems, the best by the most trusted metric first; as given where one has no score."""
    if not metrics:
        return list(manifest.systems)
    metric = max(metrics, key=lambda metric: metric.trust)
    scores = {system.name: system.score(metric.name).score for system in manifest.systems}
    if None in scores.values():
        return list(manifest.systems)
    return sorted(manifest.systems, key=lambda s: -metric.quality(scores[s.name] or 0.0))


def _warnings(manifest: RunManifest) -> Iterator[str]:
    """What a reader of the table must know: notes on the texts, and unscored segments."""
    yield from manifest.corpus.notes
    if len(manifest.systems) == 1:
        yield from manifest.remarks
    for metric in manifest.metrics:
        yield from (f"{metric.name}: {reason}" for reason in metric.failures)
        if metric.usage is not None:
            yield usage_text(metric.name, metric.usage)
    for system in manifest.systems:
        yield from (f"{system.name}: {note}" for note in system.notes)
        if system.failures:
            segments = count(system.failures, "segment got", "segments got")
            yield f"{system.name}: {segments} no translation, and no score"
        for score in system.scores:
            if score.unscored > system.failures:
                segments = count(score.unscored, "segment has", "segments have")
                yield f"{system.name}: {segments} no {score.metric} score"


def _provenance(manifest: RunManifest) -> Iterator[str]:
    """Signatures, and what is worth knowing of the metrics' models."""
    for metric in manifest.metrics:
        yield f"{metric.label}: {metric.signature}"
        yield from (f"  {note}" for note in metric.notes)


def _pointer(manifest: RunManifest, *, report: bool) -> Iterator[str]:
    """Where signatures and notes are, instead of them."""
    notes = sum(len(metric.notes) for metric in manifest.metrics)
    said = f" and {count(notes, 'note')} on metrics" if notes else ""
    yield f"signatures{said}: {'in the report, or ' if report else ''}with --verbose"


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
