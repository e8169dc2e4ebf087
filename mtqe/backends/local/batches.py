"""Batches for engines that answer all or nothing, and the search for a segment that breaks one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from mtqe.backends.local.process import ProcessFailed
from mtqe.corpus.base import Failure, Outcome, Segment, Translation
from mtqe.errors import BackendError

PATIENCE = 12
"""Failed attempts, beyond those that find one bad segment, that prove an engine broken or unable to
take several segments at once. They count from the last batch, or part of one, that succeeded."""
TIMEOUTS = 2
"""The same for attempts that ended at the time limit, each of which costs that long."""

Translator = Callable[[Sequence[Segment]], Sequence[str]]


class Batches:
    """Translates batch by batch, and halves one that fails until the segments at fault are alone.

    A crash at one segment so costs that segment and a few repetitions, not the batch. A batch that
    passes the time limit is not tried again.
    """

    def __init__(self, size: int, translator: Translator) -> None:
        """Set the size of batches.

        Args:
            size: segments per batch.
            translator: function that gives one text per segment or raises `ProcessFailed`.
        """
        self._size = size
        self._translator = translator
        self._patience = PATIENCE + size.bit_length()
        self._failures = 0
        self._timeouts = 0

    def cut(self, segments: Sequence[Segment]) -> Iterator[Sequence[Segment]]:
        """The batches."""
        for start in range(0, len(segments), self._size):
            yield segments[start : start + self._size]

    def translate(self, segments: Sequence[Segment]) -> Iterator[Outcome]:
        """Give one outcome a segment.

        Raises:
            BackendError: so many attempts failed in a row that the engine must be broken.
        """
        for batch in self.cut(segments):
            yield from self._batch(batch)

    def _batch(self, segments: Sequence[Segment]) -> Iterator[Outcome]:
        waiting = [segments]
        while waiting:
            part = waiting.pop()
            try:
                texts = self._translator(part)
            except ProcessFailed as failed:
                self._count(failed)
                if failed.timed_out or len(part) == 1:
                    yield from (Failure(segment.id, str(failed)) for segment in part)
                else:
                    middle = len(part) // 2
                    waiting += [part[middle:], part[:middle]]
            else:
                if len(part) > 1 or len(segments) == 1:
                    self._failures = self._timeouts = 0
                for segment, text in zip(part, texts, strict=True):
                    yield Translation(segment.id, text)

    def _count(self, failed: ProcessFailed) -> None:
        self._failures += 1
        self._timeouts += failed.timed_out
        if self._failures >= self._patience or self._timeouts >= TIMEOUTS:
            raise BackendError(f"{failed}; given up after {self._failures} failed attempts")
