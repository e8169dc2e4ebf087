"""Readers that run in a process of their own, run in a copy of this one.

Starting Python for each of 10,000 inputs would take hours; a copy takes some milliseconds.
"""

from __future__ import annotations

import faulthandler
import io
import os
import resource
import signal
import sys
import tempfile
from collections.abc import Callable
from typing import NamedTuple

ENDLESS = 20
"""Seconds of processor time after which an input is given up."""
GREEDY = 300 << 10
"""KiB by which no small input may enlarge this process, or a copy."""
TOO_GREEDY = 71
BROKEN = 70


class Ended(NamedTuple):
    """How a copy ended: its exit status, as `subprocess` has it, and what it wrote."""

    code: int
    out: bytes
    errors: bytes


def in_a_fork(work: Callable[[], None], given: bytes = b"") -> Ended:
    """Call `work` in a copy of this process, which it may limit, leave or break.

    Args:
        work: reads `sys.stdin` and writes to `sys.stdout` and `sys.stderr`.
        given: what standard input has.

    Raises:
        MemoryError: the copy grew by more than `GREEDY`.
        TimeoutError: it took longer than `ENDLESS`.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        child = os.fork()
        if child == 0:
            _be_the_copy(work, given, out.fileno(), errors.fileno())
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        out.seek(0)
        errors.seek(0)
        if code == -signal.SIGXCPU:
            raise TimeoutError
        if code == TOO_GREEDY:
            raise MemoryError(errors.read().decode("utf-8", "replace"))
        return Ended(code, out.read(), errors.read())


def _be_the_copy(work: Callable[[], None], given: bytes, out: int, errors: int) -> None:
    """Do the work and leave, past every handler of the process that this is a copy of."""
    faulthandler.disable()  # a damaged file may end this process, which is what it is for
    sys.stdin = io.TextIOWrapper(io.BytesIO(given))
    sys.stdout = io.TextIOWrapper(os.fdopen(out, "wb", closefd=False))
    sys.stderr = io.TextIOWrapper(os.fdopen(errors, "wb", closefd=False))
    resource.setrlimit(resource.RLIMIT_CPU, (ENDLESS, ENDLESS))
    code, before = BROKEN, _peak()
    try:
        work()
        code = 0
    except SystemExit as end:
        code = int(str(end.code))
    except BaseException as error:
        sys.stderr.write(f"{type(error).__name__}: {error!r:.200}")
    finally:
        if (grown := _peak() - before) > GREEDY:
            sys.stderr.write(f"{grown >> 10} MiB more")
            code = TOO_GREEDY
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
