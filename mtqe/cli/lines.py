"""Lines of progress where there is no terminal, such as in CI and in logs."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from mtqe.support.progress import Task
from mtqe.support.visible import one_line

EVERY = 30.0
"""Seconds between two lines; work that ends sooner says nothing."""


class Lines:
    """What is in work, and how far it is: a line on standard error every half minute."""

    def __init__(self, every: float = EVERY, say: Callable[[str], None] | None = None) -> None:
        """Say nothing before so many seconds have passed.

        Args:
            every: seconds between two lines.
            say: takes each line; standard error if None.
        """
        self._every = every
        self._say = say or _say
        self._open: list[_Line] = []
        self._lock = threading.Lock()
        self._ended = threading.Event()

    def task(self, label: str, total: float) -> Task:
        """Begin something; the first one starts the clock."""
        line = _Line(label, total, self)
        with self._lock:
            self._open.append(line)
            if len(self._open) == 1:
                self._ended = threading.Event()
                watch = threading.Thread(target=self._watch, args=(self._ended,), daemon=True)
                watch.start()
        return line

    def end(self, line: _Line) -> None:
        """No more of a task."""
        with self._lock:
            if line in self._open:
                self._open.remove(line)
            if not self._open:
                self._ended.set()

    def _watch(self, ended: threading.Event) -> None:
        while not ended.wait(self._every):
            with self._lock:
                texts = [line.text() for line in self._open]
            for text in texts:
                self._say(text)


class _Line:
    def __init__(self, label: str, total: float, lines: Lines) -> None:
        self._label = one_line(label)
        self._total = total
        self._done = 0.0
        self._lines = lines
        self._started = time.monotonic()

    def advance(self, amount: float) -> None:
        self._done += amount

    def done(self) -> None:
        self._lines.end(self)

    def text(self) -> str:
        """The task, how much of it is done, and for how long it has been in work."""
        minutes, seconds = divmod(round(time.monotonic() - self._started), 60)
        part = "" if self._total == 1 else f": {self._done:,.0f} of {self._total:,.0f}"
        return f"mtqe: {self._label}{part}, {minutes}:{seconds:02}"


def _say(text: str) -> None:
    with suppress(OSError, ValueError):  # nobody reads on
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()
