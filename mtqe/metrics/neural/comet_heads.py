"""What COMET computes on top of an encoder: the layer mix, pooling and the regression head.

Rei et al. 2020, "COMET: A Neural Framework for MT Evaluation"; formulas as in unbabel-comet 2.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

from mtqe.metrics.neural.encoders.packing import PackedBatch

if TYPE_CHECKING:
    import torch


class StateEncoder(Protocol):
    """An encoder that gives the hidden states of packed sentences."""

    def states(self, batch: PackedBatch) -> Iterator[torch.Tensor]:
        """The embeddings [rows, hidden], then each layer's output."""


@dataclass(frozen=True)
class WordTagger:
    """Marks the first tokens of each sentence with labels.

    Attributes:
        layer: the hidden state that it reads, 0 for the embeddings.
        weight: [labels, hidden].
        bias: [labels].
    """

    layer: int
    weight: torch.Tensor
    bias: torch.Tensor

    def __call__(self, state: torch.Tensor, batch: PackedBatch, width: int) -> torch.Tensor:
        """Probabilities [sentences, width * labels] of the first `width` tokens; 0 past the end."""
        import torch

        logits = torch.nn.functional.linear(state.float(), self.weight, self.bias)
        parts = torch.split(logits.softmax(1)[: batch.tokens], list(batch.lengths))
        found = logits.new_zeros(len(parts), width, logits.shape[1])
        for row, part in zip(found, parts, strict=True):
            row[: len(part)] = part[:width]
        return found.flatten(1)


@dataclass(frozen=True)
class SentencePooling:
    """Turns hidden states into one embedding per sentence.

    Averaging over tokens and mixing layers are both linear, so each layer is pooled as soon
    as it is computed, and layers above the last one that is needed are never computed.

    Attributes:
        weights: the share of each hidden state, from the embeddings up; 0 for unused ones.
        pool: ``avg`` or ``max`` over tokens, or the first token (``cls``).
        normalize: whether each layer is first normalized over all values of a sentence.
        pad: the id of the padding token, left out of averages where a text spells it out.
        tagger: marks words too, for models that do.
    """

    weights: tuple[float, ...]
    pool: Literal["avg", "cls", "max"]
    normalize: bool
    pad: int
    tagger: WordTagger | None = None

    def __call__(
        self,
        encoder: StateEncoder,
        batch: PackedBatch,
        width: int = 0,
        contexts: Sequence[int] = (),
    ) -> torch.Tensor:
        """Embeddings [sentences, hidden], float32, in the order of the batch.

        The tagger's probabilities of the first `width` tokens follow, [sentences, width * labels].

        Args:
            encoder: gives the hidden states.
            batch: sentences.
            width: tokens that the tagger marks.
            contexts: tokens after the first one of each sentence that averages leave out.
        """
        import torch

        tags: list[torch.Tensor] = []
        means = batch.sentence_means()
        pooling = means if self.pool == "max" else self._pooling_matrix(batch, means, contexts)
        pooled = []
        for index, state in zip(range(self._depth), encoder.states(batch), strict=False):
            if weight := self.weights[index]:
                pooled.append(weight * self._pool(state.float(), pooling, means))
            if self.tagger and index == self.tagger.layer and width:
                tags.append(self.tagger(state, batch, width))
        embeddings = torch.stack(pooled).sum(0)
        if self.pool == "max":
            embeddings = self._maxima(embeddings, batch)
        return torch.cat((embeddings, *tags), dim=1)

    @property
    def _depth(self) -> int:
        """How many hidden states are needed."""
        last = max(i for i, weight in enumerate(self.weights) if weight)
        return 1 + max(last, self.tagger.layer if self.tagger else 0)

    def _pooling_matrix(
        self, batch: PackedBatch, means: torch.Tensor, contexts: Sequence[int] = ()
    ) -> torch.Tensor:
        """What each token [sentences, tokens] gives to its sentence."""
        import torch

        if self.pool == "avg":
            if any(contexts):
                last = torch.tensor(contexts, device=means.device)[:, None]
                own = (batch.positions == 0) | (batch.positions > last)
                means = torch.nn.functional.normalize(means.sign() * own, p=1, dim=1)
            return means * (batch.ids != self.pad)
        return (means * (batch.positions == 0)).sign()

    def _pool(
        self, state: torch.Tensor, pooling: torch.Tensor, means: torch.Tensor
    ) -> torch.Tensor:
        """Pooled rows [sentences, hidden]; for ``max`` all rows, since a maximum is not linear."""
        pooled = state if self.pool == "max" else pooling @ state
        if not self.normalize:
            return pooled
        mean = means @ state.mean(1, keepdim=True)
        variance = means @ state.square().mean(1, keepdim=True) - mean.square()
        deviation = (variance + 1e-12).sqrt()
        if self.pool == "max":
            owners = means.T.sign()
            return (pooled - owners @ mean) / (owners @ deviation).clamp(min=1e-12)
        return (pooled - pooling.sum(1, keepdim=True) * mean) / deviation

    def _maxima(self, rows: torch.Tensor, batch: PackedBatch) -> torch.Tensor:
        import torch

        kept = rows.masked_fill((batch.ids == self.pad)[:, None], -torch.inf)
        parts = torch.split(kept[: batch.tokens], list(batch.lengths))
        return torch.stack([part.amax(0) for part in parts])


def layer_weights(
    state: Mapping[str, torch.Tensor], hparams: Mapping[str, Any]
) -> tuple[float, ...]:
    """The share of each hidden state in the sentence embedding, gamma included."""
    import torch

    layer = hparams["layer"]
    if layer != "mix":
        return (0.0,) * int(layer) + (1.0,)
    count = sum(name.startswith("layerwise_attention.scalar_parameters.") for name in state)
    if hparams["pool"] == "default":
        return (0.0,) * (count - 1) + (1.0,)
    scalars = [state[f"layerwise_attention.scalar_parameters.{i}"] for i in range(count)]
    mixed = _shares(torch.cat(scalars).float(), hparams["layer_transformation"])
    gamma = state["layerwise_attention.gamma"].float()
    return tuple((mixed * gamma).tolist())


def _shares(scalars: torch.Tensor, transformation: str) -> torch.Tensor:
    if transformation != "sparsemax":
        return scalars.softmax(0)
    from entmax import sparsemax

    shares: torch.Tensor = sparsemax(scalars, dim=0)
    return shares


def build_estimator(
    state: Mapping[str, torch.Tensor], hparams: Mapping[str, Any], device: str
) -> torch.nn.Module:
    """COMET's feed-forward head, float32; dropout is left out, for it does nothing here."""
    import torch

    matches = (re.fullmatch(r"estimator\.ff\.(\d+)\.weight", name) for name in state)
    numbers = sorted(int(match[1]) for match in matches if match)
    modules: list[torch.nn.Module] = []
    for number in numbers:
        modules.append(_linear(state, f"estimator.ff.{number}"))
        last = number == numbers[-1]
        activation = hparams["final_activation"] if last else hparams["activations"]
        if activation is not None:
            modules.append(getattr(torch.nn, activation.title())())
    return torch.nn.Sequential(*modules).to(device)


def _linear(state: Mapping[str, torch.Tensor], name: str) -> torch.nn.Linear:
    import torch

    weight, bias = state[f"{name}.weight"].float(), state[f"{name}.bias"].float()
    linear = torch.nn.Linear(weight.shape[1], weight.shape[0], device="meta")
    linear.weight = torch.nn.Parameter(weight, requires_grad=False)
    linear.bias = torch.nn.Parameter(bias, requires_grad=False)
    return linear
