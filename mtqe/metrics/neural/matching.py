"""BERTScore's greedy matching of token embeddings (Zhang et al. 2020).

Padding never takes part. In bert-score it counts as a similarity of 0, which matters only where a
token resembles nothing in the other sentence, and then depends on the batch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mtqe.metrics.neural.encoders.packing import Tokens, batches_by_length, compute_by_length

if TYPE_CHECKING:
    import torch

    from mtqe.metrics.neural.encoders.token_encoders import TokenEncoder
    from mtqe.metrics.pool import ModelPool

PAIR_CELLS = 1 << 19  # of similarity matrices computed at once


@dataclass(frozen=True)
class EmbeddedSentences:
    """Token embeddings of some sentences, each of length 1, with the weight of each token.

    Attributes:
        rows: float32 [tokens + 1, hidden]; the last row is 0 and stands for "no token".
        weights: float32 [tokens + 1].
        places: the rows of each sentence.
    """

    rows: torch.Tensor
    weights: torch.Tensor
    places: tuple[range, ...]

    @classmethod
    def embed(
        cls,
        sentences: Sequence[Tokens],
        token_weights: Sequence[NDArray[np.float32]],
        encoder: TokenEncoder,
        pool: ModelPool,
    ) -> EmbeddedSentences:
        """Embed each sentence, in batches by length."""
        import torch

        def compute(batch: list[int]) -> torch.Tensor:
            return _normalized(encoder.embed([sentences[i] for i in batch]))

        order, rows = compute_by_length(compute, [len(ids) for ids in sentences], pool)
        weights = np.concatenate([*(token_weights[i] for i in order), np.zeros(1, np.float32)])
        nothing = rows.new_zeros(1, rows.shape[1])
        on_device = torch.from_numpy(weights).to(nothing.device)
        return cls(torch.cat((rows, nothing)), on_device, _places(sentences, order))

    def f1(self, pairs: NDArray[np.int64]) -> NDArray[np.float64]:
        """F1 of pairs (hypothesis, reference) of sentences [n, 2], 0 where a sentence is empty."""
        scores = np.empty(len(pairs))
        for batch in self._batches(pairs):
            scores[batch] = self._batch_f1(*pairs[batch].T)
        return scores

    def _batches(self, pairs: NDArray[np.int64]) -> Iterator[list[int]]:
        cells = [len(self.places[a]) * len(self.places[b]) for a, b in pairs.tolist()]
        return batches_by_length(cells, PAIR_CELLS)

    def _batch_f1(
        self, hypotheses: NDArray[np.int64], references: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        import torch

        left, right = self._index(hypotheses), self._index(references)
        similarity = self.rows[left] @ self.rows[right].mT
        nothing = len(self.rows) - 1
        among_right = similarity.masked_fill((right == nothing)[:, None, :], -torch.inf)
        among_left = similarity.masked_fill((left == nothing)[:, :, None], -torch.inf)
        precision = self._average(among_right.amax(2), left)
        recall = self._average(among_left.amax(1), right)
        f1 = 2 * precision * recall / (precision + recall)
        return f1.nan_to_num(nan=0.0).cpu().double().numpy()

    def _average(self, best: torch.Tensor, index: torch.Tensor) -> torch.Tensor:
        """Weighted mean over tokens; NaN for sentences without any weight, such as empty ones."""
        weights = self.weights[index]
        average: torch.Tensor = (best * weights).sum(1) / weights.sum(1)
        return average

    def _index(self, sentences: NDArray[np.int64]) -> torch.Tensor:
        """Rows of each sentence [n, longest], filled up with the row for "no token"."""
        import torch

        places = [self.places[i] for i in sentences]
        index = np.full((len(places), max(map(len, places))), len(self.rows) - 1)
        for row, place in zip(index, places, strict=True):
            row[: len(place)] = place
        return torch.from_numpy(index).to(self.rows.device)


def _normalized(rows: torch.Tensor) -> torch.Tensor:
    rows = rows.float()
    return rows.div(rows.norm(dim=-1, keepdim=True))


def _places(sentences: Sequence[Tokens], order: Sequence[int]) -> tuple[range, ...]:
    ends = np.cumsum([len(sentences[i]) for i in order]).tolist()
    by_index = {
        index: range(end - len(sentences[index]), end)
        for index, end in zip(order, ends, strict=True)
    }
    return tuple(by_index[index] for index in range(len(sentences)))
