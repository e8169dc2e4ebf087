"""`mtqe validate`: configurations, test sets and baselines, before anything is run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def validate(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH...",
            help="mtqe.toml files or their folders, baselines, or test sets below an mtqe.toml.",
        ),
    ],
) -> None:
    """Check configurations, test sets and gates before a run.

    Nothing is translated or scored. Every file is looked at; exit 1 if one can't be used.

    Example: mtqe validate references/en-es references/zh-en
    """
    from mtqe.config.validate import validate as check
    from mtqe.errors import MtqeError

    failed = False
    for path in paths:
        try:
            found = check(path)
        except MtqeError as error:
            failed = True
            typer.echo(f"mtqe: {error}", err=True)
        else:
            typer.echo(f"{found.path}: {found.summary}")
    if failed:
        raise typer.Exit(1)
