"""Subword tokenization: every text once, without padding, cut on purpose and counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mtqe.metrics.models.assembly import sha256_file
from mtqe.metrics.neural.encoders.packing import Tokens

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import PreTrainedTokenizerBase

    from mtqe.metrics.pool import ModelPool

Encode = Callable[[Sequence[str]], list[list[int]]]


@dataclass(frozen=True)
class Subwords:
    """A tokenizer with its limit.

    Attributes:
        encode: texts to ids, special tokens included, never cut.
        max_length: the most tokens that a text keeps, special ones included.
        pad: the id of the padding token, which never counts as text.
    """

    encode: Encode
    max_length: int
    pad: int

    def __call__(self, texts: Sequence[str]) -> tuple[list[Tokens], list[bool]]:
        """The ids of each text, and whether it was cut; the closing token is kept."""
        found = self.encode(texts)
        return [self._cut(ids) for ids in found], [len(ids) > self.max_length for ids in found]

    def _cut(self, ids: list[int]) -> Tokens:
        if len(ids) > self.max_length:
            ids = [*ids[: self.max_length - 1], ids[-1]]
        return np.asarray(ids, dtype=np.int64)


def from_transformers(tokenizer: PreTrainedTokenizerBase, max_length: int) -> Subwords:
    """Wrap a tokenizer of transformers, fast or slow."""

    def encode(texts: Sequence[str]) -> list[list[int]]:
        ids: list[list[int]] = tokenizer(list(texts), verbose=False)["input_ids"]
        return ids

    return Subwords(encode, max_length, tokenizer.pad_token_id)


def from_folder(folder: Path, max_length: int, pad: int, pool: ModelPool) -> Subwords | None:
    """Read ``tokenizer.json`` without loading transformers, where it says all.

    Models with the same file share one tokenizer, which takes a second to build.

    That is so for Unigram models such as XLM-R's; for others transformers' classes change what the
    file says (lower-casing, for example), and this gives None.
    """
    path = folder / "tokenizer.json"
    if not path.is_file():
        return None
    tokenizer = pool.get(("tokenizer", sha256_file(path)), lambda: _read_tokenizer(path))
    if type(tokenizer.model).__name__ != "Unigram":
        return None

    def encode(texts: Sequence[str]) -> list[list[int]]:
        return [encoding.ids for encoding in tokenizer.encode_batch_fast(list(texts))]

    return Subwords(encode, max_length, pad)


def _read_tokenizer(path: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
