"""Changed inputs one after the other, and what became of them."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Iterable
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from mtqe.errors import MtqeError
from tests.fuzz.case import Case, Kind
from tests.fuzz.forks import ENDLESS, GREEDY

SLOW = 10.0
"""Seconds of processor time that no small input may take."""


class Endless(BaseException):
    """An input takes too long; no handler of errors may take this for one."""


@dataclass
class Outcome:
    """What a number of changed inputs led to; each fault with the number of its mutation.

    Attributes:
        seconds: processor time of reading them.
    """

    mutations: int = 0
    refused: int = 0
    seconds: float = 0.0
    tracebacks: dict[int, str] = field(default_factory=dict)
    hangs: dict[int, str] = field(default_factory=dict)
    greedy: dict[int, str] = field(default_factory=dict)
    unclear: dict[int, str] = field(default_factory=dict)

    @property
    def faults(self) -> dict[int, str]:
        return self.tracebacks | self.hangs | self.greedy | self.unclear


def attack(
    name: str, kind: Kind, numbers: Iterable[int], folder: Path, found: Path | None = None
) -> Outcome:
    """Read the mutations of these numbers; what breaks a reader is kept in `found`."""
    outcome = Outcome()
    with ExitStack() as stack:
        case = kind.prepare(folder, stack)
        assert any(_is_read(case, number) for number in range(4)), f"{name} is not read unchanged"
        for number in numbers:
            data = case.mutation(name, number)
            before = outcome.faults
            try_one(case, data, number, outcome)
            if found is not None and number in outcome.faults and number not in before:
                (found / f"{name}-{number}-{case.file}").write_bytes(data)
    return outcome


def _is_read(case: Case, number: int) -> bool:
    try:
        case.read(case.data, number)
    except MtqeError:
        return False
    return True


def try_one(case: Case, data: bytes, number: int, outcome: Outcome) -> None:
    """Read one input and note what became of it."""
    outcome.mutations += 1
    memory, started = _memory(), _seconds()
    try:
        with _given_up_after(ENDLESS):
            case.read(data, number)
    except MtqeError as error:
        outcome.refused += 1
        if not str(error) or "\n" in str(error):
            outcome.unclear[number] = f"the sentence {str(error)!r:.200}"
    except (Endless, TimeoutError):
        outcome.hangs[number] = f"given up after {ENDLESS} s"
    except MemoryError as error:
        outcome.greedy[number] = str(error)
    except Exception as error:
        outcome.tracebacks[number] = f"{type(error).__name__}: {error!r:.200}"
    seconds = _seconds() - started
    outcome.seconds += seconds
    if seconds > SLOW and number not in outcome.hangs:
        seconds = min(seconds, _seconds_again(case, data, number))
    if seconds > SLOW and number not in outcome.hangs:
        outcome.hangs[number] = f"{seconds:.1f} s"
    if (grown := _memory() - memory) > GREEDY:
        outcome.greedy[number] = f"{grown >> 10} MiB more"


def _seconds_again(case: Case, data: bytes, number: int) -> float:
    """Without what is imported only once, such as the parts of a library that refuse an input."""
    started = _seconds()
    with suppress(Exception):
        case.read(data, number)
    return _seconds() - started


@contextmanager
def _given_up_after(seconds: float):
    def give_up(*_: object) -> None:
        raise Endless

    before = signal.signal(signal.SIGPROF, give_up)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _seconds() -> float:
    """Processor time of this process and of the copies of it that have ended."""
    return sum(os.times()[:4])


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
