"""BERTScore (Zhang et al. 2020), with bert-score's numbers."""

from __future__ import annotations

import csv
import hashlib
import importlib.util
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

import numpy as np
from annotated_types import Ge, Le
from numpy.typing import NDArray
from typing_extensions import override

from mtqe.errors import MetricError
from mtqe.metrics.base import DetailedChunk, Matrix, Sample, Signature
from mtqe.metrics.models.builtin import WEIGHTS_FOLDER
from mtqe.metrics.models.find import display_name
from mtqe.metrics.neural.base import NeuralMetric, any_of_each
from mtqe.metrics.neural.encoders.packing import Tokens
from mtqe.metrics.neural.encoders.precision import PrecisionChoice
from mtqe.support.languages import primary
from mtqe.support.options import parse_options

if TYPE_CHECKING:
    from mtqe.metrics.models.local import LocalModel
    from mtqe.metrics.neural.encoders.subwords import Subwords
    from mtqe.metrics.neural.encoders.token_encoders import TokenEncoder
    from mtqe.metrics.pool import ModelPool

DEFAULT_MODEL = "mtqe-e5-small"
DEFAULT_LAYER = 7
BERT_SCORE_MODELS = {
    "en": "roberta-large",
    "zh": "bert-base-chinese",
    "tr": "dbmdz/bert-base-turkish-cased",
}
"""What bert-score takes by target language where no model is given."""

Weights = NDArray[np.float32]


@dataclass(frozen=True)
class BERTScore(NeuralMetric):
    """BERTScore F1; several references: the best one.

    Attributes:
        model: a built-in name, a transformers folder, or a hub name.
        layer: the encoder layer to embed with; the built-in model has a default.
        idf: weigh tokens by their rarity among the corpus's references (see `fitted`).
        rescale_with_baseline: scale so that unrelated sentences get about 0.
        baseline: bert-score's table of baselines; by default its own for model and language.
        language: the target language, to find that table.
        max_length: tokens that a text keeps; by default what the model allows.
        precision: precision of the encoder; ``fp32`` gives bert-score's numbers.
        windows: see `NeuralMetric`.
    """

    name: ClassVar[str] = "bertscore"
    label: ClassVar[str] = "BERTScore"
    needs_source: ClassVar[bool] = False
    needs_references: ClassVar[bool] = True
    range: ClassVar[tuple[float, float]] = (-np.inf, 1.0)
    decimals: ClassVar[int] = 4
    block_tokens: ClassVar[int] = 65_536
    """Bounds the embeddings that are held in memory."""

    model: str = DEFAULT_MODEL
    layer: Annotated[int, Ge(0), Le(1000)] | None = None
    idf: bool = False
    rescale_with_baseline: bool = False
    baseline: str | None = None
    language: str = "en"
    max_length: Annotated[int, Ge(3), Le(100_000)] | None = None
    precision: PrecisionChoice = "fp32"

    @classmethod
    @override
    def from_options(cls, options: Mapping[str, Any], target_language: str) -> Self:
        language = primary(target_language)
        return parse_options(cls, {"language": language, **options}, f"metrics.{cls.name}")

    @classmethod
    @override
    def can_run(cls, model: LocalModel) -> bool:
        """Whether the model is an encoder."""
        return model.kind == "encoder"

    @property
    @override
    def usual_model(self) -> str:
        """The model that bert-score takes for the target language."""
        return BERT_SCORE_MODELS.get(self.language, "bert-base-multilingual-cased")

    @property
    def encoder_layer(self) -> int:
        """The layer to embed with.

        Raises:
            MetricError: none is given, and the model is not the built-in one.
        """
        if self.layer is not None:
            return self.layer
        if self.model == DEFAULT_MODEL:
            return DEFAULT_LAYER
        raise MetricError(
            f"bertscore: set layer for {self.model}; the bert-score package lists the best layer "
            "of each model in bert_score.utils.model2layers."
        )

    @override
    def fitted(self, references: Sequence[str]) -> BERTScore:
        """With IDF: this metric with the references of a corpus, which token weights come from."""
        if not self.idf:
            return self
        options = {field.name: getattr(self, field.name) for field in fields(BERTScore)}
        return FittedBERTScore(**options, idf_references=tuple(references))

    @override
    def check(self) -> None:
        """See that model, layer and baseline are here; a hub's model is downloaded.

        Raises:
            MetricError: one of them is missing.
        """
        from mtqe.metrics.neural.encoders.token_encoders import read_config

        depth = read_config(self.found.path).get("num_hidden_layers", self.encoder_layer)
        if self.encoder_layer > depth:
            raise MetricError(
                f"bertscore: {self.model} has {depth} layers; set layer to at most {depth}."
            )
        self._baseline_f1()

    @override
    def signature(self, reference_count: str) -> Signature:
        """All that scores depend on; loads no model.

        Raises:
            MetricError: the model can't be had.
        """
        return Signature(
            (
                ("metric", self.name),
                ("version", version("bert-score")),
                ("model", display_name(self.model)),
                ("weights", self.found.short_hash),
                ("layer", str(self.encoder_layer)),
                ("idf", self._idf_field()),
                ("rescaled", self._baseline_field()),
                ("nrefs", reference_count),
                ("refs", "max"),
                *self.how_it_runs("transformers"),
            )
        )

    @override
    def read(self, samples: Sequence[Sample], pool: ModelPool) -> Iterator[DetailedChunk]:
        """Score chunk by chunk; a chunk holds all hypotheses of a reference where it can."""
        if self._idf_field() == "unfitted":
            raise MetricError("bertscore: idf needs all references; call fitted(references) first.")
        baseline = self._baseline_f1()
        for chunk in self.blocks(samples):
            f1, cut = self._f1([samples[i] for i in chunk], pool)
            scores = f1 if baseline is None else (f1 - baseline) / (1 - baseline)
            matrix = np.stack((scores, np.ones(len(chunk)), cut), axis=1)
            yield DetailedChunk(np.array(chunk), matrix)

    @override
    def overlong(self, samples: Sequence[Sample], pool: ModelPool) -> NDArray[np.bool_]:
        """Whether the hypothesis or a reference of each sample would be cut [n]."""
        groups = [(s.hypothesis, *s.present_references) for s in samples]
        _, cut = self._subwords(pool)([text.strip() for group in groups for text in group])
        return any_of_each(cut, [len(group) for group in groups])

    @override
    def read_limit(self) -> str:
        from mtqe.metrics.neural.encoders.token_encoders import UNLIMITED, text_limit

        limit = self.max_length or text_limit(self.found.path)
        return "none" if limit == UNLIMITED else str(limit)

    def _f1(self, samples: Sequence[Sample], pool: ModelPool) -> tuple[Matrix, NDArray[np.bool_]]:
        """The best F1 of each sample over its references [n], and whether a text was cut [n]."""
        import torch

        from mtqe.metrics.neural.matching import EmbeddedSentences

        subwords, encoder = self._subwords(pool), self._encoder(pool)
        rows = [(s.hypothesis, text) for s in samples for text in s.present_references]
        counts = [len(sample.present_references) for sample in samples]
        starts = np.cumsum([0, *counts[:-1]])
        places = {t: i for i, t in enumerate(dict.fromkeys(t for row in rows for t in row))}
        sentences, was_cut = subwords([text.strip() for text in places])
        pairs = np.array([[places[text] for text in row] for row in rows])
        cut = np.logical_or.reduceat(np.array(was_cut)[pairs].any(axis=1), starts)
        weights = self._weights(sentences, pool)
        with torch.inference_mode():
            embedded = EmbeddedSentences.embed(sentences, weights, encoder, pool)
            f1 = embedded.f1(pairs)
        best: Matrix = np.maximum.reduceat(f1, starts)
        return best, cut

    def _weights(self, sentences: Sequence[Tokens], pool: ModelPool) -> list[Weights]:
        """1 for each token, 0 for the special ones around a text, where the model has them."""
        boundaries = list(self._subwords(pool).boundaries)
        return [(~np.isin(ids, boundaries)).astype(np.float32) for ids in sentences]

    def _subwords(self, pool: ModelPool) -> Subwords:
        from mtqe.metrics.neural.encoders.token_encoders import load_subwords

        key = ("bertscore-subwords", self.model, self.max_length)
        return pool.get(key, lambda: load_subwords(self.found.path, self.max_length, pool))

    def _encoder(self, pool: ModelPool) -> TokenEncoder:
        from mtqe.metrics.neural.encoders.token_encoders import load_encoder

        def load() -> TokenEncoder:
            return load_encoder(self.found.path, self.encoder_layer, self.taken_precision, pool)

        return pool.get(("bertscore", self.model, self.encoder_layer, self.taken_precision), load)

    def _idf_field(self) -> str:
        return "unfitted" if self.idf else "no"

    def _baseline_field(self) -> str:
        if not self.rescale_with_baseline:
            return "no"
        return hashlib.sha256(self._baseline_path().read_bytes()).hexdigest()[:12]

    def _baseline_path(self) -> Path:
        path = Path(self.baseline) if self.baseline else self._usual_baseline()
        if not path.is_file():
            raise MetricError(
                f"bertscore: there is no baseline {path}; set baseline to a file like "
                "bert-score's, or rescale_with_baseline to false."
            )
        return path

    def _usual_baseline(self) -> Path:
        """Our own for the built-in model, else where bert-score keeps its tables."""
        if self.model == DEFAULT_MODEL:
            return WEIGHTS_FOLDER / f"{self.model}.{self.language}.tsv"
        package = importlib.util.find_spec("bert_score")
        folders = list(package.submodule_search_locations or ()) if package else []
        return Path(*folders[:1], "rescale_baseline", self.language, f"{self.model}.tsv")

    def _baseline_f1(self) -> float | None:
        """The F1 that unrelated sentences get at this layer; None without rescaling."""
        if not self.rescale_with_baseline:
            return None
        path = self._baseline_path()
        with path.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.reader(lines))
        try:
            return float(rows[1 + self.encoder_layer][3])
        except (IndexError, ValueError) as error:
            raise MetricError(
                f"bertscore: {path} has no F1 for layer {self.encoder_layer}; "
                "give a table with the columns LAYER,P,R,F and a row for each layer."
            ) from error


@dataclass(frozen=True)
class FittedBERTScore(BERTScore):
    """BERTScore with IDF weights from given references; made by `BERTScore.fitted`."""

    idf_references: tuple[str, ...] = ()

    def _idf_field(self) -> str:
        return hashlib.sha256(json.dumps(self.idf_references).encode()).hexdigest()[:12]

    def _weights(self, sentences: Sequence[Tokens], pool: ModelPool) -> list[Weights]:
        key = ("idf", self.model, self.max_length, self._idf_field())
        table = pool.get(key, lambda: self._table(self._subwords(pool)))
        unseen = np.log(len(self.idf_references) + 1)
        return [
            np.array([table.get(token, unseen) for token in ids.tolist()], dtype=np.float32)
            for ids in sentences
        ]

    def _table(self, subwords: Subwords) -> dict[int, float]:
        """Inverse document frequency of each token, plus-one smoothed."""
        counts: Counter[int] = Counter()
        found, _ = subwords([text.strip() for text in self.idf_references])
        for ids in found:
            counts.update(set(ids.tolist()))
        documents = len(self.idf_references) + 1
        return {token: float(np.log(documents / (n + 1))) for token, n in counts.items()}
