"""Encoders of any other architecture, run by transformers in padded batches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mtqe.errors import ModelError
from mtqe.metrics.neural.encoders.packing import PackedBatch, Tokens, alike
from mtqe.metrics.neural.encoders.precision import Precision, torch_dtype
from mtqe.support.quiet import quiet

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel

    from mtqe.metrics.pool import ModelPool

UNNEEDED = ("pooler.", "position_ids", "token_type_ids")
"""Parameters that hidden states do not depend on."""


@dataclass(frozen=True)
class PaddedEncoder:
    """A model of transformers that gives the same hidden states as `BertFamilyEncoder`."""

    model: PreTrainedModel
    device: str
    pad: int

    def pack(
        self, sentences: Sequence[Tokens], first_segments: Sequence[int] | None = None
    ) -> PackedBatch:
        """See `BertFamilyEncoder.pack`."""
        firsts = first_segments or [len(ids) for ids in sentences]
        return PackedBatch.pack(sentences, firsts, self.device)

    def states(self, batch: PackedBatch) -> Iterator[torch.Tensor]:
        """The hidden states [rows, hidden]: the embeddings, then each layer's output."""
        import torch

        parts, start = [], 0
        for part in alike(batch.lengths):
            lengths = batch.lengths[part]
            rows = slice(start, start + sum(lengths))
            parts.append(self._padded(lengths, batch.ids[rows], batch.types[rows]))
            start = rows.stop
        for states in zip(*parts, strict=True):
            yield torch.cat(states)

    def _padded(
        self, lengths: Sequence[int], ids: torch.Tensor, types: torch.Tensor
    ) -> list[torch.Tensor]:
        """Every layer's states [rows, hidden] of sentences of about equal length."""
        import torch

        longest = torch.arange(max(lengths), device=self.device)
        mask = longest < torch.tensor(lengths, device=self.device)[:, None]
        padded_ids = torch.full(mask.shape, self.pad, device=self.device)
        padded_types = torch.zeros_like(padded_ids)
        padded_ids[mask], padded_types[mask] = ids, types
        found = self.model(
            input_ids=padded_ids, attention_mask=mask.long(), token_type_ids=padded_types,
            output_hidden_states=True,
        )  # fmt: skip
        return [state[mask] for state in found.hidden_states]


def load(
    folder: Path,
    parameters: Mapping[str, torch.Tensor],
    pad: int,
    precision: Precision,
    pool: ModelPool,
) -> PaddedEncoder:
    """Build a model from its ``config.json`` and given parameters; runs no code of the folder.

    Raises:
        ModelError: parameters lack.
    """
    from transformers import AutoConfig, AutoModel

    with quiet():
        config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
        model = AutoModel.from_config(config, trust_remote_code=False)
    missing = model.load_state_dict(dict(parameters), strict=False).missing_keys
    lacking = [name for name in missing if not any(part in name for part in UNNEEDED)]
    if lacking:
        raise ModelError(f"The checkpoint for {folder} lacks {lacking[0]}: download it again.")
    device = pool.torch_device()
    return PaddedEncoder(model.to(device=device, dtype=torch_dtype(precision)).eval(), device, pad)
