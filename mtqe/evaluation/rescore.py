"""A baseline's translations scored again, by the metrics of the run it is compared with."""

from __future__ import annotations

from mtqe.compare.compatible import check_corpus
from mtqe.config import NamedMetric
from mtqe.corpus.base import Translations
from mtqe.errors import DataError
from mtqe.evaluation.evaluate import score_translations
from mtqe.evaluation.translate import Translated
from mtqe.run import Run, corpus_of, translations_of
from mtqe.support.cache import Cache


def rescored(baseline: Run, run: Run, cache: Cache | None = None) -> Run:
    """The baseline with scores as this version of mtqe gives them; it stays in memory.

    Args:
        baseline: with the texts of its translations.
        run: has the test set's texts, and the metrics to score by.
        cache: what it has is not computed, or asked of a judge, again.

    Raises:
        DataError: the baseline was saved without texts.
        IncompatibleRuns: the test sets differ; names the field.
    """
    check_corpus(run, baseline)
    corpus = corpus_of(run)
    translations = translations_of(baseline, corpus)
    for info, found in zip(baseline.manifest.systems, translations, strict=True):
        _check_texts(found, info.failures)
    metrics = [NamedMetric(info.name, info.build()) for info in run.manifest.metrics]
    translated = [Translated(item) for item in translations]
    return score_translations(corpus, translated, metrics, cache=cache)


def _check_texts(translations: Translations, failures: int) -> None:
    if len(translations.failures) > failures:
        raise DataError(
            f"the baseline has no texts of {translations.system!r} to score again; "
            "save it with `mtqe baseline save --texts`."
        )
