"""`mtqe init`: a first configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def init(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it.")] = Path(
        "mtqe.toml"
    ),
    corpus: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", show_default="asked for", help="A table with sources and references."
        ),
    ] = None,
    source_language: Annotated[
        str | None,
        typer.Option(
            metavar="TAG", show_default="asked for", help="A language tag, such as en or pt-BR."
        ),
    ] = None,
    target_language: Annotated[
        str | None,
        typer.Option(metavar="TAG", show_default="asked for", help="A language tag, such as es."),
    ] = None,
    backend: Annotated[
        str | None,
        typer.Option(
            metavar="apertium|command|transformers|file",
            show_default="asked for",
            help="Backend of the first system.",
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
) -> None:
    """Write a commented mtqe.toml; asks for what options don't say.

    Example: mtqe init --corpus corpus.tsv --source-language en --target-language es
    --backend apertium
    """
    from mtqe.config.template import write_config

    write_config(
        path,
        corpus=corpus or typer.prompt("Table with sources and references", default="corpus.tsv"),
        source_language=source_language or typer.prompt("Source language, such as en"),
        target_language=target_language or typer.prompt("Target language, such as es"),
        backend=backend or typer.prompt("Backend of the first system", default="apertium"),
        force=force,
    )
    typer.echo(f"{path} written; `mtqe run {path}` runs it")
