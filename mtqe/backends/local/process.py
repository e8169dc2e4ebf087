"""Running an engine as a process: text in, text out, with a time limit and its last words."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from mtqe.errors import ConfigError
from mtqe.support.redaction import known_keys, redact

STDERR_SHOWN = 400
LONGEST_TIMEOUT = 1e6
READ = 16 * 1024
"""Bytes at the end of standard error in which keys are looked for before it is cut."""


class ProcessFailed(Exception):  # noqa: N818 - it is data on its way to a Failure, not a bug
    """Why a process gave no usable output, in words for a user.

    Attributes:
        timed_out: whether it was stopped at its time limit, so that trying again would take as
            long.
    """

    def __init__(self, reason: str, *, timed_out: bool = False) -> None:
        super().__init__(reason)
        self.timed_out = timed_out


def check_timeout(seconds: float, where: str) -> None:
    """See that an engine's time limit is one.

    Raises:
        ConfigError: it is not a number of seconds that can be waited.
    """
    if not 0 < seconds <= LONGEST_TIMEOUT:
        raise ConfigError(
            f"{where}.timeout must be greater than 0 and at most {LONGEST_TIMEOUT:,.0f} seconds."
        )


def run_process(
    command: Sequence[str], text: str, timeout: float, folder: Path | None = None
) -> str:
    """Give `text` to a new process and return what it prints, both as UTF-8.

    Args:
        command: the program and its arguments.
        text: what it reads from standard input.
        timeout: seconds that it may take.
        folder: where it runs; here if not given.

    Raises:
        ProcessFailed: it can't be started, fails, prints no UTF-8 or passes `timeout` seconds; in
            the last case its whole process group is killed.
    """
    try:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ProcessFailed(f"{command[0]!r} can't be started ({reason})") from error
    with process:
        try:
            output, errors = process.communicate(text.encode("utf-8"), timeout=timeout)
        except subprocess.TimeoutExpired as error:
            raise ProcessFailed(
                f"{command[0]!r} gave no answer within {timeout:g} s", timed_out=True
            ) from error
        finally:
            _end_group(process)
    if process.returncode != 0:
        raise ProcessFailed(_last_words(command[0], process.returncode, errors))
    try:
        return output.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ProcessFailed(f"{command[0]!r} printed bytes that are not UTF-8") from error


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """Kill whatever the process started and left behind, and the process if it still runs.

    Windows has no process groups of this kind; there, the process alone is killed.
    """
    if not hasattr(os, "killpg"):
        process.kill()
        return
    with suppress(ProcessLookupError, PermissionError):  # macOS refuses where only zombies are left
        os.killpg(process.pid, signal.SIGKILL)


def _last_words(program: str, code: int, errors: bytes) -> str:
    how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
    said = redact(errors[-READ:].decode("utf-8", "backslashreplace"), known_keys()).strip()
    return f"{program!r} {how}" + (f": {said[-STDERR_SHOWN:]}" if said else "")
