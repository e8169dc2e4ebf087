"""Batches for engines that answer all or nothing, and the search for a segment that breaks one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from mtqe.backends.process import ProcessFailed
from mtqe.corpus.base import Failure, Outcome, Segment, Translation

PATIENCE = 12
"""Failed attempts in a row after which the engine, not a segment, is held to be broken."""

Translator = Callable[[Sequence[Segment]], Sequence[str]]


def translate_batch(segments: Sequence[Segment], translator: Translator) -> Iterator[Outcome]:
    """Translate a batch; where it fails, halve it until the segments at fault stand alone.

    A crash at one segment so costs that segment and a few repetitions, not the batch. After a time
    limit, or `PATIENCE` failures in a row, the segments still open fail without being tried.

    Args:
        segments: the batch.
        translator: gives one text a segment or raises `ProcessFailed`.
    """
    waiting = [segments]
    failures = 0
    while waiting:
        part = waiting.pop()
        try:
            texts = translator(part)
        except ProcessFailed as failed:
            failures += 1
            if failed.timed_out or failures >= PATIENCE:
                yield from _give_up([part, *reversed(waiting)], str(failed))
                return
            if len(part) == 1:
                yield Failure(part[0].id, str(failed))
            else:
                middle = len(part) // 2
                waiting += [part[middle:], part[:middle]]
        else:
            failures = 0
            for segment, text in zip(part, texts, strict=True):
                yield Translation(segment.id, text)


def _give_up(parts: Sequence[Sequence[Segment]], reason: str) -> Iterator[Outcome]:
    for part in parts:
        for segment in part:
            yield Failure(segment.id, reason)
