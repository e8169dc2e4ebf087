"""Sentences of different lengths laid end to end, so that no batch holds padding."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mtqe.errors import MetricError

if TYPE_CHECKING:
    import torch

Tokens = NDArray[np.int64]
BYTES_PER_TOKEN = 4  # about right for subwords of Latin, Cyrillic and Chinese text alike


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring sentences of one length in a packed batch.

    Attributes:
        start: row of the first token.
        count: sentences.
        length: tokens in each of them.
    """

    start: int
    count: int
    length: int

    def of(self, rows: torch.Tensor) -> torch.Tensor:
        """This run's part of packed rows [tokens, ...] as [count, length, ...]."""
        part = rows[self.start : self.start + self.count * self.length]
        return part.view(self.count, self.length, *rows.shape[1:])


@dataclass(frozen=True)
class PackedBatch:
    """Token ids [tokens] of sentences laid end to end, shortest first.

    Attributes:
        ids: vocabulary ids.
        positions: place of each token in its sentence, from 0.
        types: segment (0 or 1) of each token, for models that read joined texts.
        runs: the sentences, grouped by length, in order.
    """

    ids: torch.Tensor
    positions: torch.Tensor
    types: torch.Tensor
    runs: tuple[Run, ...]

    @classmethod
    def pack(
        cls, sentences: Sequence[Tokens], first_segments: Sequence[int], device: str
    ) -> PackedBatch:
        """Lay sentences, sorted by length, end to end.

        Args:
            sentences: ids of each sentence.
            first_segments: how many tokens of each sentence are of type 0; the rest is of type 1.
            device: where the tensors shall live.
        """
        import torch

        positions = [np.arange(len(ids)) for ids in sentences]
        pairs = zip(positions, first_segments, strict=True)
        types = [(places >= first).astype(np.int64) for places, first in pairs]
        columns = (sentences, positions, types)
        tensors = [torch.from_numpy(np.concatenate(column)).to(device) for column in columns]
        return cls(tensors[0], tensors[1], tensors[2], _runs(sentences))

    def sentence_means(self) -> torch.Tensor:
        """The matrix [sentences, tokens] that averages packed rows over each sentence."""
        import torch

        lengths = torch.tensor([run.length for run in self.runs for _ in range(run.count)])
        owners = torch.arange(len(lengths)).repeat_interleave(lengths)
        means = torch.zeros(len(lengths), len(owners))
        means[owners, torch.arange(len(owners))] = 1 / lengths[owners]
        return means.to(self.ids.device)


def _runs(sentences: Sequence[Tokens]) -> tuple[Run, ...]:
    runs, start = [], 0
    for length, group in groupby(len(ids) for ids in sentences):
        count = len(list(group))
        runs.append(Run(start, count, length))
        start += count * length
    return tuple(runs)


def batches_by_length(lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Indices in batches of at most `budget` tokens (or one sentence), shortest first."""
    batch: list[int] = []
    tokens = 0
    for index in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and tokens + lengths[index] > budget:
            yield batch
            batch, tokens = [], 0
        batch.append(index)
        tokens += lengths[index]
    if batch:
        yield batch


def chunks_by_text(
    shared: Sequence[str], own: Sequence[str], token_budget: int
) -> Iterator[list[int]]:
    """Indices in chunks of about `token_budget` tokens, those with equal shared text together.

    Neighbours have shared texts of about one length, so that their other texts are alike in length
    too. What a chunk needs can be forgotten after it.

    Args:
        shared: a text of each sample that others are likely to have too, such as its source.
        own: a text of each sample that is likely its own, such as its hypothesis.
        token_budget: tokens of distinct texts in a chunk, roughly.
    """
    chunk: list[int] = []
    left, previous = 0.0, None
    for index in sorted(range(len(shared)), key=lambda i: (len(shared[i]), shared[i])):
        if left <= 0:
            if chunk:
                yield chunk
            chunk, left, previous = [], token_budget, None
        if shared[index] != previous:
            left -= _tokens(shared[index])
        left -= _tokens(own[index])
        previous = shared[index]
        chunk.append(index)
    if chunk:
        yield chunk


def _tokens(text: str) -> float:
    return 2 + len(text.encode("utf-8", "surrogatepass")) / BYTES_PER_TOKEN


def halving_on_out_of_memory(
    compute: Callable[[list[int]], torch.Tensor], batch: list[int]
) -> torch.Tensor:
    """Compute rows [len(batch), ...] in one go, or in halves where the memory doesn't suffice.

    Raises:
        MetricError: one sentence alone is too much.
        RuntimeError: the error is another one.
    """
    import torch

    try:
        return compute(batch)
    except RuntimeError as error:
        if not is_out_of_memory(error):
            raise
        if len(batch) == 1:
            raise MetricError(
                "There is not enough memory for the model to read one segment; "
                "free some, or use a smaller model."
            ) from error
    middle = len(batch) // 2
    halves = (batch[:middle], batch[middle:])
    return torch.cat([halving_on_out_of_memory(compute, half) for half in halves])


def is_out_of_memory(error: RuntimeError) -> bool:
    """Whether a torch error, on whichever device, says that memory ran out."""
    text = str(error).lower()
    return "out of memory" in text or "can't allocate memory" in text
