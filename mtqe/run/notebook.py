"""How a run looks in a notebook: the table of scores, with intervals and the verdict."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from mtqe.metrics.info import MetricInfo
from mtqe.run.manifest import RunManifest, Score
from mtqe.support.html import Cell, interval_bar, table
from mtqe.support.languages import direction
from mtqe.support.numbers import range_text, score_text
from mtqe.support.words import count


def summary(manifest: RunManifest) -> str:
    """Test set, languages, systems and metrics in one line."""
    corpus = manifest.corpus
    size = count(corpus.segments, "segment")
    systems = count(len(manifest.systems), "system")
    metrics = ", ".join(metric.label for metric in manifest.metrics)
    return (
        f"{corpus.name}: {size}, {direction(corpus.source_language, corpus.target_language)}, "
        f"{systems}, {metrics}"
    )


def run_html(manifest: RunManifest) -> Markup:
    """A row per system and a column per metric: score, 95% interval, ranks and a picture."""
    arrows = {True: "↑", False: "↓"}
    metrics = manifest.metrics
    head = ["system", *(f"{metric.label} {arrows[metric.higher_is_better]}" for metric in metrics)]
    ends = {metric.name: _ends(manifest, metric) for metric in metrics}
    rows = [
        [
            system.name,
            *(_cell(system.score(metric.name), metric, ends[metric.name]) for metric in metrics),
        ]
        for system in manifest.systems
    ]
    return table(head, rows, caption=summary(manifest), notes=list(_notes(manifest)))


def _cell(score: Score, metric: MetricInfo, ends: tuple[float, float]) -> Cell:
    if score.score is None:
        return "unscored"
    text = score_text(score.score, metric.decimals)
    if score.low is not None:
        text += f" [{range_text(score.low, score.high, metric.decimals)}]"
    if score.ranks is not None:
        text += f", {'rank' if score.ranks_open == 1 else 'ranks'} {score.ranks_text}"
    bar = interval_bar(score.score, score.low, score.high, ends, text)
    return text if bar is None else Markup("{}<br>{}").format(text, bar)


def _ends(manifest: RunManifest, metric: MetricInfo) -> tuple[float, float]:
    """The lowest and the highest end of all systems' intervals."""
    scores = [system.score(metric.name) for system in manifest.systems]
    ends = [end for score in scores for end in (score.low, score.high) if end is not None]
    return (min(ends), max(ends)) if ends else (0.0, 0.0)


def _notes(manifest: RunManifest) -> Iterator[str]:
    if len(manifest.systems) > 1:
        yield manifest.verdict
    yield from manifest.remarks
    yield from manifest.corpus.notes
    yield from (f"{metric.label}: {note}" for metric in manifest.metrics for note in metric.notes)
    for system in manifest.systems:
        if system.failures:
            yield f"{system.name}: {count(system.failures, 'segment')} without a translation"
