"""`mtqe cache`: what is kept, and getting rid of it."""

from __future__ import annotations

from typing import Annotated

import typer

from mtqe.cli.common import user_cache

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="See, bound or empty the cache of finished work.",
)

MEGABYTE = 1024**2


@app.command()
def info() -> None:
    """Print where the cache lies, its size and what it holds.

    Example: mtqe cache info
    """
    cache = user_cache()
    found = cache.info()
    typer.echo(f"{found.path}: {found.bytes / MEGABYTE:.1f} MB")
    for kind, count in found.entries.items():
        typer.echo(f"  {count} of kind {kind}")


@app.command()
def clear() -> None:
    """Drop everything: the next run translates and scores again.

    Example: mtqe cache clear
    """
    cache = user_cache()
    cache.clear()
    typer.echo(f"{cache.path} is empty")


@app.command()
def prune(
    max_megabytes: Annotated[
        int, typer.Option(metavar="N", min=0, help="Largest size of the cache afterwards.")
    ] = 2048,
) -> None:
    """Drop the entries longest unused until the cache is small enough.

    Example: mtqe cache prune --max-megabytes 500
    """
    cache = user_cache()
    typer.echo(f"{cache.prune(max_megabytes * MEGABYTE)} entries dropped")
