"""Progress where there is no terminal."""

from __future__ import annotations

import threading

from mtqe.cli.common import show_progress
from mtqe.cli.lines import Lines

SOON = 20.0
"""Seconds within which a line has to come; a thread of a busy machine may wait long."""


class Listener:
    """Keeps lines, and tells when one has come."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.heard = threading.Event()

    def __call__(self, text: str) -> None:
        self.lines.append(text)
        self.heard.set()


def test_a_line_says_what_is_in_work_and_how_far_it_is():
    said = Listener()
    task = Lines(every=0.01, say=said).task("score\nchrf", 2000)
    task.advance(1000)
    said.heard.clear()
    assert said.heard.wait(SOON)
    task.done()
    assert said.lines[-1].startswith("mtqe: score")
    assert "\n" not in said.lines[-1]
    assert ": 1,000 of 2,000, 0:" in said.lines[-1]


def test_nothing_is_said_of_what_ends_soon_or_has_ended():
    said = Listener()
    others = set(threading.enumerate())
    lines = Lines(every=SOON, say=said)
    lines.task("check", 3).done()
    threads = set(threading.enumerate()) - others
    for thread in threads:
        thread.join(SOON / 2)
    assert not any(thread.is_alive() for thread in threads)
    assert said.lines == []


def test_tasks_that_follow_each_other_are_watched_too():
    said = Listener()
    lines = Lines(every=0.01, say=said)
    lines.task("first", 1).done()
    second = lines.task("second", 1)
    said.heard.clear()
    assert said.heard.wait(SOON)
    second.done()
    assert "second" in said.lines[-1]


def test_standard_error_that_is_no_terminal_gets_lines():
    assert isinstance(show_progress(json=False), Lines)
