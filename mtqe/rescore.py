"""A baseline's translations scored again, by the metrics of the run it is compared with."""

from __future__ import annotations

from mtqe.config import NamedMetric
from mtqe.corpus.base import Corpus, LanguagePair, Segment, Translations
from mtqe.errors import DataError
from mtqe.evaluate import score_translations
from mtqe.gate.compatible import check_corpus
from mtqe.registry import metric_class
from mtqe.run import Run
from mtqe.translating import Translated

METADATA = "metadata."


def rescored(baseline: Run, run: Run) -> Run:
    """The baseline with scores as this version of mtqe gives them; it stays in memory.

    Args:
        baseline: with the texts of its translations.
        run: has the test set's texts, and the metrics to score by.

    Raises:
        DataError: the baseline was saved without texts.
        IncompatibleRuns: the test sets differ; names the field.
    """
    check_corpus(run, baseline)
    texts = {
        system.name: _texts(baseline, system.name, system.failures)
        for system in baseline.manifest.systems
    }
    corpus = _corpus(run)
    metrics = [
        NamedMetric(info.name, metric_class(info.metric)(**info.options))
        for info in run.manifest.metrics
    ]
    translated = [
        Translated(Translations.from_texts(name, corpus, found)) for name, found in texts.items()
    ]
    return score_translations(corpus, translated, metrics)


def _texts(baseline: Run, system: str, failures: int) -> list[str | None]:
    frame = baseline.segments
    column = frame.loc[frame["system"] == system, "hypothesis"]
    texts = [text if isinstance(text, str) else None for text in column]
    if texts.count(None) > failures:
        raise DataError(
            f"the baseline has no texts of {system!r} to score again; "
            "save it with `mtqe baseline save --texts`."
        )
    return texts


def _corpus(run: Run) -> Corpus:
    info = run.manifest.corpus
    frame = run.segments.iloc[: info.segments]
    columns = {name: frame[METADATA + name].tolist() for name in info.slices}
    rows = zip(
        frame["segment_id"], frame["source"], frame["references"], frame["document"], strict=True
    )
    segments = tuple(
        Segment(
            name,
            source,
            tuple(references),
            document if isinstance(document, str) else None,
            {key: v[n] for key, v in columns.items() if isinstance(v[n], str)},
        )
        for n, (name, source, references, document) in enumerate(rows)
    )
    languages = LanguagePair(info.source_language, info.target_language)
    return Corpus(info.name, languages, segments)
