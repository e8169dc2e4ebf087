"""Inference of MetricX models: an mT5 encoder, one step of its decoder, one logit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mtqe.errors import ModelError
from mtqe.metrics.base import Matrix
from mtqe.metrics.models.comet_folder import read_settings
from mtqe.metrics.models.files import CONFIG
from mtqe.metrics.models.find import FoundModel
from mtqe.metrics.models.plain import checked_epsilon, load_weights, loadable
from mtqe.metrics.neural.base import check_finite
from mtqe.metrics.neural.encoders import subwords
from mtqe.metrics.neural.encoders.packing import alike, compute_by_length
from mtqe.metrics.neural.encoders.precision import Precision, torch_dtype
from mtqe.support.quiet import quiet

if TYPE_CHECKING:
    import torch
    from transformers import MT5Model

    from mtqe.metrics.neural.encoders.subwords import Subwords
    from mtqe.metrics.pool import ModelPool

SCORE_TOKEN = 250_089
"""``<extra_id_10>``, whose logit the models were trained to make the score."""
WORST = 25.0
HEAD = "lm_head.weight"
EMBEDDINGS = "shared.weight"


@dataclass(frozen=True)
class MetricXModel:
    """A loaded model.

    Attributes:
        subwords: mT5's tokenizer with the model's limit.
        model: encoder and decoder.
        head: the row of the output layer that gives the score [hidden].
        pool: tells device and batch size.
    """

    subwords: Subwords
    model: MT5Model
    head: torch.Tensor
    pool: ModelPool

    @classmethod
    def load(
        cls, found: FoundModel, max_length: int, precision: Precision, pool: ModelPool
    ) -> MetricXModel:
        """Load weights in their final precision; runs no code of the folder.

        Raises:
            ModelError: files are damaged, or do not belong together.
        """
        if found.encoder is None:
            raise ModelError(f"{found.path} has no tokenizer: download or copy it again.")
        tokenizer = subwords.from_folder(found.encoder.tokenizer, max_length, "", pool)
        with loadable(found.path):
            model, head = _load(found.path, precision, pool)
            loaded = cls(tokenizer, model, head, pool)
            loaded.score(["a"])  # what does not fit together shows now
            return loaded

    def score(self, texts: Sequence[str]) -> tuple[Matrix, NDArray[np.bool_]]:
        """The score of each text, float64 [n] from 0 (best) to 25, and whether it was cut [n].

        Raises:
            MetricError: the weights, or the precision, give no finite numbers.
        """
        places = {text: i for i, text in enumerate(dict.fromkeys(texts))}
        sentences, was_cut = self.subwords(list(places))
        kept = [ids[:-1] for ids in sentences]  # the models were trained without the closing token
        lengths = [len(ids) for ids in kept]
        order, found = compute_by_length(
            lambda batch: self._logits([kept[i] for i in batch]), lengths, self.pool
        )
        distinct = np.empty(len(kept))
        distinct[order] = found.double().cpu().numpy()
        check_finite(distinct)
        rows = [places[text] for text in texts]
        return distinct[rows].clip(0, WORST), np.array(was_cut)[rows]

    def _logits(self, sentences: Sequence[NDArray[np.int64]]) -> torch.Tensor:
        """The logit of the score's token [sentences], of sentences sorted by length."""
        import torch

        parts = alike([len(sentence) for sentence in sentences])
        return torch.cat([self._padded(sentences[part]) for part in parts])

    def _padded(self, sentences: Sequence[NDArray[np.int64]]) -> torch.Tensor:
        """The logits [sentences] of one padded batch."""
        import torch

        ids = torch.nn.utils.rnn.pad_sequence(
            [torch.from_numpy(sentence) for sentence in sentences], batch_first=True
        )
        lengths = torch.tensor([len(sentence) for sentence in sentences])
        mask = (torch.arange(ids.shape[1]) < lengths[:, None]).long().to(self.head.device)
        start = torch.zeros((len(sentences), 1), dtype=torch.long, device=self.head.device)
        found = self.model(
            input_ids=ids.to(self.head.device),
            attention_mask=mask,
            decoder_input_ids=start,
            use_cache=False,
        )
        logits: torch.Tensor = found.last_hidden_state[:, 0] @ self.head
        return logits


def _load(folder: Path, precision: Precision, pool: ModelPool) -> tuple[MT5Model, torch.Tensor]:
    import torch
    from transformers import MT5Config, MT5Model

    settings = read_settings(folder / CONFIG)
    if "layer_norm_epsilon" in settings:
        checked_epsilon(settings, "layer_norm_epsilon")
    dtype, device = torch_dtype(precision), pool.torch_device()
    weights = [(name, tensor) for name, tensor in load_weights(folder) if _is_needed(name)]
    copied = (t for _, t in weights if device != "cpu" or t.dtype != dtype)
    pool.make_room(sum(tensor.numel() for tensor in copied) * dtype.itemsize)
    state = {name: tensor.to(device, dtype) for name, tensor in weights}
    is_tied = HEAD not in state  # transformers 5 saves tie_word_embeddings = true either way
    head = state.pop(HEAD, state[EMBEDDINGS])[SCORE_TOKEN].clone()
    with quiet(), torch.device("meta"):
        config = MT5Config.from_dict(dict(settings))
        model = MT5Model(config).eval()
    if is_tied and settings.get("tie_word_embeddings"):
        head *= config.d_model**-0.5
    _fill(model, state, folder)
    return model.to(device), head.to(device)


def _fill(model: MT5Model, state: Mapping[str, Any], folder: Path) -> None:
    left = model.load_state_dict(dict(state), strict=False, assign=True)
    lacking = [name for name in left.missing_keys if not name.endswith("embed_tokens.weight")]
    if lacking or left.unexpected_keys:
        what = f"lack {lacking[0]}" if lacking else f"have {left.unexpected_keys[0]} too many"
        raise ModelError(
            f"The weights in {folder} do not fit its {CONFIG}: they {what}; download or copy the "
            "model again."
        )
    model.tie_weights()


def _is_needed(name: str) -> bool:
    """Whether a parameter is no copy of the embeddings that encoder and decoder share."""
    return not name.endswith("embed_tokens.weight")
