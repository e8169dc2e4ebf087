"""The `mtqe` program, in this process for speed and as a process where that matters."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from unittest.mock import patch

from mtqe.cli.app import main


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str


def mtqe(*arguments: object, stdin: bytes = b"") -> Result:
    """Run the command line in this process."""
    out, err = io.StringIO(), io.StringIO()
    words = ["mtqe", *map(str, arguments)]
    standard_input = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
    with (
        redirect_stdout(out),
        redirect_stderr(err),
        patch.object(sys, "argv", words),
        patch.object(sys, "stdin", standard_input),
    ):
        try:
            main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
    return Result(code, out.getvalue(), err.getvalue())


def command(*arguments: object) -> list[str]:
    """The words that start the program as a process."""
    return [sys.executable, "-m", "mtqe", *map(str, arguments)]


def mtqe_process(*arguments: object, **environment: str) -> Result:
    """Run the command line as a process."""
    done = subprocess.run(
        command(*arguments), capture_output=True, check=False, env={**os.environ, **environment}
    )
    return Result(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))
