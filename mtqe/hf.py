"""Metrics in the style of Hugging Face `evaluate`, and for the training loops of transformers.

Both score without intervals and reports, so that they can be called at every step::

    metric = mtqe.hf.load("chrf", target_language="de")
    metric.compute(predictions=["ein Haus"], references=[["ein Haus", "das Haus"]])

    Seq2SeqTrainer(..., compute_metrics=mtqe.hf.compute_metrics(tokenizer, target_language="de"))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from mtqe.config import NamedMetric, build_metrics
from mtqe.corpus.base import Corpus, LanguagePair, Translations
from mtqe.corpus.readers.memory import (
    Column,
    cells,
    check_lengths,
    corpus_from_texts,
    texts,
)
from mtqe.errors import DataError
from mtqe.evaluation.evaluate import check_metrics
from mtqe.evaluation.executors import Local
from mtqe.evaluation.score import score
from mtqe.metrics.scores import MetricScores
from mtqe.support.languages import UNKNOWN_LANGUAGE, language
from mtqe.support.progress import silent

IGNORED = -100
"""The label of tokens that the loss leaves out."""


class TextMetrics:
    """Metrics that collect predictions with their references, and score them.

    Attributes:
        metrics: what scores.
        languages: the direction of translation.
    """

    def __init__(self, metrics: Sequence[NamedMetric], languages: LanguagePair) -> None:
        """Load no model yet; models are kept from the first `compute` on."""
        self.metrics = tuple(metrics)
        self.languages = languages
        self._executor = Local()
        self._rows: list[tuple[str | None, list[str | None], str | None]] = []

    def __call__(
        self, predictions: object = None, references: object = None, sources: object = None
    ) -> dict[str, float | None]:
        """See `compute`."""
        return self.compute(predictions, references, sources)

    def add(
        self,
        prediction: str,
        reference: str | Sequence[str] | None = None,
        source: str | None = None,
    ) -> None:
        """Collect one prediction; see `add_batch`."""
        single = None if reference is None else [reference]
        self.add_batch([prediction], single, None if source is None else [source])

    def add_batch(
        self, predictions: object, references: object = None, sources: object = None
    ) -> None:
        """Collect predictions.

        Args:
            predictions: texts.
            references: a text, or a list of texts, per prediction.
            sources: a text per prediction, for metrics that need them.

        Raises:
            DataError: this is not a text per prediction.
        """
        found = texts(predictions, "predictions", "prediction")
        given = _references(references, len(found))
        known: Column = [None] * len(found)
        if sources is not None:
            known = texts(sources, "sources", "source")
        check_lengths(len(found), {"references": given, "sources": known})
        self._rows += zip(found, given, known, strict=True)

    def compute(
        self, predictions: object = None, references: object = None, sources: object = None
    ) -> dict[str, float | None]:
        """The score of each metric on what was collected and what is given; None where unscored.

        What was collected is forgotten afterwards.

        Raises:
            DataError: there is nothing to score, or this is not a text per prediction.
            MtqeError: a metric can't work with what it got.
        """
        if predictions is not None:
            self.add_batch(predictions, references, sources)
        rows, self._rows = self._rows, []
        if not rows:
            raise DataError("there is nothing to score; give predictions and references.")
        corpus = self._corpus(rows)
        check_metrics(corpus, self.metrics)
        system = Translations.from_texts("predictions", corpus, [row[0] for row in rows])
        return {named.name: self._score(named, corpus, system) for named in self.metrics}

    def _corpus(self, rows: Sequence[tuple[str | None, list[str | None], str | None]]) -> Corpus:
        width = max(len(references) for _, references, _ in rows)
        columns = [[r[n] if n < len(r) else None for _, r, _ in rows] for n in range(width)]
        sources = [source for _, _, source in rows]
        known = None if all(source is None for source in sources) else sources
        if not columns and known is None:
            raise DataError("give references, or sources for metrics that need none.")
        return corpus_from_texts(columns, known, name="predictions", languages=self.languages)

    def _score(self, named: NamedMetric, corpus: Corpus, system: Translations) -> float | None:
        metric = named.metric.fitted([text for s in corpus for text in s.present_references])
        statistics = score(
            named.name,
            metric,
            corpus,
            [system],
            executor=self._executor,
            cache=None,
            progress=silent(),
        )
        return MetricScores(metric, statistics[0]).corpus


def load(
    metrics: str | Sequence[str],
    *,
    target_language: str | None = None,
    source_language: str | None = None,
    options: Mapping[str, Mapping[str, Any]] | None = None,
) -> TextMetrics:
    """Metrics with `compute`, `add` and `add_batch`, as `evaluate.load` gives them.

    Args:
        metrics: a registered name, or several.
        target_language: of the predictions, such as ``de``; decides how words are counted.
        source_language: of the sources.
        options: metric name to the options of its table.

    Raises:
        ConfigError: an unknown name, option or language.
    """
    pair = LanguagePair(
        language(source_language or UNKNOWN_LANGUAGE, "source_language"),
        language(target_language or UNKNOWN_LANGUAGE, "target_language"),
    )
    return TextMetrics(build_metrics(metrics, pair, options), pair)


def compute_metrics(
    tokenizer: Any,  # noqa: ANN401 - a tokenizer of transformers
    metrics: str | Sequence[str] = ("bleu", "chrf"),
    *,
    target_language: str | None = None,
    source_language: str | None = None,
    options: Mapping[str, Mapping[str, Any]] | None = None,
) -> Callable[[Any], dict[str, float]]:
    """A function for ``compute_metrics`` of a `Seq2SeqTrainer` with ``predict_with_generate=True``.

    Metrics that need sources take them from the inputs: set ``include_for_metrics=["inputs"]`` in
    the training arguments.

    Args:
        tokenizer: decodes predictions, labels and inputs.
        metrics: a registered name, or several.
        target_language: of the predictions, such as ``de``.
        source_language: of the inputs.
        options: metric name to the options of its table.

    Raises:
        ConfigError: an unknown name, option or language.
    """
    scorer = load(
        metrics,
        target_language=target_language,
        source_language=source_language,
        options=options,
    )

    def evaluate(prediction: Any) -> dict[str, float]:  # noqa: ANN401 - an EvalPrediction
        inputs = getattr(prediction, "inputs", None)
        found = scorer.compute(
            _decoded(tokenizer, prediction.predictions),
            _decoded(tokenizer, prediction.label_ids),
            None if inputs is None else _decoded(tokenizer, inputs),
        )
        return {name: value for name, value in found.items() if value is not None}

    return evaluate


def _references(given: object, size: int) -> list[list[str | None]]:
    """A list of references per prediction."""
    if given is None:
        return [[] for _ in range(size)]
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
        return [[text] for text in texts(given, "references", "reference")]
    return [
        texts(row, "references", "reference")
        if isinstance(row, list | tuple)
        else texts([row], "references", "reference")
        for row in cells(given)
    ]


def _decoded(tokenizer: Any, tokens: Any) -> list[str]:  # noqa: ANN401 - of transformers
    """Texts of token ids, or of the most probable tokens where there are logits."""
    ids = np.asarray(tokens[0] if isinstance(tokens, tuple) else tokens)
    if ids.ndim == 3:
        ids = ids.argmax(axis=-1)
    padding = 0 if tokenizer.pad_token_id is None else tokenizer.pad_token_id
    kept = np.where(ids == IGNORED, padding, ids)
    decoded = tokenizer.batch_decode(kept, skip_special_tokens=True)
    return [text.strip() for text in decoded]
