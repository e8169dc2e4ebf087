"""Scores of metrics for the rated translations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mtqe.errors import DataError
from mtqe.metrics.base import Metric, Sample
from mtqe.metrics.pool import ModelPool
from mtqe.metrics.scores import MetricScores
from mtqe.people.metaeval.pairs import Floats
from mtqe.people.metaeval.public_ratings import PublicRating


def score_ratings(
    ratings: Sequence[PublicRating], metrics: Iterable[Metric], pool: ModelPool
) -> dict[str, Floats]:
    """Segment scores by the metric's name, one a rating [ratings], all with higher as better.

    Raises:
        DataError: A metric needs references and a rating has none.
        MetricError: A model can't be had.
    """
    samples = [Sample(rating.source, rating.hypothesis, (rating.reference,)) for rating in ratings]
    return {metric.name: _score(metric, samples, pool) for metric in metrics}


def _score(metric: Metric, samples: Sequence[Sample], pool: ModelPool) -> Floats:
    if metric.reads_references:
        lacking = sum(not sample.present_references for sample in samples)
        if lacking:
            raise DataError(
                f"{metric.name} needs references, and {lacking} ratings have none; "
                "leave it out, or use a metric such as comet-qe."
            )
    return metric.quality(MetricScores(metric, metric.statistics(samples, pool)).segments)
