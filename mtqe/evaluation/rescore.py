"""A baseline's translations scored again, by the metrics of the run it is compared with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from typing_extensions import override

from mtqe.compare.compatible import check_corpus
from mtqe.config import NamedMetric
from mtqe.corpus.base import Translations
from mtqe.errors import DataError, MetricError
from mtqe.evaluation.evaluate import score_translations
from mtqe.evaluation.executors import Local
from mtqe.evaluation.translate import Translated
from mtqe.metrics.base import DetailedChunk, Metric, Sample
from mtqe.run import Run, corpus_of, translations_of
from mtqe.support.cache import Cache


def rescored(baseline: Run, run: Run, cache: Cache | None = None) -> Run:
    """The baseline with scores as this version of mtqe gives them; it stays in memory.

    No server is asked, as a run folder, which may come from somebody else, would say which one and
    with what key: a judge's scores come from the cache alone.

    Args:
        baseline: with the texts of its translations.
        run: has the test set's texts, and the metrics to score by.
        cache: what it has is not computed again.

    Raises:
        DataError: the baseline was saved without texts.
        IncompatibleRuns: the test sets differ; names the field.
        MetricError: a judgement is not in the cache.
    """
    check_corpus(run, baseline)
    corpus = corpus_of(run)
    translations = translations_of(baseline, corpus)
    for info, found in zip(baseline.manifest.systems, translations, strict=True):
        _check_texts(found, info.failures)
    metrics = [NamedMetric(info.name, info.build()) for info in run.manifest.metrics]
    translated = [Translated(item) for item in translations]
    return score_translations(corpus, translated, metrics, cache=cache, executor=_WithoutServers())


@dataclass(frozen=True)
class _WithoutServers(Local):
    """Computes in this process, and refuses metrics that would ask a server."""

    @override
    def stream(self, metric: Metric, samples: Sequence[Sample]) -> Iterator[DetailedChunk]:
        if metric.server_url:
            raise MetricError(
                f"--rescore asks no server, and {len(samples):,} of the baseline's translations "
                f"have no judgement by {metric.full_label} in the cache; run `mtqe judge` on the "
                "baseline's run with the same options, then repeat the command."
            )
        return super().stream(metric, samples)


def _check_texts(translations: Translations, failures: int) -> None:
    if len(translations.failures) > failures:
        raise DataError(
            f"the baseline has no texts of {translations.system!r} to score again; "
            "save it with `mtqe baseline save --texts`."
        )
