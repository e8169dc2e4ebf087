"""Progress bars on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from mtqe.support.progress import Task
from mtqe.support.visible import one_line


class Bars:
    """One bar per task, with the time left; gone when the task is done."""

    def task(self, label: str, total: float) -> Task:
        """Show a new bar."""
        return _Bar(label, total)


class _Bar:
    def __init__(self, label: str, total: float) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._id = self._progress.add_task(escape(one_line(label)), total=total)
        self._progress.start()

    def advance(self, amount: float) -> None:
        self._progress.advance(self._id, amount)

    def done(self) -> None:
        self._progress.stop()
