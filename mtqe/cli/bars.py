"""Progress bars on a terminal."""

from __future__ import annotations

from weakref import WeakSet

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from mtqe.support.progress import Task
from mtqe.support.visible import one_line


class Bars:
    """One bar per task, with the time left; gone when the task is done."""

    def __init__(self) -> None:
        """Show nothing before the first task."""
        _made.add(self)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._open = 0

    def task(self, label: str, total: float) -> Task:
        """Show a new bar, below those that are there."""
        self._open += 1
        self._progress.start()
        return _Bar(self, self._progress, label, total)

    def end(self, bar: TaskID) -> None:
        """Take a bar away."""
        self._progress.remove_task(bar)
        self._open -= 1
        if not self._open:
            self._progress.stop()

    def stop(self) -> None:
        """Take all bars away, and give the terminal its cursor back."""
        if self._open:
            self._progress.stop()


_made: WeakSet[Bars] = WeakSet()


def stop_all() -> None:
    """Stop what is still shown, such as where work was interrupted."""
    for bars in tuple(_made):
        bars.stop()


class _Bar:
    def __init__(self, bars: Bars, progress: Progress, label: str, total: float) -> None:
        self._bars = bars
        self._progress = progress
        self._id: TaskID | None = progress.add_task(escape(one_line(label)), total=total)

    def advance(self, amount: float) -> None:
        if self._id is not None:
            self._progress.advance(self._id, amount)

    def done(self) -> None:
        if self._id is not None:
            self._bars.end(self._id)
            self._id = None
