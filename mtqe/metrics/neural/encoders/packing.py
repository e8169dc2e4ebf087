"""Sentences of different lengths laid end to end, so that no matrix product sees padding."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mtqe.errors import MetricError
from mtqe.support.memory import is_out_of_memory

if TYPE_CHECKING:
    import torch

    from mtqe.metrics.pool import ModelPool

Tokens = NDArray[np.int64]
BAND_RATIO = 0.9  # attention is a part of the work; so is a tenth of it
BYTES_PER_TOKEN = 4  # about right for subwords of Latin, Cyrillic and Chinese text alike


@dataclass(frozen=True)
class Band:
    """Neighbouring sentences of about one length, which attention can take in one go.

    Attributes:
        sentences: number of sentences.
        rows: the packed row of each token [sentences * longest]; for shorter ones, of some other.
        own: places of `rows` that are a sentence's own; None where all are.
        mask: what attention may look at [sentences, 1, 1, longest]; None where it is everything.
    """

    sentences: int
    rows: torch.Tensor
    own: torch.Tensor | None
    mask: torch.Tensor | None

    @classmethod
    def of(cls, start: int, lengths: Sequence[int], device: str) -> Band:
        """The band of sentences that begin at a packed row."""
        import torch

        sizes = torch.tensor(lengths)
        places = torch.arange(lengths[-1]).expand(len(lengths), -1)
        starts = start + sizes.cumsum(0) - sizes
        rows = starts[:, None] + places.minimum(sizes[:, None] - 1)
        flat = rows.flatten().to(device)
        if lengths[0] == lengths[-1]:
            return cls(len(lengths), flat, None, None)
        present = (places < sizes[:, None]).to(device)
        return cls(len(lengths), flat, present.flatten().nonzero()[:, 0], present[:, None, None])

    def padded(self, packed: torch.Tensor) -> torch.Tensor:
        """[sentences, longest, values] of the batch's packed rows [tokens, values]."""
        return packed.index_select(0, self.rows).view(self.sentences, -1, packed.shape[1])

    def packed(self, padded: torch.Tensor) -> torch.Tensor:
        """Rows [tokens, values] of what is [sentences, longest, values]."""
        flat = padded.flatten(0, 1)
        return flat if self.own is None else flat.index_select(0, self.own)


@dataclass(frozen=True)
class PackedBatch:
    """Token ids [rows] of sentences laid end to end, shortest first.

    Rows after the last sentence are filler: they belong to none, and nothing is read from them.

    Attributes:
        ids: vocabulary ids.
        positions: place of each token in its sentence, from 0.
        types: segment (0 or 1) of each token, for models that read joined texts.
        lengths: lengths of the sentences.
        bands: the sentences, grouped by about equal length.
    """

    ids: torch.Tensor
    positions: torch.Tensor
    types: torch.Tensor
    lengths: tuple[int, ...]
    bands: tuple[Band, ...]

    @classmethod
    def pack(
        cls,
        sentences: Sequence[Tokens],
        first_segments: Sequence[int],
        device: str,
        multiple: int = 1,
    ) -> PackedBatch:
        """Lay sentences, sorted by length, end to end.

        Args:
            sentences: ids of each sentence.
            first_segments: how many tokens of each sentence are of type 0; the rest is of type 1.
            device: where the tensors shall live.
            multiple: filler makes the number of rows a multiple of this.
        """
        import torch

        positions = [np.arange(len(ids)) for ids in sentences]
        pairs = zip(positions, first_segments, strict=True)
        types = [(places >= first).astype(np.int64) for places, first in pairs]
        lengths = tuple(len(ids) for ids in sentences)
        filler = np.zeros(-sum(lengths) % multiple, np.int64)
        columns = ((*column, filler) for column in (sentences, positions, types))
        tensors = [torch.from_numpy(np.concatenate(column)).to(device) for column in columns]
        return cls(tensors[0], tensors[1], tensors[2], lengths, _bands(lengths, device))

    @property
    def tokens(self) -> int:
        """Rows that belong to sentences."""
        return sum(self.lengths)

    def sentence_means(self) -> torch.Tensor:
        """The matrix [sentences, rows] that averages packed rows over each sentence."""
        import torch

        lengths = torch.tensor(self.lengths)
        owners = torch.arange(len(lengths)).repeat_interleave(lengths)
        means = torch.zeros(len(lengths), len(self.ids))
        means[owners, torch.arange(len(owners))] = 1 / lengths[owners]
        return means.to(self.ids.device)


def _bands(lengths: Sequence[int], device: str) -> tuple[Band, ...]:
    bands, start = [], 0
    for part in alike(lengths):
        bands.append(Band.of(start, lengths[part], device))
        start += sum(lengths[part])
    return tuple(bands)


def alike(lengths: Sequence[int]) -> Iterator[slice]:
    """Where sentences of about equal length lie, among sentences sorted by length.

    They join while the shortest has at least `BAND_RATIO` of their tokens: then padding them to the
    longest costs little.
    """
    first = 0
    for index in range(1, len(lengths) + 1):
        if index == len(lengths) or lengths[first] < BAND_RATIO * lengths[index]:
            yield slice(first, index)
            first = index


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


def compute_by_length(
    compute: Callable[[list[int]], torch.Tensor], lengths: Sequence[int], pool: ModelPool
) -> tuple[list[int], torch.Tensor]:
    """Compute rows of sentences, batch by batch, without gradients.

    A CPU takes several batches at once, a thread or more each: threads that wait for each other
    after every product are idle for a sixth of the time.

    Args:
        compute: rows of the sentences with these indices, which are sorted by length.
        lengths: of all sentences, in tokens.
        pool: tells the device, and the tokens that it takes at a time.

    Returns:
        The indices in the order in which they were computed, and their rows.

    Raises:
        MetricError: one sentence alone is too much.
    """
    import torch

    def run(batch: list[int]) -> torch.Tensor:
        with torch.inference_mode():
            return halving_on_out_of_memory(compute, batch, pool.read_fewer)

    threads = torch.get_num_threads() if pool.torch_device() == "cpu" else 1
    batches = list(batches_by_length(lengths, _even_budget(lengths, pool.batch_tokens(), threads)))
    workers = min(threads, len(batches))
    if workers == 1:
        parts = [run(batch) for batch in batches]
    else:
        share = threads // workers
        try:
            with ThreadPoolExecutor(workers, "batch", torch.set_num_threads, (share,)) as executor:
                parts = list(executor.map(run, batches))
        finally:
            torch.set_num_threads(threads)
    return [index for batch in batches for index in batch], torch.cat(parts)


def _even_budget(lengths: Sequence[int], budget: int, workers: int) -> int:
    """At most `budget` tokens a batch, fewer where workers would else end at different times."""
    total = sum(lengths)
    turns = max(1, -(-total // (budget * workers)))
    return min(budget, -(-total // (turns * workers)) + max(lengths))


def halving_on_out_of_memory(
    compute: Callable[[list[int]], torch.Tensor],
    batch: list[int],
    told: Callable[[], None] = lambda: None,
) -> torch.Tensor:
    """Compute rows [len(batch), ...] in one go, or in halves where the memory doesn't suffice.

    Args:
        compute: rows of the sentences with these indices.
        batch: indices.
        told: called when a batch has to be halved.

    Raises:
        MetricError: one sentence alone is too much.
        RuntimeError: the error is another one.
    """
    import torch

    try:
        return compute(batch)
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        if len(batch) == 1:
            raise MetricError(
                "There is not enough memory for the model to read one segment; "
                "free some, or use a smaller model."
            ) from error
    told()
    middle = len(batch) // 2
    halves = (batch[:middle], batch[middle:])
    return torch.cat([halving_on_out_of_memory(compute, half) for half in halves])
