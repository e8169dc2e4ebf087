"""Batches of sources of about one length, made smaller where memory ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from mtqe.corpus.base import Failure, Outcome, Translation

Generate = Callable[[Sequence[Sequence[int]]], Sequence[str]]


def batch_size(waiting: int, longest: int, budget: int) -> int:
    """How many of the longest sources make a batch.

    Args:
        waiting: number of sources that are left.
        longest: tokens of the longest of them.
        budget: tokens per batch, padding counted.
    """
    return min(waiting, max(1, budget // max(1, longest)))


class OutOfMemory(Exception):  # noqa: N818 - it is handled by making batches smaller
    """A batch did not fit into memory."""


@dataclass(frozen=True)
class Encoded:
    """A source as its model's tokens."""

    segment_id: str
    tokens: Sequence[int]


class LengthSorted:
    """Translates the longest sources first, as many at a time as the budget allows.

    Sorting leaves little padding. Starting with the longest shows trouble with memory at once; a
    batch that doesn't fit halves the budget for all that follow. One source that doesn't fit alone
    is a `Failure`.
    """

    def __init__(self, budget: int, generate: Generate) -> None:
        """Set the budget.

        Args:
            budget: tokens per batch, padding counted.
            generate: function that gives one text per source, or raises `OutOfMemory`.
        """
        self._budget = budget
        self._generate = generate

    def translate(self, sources: Sequence[Encoded]) -> Iterator[Outcome]:
        """Give one outcome a source."""
        waiting = sorted(sources, key=lambda source: len(source.tokens))
        while waiting:
            longest = max(1, len(waiting[-1].tokens))
            size = batch_size(len(waiting), longest, self._budget)
            batch = waiting[-size:]
            try:
                texts = self._generate([source.tokens for source in batch])
            except OutOfMemory as error:
                if size > 1:
                    self._budget = size * longest // 2
                    continue
                yield Failure(batch[0].segment_id, f"not enough memory for this segment ({error})")
            else:
                for source, text in zip(batch, texts, strict=True):
                    yield Translation(source.segment_id, text)
            del waiting[-size:]
