"""Progress where there is no terminal."""

from __future__ import annotations

import re
import threading

import pytest

from mtqe.cli.bars import Bars
from mtqe.cli.common import metric_names_given, show_progress
from mtqe.cli.lines import Lines
from mtqe.support.progress import step

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


def test_a_step_without_parts_has_no_count_and_ends_when_it_fails():
    said = Listener()
    lines = Lines(every=0.01, say=said)

    def fail_later():
        with step(lines, "read texts"):
            said.heard.clear()
            assert said.heard.wait(SOON)
            raise KeyError

    with pytest.raises(KeyError):
        fail_later()
    assert re.fullmatch(r"mtqe: read texts, \d+:\d\d", said.lines[-1])
    task = lines.task("next", 5)
    said.heard.clear()
    assert said.heard.wait(SOON)
    task.done()
    assert said.lines[-1].startswith("mtqe: next: 0 of 5")


def test_bars_of_several_tasks_come_and_go():
    bars = Bars()
    for _ in range(2):
        outer = bars.task("compare systems", 1)
        inner = bars.task("resample segments", 10)
        inner.advance(4)
        inner.done()
        outer.done()
        outer.done()
        outer.advance(1)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (["bleu,chrf", "ter"], ["bleu", "chrf", "ter"]),
        (["bleu, chrf++,"], ["bleu", "chrf++"]),
        ([","], [","]),
        ([], None),
        (None, None),
    ],
)
def test_metrics_may_be_named_with_commas(given, meant):
    assert metric_names_given(given) == meant
