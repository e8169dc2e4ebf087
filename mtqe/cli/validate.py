"""`mtqe validate`: configurations, test sets and baselines, before anything is run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mtqe.cli.common import say


def validate(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH...",
            help="mtqe.toml files or their folders, baselines, or test sets below an mtqe.toml.",
        ),
    ],
    files_only: Annotated[
        bool,
        typer.Option(
            "--files-only",
            help="Leave out what this machine lacks: programs, keys, servers and models.",
        ),
    ] = False,
) -> None:
    """Check configurations, test sets and gates before a run.

    It fails where `mtqe run` would: if a file, program, key, local server or model is missing, or
    if a gate's rule names something that does not exist. mtqe translates, scores and downloads
    nothing. It looks at every file, and the exit code is 1 if one can't be used.

    Example: mtqe validate references/en-es references/zh-en
    """
    from mtqe.errors import MtqeError
    from mtqe.evaluation.validate import validate as check

    failed = False
    for path in paths:
        try:
            found = check(path, files_only=files_only)
        except MtqeError as error:
            failed = True
            say(f"mtqe: {error}", err=True)
        else:
            say(f"{found.path}: {found.summary}")
    if failed:
        raise typer.Exit(1)
