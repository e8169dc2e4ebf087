"""Encoders that give one embedding a token, loaded from folders as transformers saves them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from mtqe.errors import ModelError
from mtqe.metrics.models.comet_folder import read_settings
from mtqe.metrics.models.plain import loadable
from mtqe.metrics.neural.encoders import bert, subwords
from mtqe.metrics.neural.encoders.bert import BertFamilyEncoder
from mtqe.metrics.neural.encoders.packing import Tokens
from mtqe.metrics.neural.encoders.precision import Precision, torch_dtype
from mtqe.metrics.neural.encoders.subwords import Subwords
from mtqe.support.quiet import quiet

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

    from mtqe.metrics.pool import ModelPool

UNIGRAM_MODELS = ("bert", "xlm-roberta", "xlm-roberta-xl", "camembert")
"""Architectures whose tokenizers are fast and give bert-score's ids (BERT's through its class)."""
UNLIMITED = 10**9
"""Tokens that a text may have where neither tokenizer nor encoder says."""
_PREFIXES = ("", "bert.", "roberta.")  # of checkpoints saved with a language-model head


class TokenEncoder(Protocol):
    """Anything that turns sentences into token embeddings."""

    def embed(self, sentences: Sequence[Tokens]) -> torch.Tensor:
        """Embeddings [tokens, hidden] of sentences, shortest first, laid end to end."""


@dataclass(frozen=True)
class LayerEncoder:
    """Our own inference, up to one layer of a BERT-family encoder."""

    encoder: BertFamilyEncoder
    layer: int

    def embed(self, sentences: Sequence[Tokens]) -> torch.Tensor:
        """See `TokenEncoder`."""
        batch = self.encoder.pack(sentences)
        *_, state = (state for _, state in zip(range(self.layer + 1), self.encoder.states(batch)))  # noqa: B905
        return state[: batch.tokens]


@dataclass(frozen=True)
class OriginalEncoder:
    """Any other architecture: the model as bert-score cuts it, in padded batches."""

    model: PreTrainedModel
    device: str
    pad: int

    def embed(self, sentences: Sequence[Tokens]) -> torch.Tensor:
        """See `TokenEncoder`."""
        import torch

        rows = [torch.from_numpy(ids) for ids in sentences]
        padded = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=self.pad)
        lengths = torch.tensor([len(ids) for ids in sentences])
        mask = (torch.arange(padded.shape[1]) < lengths[:, None]).to(self.device)
        found: torch.Tensor = self.model(padded.to(self.device), attention_mask=mask.long())[0]
        return found[mask]


def read_config(folder: Path) -> Mapping[str, Any]:
    """Parse a model folder's ``config.json``."""
    return _read_json(folder / "config.json")


def load_encoder(folder: Path, layer: int, precision: Precision, pool: ModelPool) -> TokenEncoder:
    """Load the encoder of a transformers folder, with the layers above `layer` cut off.

    Raises:
        ModelError: it can't be loaded.
    """
    with loadable(folder):
        encoder = _load_encoder(folder, layer, precision, pool)
        encoder.embed([np.array([0])])  # what does not fit together shows now
        return encoder


def _load_encoder(folder: Path, layer: int, precision: Precision, pool: ModelPool) -> TokenEncoder:
    config = read_config(folder)
    if bert.is_supported(config):
        shallow = {**config, "num_hidden_layers": layer}
        encoder = BertFamilyEncoder.from_parameters(_parameters(folder), shallow, precision, pool)
        return LayerEncoder(encoder, layer)
    from bert_score.utils import get_model

    with quiet():
        model = get_model(str(folder), layer)
    device = pool.torch_device()
    pad = config.get("pad_token_id") or 0
    return OriginalEncoder(model.to(device=device, dtype=torch_dtype(precision)), device, pad)


def text_limit(folder: Path) -> int:
    """Tokens that a text may have by the folder's tokenizer and encoder; loads neither.

    Raises:
        ModelError: neither says it.
    """
    settings = _read_json(folder / "tokenizer_config.json")
    with loadable(folder):
        return _limit(read_config(folder), settings.get("model_max_length"))


def load_subwords(folder: Path, max_length: int | None, pool: ModelPool) -> Subwords:
    """Load the tokenizer of a transformers folder, for the ids that bert-score's program gets.

    bert-score asks for slow tokenizers, and lets RoBERTa's and GPT-2's begin with a space. The fast
    ones of these families and of XLM-R give the same ids; others are as slow as there.

    Args:
        folder: as transformers saves models.
        max_length: tokens that a text keeps; None for what tokenizer and encoder allow.
        pool: keeps the tokenizer for other metrics that have the same one.

    Raises:
        ModelError: it can't be loaded.
    """
    limit = max_length or text_limit(folder)
    if read_config(folder).get("model_type") in UNIGRAM_MODELS:
        return subwords.from_folder(folder, limit, "", pool)
    key = ("bert-score-tokenizer", str(folder), limit)
    return pool.get(key, lambda: _as_bert_score_has_it(folder, limit))


def _as_bert_score_has_it(folder: Path, limit: int) -> Subwords:
    from transformers import (
        GPT2Tokenizer,
        GPT2TokenizerFast,
        RobertaTokenizer,
        RobertaTokenizerFast,
    )

    try:
        slow = subwords.load_tokenizer(folder, use_fast=False)
    except ModelError:
        slow = subwords.load_tokenizer(folder)
    with_space = (GPT2Tokenizer, GPT2TokenizerFast, RobertaTokenizer, RobertaTokenizerFast)
    if not isinstance(slow, with_space):
        return subwords.from_transformers(slow, limit)
    fast = subwords.load_tokenizer(folder, add_prefix_space=True)
    return _mostly_fast(subwords.from_transformers(fast, limit), slow)


def _mostly_fast(fast: Subwords, slow: PreTrainedTokenizerBase) -> Subwords:
    """The fast tokenizer, but for texts that spell special tokens out, which it reads otherwise."""
    special = tuple(slow.all_special_tokens)

    def encode(texts: Sequence[str]) -> list[list[int]]:
        found = fast.encode(texts)
        for place, text in enumerate(texts):
            if any(token in text for token in special):
                found[place] = slow.encode(text, add_prefix_space=True, verbose=False)
        return found

    return replace(fast, encode=encode)


def _limit(config: Mapping[str, Any], tokenizer_limit: int | None) -> int:
    """The encoder's positions bind, unless they are relative; tokenizers may name no limit."""
    positions = UNLIMITED
    if config.get("position_biased_input", True):
        positions = config.get("max_position_embeddings") or UNLIMITED
    if config.get("model_type") in ("roberta", "xlm-roberta", "xlm-roberta-xl", "camembert"):
        positions -= config["pad_token_id"] + 1
    return int(min(tokenizer_limit or UNLIMITED, positions, UNLIMITED))


def _read_json(path: Path) -> Mapping[str, Any]:
    return read_settings(path) if path.is_file() else {}


def _parameters(folder: Path) -> Mapping[str, torch.Tensor]:
    weights = folder / "model.safetensors"
    if weights.is_file():
        from safetensors.torch import load_file

        state = load_file(weights)
        for prefix in _PREFIXES:
            if f"{prefix}embeddings.word_embeddings.weight" in state:
                return {name.removeprefix(prefix): tensor for name, tensor in state.items()}
    from transformers import AutoModel

    with quiet():
        model = AutoModel.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    parameters: Mapping[str, torch.Tensor] = model.state_dict()
    return parameters
