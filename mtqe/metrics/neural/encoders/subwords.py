"""Subword tokenization: every text once, without padding, cut on purpose and counted."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mtqe.errors import ModelError
from mtqe.metrics.models.assembly import sha256_file
from mtqe.metrics.models.comet_folder import read_settings
from mtqe.metrics.neural.encoders.packing import Tokens
from mtqe.support.quiet import quiet

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import PreTrainedTokenizerBase

    from mtqe.metrics.pool import ModelPool

Encode = Callable[[Sequence[str]], list[list[int]]]
Offsets = Callable[[str], list[tuple[int, int]]]
Decode = Callable[[Sequence[int]], str]

DEFAULT_TOKENS = {
    "BertTokenizerFast": {"pad_token": "[PAD]", "cls_token": "[CLS]", "sep_token": "[SEP]"},
    "": {"pad_token": "<pad>", "cls_token": "<s>", "sep_token": "</s>"},
}
"""What classes of transformers take where a folder does not name its special tokens."""
REMBERT = "RemBertTokenizerFast"


@dataclass(frozen=True)
class Subwords:
    """A tokenizer with its limit.

    Attributes:
        encode: texts to ids, special tokens included, never cut.
        max_length: the most tokens that a text keeps, special ones included.
        pad: the id of the padding token, which never counts as text.
        all_offsets: where each token of a text begins and ends, special ones included.
        decode: ids to text.
        boundaries: the ids of the tokens that begin and end a text, where the model has them.
    """

    encode: Encode
    max_length: int
    pad: int
    all_offsets: Offsets
    decode: Decode
    boundaries: frozenset[int] = frozenset()

    def __call__(self, texts: Sequence[str]) -> tuple[list[Tokens], list[bool]]:
        """The ids of each text, and whether it was cut; the closing token is kept."""
        found = self.encode(texts)
        return [self._cut(ids) for ids in found], [len(ids) > self.max_length for ids in found]

    def offsets(self, text: str) -> list[tuple[int, int]]:
        """Where each kept token begins and ends in a text."""
        found = self.all_offsets(text)
        if len(found) > self.max_length:
            return [*found[: self.max_length - 1], found[-1]]
        return found

    def _cut(self, ids: list[int]) -> Tokens:
        if len(ids) > self.max_length:
            ids = [*ids[: self.max_length - 1], ids[-1]]
        return np.asarray(ids, dtype=np.int64)


def from_folder(folder: Path, max_length: int, class_name: str, pool: ModelPool) -> Subwords:
    """Load the tokenizer of a transformers folder, as fast as that gives the same ids.

    ``tokenizer.json`` says all of Unigram models such as XLM-R's; for others transformers' classes
    change what the file says (lower-casing, for example), and these are asked.

    Args:
        folder: as transformers saves tokenizers, or with a SentencePiece file alone.
        max_length: the most tokens that a text keeps.
        class_name: the class of transformers to load it with; empty for what the folder says.
        pool: models with the same file share one tokenizer, which takes a second to build.

    Raises:
        ModelError: it can't be loaded.
    """
    try:
        plain = _plain(folder, max_length, class_name, pool)
    except Exception as error:  # tokenizers raises nothing narrower
        raise _damaged(folder, error) from error
    if plain is not None:
        return plain
    key = ("transformers-tokenizer", str(folder), class_name)
    return from_transformers(pool.get(key, lambda: load_tokenizer(folder, class_name)), max_length)


def load_tokenizer(
    folder: Path, class_name: str = "", *, use_fast: bool = True, **settings: bool
) -> PreTrainedTokenizerBase:
    """Load a tokenizer with transformers, which runs no code of the folder.

    Raises:
        ModelError: it can't be loaded.
    """
    import transformers

    _refuse_misread(folder, class_name, transformers.__version__)
    _let_pieces_be_read()
    options = {"local_files_only": True, "trust_remote_code": False, **settings}
    try:
        with quiet():
            if class_name:
                return getattr(transformers, class_name).from_pretrained(str(folder), **options)
            loader = transformers.AutoTokenizer
            return loader.from_pretrained(str(folder), use_fast=use_fast, **options)
    except Exception as error:  # transformers raises whatever a damaged file makes it raise
        raise _damaged(folder, error) from error


def _refuse_misread(folder: Path, class_name: str, version: str) -> None:
    """See that transformers reads the folder's files as the models were trained.

    Version 5 leaves RemBERT's [CLS] and [SEP] out, and unknown characters too, unless there is a
    tokenizer.json.

    Raises:
        ModelError: it would not.
    """
    lacks = not (folder / "tokenizer.json").is_file()
    if lacks and class_name == REMBERT and int(version.partition(".")[0]) >= 5:
        raise ModelError(
            f"transformers {version} misreads the tokenizer in {folder}: put the tokenizer.json of "
            "google/rembert there, or install 'transformers<5'."
        )


def _damaged(folder: Path, error: Exception) -> ModelError:
    reason = str(error).strip().splitlines()[0][:100] if str(error).strip() else repr(error)
    return ModelError(
        f"The tokenizer in {folder} can't be loaded ({reason}): download or copy its files again."
    )


def from_transformers(tokenizer: PreTrainedTokenizerBase, max_length: int) -> Subwords:
    """Wrap a tokenizer of transformers, fast or slow."""

    def encode(texts: Sequence[str]) -> list[list[int]]:
        ids: list[list[int]] = tokenizer(list(texts), verbose=False)["input_ids"]
        return ids

    def offsets(text: str) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = tokenizer(text, verbose=False).encodings[0].offsets
        return found

    def decode(ids: Sequence[int]) -> str:
        return str(tokenizer.decode(list(ids)))

    pad = -1 if tokenizer.pad_token_id is None else tokenizer.pad_token_id
    boundaries = {tokenizer.cls_token_id, tokenizer.sep_token_id} - {None}
    return Subwords(encode, max_length, pad, offsets, decode, frozenset(boundaries))


def _plain(folder: Path, max_length: int, class_name: str, pool: ModelPool) -> Subwords | None:
    path = folder / "tokenizer.json"
    if not path.is_file():
        return None
    tokenizer = pool.get(("tokenizer", sha256_file(path)), lambda: _read_tokenizer(path))
    names = _special_tokens(folder, class_name)
    pad = tokenizer.token_to_id(names["pad_token"])
    boundaries = {tokenizer.token_to_id(names[kind]) for kind in ("cls_token", "sep_token")}
    if type(tokenizer.model).__name__ != "Unigram" or pad is None or _cleans_up(folder):
        return None

    def encode(texts: Sequence[str]) -> list[list[int]]:
        return [encoding.ids for encoding in tokenizer.encode_batch_fast(list(texts))]

    def offsets(text: str) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = tokenizer.encode(text).offsets
        return found

    def decode(ids: Sequence[int]) -> str:
        return str(tokenizer.decode(list(ids), skip_special_tokens=False))

    return Subwords(encode, max_length, pad, offsets, decode, frozenset(boundaries - {None}))


def _special_tokens(folder: Path, class_name: str) -> dict[str, str]:
    found = dict(DEFAULT_TOKENS.get(class_name, DEFAULT_TOKENS[""]))
    for name in ("tokenizer_config.json", "special_tokens_map.json"):
        settings = read_settings(folder / name) if (folder / name).is_file() else {}
        for kind in found:
            if token := settings.get(kind):
                found[kind] = str(token["content"] if isinstance(token, dict) else token)
    return found


def _cleans_up(folder: Path) -> bool:
    """Whether decoding joins punctuation to words, which transformers does itself."""
    path = folder / "tokenizer_config.json"
    return path.is_file() and bool(read_settings(path).get("clean_up_tokenization_spaces"))


def _read_tokenizer(path: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _let_pieces_be_read() -> None:
    """Give transformers a description of SentencePiece files that fits the installed protobuf.

    That of sentencepiece 0.2.1 and later wants a newer one than unbabel-comet allows.
    """
    name = "sentencepiece.sentencepiece_model_pb2"
    try:
        import_module(name)
    except (ImportError, TypeError):
        sys.modules[name] = import_module("transformers.utils.sentencepiece_model_pb2_new")
