"""COMET models, ready to score: embedding models, joint models, and all others as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from mtqe.metrics.neural import comet_checkpoints as checkpoints
from mtqe.metrics.neural.comet_checkpoints import Checkpoint
from mtqe.metrics.neural.comet_heads import SentencePooling, build_estimator, layer_weights
from mtqe.metrics.neural.encoders import subwords
from mtqe.metrics.neural.encoders.bert import BertFamilyEncoder, Precision, torch_dtype
from mtqe.metrics.neural.encoders.packing import (
    Tokens,
    batches_by_length,
    compute_by_length,
    halving_on_out_of_memory,
)
from mtqe.support.quiet import quiet

if TYPE_CHECKING:
    import torch
    from comet.models.base import CometModel as UnbabelModel

    from mtqe.metrics.pool import ModelPool


class Row(NamedTuple):
    """What COMET scores at a time: one reference, or none."""

    source: str
    hypothesis: str
    reference: str | None

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts in the order in which COMET joins them."""
        both = (self.hypothesis, self.source)
        return both if self.reference is None else (*both, self.reference)


class RowScores(NamedTuple):
    """Scores of some rows [n], and whether a text of each had to be cut [n]."""

    scores: NDArray[np.float64]
    cut: NDArray[np.bool_]


class CometModel(Protocol):
    """A COMET model that is loaded and ready to predict."""

    def score(self, rows: Sequence[Row]) -> RowScores:
        """Scores of rows that all have a reference, or all have none."""


def load_model(path: Path, precision: Precision, pool: ModelPool) -> CometModel:
    """Load a checkpoint for scoring on the pool's device.

    Raises:
        ModelError: unbabel-comet is needed for it and can't load it either.
    """
    checkpoint = checkpoints.read_plain(path, pool)
    if checkpoint is None:
        original = checkpoints.load_original(path)
        checkpoint = checkpoints.from_original(original, checkpoints.class_identifier(path))
        if not checkpoints.can_be_computed(checkpoint):
            return OriginalModel.prepare(original, precision, pool)
    return build_model(checkpoint, precision, pool)


def build_model(checkpoint: Checkpoint, precision: Precision, pool: ModelPool) -> CometModel:
    """Our own inference of a checkpoint that it covers."""
    embedder = SentenceEmbedder.build(checkpoint, precision, pool)
    estimator = build_estimator(checkpoint.state, checkpoint.hparams, pool.torch_device())
    if checkpoint.kind == checkpoints.UNIFIED:
        return JointModel(checkpoint, embedder, estimator)
    return EmbeddingModel(checkpoint.subwords, embedder, estimator)


@dataclass
class SentenceEmbedder:
    """An encoder with COMET's pooling; `embed` gives one embedding a sentence."""

    encoder: BertFamilyEncoder
    pooling: SentencePooling
    pool: ModelPool

    @classmethod
    def build(
        cls, checkpoint: Checkpoint, precision: Precision, pool: ModelPool
    ) -> SentenceEmbedder:
        """Take encoder and pooling from a checkpoint."""
        config, hparams = checkpoint.encoder_config, checkpoint.hparams
        encoder = BertFamilyEncoder.from_parameters(
            checkpoint.encoder_state, config, precision, pool
        )
        pooling = SentencePooling(
            weights=layer_weights(checkpoint.state, hparams),
            pool="cls" if checkpoint.kind == checkpoints.UNIFIED else hparams["pool"],
            normalize=hparams["layer"] == "mix" and hparams["layer_norm"],
            pad=checkpoint.subwords.pad,
        )
        return cls(encoder, pooling, pool)

    def embed(self, sentences: Sequence[Tokens], first_segments: Sequence[int]) -> torch.Tensor:
        """Embeddings float32 [len(sentences), hidden], in their order.

        Args:
            sentences: ids of each sentence, special tokens included.
            first_segments: tokens of each that are of type 0 (see `BertFamilyEncoder.pack`).
        """
        import torch

        def compute(batch: list[int]) -> torch.Tensor:
            ids, firsts = [sentences[i] for i in batch], [first_segments[i] for i in batch]
            return self.pooling(self.encoder, self.encoder.pack(ids, firsts))

        order, rows = compute_by_length(compute, [len(ids) for ids in sentences], self.pool)
        return rows[torch.tensor(order).argsort()]


@dataclass(frozen=True)
class EmbeddingModel:
    """Regression and referenceless models; each text is embedded once, whatever its role."""

    subwords: subwords.Subwords
    embedder: SentenceEmbedder
    estimator: torch.nn.Module

    def score(self, rows: Sequence[Row]) -> RowScores:
        """Scores of rows that all have a reference, or all have none."""
        import torch

        texts = dict.fromkeys(text for row in rows for text in row.texts)
        places = {text: place for place, text in enumerate(texts)}
        tokens, was_cut = self.subwords(list(places))
        columns = np.array([[places[text] for text in row.texts] for row in rows]).T
        with torch.inference_mode():
            embeddings = self.embedder.embed(tokens, [len(ids) for ids in tokens])
            scores = self.estimator(_features(*(embeddings[torch.from_numpy(c)] for c in columns)))
        return RowScores(
            scores[:, 0].double().cpu().numpy(), np.array(was_cut)[columns].any(axis=0)
        )


def _features(
    hypothesis: torch.Tensor, source: torch.Tensor, reference: torch.Tensor | None = None
) -> torch.Tensor:
    """The head's input [n, 6 * hidden], or [n, 4 * hidden] without a reference."""
    import torch

    to_source = (hypothesis * source, (hypothesis - source).abs())
    if reference is None:
        return torch.cat((hypothesis, source, *to_source), dim=1)
    to_reference = (hypothesis * reference, (hypothesis - reference).abs())
    return torch.cat((hypothesis, reference, *to_reference, *to_source), dim=1)


@dataclass(frozen=True)
class JointModel:
    """Unified models, which read hypothesis, source and reference as one text."""

    checkpoint: Checkpoint
    embedder: SentenceEmbedder
    estimator: torch.nn.Module

    def score(self, rows: Sequence[Row]) -> RowScores:
        """Mean over the combinations of texts that the model was trained on."""
        import torch

        joiner = _Joiner.of(self.checkpoint, rows)
        joined = [[joiner.join(texts) for texts in self._combinations(row)] for row in rows]
        distinct = list(dict.fromkeys(item for items in joined for item in items))
        sentences = [np.array(item.ids, dtype=np.int64) for item in distinct]
        with torch.inference_mode():
            embeddings = self.embedder.embed(sentences, [item.first for item in distinct])
            found = self.estimator(embeddings)[:, 0].cpu()
        by_text = dict(zip(distinct, found, strict=True))
        scores = [torch.stack([by_text[item] for item in items]).mean().item() for items in joined]
        return RowScores(
            np.array(scores), np.array([any(i.cut for i in items) for items in joined])
        )

    def _combinations(self, row: Row) -> list[tuple[str, ...]]:
        segments = self.checkpoint.hparams["input_segments"]
        source = (row.source,) if "src" in segments else ()
        reference = (row.reference,) if "ref" in segments and row.reference is not None else ()
        if source and reference:
            pairs = [(row.hypothesis, *source), (row.hypothesis, *reference)]
            return [*pairs, (row.hypothesis, *source, *reference)]
        return [(row.hypothesis, *source, *reference)]


class _Joined(NamedTuple):
    """Ids of joined texts, how many of them are of the first segment, and whether any was cut."""

    ids: tuple[int, ...]
    first: int
    cut: bool


@dataclass(frozen=True)
class _Joiner:
    """Joins texts as COMET's encoders do."""

    checkpoint: Checkpoint
    tokens: dict[str, list[int]]
    cut: frozenset[str]

    @classmethod
    def of(cls, checkpoint: Checkpoint, rows: Sequence[Row]) -> _Joiner:
        texts = list(dict.fromkeys(text for row in rows for text in row.texts))
        found, was_cut = checkpoint.subwords(texts)
        # COMET drops padding tokens that a text spells out before it joins texts.
        kept = [ids[ids != checkpoint.subwords.pad].tolist() for ids in found]
        cut = frozenset(text for text, flag in zip(texts, was_cut, strict=True) if flag)
        return cls(checkpoint, dict(zip(texts, kept, strict=True)), cut)

    def join(self, texts: tuple[str, ...]) -> _Joined:
        family, limit = self.checkpoint.family, self.checkpoint.max_positions
        first, *others = (self.tokens[text] for text in texts)
        ids = list(first)
        for other in others:
            ids += [first[-1]] * (family.separators - 1) + other[1:]
        size = sum(len(self.tokens[text]) - 2 for text in texts)
        too_long = size > limit - 1 - len(texts) * family.separators
        cut = too_long or not self.cut.isdisjoint(texts)
        ids = ids[:limit] if too_long else ids
        return _Joined(tuple(ids), len(first) if family.segment_types else len(ids), cut)


@dataclass
class OriginalModel:
    """Any other model of unbabel-comet (xCOMET, say), run by its own code by length."""

    model: UnbabelModel
    subwords: subwords.Subwords
    device: str
    batch_tokens: int = field(default=2048)

    @classmethod
    def prepare(cls, model: UnbabelModel, precision: Precision, pool: ModelPool) -> OriginalModel:
        """Move a model that unbabel-comet loaded to the pool's device."""
        device = pool.torch_device()
        model.to(device=device, dtype=torch_dtype(precision)).eval()
        limit = model.encoder.max_positions - 2
        tokenizer = subwords.from_transformers(model.encoder.tokenizer, limit)
        return cls(model, tokenizer, device, pool.batch_tokens())

    def score(self, rows: Sequence[Row]) -> RowScores:
        """Scores of rows that all have a reference, or all have none."""
        distinct = list(dict.fromkeys(rows))
        found = [self.subwords(row.texts) for row in distinct]
        lengths = [sum(map(len, tokens)) for tokens, _ in found]
        cut = {row: any(flags) for row, (_, flags) in zip(distinct, found, strict=True)}
        scores: dict[Row, float] = {}

        def compute(batch: list[int]) -> torch.Tensor:
            return self._predict([distinct[i] for i in batch])

        for batch in batches_by_length(lengths, self.batch_tokens):
            values = halving_on_out_of_memory(compute, batch).tolist()
            scores |= dict(zip((distinct[i] for i in batch), values, strict=True))
        return RowScores(
            np.array([scores[row] for row in rows]), np.array([cut[row] for row in rows])
        )

    def _predict(self, rows: Sequence[Row]) -> torch.Tensor:
        import torch

        names = ("mt", "src", "ref")
        samples = [dict(zip(names, row.texts, strict=False)) for row in rows]
        with torch.inference_mode(), quiet():
            batch = self.model.prepare_for_inference(samples)
            batch = self.model.transfer_batch_to_device(batch, torch.device(self.device), 0)
            scores: torch.Tensor = self.model.predict_step(batch)["scores"]
        return scores.double().cpu()
