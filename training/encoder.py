"""The encoder with trainable upper layers, giving one pooled vector a layer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from mtqe.metrics.models.comet_delta import read_delta
from mtqe.metrics.models.e5 import assemble_encoder

# oneDNN compiles a matrix product of a shape not seen before, which takes longer than the product.
TOKENS_A_BLOCK = 512
WIDTH_STEP = 8

# Low-rank adapters of version 0.1, trained on human ratings alone.
START = Path(__file__).with_name("start.safetensors")
_LAYER = "encoder.layer.{}."

Weights = Mapping[str, Tensor]


class TunedLayer(nn.Module):
    """The weights of one BERT layer, trained or frozen.

    Trained weights are float32 and are rounded to bfloat16 once a step.
    """

    def __init__(self, weights: Weights, is_trained: bool) -> None:
        super().__init__()
        # Dots are not allowed in the names of parameters.
        self.trained = nn.ParameterDict(
            {_plain(name): tensor.float() for name, tensor in weights.items() if is_trained}
        )
        self._frozen = {} if is_trained else {n: t.bfloat16() for n, t in weights.items()}

    def rounded(self) -> dict[str, Tensor]:
        """The weights of this step, bfloat16."""
        trained = {_dotted(name): tensor.bfloat16() for name, tensor in self.trained.items()}
        return self._frozen | trained

    def weights(self, layer: str) -> dict[str, Tensor]:
        """Trained weights under transformers' names."""
        return {f"{layer}{_dotted(name)}": tensor for name, tensor in self.trained.items()}


class TunedEncoder(nn.Module):
    """multilingual-e5-small in bfloat16 whose upper layers are trained."""

    def __init__(self, folder: Path, first_tuned_layer: int, start: Path | None = None) -> None:
        super().__init__()
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        state = load_file(folder / "model.safetensors")
        self._untuned = {name: state[name].clone() for name in state if name.startswith("encoder.")}
        if start is not None:
            state |= _changed(self._untuned, start)
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.hidden = int(config["hidden_size"])
        self._heads = int(config["num_attention_heads"])
        self._epsilon = float(config["layer_norm_eps"])
        self._padding = int(config["pad_token_id"])
        self._embeddings = _part(state, "embeddings.")
        self.layer = nn.ModuleList(
            TunedLayer(_part(state, _LAYER.format(i)), i >= first_tuned_layer)
            for i in range(int(config["num_hidden_layers"]))
        )

    @property
    def layers(self) -> int:
        """Vectors a text: one a layer and one for the embeddings."""
        return len(self.layer) + 1

    def ids(self, texts: Sequence[str], max_tokens: int = 508) -> list[list[int]]:
        """Token ids, special ones included, of at most `max_tokens` a text."""
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(max_tokens)
        return [encoding.ids for encoding in self.tokenizer.encode_batch(list(texts))]

    def forward(self, texts: Sequence[str], max_tokens: int = 508) -> Tensor:
        """Mean token vectors of every layer: float32 [texts, layers, hidden].

        Texts are sorted by length and encoded in blocks of `TOKENS_A_BLOCK` rows.
        """
        ids = self.ids(texts, max_tokens)
        rounded = [layer.rounded() for layer in self.layer]  # type: ignore[operator]
        blocks = list(_blocks([len(row) for row in ids]))
        pooled = [self._pool([ids[i] for i in block], width, rounded) for block, width in blocks]
        order = torch.tensor([index for block, _ in blocks for index in block])
        return torch.cat(pooled)[order.argsort()]

    def differences(self) -> dict[str, Tensor]:
        """What training changed in the encoder, by transformers' names."""
        found: dict[str, Tensor] = {}
        for number, layer in enumerate(self.layer):
            found |= layer.weights(_LAYER.format(number))  # type: ignore[operator]
        return {name: tensor.detach() - self._untuned[name] for name, tensor in found.items()}

    def change(self, differences: Weights) -> None:
        """Make trained weights differ from the plain encoder's by these differences."""
        with torch.no_grad():
            for number, layer in enumerate(self.layer):
                weights = layer.weights(_LAYER.format(number))  # type: ignore[operator]
                for name, weight in weights.items():
                    weight.copy_(self._untuned[name] + differences[name])

    def _pool(self, ids: Sequence[list[int]], width: int, layers: Sequence[Weights]) -> Tensor:
        """Vectors [len(ids), layers, hidden] of a block of texts of at most `width` tokens."""
        tokens = torch.full((len(ids), width), self._padding)
        for row, values in zip(tokens, ids, strict=True):
            row[: len(values)] = torch.tensor(values)
        lengths = torch.tensor([len(row) for row in ids])
        mask = torch.arange(width) < lengths[:, None]
        share = (mask.float() / lengths[:, None])[:, :, None]
        bias = torch.zeros(mask.shape).masked_fill(~mask, -1e4)[:, None, None]
        x = _filled(self._embed(tokens).flatten(0, 1))
        pooled = [_mean(x, share)]
        for weights in layers:
            x = self._transform(x, bias, weights)
            pooled.append(_mean(x, share))
        return torch.stack(pooled, 1)

    def _embed(self, tokens: Tensor) -> Tensor:
        """Embeddings [texts, width, hidden] of token ids [texts, width]."""
        tables = self._embeddings
        positions = tables["position_embeddings.weight"][: tokens.shape[1]]
        x = functional.embedding(tokens, tables["word_embeddings.weight"])
        x = x + positions + tables["token_type_embeddings.weight"][0]
        return self._norm(x, tables, "LayerNorm").bfloat16()

    def _transform(self, x: Tensor, bias: Tensor, weights: Weights) -> Tensor:
        """One layer (Devlin et al. 2019) on [rows, hidden]."""
        attended = _linear(self._attend(x, bias, weights), weights, "attention.output.dense")
        x = self._norm(x + attended, weights, "attention.output.LayerNorm")
        inner = functional.gelu(_linear(x, weights, "intermediate.dense"))
        return self._norm(x + _linear(inner, weights, "output.dense"), weights, "output.LayerNorm")

    def _attend(self, x: Tensor, bias: Tensor, weights: Weights) -> Tensor:
        """Plain attention, in float32: nothing has to be compiled for the lengths of the texts."""
        texts, width = bias.shape[0], bias.shape[-1]
        query, key, value = (
            _linear(x, weights, f"attention.self.{name}")[: texts * width]
            .view(texts, width, self._heads, -1)
            .transpose(1, 2)
            .float()
            for name in ("query", "key", "value")
        )
        scores = query @ key.transpose(2, 3) / query.shape[-1] ** 0.5 + bias
        context = scores.softmax(-1) @ value
        return _filled(context.transpose(1, 2).flatten(2).flatten(0, 1).bfloat16())

    def _norm(self, x: Tensor, weights: Weights, name: str) -> Tensor:
        weight, bias = weights[f"{name}.weight"], weights[f"{name}.bias"]
        return functional.layer_norm(x, x.shape[-1:], weight, bias, self._epsilon)


def load_encoder(work: Path, first_tuned_layer: int, start: Path | None = START) -> TunedEncoder:
    """The encoder, assembled in the folder `work` the first time.

    Args:
        work: scratch folder.
        first_tuned_layer: the lowest layer that is trained.
        start: differences that training starts from.
    """
    return TunedEncoder(assembled(work), first_tuned_layer, start)


def assembled(work: Path) -> Path:
    """The folder of the plain encoder, made in the folder `work` the first time."""
    folder = work / "encoder"
    if not (folder / "model.safetensors").exists():
        folder.mkdir(parents=True, exist_ok=True)
        assemble_encoder(folder)
    return folder


def _blocks(lengths: Sequence[int]) -> Iterator[tuple[list[int], int]]:
    """Indices, the longest first, and the width that they are padded to."""
    waiting = sorted(range(len(lengths)), key=lambda index: -lengths[index])
    while waiting:
        width = -(-lengths[waiting[0]] // WIDTH_STEP) * WIDTH_STEP
        count = max(1, TOKENS_A_BLOCK // width)
        yield waiting[:count], width
        waiting = waiting[count:]


def _filled(x: Tensor) -> Tensor:
    """Rows [at most a block, hidden], followed by zeros up to a block."""
    return functional.pad(x, (0, 0, 0, max(0, TOKENS_A_BLOCK - len(x))))


def _mean(x: Tensor, share: Tensor) -> Tensor:
    """Weighted means [texts, hidden] of rows [at least texts * width, hidden]."""
    texts, width, _ = share.shape
    return (x[: texts * width].view(texts, width, -1).float() * share).sum(1)


def _linear(x: Tensor, weights: Weights, name: str) -> Tensor:
    return functional.linear(x, weights[f"{name}.weight"], weights[f"{name}.bias"])


def _part(state: Weights, prefix: str) -> dict[str, Tensor]:
    return {n.removeprefix(prefix): t for n, t in state.items() if n.startswith(prefix)}


def _changed(plain: Weights, start: Path) -> dict[str, Tensor]:
    """The encoder's weights with the differences of a file added."""
    weights = {name: tensor.float().numpy() for name, tensor in plain.items()}
    merged = read_delta(start).merge_into(weights)
    return {name: torch.from_numpy(tensor) for name, tensor in merged.items()}


def _plain(name: str) -> str:
    return name.replace(".", "__")


def _dotted(name: str) -> str:
    return name.replace("__", ".")
