"""Inference of BLEURT models: an encoder over reference and hypothesis, and a linear head.

The architecture is RemBERT's (Chung et al. 2021), narrow embeddings included, or BERT's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mtqe.errors import ModelError
from mtqe.metrics.base import Matrix
from mtqe.metrics.models.comet_folder import read_settings
from mtqe.metrics.models.files import CONFIG
from mtqe.metrics.models.find import BLEURT_VOCABULARY, FoundModel
from mtqe.metrics.models.plain import load_weights, loadable
from mtqe.metrics.neural.encoders.affine import Linear
from mtqe.metrics.neural.encoders.bert import BertFamilyEncoder
from mtqe.metrics.neural.encoders.packing import compute_by_length
from mtqe.metrics.neural.encoders.precision import Precision, torch_dtype

if TYPE_CHECKING:
    import torch
    from sentencepiece import SentencePieceProcessor

    from mtqe.metrics.pool import ModelPool


@dataclass(frozen=True)
class BleurtModel:
    """A loaded model.

    Attributes:
        pieces: the SentencePiece model of its folder.
        max_length: tokens of a pair, special ones included.
        encoder: reads a pair.
        pooler: of the first token's state, before tanh.
        classifier: gives the score.
        pool: tells the batch size.
    """

    pieces: SentencePieceProcessor
    max_length: int
    encoder: BertFamilyEncoder
    pooler: Linear
    classifier: Linear
    pool: ModelPool

    @classmethod
    def load(
        cls, found: FoundModel, max_length: int, precision: Precision, pool: ModelPool
    ) -> BleurtModel:
        """Load a folder; runs no code of it.

        Raises:
            ModelError: files are damaged, or do not belong together.
        """
        with loadable(found.path):
            config = read_settings(found.path / CONFIG)
            state = dict(load_weights(found.path))
            inside = {
                name.removeprefix("bleurt."): tensor
                for name, tensor in state.items()
                if name.startswith("bleurt.")
            }
            encoder = BertFamilyEncoder.from_parameters(
                inside, {**config, "model_type": "bert"}, precision, pool
            )
            loaded = cls(
                _pieces(found.path),
                min(max_length, encoder.embeddings.max_positions),
                encoder,
                _linear(inside, "pooler.dense", precision, pool),
                _linear(state, "classifier", precision, pool),
                pool,
            )
            loaded.score([("a", "a")])  # what does not fit together shows now
            return loaded

    def score(self, pairs: Sequence[tuple[str, str]]) -> tuple[Matrix, NDArray[np.bool_]]:
        """The score of each reference and hypothesis [n], and whether one was cut [n]."""
        places = {pair: i for i, pair in enumerate(dict.fromkeys(pairs))}
        inputs = self._inputs(list(places))

        def compute(batch: list[int]) -> torch.Tensor:
            return self._scores([inputs[i].ids for i in batch], [inputs[i].first for i in batch])

        order, rows = compute_by_length(compute, [len(one.ids) for one in inputs], self.pool)
        distinct = np.empty(len(inputs))
        distinct[order] = rows.double().cpu().numpy()
        kept = [places[pair] for pair in pairs]
        return distinct[kept], np.array([one.is_cut for one in inputs])[kept]

    def is_cut(self, pairs: Sequence[tuple[str, str]]) -> list[bool]:
        """Whether each pair of reference and hypothesis is too long."""
        return [one.is_cut for one in self._inputs(pairs)]

    def _inputs(self, pairs: Sequence[tuple[str, str]]) -> list[PairInput]:
        texts = list(dict.fromkeys(text for pair in pairs for text in pair))
        ids = dict(zip(texts, self.pieces.EncodeAsIds(texts), strict=True))
        return [self._input(ids[reference], ids[hypothesis]) for reference, hypothesis in pairs]

    def _input(self, reference: list[int], hypothesis: list[int]) -> PairInput:
        room = self.max_length - 3
        first, second = _lengths(len(reference), len(hypothesis), room)
        begin, end = self.pieces.PieceToId("[CLS]"), self.pieces.PieceToId("[SEP]")
        ids = [begin, *reference[:first], end, *hypothesis[:second], end]
        is_cut = len(reference) + len(hypothesis) > room
        return PairInput(np.array(ids, dtype=np.int64), first + 2, is_cut)

    def _scores(
        self, sentences: Sequence[NDArray[np.int64]], firsts: Sequence[int]
    ) -> torch.Tensor:
        import torch

        batch = self.encoder.pack(sentences, firsts)
        *_, last = self.encoder.states(batch)
        lengths = torch.tensor(batch.lengths, device=last.device)
        states = last[lengths.cumsum(0) - lengths]
        return self.classifier(self.pooler(states).tanh())[:, 0]


@dataclass(frozen=True)
class PairInput:
    """What the encoder reads of one pair.

    Attributes:
        ids: special tokens included.
        first: how many of them belong to the reference.
        is_cut: whether the pair was longer.
    """

    ids: NDArray[np.int64]
    first: int
    is_cut: bool


def _lengths(reference: int, hypothesis: int, room: int) -> tuple[int, int]:
    """How many tokens each text keeps: the longer one loses its last, both one by one when equal.

    Of texts of one length the hypothesis gives first, as in BLEURT's own encoding.
    """
    excess = reference + hypothesis - room
    if excess <= 0:
        return reference, hypothesis
    apart = min(excess, abs(reference - hypothesis))
    if reference > hypothesis:
        reference -= apart
    else:
        hypothesis -= apart
    left = excess - apart
    return reference - left // 2, hypothesis - (left + 1) // 2


def _pieces(folder: Path) -> SentencePieceProcessor:
    from sentencepiece import SentencePieceProcessor

    pieces = SentencePieceProcessor()
    pieces.Load(str(folder / BLEURT_VOCABULARY))
    return pieces


def _linear(
    state: Mapping[str, torch.Tensor], name: str, precision: Precision, pool: ModelPool
) -> Linear:
    if f"{name}.weight" not in state:
        raise ModelError(f"The weights lack {name}.weight: download or copy the model again.")
    device, dtype = pool.torch_device(), torch_dtype(precision)
    return Linear(*(state[f"{name}.{part}"].to(device, dtype) for part in ("weight", "bias")))
