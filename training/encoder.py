"""The encoder with trainable upper layers, giving one pooled vector a layer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from mtqe.metrics.models.comet_delta import read_delta
from mtqe.metrics.models.e5 import assemble_encoder
from mtqe.metrics.neural.encoders.packing import batches_by_length
from mtqe.metrics.neural.encoders.precision import PrecisionChoice, chosen, torch_dtype

# So many tokens keep a layer's numbers in a core's cache. In bfloat16 every block is filled up to
# them: oneDNN compiles a product of a shape not seen before, which takes longer than the product.
TOKENS_A_BLOCK = 512

# Low-rank adapters of version 0.1, trained on human ratings alone.
START = Path(__file__).with_name("start.safetensors")
_LAYER = "encoder.layer.{}."

Weights = Mapping[str, Tensor]
# Lengths in tokens, and how many texts of a block have each.
Runs = Sequence[tuple[int, int]]


class TunedLayer(nn.Module):
    """The weights of one BERT layer, trained or frozen.

    Trained weights are float32 and are rounded to what the encoder computes in once a step.
    """

    def __init__(self, weights: Weights, is_trained: bool, dtype: torch.dtype) -> None:
        super().__init__()
        # Dots are not allowed in the names of parameters.
        self.trained = nn.ParameterDict(
            {_plain(name): tensor.float() for name, tensor in weights.items() if is_trained}
        )
        self._dtype = dtype
        self._frozen = {} if is_trained else {n: t.to(dtype) for n, t in weights.items()}

    def rounded(self) -> dict[str, Tensor]:
        """The weights of this step, in the type that the encoder computes in."""
        trained = {_dotted(name): tensor.to(self._dtype) for name, tensor in self.trained.items()}
        return self._frozen | trained

    def weights(self, layer: str) -> dict[str, Tensor]:
        """Trained weights under transformers' names."""
        return {f"{layer}{_dotted(name)}": tensor for name, tensor in self.trained.items()}


class TunedEncoder(nn.Module):
    """multilingual-e5-small whose upper layers are trained.

    It computes in bfloat16 where the processor multiplies such numbers itself, else in float32,
    which takes a seventieth of the time there. The texts of a block lie one behind the other,
    sorted by length, without padding; attention runs over texts of one length at a time.
    """

    def __init__(
        self,
        folder: Path,
        first_tuned_layer: int,
        start: Path | None = None,
        precision: PrecisionChoice = "auto",
    ) -> None:
        super().__init__()
        self._dtype = torch_dtype(chosen(precision))
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        state = load_file(folder / "model.safetensors")
        self._untuned = {name: state[name].clone() for name in state if name.startswith("encoder.")}
        if start is not None:
            state |= _changed(self._untuned, start)
        # What frozen layers were changed by before stays a part of the model.
        self._started = {
            name: state[name]
            for name in self._untuned
            if int(name.split(".")[2]) < first_tuned_layer
            and not state[name].equal(self._untuned[name])
        }
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.hidden = int(config["hidden_size"])
        self._heads = int(config["num_attention_heads"])
        self._epsilon = float(config["layer_norm_eps"])
        self._embeddings = _part(state, "embeddings.")
        self.layer = nn.ModuleList(
            TunedLayer(_part(state, _LAYER.format(i)), i >= first_tuned_layer, self._dtype)
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

        Texts are sorted by length and encoded in blocks of `TOKENS_A_BLOCK` tokens.
        """
        ids = self.ids(texts, max_tokens)
        rounded = [layer.rounded() for layer in self.layer]  # type: ignore[operator]
        blocks = list(batches_by_length([len(row) for row in ids], TOKENS_A_BLOCK))
        pooled = [self._pool([ids[i] for i in block], rounded) for block in blocks]
        order = torch.tensor([index for block in blocks for index in block])
        return torch.cat(pooled)[order.argsort()]

    def differences(self) -> dict[str, Tensor]:
        """How the encoder differs from the plain one, by transformers' names."""
        found = dict(self._started)
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

    def _pool(self, ids: Sequence[list[int]], layers: Sequence[Weights]) -> Tensor:
        """Vectors [len(ids), layers, hidden] of a block of texts sorted by length."""
        runs = [(length, len(list(run))) for length, run in groupby(len(row) for row in ids)]
        x = self._filled(self._embed(ids))
        pooled = [_means(x, runs)]
        for weights in layers:
            x = self._transform(x, runs, weights)
            pooled.append(_means(x, runs))
        return torch.stack(pooled, 1)

    def _embed(self, ids: Sequence[list[int]]) -> Tensor:
        """Embeddings [tokens, hidden] of the token ids of all texts."""
        tables = self._embeddings
        tokens = torch.tensor([token for row in ids for token in row])
        positions = torch.cat([torch.arange(len(row)) for row in ids])
        x = functional.embedding(tokens, tables["word_embeddings.weight"])
        x = x + functional.embedding(positions, tables["position_embeddings.weight"])
        x = x + tables["token_type_embeddings.weight"][0]
        return self._norm(x, tables, "LayerNorm").to(self._dtype)

    def _transform(self, x: Tensor, runs: Runs, weights: Weights) -> Tensor:
        """One layer (Devlin et al. 2019) on [rows, hidden]."""
        attended = _linear(self._attend(x, runs, weights), weights, "attention.output.dense")
        x = self._norm(x + attended, weights, "attention.output.LayerNorm")
        inner = functional.gelu(_linear(x, weights, "intermediate.dense"))
        return self._norm(x + _linear(inner, weights, "output.dense"), weights, "output.LayerNorm")

    def _attend(self, x: Tensor, runs: Runs, weights: Weights) -> Tensor:
        """Attention, in float32: nothing has to be compiled for the lengths of the texts."""
        queries, keys, values = (
            _split(_linear(x, weights, f"attention.self.{name}").float(), runs)
            for name in ("query", "key", "value")
        )
        attention = functional.scaled_dot_product_attention
        contexts = [
            attention(self._by_head(query), self._by_head(key), self._by_head(value))
            for query, key, value in zip(queries, keys, values, strict=True)
        ]
        rows = torch.cat([context.transpose(1, 2).flatten(2).flatten(0, 1) for context in contexts])
        return self._filled(rows.to(self._dtype))

    def _by_head(self, x: Tensor) -> Tensor:
        """[texts, length, hidden] as [texts, heads, length, hidden / heads]."""
        texts, length, _ = x.shape
        return x.view(texts, length, self._heads, -1).transpose(1, 2)

    def _filled(self, x: Tensor) -> Tensor:
        """Rows [at most a block, hidden], in half precision followed by zeros up to a block."""
        if self._dtype == torch.float32:
            return x
        return functional.pad(x, (0, 0, 0, max(0, TOKENS_A_BLOCK - len(x))))

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


def _split(x: Tensor, runs: Runs) -> list[Tensor]:
    """Rows [at least all tokens, hidden], each run as [texts, length, hidden]."""
    sizes = [length * texts for length, texts in runs]
    parts = torch.split(x[: sum(sizes)], sizes)
    return [part.view(-1, run[0], part.shape[1]) for part, run in zip(parts, runs, strict=True)]


def _means(x: Tensor, runs: Runs) -> Tensor:
    """Mean rows [texts, hidden] of each text."""
    return torch.cat([run.float().mean(1) for run in _split(x, runs)])


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
