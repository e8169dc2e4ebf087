"""`mtqe report`: the HTML report of a run, or of two."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mtqe.cli.common import LanguageOption, check_language, say
from mtqe.cli.gate import BaselineOption, judge_run
from mtqe.support.words import count

if TYPE_CHECKING:
    from mtqe.report.page.data import ReportData


def report(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.")],
    other_run: Annotated[
        Path | None,
        typer.Argument(
            metavar="OTHER_RUN", help="An older run of the same test set, on the same page."
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            show_default="RUN/report.html; with OTHER_RUN RUN/comparison.html",
            help="The file to write.",
        ),
    ] = None,
    open_page: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
    max_segments: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            show_default="100,000",
            help="List at most N segments: the worst ones, those on which systems differ most, and "
            "random ones. Figures count all of them.",
        ),
    ] = None,
    rules: Annotated[
        Path | None,
        typer.Option(
            "--rules",
            metavar="FILE",
            show_default="no gate",
            help="Show whether RUN passes the [gate] table of this file.",
        ),
    ] = None,
    baseline: BaselineOption = None,
    language: LanguageOption = "en",
) -> None:
    """Write a run's HTML report: one file that needs no network.

    With OTHER_RUN, the page holds the systems of both runs and says what changed since the other.

    Example: mtqe report reports/en-es/2026-01-31T12-00-00Z --open
    """
    from mtqe.errors import ConfigError
    from mtqe.gate import read_gate
    from mtqe.report.page.data import report_data
    from mtqe.report.page.gate_panel import gate_panel
    from mtqe.report.page.pair import pair_data
    from mtqe.report.page.render import write_html
    from mtqe.run import Run
    from mtqe.support.paths import real_path

    if baseline is not None and rules is None:
        raise ConfigError("--baseline is what --rules compares with; give --rules too.")
    check_language(language)
    loaded = Run.read(run)
    folder = loaded.folder or run
    if other_run is None:
        path = output or folder / "report.html"
        data = report_data(loaded, max_segments=max_segments)
    else:
        path = output or folder / "comparison.html"
        data = pair_data(loaded, Run.read(other_run), max_segments=max_segments)
    if rules is not None:
        verdict = gate_panel(judge_run(read_gate(rules), loaded, baseline))
        data = data.model_copy(update={"gate": verdict})
    write_html(data, path, language)
    say(str(path))
    if data.omitted:
        say(_listed(path.name, data), err=True)
    if open_page:
        webbrowser.open(real_path(path).as_uri())


def _listed(name: str, data: ReportData) -> str:
    """How many segments a page lists that does not list all."""
    all_segments = count(data.manifest.corpus.segments, "segment")
    return f"{name}: lists {len(data.segments.ids):,} of {all_segments}; all are counted"
