"""The student as a GPU trains it: BERT's layers on padded batches, and COMET's two heads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from training.heads import ReferenceHead, SourceHead
from training.packed import Arrays, named
from training.plan import Plan
from training.quantize import eight_bits

_WIDTH_STEP = 8

Result = dict[str, dict[str, Tensor]]


class Encoder(nn.Module):
    """BERT's layers on padded batches, giving one pooled vector a layer."""

    def __init__(self, weights: Mapping[str, Tensor], plan: Plan) -> None:
        super().__init__()
        self._plan = plan
        numbers = {int(n.split(".")[2]) for n in weights if n.startswith("encoder.layer.")}
        self.layers = len(numbers) + 1
        self.hidden = weights["embeddings.word_embeddings.weight"].shape[1]
        for name, tensor in weights.items():
            plain = name.replace(".", "__")
            if self._is_tuned(name):
                self.register_parameter(plain, nn.Parameter(tensor.float()))
            else:
                self.register_buffer(plain, tensor.float())

    def forward(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        """Mean token vectors [texts, layers, hidden] of ids [texts, width]."""
        mask = torch.arange(tokens.shape[1], device=tokens.device) < lengths[:, None]
        share = (mask / lengths[:, None])[:, :, None]
        x = self._embed(tokens)
        pooled = [(share * x).sum(1)]
        for number in range(self.layers - 1):
            x = self._transform(x, mask[:, None, None], f"encoder.layer.{number}.")
            pooled.append((share * x).sum(1))
        return torch.stack(pooled, 1)

    def tuned(self) -> dict[str, Tensor]:
        """The trained weights by transformers' names."""
        return {name.replace("__", "."): p.detach() for name, p in self.named_parameters()}

    def _is_tuned(self, name: str) -> bool:
        parts = name.split(".")
        return parts[0] == "encoder" and int(parts[2]) >= self._plan.first_tuned_layer

    def _weight(self, name: str) -> Tensor:
        weight: Tensor = getattr(self, name.replace(".", "__"))
        return weight

    def _linear(self, x: Tensor, name: str) -> Tensor:
        return functional.linear(x, self._weight(f"{name}.weight"), self._weight(f"{name}.bias"))

    def _norm(self, x: Tensor, name: str) -> Tensor:
        weight, bias = self._weight(f"{name}.weight"), self._weight(f"{name}.bias")
        return functional.layer_norm(x, x.shape[-1:], weight, bias, self._plan.epsilon)

    def _embed(self, tokens: Tensor) -> Tensor:
        x = functional.embedding(tokens, self._weight("embeddings.word_embeddings.weight"))
        x = x + self._weight("embeddings.position_embeddings.weight")[: tokens.shape[1]]
        x = x + self._weight("embeddings.token_type_embeddings.weight")[0]
        return self._norm(x, "embeddings.LayerNorm")

    def _transform(self, x: Tensor, mask: Tensor, layer: str) -> Tensor:
        texts, width, _ = x.shape
        query, key, value = (
            self._linear(x, f"{layer}attention.self.{name}")
            .view(texts, width, self._plan.heads, -1)
            .transpose(1, 2)
            for name in ("query", "key", "value")
        )
        attended = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        attended = self._dropped(attended.transpose(1, 2).flatten(2), f"{layer}attention.output")
        x = self._norm(x + attended, f"{layer}attention.output.LayerNorm")
        inner = functional.gelu(self._linear(x, f"{layer}intermediate.dense"))
        return self._norm(x + self._dropped(inner, f"{layer}output"), f"{layer}output.LayerNorm")

    def _dropped(self, x: Tensor, sublayer: str) -> Tensor:
        x = self._linear(x, f"{sublayer}.dense")
        return functional.dropout(x, self._plan.dropout, self.training)


class Student(nn.Module):
    """Encoder and both heads, on ids of packed texts."""

    def __init__(self, arrays: Arrays, plan: Plan) -> None:
        super().__init__()
        self.encoder = Encoder(started(arrays, plain_weights(arrays)), plan)
        sizes = (self.encoder.layers, self.encoder.hidden, plan.hidden_sizes, 0.1)
        self.comet = ReferenceHead(*sizes)
        self.kiwi = SourceHead(*sizes)


class Texts:
    """The packed texts, encoded in batches of similar length."""

    def __init__(self, arrays: Arrays, budget: int) -> None:
        low, high = arrays["tokens.low"].astype(np.int64), arrays["tokens.high"].astype(np.int64)
        self._tokens = low + (high << 16)
        self._ends = np.cumsum(arrays["text.length"].astype(np.int64))
        self._lengths = arrays["text.length"].astype(np.int64)
        self._budget = budget

    def encode(self, encoder: Encoder, texts: NDArray[np.int64], device: str) -> Tensor:
        """Pooled vectors [texts, layers, hidden]."""
        order = np.argsort(-self._lengths[texts], kind="stable")
        parts, start = [], 0
        while start < len(texts):
            width = -(-int(self._lengths[texts[order[start]]]) // _WIDTH_STEP) * _WIDTH_STEP
            part = texts[order[start : start + max(1, self._budget // width)]]
            parts.append(encoder(*(t.to(device) for t in self._padded(part, width))))
            start += len(part)
        back = torch.from_numpy(np.argsort(order)).to(device)
        return torch.cat(parts)[back]

    def _padded(self, texts: NDArray[np.int64], width: int) -> tuple[Tensor, Tensor]:
        rows = np.zeros((len(texts), width), np.int64)
        for row, text in zip(rows, texts, strict=True):
            length = self._lengths[text]
            row[:length] = self._tokens[self._ends[text] - length : self._ends[text]]
        return torch.from_numpy(rows), torch.from_numpy(self._lengths[texts])


def plain_weights(arrays: Arrays) -> dict[str, Tensor]:
    """The encoder's own weights: 4-bit integers and a scale a block, or float32."""
    weights = {name: torch.from_numpy(array) for name, array in named(arrays, "plain.").items()}
    for name, steps in named(arrays, "q4.").items():
        scales = arrays[f"scale.{name}"].astype(np.float32)
        block = steps.shape[1] // scales.shape[1]
        weights[name] = torch.from_numpy(
            (steps.astype(np.float32) - 8) * np.repeat(scales, block, axis=1)
        )
    return weights


def started(arrays: Arrays, weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights that training starts from: low-rank updates and shifts are added."""
    found = dict(weights)
    changes = {n: torch.from_numpy(a).float() for n, a in named(arrays, "start.").items()}
    for name, change in changes.items():
        kind, _, rest = name.partition(".")
        if kind == "shift":
            found[rest] = found[rest] + change
        elif rest.endswith(".A"):
            module = rest.removesuffix(".A")
            update = changes[f"adapter.{module}.B"] @ change
            found[f"{module}.weight"] = found[f"{module}.weight"] + update
    return found


def result(student: Student, arrays: Arrays) -> Result:
    """The encoder's changes in 8 bits, and the heads in 16."""
    plain = plain_weights(arrays)
    changes = {n: weight.cpu() - plain[n] for n, weight in student.encoder.tuned().items()}
    heads = {"comet": student.comet, "kiwi": student.kiwi}
    return {
        "encoder": eight_bits(changes),
        **{
            name: {k: t.cpu().half() for k, t in h.state_dict().items()}
            for name, h in heads.items()
        },
    }


def read_mean(folders: Sequence[Path]) -> Result:
    """The mean of results: changes of the encoder, and heads, in float32 by their names.

    Models trained from the same start can be averaged (Wortsman et al. 2022, model soups).
    """
    parts = ("encoder", "comet", "kiwi")
    read = [{n: torch.load(f / f"{n}.pt", weights_only=True) for n in parts} for f in folders]
    for one in read:
        one["encoder"] = _whole(one["encoder"])
    return {
        part: {
            name: torch.stack([one[part][name].float() for one in read]).mean(0)
            for name in read[0][part]
        }
        for part in parts
    }


def _whole(changes: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Changes of 8 bits as float32."""
    return {
        name.removeprefix("shift."): tensor.float()
        * changes.get(name.replace("shift.", "scale.", 1), 1.0)
        for name, tensor in changes.items()
        if name.startswith("shift.")
    }


def restored(arrays: Arrays, found: Result, plan: Plan) -> Student:
    """The student that a result was made from."""
    student = Student(arrays, plan)
    plain = plain_weights(arrays)
    with torch.no_grad():
        for name, weight in student.encoder.tuned().items():
            weight.copy_(plain[name] + found["encoder"][name])
    student.comet.load_state_dict(found["comet"])
    student.kiwi.load_state_dict(found["kiwi"])
    return student
