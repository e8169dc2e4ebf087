"""`mtqe baseline`: what later runs are compared with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mtqe.cli.common import say
from mtqe.cli.gate import SourceLanguageOption, locale_folder
from mtqe.support.words import count

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Keep a run's scores to compare with."
)


@app.callback()
def _baseline() -> None:
    """A group even of one command, so that others can be added."""


@app.command("save")
def save(
    run: Annotated[
        Path,
        typer.Argument(
            metavar="RUN|FOLDER",
            help="A run folder; a folder of a program's texts, or an mtqe.toml with [locale].",
        ),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="The baseline file.")
    ] = Path("baseline.jsonl"),
    texts: Annotated[
        bool, typer.Option("--texts", help="Keep the translations too, for gate --rescore.")
    ] = False,
    source_language: SourceLanguageOption = None,
) -> None:
    """Write a run's scores to a small text file to commit.

    The statistics behind them are in it too. Equal runs give equal files. Without --texts, no
    translation is in it.

    Of a folder of texts, what the checks find now is kept, so that `mtqe gate FOLDER --baseline`
    fails for new findings alone.

    Example: mtqe baseline save reports/en-es/2026-01-31T12-00-00Z -o baseline.jsonl

    Example: mtqe baseline save app/src/main/res -o known.jsonl
    """
    from mtqe.gate import save_baseline
    from mtqe.run import Run

    if (folder := locale_folder(run, source_language)) is not None:
        from mtqe.evaluation.locale import save_locale

        number = save_locale(folder, output)
        say(f"{output}: {count(number, 'finding')}")
        return
    save_baseline(Run.read(run), output, texts=texts)
    say(str(output))
