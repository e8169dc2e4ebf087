"""`mtqe report`: the HTML report of a run."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import Annotated

import typer


def report(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="[default: RUN/report.html]"),
    ] = None,
    open_page: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
    max_segments: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Only the first N segments.")
    ] = None,
) -> None:
    """Write a run's HTML report: one file that needs no network.

    Example: mtqe report reports/en-es/2026-01-31T12-00-00Z --open
    """
    from mtqe.report.data import report_data
    from mtqe.report.html import write_html
    from mtqe.run import Run

    loaded = Run.read(run)
    path = output or (loaded.folder or run) / "report.html"
    write_html(report_data(loaded, max_segments=max_segments), path)
    typer.echo(str(path))
    if open_page:
        webbrowser.open(path.resolve().as_uri())
