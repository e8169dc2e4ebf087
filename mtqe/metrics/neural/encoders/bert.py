"""Our own inference of BERT-family encoders: packed batches, one hidden state at a time.

The architecture is that of Devlin et al. 2019 (BERT), Conneau et al. 2020 (XLM-R) and Goyal et al.
2021 (XLM-R-XL and -XXL), as transformers implements it; parameters keep transformers' names.
Differences are in speed alone: no padding but in attention, one matrix product for query, key and
value, and no hidden state outlives its use.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mtqe.metrics.models.plain import check_real, checked_epsilon
from mtqe.metrics.neural.encoders.affine import (
    AnyLinear,
    LayerNorm,
    Linear,
    PackedLinear,
    StoredLinear,
)
from mtqe.metrics.neural.encoders.packing import PackedBatch, Tokens
from mtqe.metrics.neural.encoders.precision import Precision, torch_dtype

if TYPE_CHECKING:
    import torch

    from mtqe.metrics.pool import ModelPool

PRE_NORM = "xlm-roberta-xl"
SUPPORTED_MODELS = ("bert", "roberta", "xlm-roberta", "camembert", PRE_NORM)
PROJECTION = "embedding_projection"
LAYER = re.compile(r"encoder\.layer\.(\d{1,9})\.")
PACKED_ROWS = 512
"""oneDNN compiles a product for each number of rows, which takes longer than computing it."""


def is_supported(config: Mapping[str, Any]) -> bool:
    """Whether `BertFamilyEncoder` computes what transformers computes for this ``config.json``."""
    return (
        config.get("model_type") in SUPPORTED_MODELS
        and config.get("hidden_act") == "gelu"
        and config.get("position_embedding_type", "absolute") == "absolute"
        and not config.get("is_decoder", False)
    )


@dataclass(frozen=True)
class Layer:
    """One post-norm transformer layer over packed rows [rows, hidden]."""

    heads: int
    query_key_value: AnyLinear
    attention_output: AnyLinear
    attention_norm: LayerNorm
    intermediate: AnyLinear
    output: AnyLinear
    output_norm: LayerNorm

    def __call__(self, rows: torch.Tensor, batch: PackedBatch) -> torch.Tensor:
        """The next hidden state of packed sentences."""
        attended = self._attention(rows, batch)
        rows = self.attention_norm(self.attention_output.plus(attended, rows))
        return self.output_norm(self.output.plus(self.intermediate.gelu(rows), rows))

    def _attention(self, rows: torch.Tensor, batch: PackedBatch) -> torch.Tensor:
        import torch

        projected = self.query_key_value(rows)
        mixed = []
        for band in batch.bands:
            padded = band.padded(projected)
            heads = padded.view(*padded.shape[:2], 3, self.heads, -1)
            query, key, value = heads.permute(2, 0, 3, 1, 4)  # [sentences, heads, longest, d]
            context = torch.nn.functional.scaled_dot_product_attention(
                query, key, value, attn_mask=band.mask
            )
            mixed.append(band.packed(context.transpose(1, 2).flatten(2)))
        return torch.cat((*mixed, rows[batch.tokens :]))


class PreNormLayer(Layer):
    """A layer whose norms come before what they belong to, as in XLM-R-XL."""

    def __call__(self, rows: torch.Tensor, batch: PackedBatch) -> torch.Tensor:
        """The next hidden state of packed sentences."""
        attended = self._attention(self.attention_norm(rows), batch)
        rows = self.attention_output.plus(attended, rows)
        return self.output.plus(self.intermediate.gelu(self.output_norm(rows)), rows)


@dataclass(frozen=True)
class Embeddings:
    """Word, position and segment embeddings, summed and perhaps normalized.

    Attributes:
        pad: the padding id of models that count positions from there (XLM-R, RoBERTa), else None.
    """

    words: torch.Tensor
    positions: torch.Tensor
    types: torch.Tensor
    norm: LayerNorm | None
    pad: int | None

    def __call__(self, batch: PackedBatch) -> torch.Tensor:
        """Rows [rows, hidden], float32."""
        import torch

        lookup = torch.nn.functional.embedding
        types = batch.types.clamp(max=len(self.types) - 1)
        rows = lookup(batch.ids, self.words).float()
        rows += lookup(types, self.types)
        rows += lookup(self._position_rows(batch), self.positions)
        return self.norm(rows) if self.norm else rows

    @property
    def max_positions(self) -> int:
        """The longest sentence in tokens, special ones included."""
        return len(self.positions) - (0 if self.pad is None else self.pad + 1)

    def _position_rows(self, batch: PackedBatch) -> torch.Tensor:
        import torch

        if self.pad is None:
            return batch.positions
        padding = batch.ids == self.pad
        if not padding.any():
            return batch.positions + self.pad + 1
        # A text may spell the padding token out; these models then count past it.
        kept = (~padding).long()
        total = kept.cumsum(0)
        first = torch.arange(len(kept), device=kept.device) - batch.positions
        counts = total - (total - kept)[first]
        return torch.where(padding, 0, counts) + self.pad


@dataclass(frozen=True)
class BertFamilyEncoder:
    """An encoder ready to run on one device in one precision.

    Scores that come of it depend on the other sentences of a batch by rounding alone (about 1e-6 in
    fp32): products see no padding, and attention never leaves a sentence.

    Attributes:
        last_norm: of XLM-R-XL, after the last layer.
        projection: from narrower embeddings to the layers' width, as RemBERT and BLEURT have it.
    """

    embeddings: Embeddings
    layers: tuple[Layer, ...]
    device: str
    dtype: torch.dtype
    last_norm: LayerNorm | None = None
    projection: AnyLinear | None = None

    def pack(
        self, sentences: Sequence[Tokens], first_segments: Sequence[int] | None = None
    ) -> PackedBatch:
        """A batch of sentences, sorted by length, for this encoder.

        Args:
            sentences: ids of each sentence.
            first_segments: how many tokens of each are of type 0; by default all.
        """
        firsts = first_segments or [len(ids) for ids in sentences]
        is_compiled = PackedLinear.pays(self.device, self.dtype)
        return PackedBatch.pack(sentences, firsts, self.device, PACKED_ROWS if is_compiled else 1)

    def states(self, batch: PackedBatch) -> Iterator[torch.Tensor]:
        """The hidden states [rows, hidden]: the embeddings, then each layer's output.

        Layers are computed as they are asked for: stopping early saves the rest.
        """
        rows = self.embeddings(batch).to(self.dtype)
        if self.projection is not None:
            rows = self.projection(rows)
        yield rows
        for number, layer in enumerate(self.layers, 1):
            rows = layer(rows, batch)
            is_last = number == len(self.layers)
            yield self.last_norm(rows) if is_last and self.last_norm else rows

    @classmethod
    def from_parameters(
        cls,
        parameters: Mapping[str, torch.Tensor],
        config: Mapping[str, Any],
        precision: Precision,
        pool: ModelPool,
    ) -> BertFamilyEncoder:
        """Build from transformers' parameter names, without a prefix, and its ``config.json``.

        Embeddings stay as they are in the file, in full or half precision, and are summed in fp32:
        few rows are looked up. On a processor, weights that would take more than half of the memory
        that is left, in the run's precision, stay in their file, too.
        """
        dtype, device = torch_dtype(precision), pool.torch_device()
        heads, depth = config["num_attention_heads"], config["num_hidden_layers"]
        needed = _copied_bytes(parameters, depth, dtype, device)
        on_processor = device == "cpu"
        has_room = pool.make_room(2 * needed if on_processor else needed)
        is_short = on_processor and not has_room
        epsilon = checked_epsilon(config, "layer_norm_eps")
        builder = _Builder(parameters, epsilon, device, dtype, pool, is_short)
        pad = None if config["model_type"] == "bert" else config["pad_token_id"]
        names = (f"encoder.layer.{i}" for i in range(depth))  # more than the file has end at once
        if config["model_type"] != PRE_NORM:
            layers = tuple(builder.layer(name, heads) for name in names)
            projection = builder.projection()
            return cls(builder.embeddings(pad), layers, device, dtype, projection=projection)
        layers = tuple(builder.pre_norm_layer(name, heads) for name in names)
        embeddings = builder.embeddings(pad, has_norm=False)
        return cls(embeddings, layers, device, dtype, builder.norm("encoder.LayerNorm", dtype))


@dataclass(frozen=True)
class _Builder:
    parameters: Mapping[str, torch.Tensor]
    epsilon: float
    device: str
    dtype: torch.dtype
    pool: ModelPool
    is_short: bool = False

    def layer(self, name: str, heads: int) -> Layer:
        return Layer(
            heads=heads,
            query_key_value=self._linear(f"{name}.attention.self", ("query", "key", "value")),
            attention_output=self._linear(f"{name}.attention.output", ("dense",)),
            attention_norm=self.norm(f"{name}.attention.output.LayerNorm", self.dtype),
            intermediate=self._linear(f"{name}.intermediate", ("dense",)),
            output=self._linear(f"{name}.output", ("dense",)),
            output_norm=self.norm(f"{name}.output.LayerNorm", self.dtype),
        )

    def pre_norm_layer(self, name: str, heads: int) -> Layer:
        return PreNormLayer(
            heads=heads,
            query_key_value=self._linear(f"{name}.attention.self", ("query", "key", "value")),
            attention_output=self._linear(f"{name}.attention.output", ("dense",)),
            attention_norm=self.norm(f"{name}.attention.self_attn_layer_norm", self.dtype),
            intermediate=self._linear(f"{name}.intermediate", ("dense",)),
            output=self._linear(f"{name}.output", ("dense",)),
            output_norm=self.norm(f"{name}.LayerNorm", self.dtype),
        )

    def embeddings(self, pad: int | None, *, has_norm: bool = True) -> Embeddings:
        import torch

        names = (
            f"embeddings.{kind}_embeddings.weight" for kind in ("word", "position", "token_type")
        )
        words, positions, types = (self._tensor((name,)) for name in names)
        norm = self.norm("embeddings.LayerNorm", torch.float32) if has_norm else None
        return Embeddings(words, positions, types, norm, pad)

    def projection(self) -> AnyLinear | None:
        if f"encoder.{PROJECTION}.weight" not in self.parameters:
            return None
        return self._linear("encoder", (PROJECTION,))

    def _linear(self, name: str, parts: tuple[str, ...]) -> AnyLinear:
        weights = tuple(f"{name}.{part}.weight" for part in parts)
        biases = tuple(f"{name}.{part}.bias" for part in parts)
        if self.is_short or StoredLinear.pays(self.device, self.dtype):
            kept = None if self.is_short else self.dtype
            stored, added = ([self._tensor((n,), kept) for n in c] for c in (weights, biases))
            return StoredLinear(tuple(stored), tuple(added))
        weight, bias = self._tensor(weights, self.dtype), self._tensor(biases, self.dtype)
        if not PackedLinear.pays(self.device, self.dtype):
            return Linear(weight, bias)
        packed = self.pool.get(("packed", id(weight)), lambda: _packed(weight))
        return PackedLinear(packed, bias)

    def norm(self, name: str, dtype: torch.dtype) -> LayerNorm:
        weight, bias = (self._tensor((f"{name}.{kind}",), dtype) for kind in ("weight", "bias"))
        return LayerNorm(weight, bias, self.epsilon)

    def _tensor(self, names: tuple[str, ...], dtype: torch.dtype | None = None) -> torch.Tensor:
        """Parameters, one below the other; in the precision of the file without another one."""
        import torch

        found = [self.parameters[name].detach() for name in names]
        for name, tensor in zip(names, found, strict=True):
            check_real(name, tensor)
        joined = torch.cat(found) if len(found) > 1 else found[0]
        return self.pool.share(joined.to(device=self.device, dtype=dtype))


def _layer_number(name: str) -> float:
    """The number of the layer that a parameter is of; infinite for those of none."""
    found = LAYER.match(name)
    return int(found[1]) if found else math.inf


def _copied_bytes(
    parameters: Mapping[str, Any], depth: int, dtype: torch.dtype, device: str
) -> int:
    """Bytes that an encoder of some layers takes besides its file.

    On the processor, embeddings stay mapped, and so do weights that need neither be converted nor
    joined, as those of query, key and value.
    """
    import torch

    total = 0
    for name, tensor in parameters.items():
        if not isinstance(tensor, torch.Tensor):
            continue
        if not name.startswith("encoder."):
            total += 0 if device == "cpu" else tensor.nbytes
        elif _layer_number(name) < depth and (
            device != "cpu" or tensor.dtype != dtype or ".attention.self." in name
        ):
            total += tensor.numel() * dtype.itemsize
    return total


def _packed(weight: torch.Tensor) -> torch.Tensor:
    import torch

    packed: torch.Tensor = torch.ops.mkldnn._reorder_linear_weight(weight)
    return packed
