"""COMET models, ready to score: those that embed each text, and those that read texts together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from mtqe.errors import MetricError, ModelError
from mtqe.metrics.models import comet_folder as folders
from mtqe.metrics.models.find import FoundModel
from mtqe.metrics.neural import comet_checkpoints as checkpoints
from mtqe.metrics.neural.comet_checkpoints import Checkpoint
from mtqe.metrics.neural.comet_heads import (
    SentencePooling,
    WordTagger,
    build_estimator,
    layer_weights,
)
from mtqe.metrics.neural.encoders import bert, padded, subwords
from mtqe.metrics.neural.encoders.bert import BertFamilyEncoder
from mtqe.metrics.neural.encoders.packing import Tokens, compute_by_length
from mtqe.metrics.neural.encoders.padded import PaddedEncoder
from mtqe.metrics.neural.encoders.precision import Precision
from mtqe.metrics.neural.error_spans import ErrorSpan, decode_spans, mqm_score
from mtqe.support.memory import is_out_of_memory

if TYPE_CHECKING:
    import torch

    from mtqe.metrics.pool import ModelPool

SPAN_WEIGHTS = (0.1667, 0.3333, 0.5)
"""What the readings with source, reference and both give to a word's label (unbabel-comet's)."""
SCORE_WEIGHTS = (0.12, 0.33, 0.33, 0.22)
"""What the same three readings, and the error spans, give to an xCOMET score."""


class Passage(NamedTuple):
    """A text, and the sentences before it that the model reads with it, the nearest last."""

    text: str
    before: tuple[str, ...] = ()


class Row(NamedTuple):
    """What COMET scores at a time: one reference, or none.

    Attributes:
        source: the source text.
        hypothesis: the translation.
        reference: None where the model estimates without one.
        contexts: for each of `texts`, the sentences before it; empty where there are none.
    """

    source: str
    hypothesis: str
    reference: str | None
    contexts: tuple[tuple[str, ...], ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts in the order in which COMET joins them."""
        both = (self.hypothesis, self.source)
        return both if self.reference is None else (*both, self.reference)

    @property
    def passages(self) -> tuple[Passage, ...]:
        """The texts with what is before them."""
        contexts = self.contexts or ((),) * len(self.texts)
        return tuple(map(Passage, self.texts, contexts))


@dataclass(frozen=True)
class Explanation:
    """What a model says beyond its score.

    Attributes:
        scores: sub-scores by unbabel-comet's names (``src``, ``ref``, ``unified``, ``mqm``).
        spans: the errors that it found in the hypothesis.
    """

    scores: Mapping[str, float]
    spans: tuple[ErrorSpan, ...] = ()


class RowScores(NamedTuple):
    """Scores of some rows [n], whether a text of each was cut [n], and perhaps explanations."""

    scores: NDArray[np.float64]
    cut: NDArray[np.bool_]
    explanations: Sequence[Explanation] = ()


class CometModel(Protocol):
    """A COMET model that is loaded and ready to predict."""

    def score(self, rows: Sequence[Row]) -> RowScores:
        """Scores of rows that all have a reference, or all have none."""

    def is_cut(self, rows: Sequence[Row]) -> NDArray[np.bool_]:
        """Whether `score` would cut a text of each row [n], context aside."""


def load_model(found: FoundModel, precision: Precision, pool: ModelPool) -> CometModel:
    """Load a COMET model for scoring on the pool's device, and try it once.

    Raises:
        ModelError: it can't be read, or its parts do not fit together.
    """
    if found.comet is None or found.encoder is None:
        raise ModelError(f"{found.path} is not a COMET model.")
    try:
        checkpoint = checkpoints.read_checkpoint(found.comet, found.encoder, pool)
        model = build_model(checkpoint, found, precision, pool)
        reference = "a" if found.comet.takes_reference else None
        model.score([Row("a", "a", reference)])
    except MetricError:
        raise
    except (
        LookupError, AttributeError, RuntimeError, TypeError, ValueError, ArithmeticError
    ) as error:  # fmt: skip
        reason = str(error).strip().splitlines()[0][:120] if str(error).strip() else repr(error)
        if is_out_of_memory(error):
            raise
        raise ModelError(
            f"{found.comet.root}: the checkpoint does not fit its settings or its encoder's "
            f"configuration ({reason}): download or copy the model again."
        ) from error
    return model


def build_model(
    checkpoint: Checkpoint, found: FoundModel, precision: Precision, pool: ModelPool
) -> CometModel:
    """The inference that a checkpoint's class needs."""
    embedder = SentenceEmbedder.build(checkpoint, found, precision, pool)
    if checkpoint.kind == folders.RANKING:
        return EmbeddingModel(checkpoint.subwords, embedder, _closeness)
    estimator = build_estimator(checkpoint.state, checkpoint.hparams, pool.torch_device())
    if checkpoint.is_joint:
        return JointModel(checkpoint, embedder, estimator)
    return EmbeddingModel(
        checkpoint.subwords, embedder, lambda *texts: estimator(_features(*texts))[:, 0]
    )


@dataclass
class SentenceEmbedder:
    """An encoder with COMET's pooling; `embed` gives one embedding per sentence."""

    encoder: BertFamilyEncoder | PaddedEncoder
    pooling: SentencePooling
    pool: ModelPool

    @classmethod
    def build(
        cls, checkpoint: Checkpoint, found: FoundModel, precision: Precision, pool: ModelPool
    ) -> SentenceEmbedder:
        """Take encoder and pooling from a checkpoint."""
        hparams = checkpoint.hparams
        pooled = {"default": "cls"}.get(hparams["pool"], hparams["pool"])
        pooling = SentencePooling(
            weights=layer_weights(checkpoint.state, hparams),
            pool="cls" if checkpoint.is_joint else pooled,
            normalize=hparams["layer"] == "mix" and hparams["layer_norm"],
            pad=checkpoint.subwords.pad,
            tagger=_tagger(checkpoint, pool),
        )
        return cls(_encoder(checkpoint, found, precision, pool), pooling, pool)

    def embed(
        self,
        sentences: Sequence[Tokens],
        first_segments: Sequence[int],
        width: int = 0,
        contexts: Sequence[int] = (),
    ) -> torch.Tensor:
        """Embeddings float32 [len(sentences), hidden], in their order.

        Args:
            sentences: ids of each sentence, special tokens included.
            first_segments: tokens of each that are of type 0 (see `BertFamilyEncoder.pack`).
            width: how many tokens the pooling's tagger marks, whose probabilities follow.
            contexts: tokens after the first one of each that are read, but not pooled.
        """
        import torch

        def compute(batch: list[int]) -> torch.Tensor:
            ids, firsts = [sentences[i] for i in batch], [first_segments[i] for i in batch]
            unpooled = [contexts[i] for i in batch] if contexts else ()
            return self.pooling(self.encoder, self.encoder.pack(ids, firsts), width, unpooled)

        order, rows = compute_by_length(compute, [len(ids) for ids in sentences], self.pool)
        return rows[torch.tensor(order).argsort()]


def _encoder(
    checkpoint: Checkpoint, found: FoundModel, precision: Precision, pool: ModelPool
) -> BertFamilyEncoder | PaddedEncoder:
    config, state = checkpoint.encoder_config, checkpoint.encoder_state
    if bert.is_supported(config):
        return BertFamilyEncoder.from_parameters(state, config, precision, pool)
    if found.encoder is None:
        raise ModelError(f"{found.path} is not a COMET model.")
    pad = checkpoint.subwords.pad
    return padded.load(found.encoder.config, state, pad, precision, pool)


def _tagger(checkpoint: Checkpoint, pool: ModelPool) -> WordTagger | None:
    if not checkpoint.word_labels:
        return None
    parts = (checkpoint.state[f"hidden2tag.{part}"] for part in ("weight", "bias"))
    weight, bias = (part.float().to(pool.torch_device()) for part in parts)
    return WordTagger(int(checkpoint.hparams["word_layer"]), weight, bias)


@dataclass(frozen=True)
class EmbeddingModel:
    """Regression, referenceless and ranking models; each text is embedded once, whatever its role.

    Attributes:
        subwords: the tokenizer.
        embedder: gives embeddings.
        combine: scores [n] from embeddings [n, hidden] of hypotheses, sources, perhaps references.
    """

    subwords: subwords.Subwords
    embedder: SentenceEmbedder
    combine: Callable[..., torch.Tensor]

    def score(self, rows: Sequence[Row]) -> RowScores:
        """Scores of rows that all have a reference, or all have none."""
        import torch

        passages = dict.fromkeys(passage for row in rows for passage in row.passages)
        places = {passage: place for place, passage in enumerate(passages)}
        tokens, was_cut, contexts = self._read(list(places))
        columns = np.array([[places[passage] for passage in row.passages] for row in rows]).T
        with torch.inference_mode():
            lengths = [len(ids) for ids in tokens]
            embeddings = self.embedder.embed(tokens, lengths, contexts=contexts)
            scores = self.combine(*(embeddings[torch.from_numpy(c)] for c in columns))
        found = scores.cpu().double().numpy()
        return RowScores(found, np.array(was_cut)[columns].any(axis=0))

    def is_cut(self, rows: Sequence[Row]) -> NDArray[np.bool_]:
        """Whether a text of each row is too long [n]."""
        _, was_cut = self.subwords([text for row in rows for text in row.texts])
        found: NDArray[np.bool_] = np.array(was_cut).reshape(len(rows), -1).any(axis=1)
        return found

    def _read(self, passages: Sequence[Passage]) -> tuple[list[Tokens], list[bool], list[int]]:
        """Ids of each passage, whether its text was cut, and how many tokens its context has."""
        if not any(passage.before for passage in passages):
            return *self.subwords([passage.text for passage in passages]), []
        if self.embedder.pooling.pool != "avg":
            raise MetricError(
                "This COMET model does not average the tokens of a text, which context is made "
                "for: leave `context` out, or use a model such as Unbabel/wmt22-comet-da."
            )
        return read_with_context(self.subwords, passages)


def read_with_context(
    tokenizer: subwords.Subwords, passages: Sequence[Passage]
) -> tuple[list[Tokens], list[bool], list[int]]:
    """Read texts after the sentences before them, separators between, as DocCOMET does.

    Vernikos et al. 2022, "Embarrassingly Easy Document-Level MT Metrics". Where a passage is too
    long, its first sentences are left out until it fits: unbabel-comet would cut the end, which is
    the text itself.

    Returns:
        Ids of each passage; whether its text was cut; tokens after the first one, up to and with
        the last separator before the text.
    """
    ids, _ = tokenizer([""])
    end = int(ids[0][-1])
    separator = tokenizer.decode([end]).strip()
    kept = [len(passage.before) for passage in passages]
    while True:
        joined = [
            f" {separator} ".join((*passage.before[len(passage.before) - size :], passage.text))
            for passage, size in zip(passages, kept, strict=True)
        ]
        tokens, was_cut = tokenizer(joined)
        if not any(cut and size for cut, size in zip(was_cut, kept, strict=True)):
            break
        kept = [size - (cut and size > 0) for cut, size in zip(was_cut, kept, strict=True)]
    contexts = [
        _context_tokens(ids, end, passage.text.count(separator)) if size else 0
        for ids, passage, size in zip(tokens, passages, kept, strict=True)
    ]
    return tokens, was_cut, contexts


def _context_tokens(ids: Tokens, separator: int, own: int) -> int:
    """The place of the separator before a text that spells `own` separators out itself."""
    return int(np.flatnonzero(ids == separator)[-2 - own])


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


def _closeness(
    hypothesis: torch.Tensor, source: torch.Tensor, reference: torch.Tensor
) -> torch.Tensor:
    """A ranking model's score: 1 / (1 + the harmonic mean of both distances)."""
    import torch

    distance = torch.nn.functional.pairwise_distance
    to_source, to_reference = distance(hypothesis, source), distance(hypothesis, reference)
    return 1 / (1 + 2 * to_reference * to_source / (to_reference + to_source))


@dataclass(frozen=True)
class JointModel:
    """Unified models and xCOMET, which read hypothesis, source and reference as one text."""

    checkpoint: Checkpoint
    embedder: SentenceEmbedder
    estimator: torch.nn.Module

    def score(self, rows: Sequence[Row]) -> RowScores:
        """Scores from the combinations of texts that the model was trained on."""
        import torch

        joiner = _Joiner.of(self.checkpoint, rows)
        joined = [[joiner.join(texts) for texts in self._combinations(row)] for row in rows]
        readings = self._read(joined, joiner)
        cut = np.array([any(item.cut for item in items) for items in joined])
        found = [[readings[item] for item in items] for items in joined]
        if not self.checkpoint.word_labels:
            scores = [torch.stack([r.score for r in items]).mean().item() for items in found]
            return RowScores(np.array(scores), cut)
        triples = zip(rows, joined, found, strict=True)
        explained = [
            self._explain(row.hypothesis, items[0], readings) for row, items, readings in triples
        ]
        scores = [self._final(explanation) for explanation in explained]
        return RowScores(np.array(scores), cut, explained)

    def is_cut(self, rows: Sequence[Row]) -> NDArray[np.bool_]:
        """Whether the texts of each row are too long, by themselves or joined [n]."""
        joiner = _Joiner.of(self.checkpoint, rows)
        return np.array(
            [any(joiner.join(texts).cut for texts in self._combinations(row)) for row in rows]
        )

    def _read(
        self, joined: Sequence[Sequence[_Joined]], joiner: _Joiner
    ) -> dict[_Joined, _Reading]:
        """Each distinct joined text, read once."""
        import torch

        distinct = list(dict.fromkeys(item for items in joined for item in items))
        sentences = [np.array(item.ids, dtype=np.int64) for item in distinct]
        labels = self.checkpoint.word_labels
        width = joiner.longest_hypothesis if labels else 0
        with torch.inference_mode():
            rows = self.embedder.embed(sentences, [item.first for item in distinct], width)
            hidden = rows.shape[1] - width * (len(labels) + 1 if labels else 0)
            scores = self.estimator(rows[:, :hidden])[:, 0].cpu()
            tags = rows[:, hidden:].cpu()
        shape = (width, len(labels) + 1) if labels else (0, 0)
        return {
            item: _Reading(score, row.view(shape))
            for item, score, row in zip(distinct, scores, tags, strict=True)
        }

    def _explain(
        self, hypothesis: str, joined: _Joined, readings: Sequence[_Reading]
    ) -> Explanation:
        import torch

        weights = SPAN_WEIGHTS if len(readings) > 1 else (1.0,)
        weighted = [w * reading.tags for w, reading in zip(weights, readings, strict=True)]
        tags = torch.stack(weighted).sum(0)
        spans = decode_spans(
            tags, self.checkpoint.word_labels, joined.ids, self.checkpoint.subwords, hypothesis
        )
        names = ("src", "ref", "unified") if len(readings) > 1 else ("src",)
        scores = {n: r.score.item() for n, r in zip(names, readings, strict=True)}
        if self.checkpoint.kind == folders.XCOMET and len(readings) == 1:
            scores = {"src": min(scores["src"], 1.0)}  # as unbabel-comet gives it without reference
        return Explanation({**scores, "mqm": mqm_score(spans)}, spans)

    def _final(self, explanation: Explanation) -> float:
        *readings, mqm = explanation.scores.values()
        if self.checkpoint.kind == folders.UNIFIED:
            return sum(readings) / len(readings)
        weights = SCORE_WEIGHTS[:3] if len(readings) > 1 else (sum(SCORE_WEIGHTS[:3]),)
        capped = (min(score, 1.0) for score in readings)
        total = sum(w * score for w, score in zip(weights, capped, strict=True))
        return float(total + SCORE_WEIGHTS[3] * mqm)

    def _combinations(self, row: Row) -> list[tuple[str, ...]]:
        segments = self.checkpoint.hparams.get("input_segments") or folders.ALL_SEGMENTS
        if self.checkpoint.kind == folders.XCOMET:
            segments = folders.ALL_SEGMENTS
        source = (row.source,) if "src" in segments else ()
        reference = (row.reference,) if "ref" in segments and row.reference is not None else ()
        if source and reference:
            pairs = [(row.hypothesis, *source), (row.hypothesis, *reference)]
            return [*pairs, (row.hypothesis, *source, *reference)]
        return [(row.hypothesis, *source, *reference)]


class _Reading(NamedTuple):
    """What a joint model says of one joined text: a score, and [tokens, labels]."""

    score: torch.Tensor
    tags: torch.Tensor


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
    longest_hypothesis: int

    @classmethod
    def of(cls, checkpoint: Checkpoint, rows: Sequence[Row]) -> _Joiner:
        texts = list(dict.fromkeys(text for row in rows for text in row.texts))
        found, was_cut = checkpoint.subwords(texts)
        # COMET drops padding tokens that a text spells out before it joins texts.
        kept = [ids[ids != checkpoint.subwords.pad].tolist() for ids in found]
        cut = frozenset(text for text, flag in zip(texts, was_cut, strict=True) if flag)
        sizes = {text: len(ids) for text, ids in zip(texts, found, strict=True)}
        longest = max(sizes[row.hypothesis] for row in rows)
        return cls(checkpoint, dict(zip(texts, kept, strict=True)), cut, longest)

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
