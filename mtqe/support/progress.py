"""How long work reports that it moves, without knowing who looks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Task(Protocol):
    """One thing in progress."""

    def advance(self, amount: float) -> None:
        """So much more of the total is done."""

    def done(self) -> None:
        """It has ended."""


class Progress(Protocol):
    """Somebody who may show progress."""

    def task(self, label: str, total: float) -> Task:
        """Begin something of `total` units."""


class _Silent:
    def task(self, label: str, total: float) -> Task:
        return self

    def advance(self, amount: float) -> None: ...

    def done(self) -> None: ...


def silent() -> Progress:
    """Progress that nobody sees."""
    return _Silent()


@contextmanager
def step(progress: Progress, label: str) -> Iterator[None]:
    """Show that something is under way, whose parts nobody counts."""
    task = progress.task(label, 1)
    try:
        yield
    finally:
        task.done()
