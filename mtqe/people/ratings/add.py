"""A run with people's scores as one more metric."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mtqe.compare.own_comparison import with_comparison
from mtqe.corpus.base import LanguagePair
from mtqe.corpus.spans import origin_name
from mtqe.corpus.writers.output import write_text
from mtqe.errors import ConfigError
from mtqe.metrics.base import Matrix
from mtqe.metrics.human import RATING_KEYS, Human, digest
from mtqe.metrics.scores import MetricScores
from mtqe.people.ratings.rating import Rating
from mtqe.people.ratings.spans import marked_spans
from mtqe.people.sampling.disagreement import chosen_by_disagreement
from mtqe.run import MetricInfo, Run, Score, with_metric
from mtqe.support.words import count


@dataclass(frozen=True)
class Added:
    """What was added to a run.

    Attributes:
        run: the run with the scores, in memory.
        metric: their name in it.
        rated: translations with a score, counted for each system that gave them.
        raters: people who rated, as far as that is known.
    """

    run: Run
    metric: str
    rated: int
    raters: int


def add_scores(run: Run, ratings: Sequence[Rating], *, name: str | None = None) -> Added:
    """Put people's scores into a run; scores of the same name are replaced.

    A translation's score is the mean over those who rated it; translations that nobody rated stay
    unscored. The run's comparison is made again with the new metric.

    Args:
        run: a finished run.
        ratings: all of one kind.
        name: what to call the metric; else the kind.

    Raises:
        ConfigError: ratings of several kinds, or a name that a computed metric has.
    """
    kinds = sorted({rating.kind for rating in ratings})
    if len(kinds) != 1:
        raise ConfigError(
            f"the ratings are {', '.join(kinds)}; add each kind by itself, by --kind."
        )
    chosen = name or kinds[0]
    older = next((info for info in run.manifest.metrics if info.name == chosen), None)
    if older is not None and older.metric != Human.name:
        raise ConfigError(f"the run has a metric {chosen!r} already; give another --name.")
    raters = {rating.rater for rating in ratings if rating.rater}
    metric = Human(kinds[0], len(raters), digest(_records(ratings)))
    statistics = _statistics(run, ratings)
    scored = [MetricScores(metric, rows) for rows in statistics]
    corpus = run.manifest.corpus
    placed = [*marked_spans(run, ratings)]
    info = MetricInfo.of(
        chosen,
        metric,
        LanguagePair(corpus.source_language, corpus.target_language),
        signature=str(metric.signature(corpus.references)),
        remarks=tuple(note for item in placed for note in item.notes),
        caution=_caution(run, statistics),
    )
    added = with_metric(
        run,
        info,
        statistics,
        [item.segments for item in scored],
        [Score.of(chosen, info.signature, item) for item in scored],
        placed=[(item, origin_name(item.origin)) for item in placed],
    )
    manifest = with_comparison(added)
    rated = sum(item.scored for item in scored)
    return Added(Run(None, manifest, added.tables()), chosen, rated, len(raters))


def write_ratings(path: Path, ratings: Sequence[Rating]) -> None:
    """Write ratings for a later run's ``metric = "human"``: an object a line.

    Raises:
        DataError: the file can't be written.
    """
    lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in _records(ratings))
    write_text(path, "".join(lines))


def _records(ratings: Sequence[Rating]) -> list[dict[str, Any]]:
    return [{key: getattr(rating, key) for key in RATING_KEYS} for rating in ratings]


def _caution(run: Run, statistics: Matrix) -> str:
    """What to say of ratings of segments that are not like the others."""
    rated = np.isfinite(statistics[:, :, 0]).any(axis=0)
    if not chosen_by_disagreement(run, rated):
        return ""
    return (
        f"metrics disagree more on the {count(int(rated.sum()), 'rated segment')} than on the "
        "others, as in a sample chosen by disagreement, so these scores do not estimate those on "
        "the whole test set; `mtqe sample --by random` chooses segments that do."
    )


def _statistics(run: Run, ratings: Sequence[Rating]) -> Matrix:
    """Mean scores and counts of 1 [systems, segments, 2]; NaN where nobody rated."""
    systems = {info.name: index for index, info in enumerate(run.manifest.systems)}
    size = run.manifest.corpus.segments
    places = {name: row for row, name in enumerate(run.segments["segment_id"].iloc[:size])}
    sums = np.zeros((2, len(systems), size))
    for rating in ratings:
        for system in rating.systems:
            place = systems[system], places[rating.segment_id]
            sums[0][place] += rating.score
            sums[1][place] += 1
    with np.errstate(invalid="ignore", divide="ignore"):
        means = sums[0] / sums[1]
    return np.stack((means, np.where(np.isfinite(means), 1.0, np.nan)), axis=-1)
