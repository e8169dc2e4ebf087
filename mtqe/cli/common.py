"""What several commands share: options, places and the way results are printed."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mtqe.support.paths import safe_name
from mtqe.support.redaction import printable
from mtqe.support.visible import visible

if TYPE_CHECKING:
    from mtqe.evaluation.budget import Approve
    from mtqe.gate import GateResult
    from mtqe.metrics.pool import Compute
    from mtqe.run import Run
    from mtqe.support.cache import Cache
    from mtqe.support.progress import Progress

ConfigArgument = Annotated[
    Path, typer.Argument(metavar="CONFIG", help="An mtqe.toml, or the folder that it lies in.")
]
SystemOption = Annotated[
    list[str] | None,
    typer.Option(
        "--system", "-s", metavar="NAME", show_default="all", help="Only this system; repeatable."
    ),
]


def metric_names_given(values: list[str] | None) -> list[str] | None:
    """Metrics named on the command line, also several with commas."""
    names = [name.strip() for value in values or [] for name in value.split(",")]
    return [name for name in names if name] or values or None


MetricOption = Annotated[
    list[str] | None,
    typer.Option(
        "--metric",
        "-m",
        metavar="NAME",
        show_default="all",
        help="Only this metric; repeatable.",
        callback=metric_names_given,
    ),
]
OutputOption = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="DIR",
        show_default="reports/NAME/TIME",
        help="The run folder to write.",
    ),
]
ColumnOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="ROLE=COLUMN",
        show_default="the usual names",
        help="Of a table: the column that holds the id, source, reference, document or metadata, "
        "such as source=German; repeatable. As columns under [corpus] in mtqe.toml.",
    ),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print scores as JSON instead of a table.")
]
NoCacheOption = Annotated[
    bool,
    typer.Option("--no-cache", help="Do not use cached translations and scores, nor add to them."),
]
DeviceOption = Annotated[
    str | None,
    typer.Option(
        metavar="auto|all|cpu|cuda|cuda:N|mps",
        show_default="auto: a GPU if there is one",
        help="Where neural metrics run; several with commas, such as cuda:0,cuda:1, or all GPUs.",
    ),
]
ExecutorOption = Annotated[
    str | None,
    typer.Option(
        metavar="local|ray|ray://HOST:PORT",
        show_default="local",
        help="Where to translate, score, check and compare: here, or on a Ray cluster.",
    ),
]
BatchOption = Annotated[
    int | None,
    typer.Option(
        "--batch-tokens",
        min=1,
        max=10_000_000,
        metavar="N",
        show_default="2048, on a GPU 16384",
        help="Tokens that neural metrics read at once; fewer take less memory.",
    ),
]
RunOutputOption = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="DIR",
        show_default="RUN itself",
        help="The run folder to write.",
    ),
]
"""Of commands that add to a run."""
YesOption = Annotated[
    bool,
    typer.Option(
        "--yes", "-y", help="Go on even if a system or judge exceeds max_cost or max_characters."
    ),
]


AllowOption = Annotated[
    bool,
    typer.Option("--allow-untranslated", help="Exit 0 even if a system has no translation at all."),
]


def say(text: str, *, err: bool = False) -> None:
    """Print text that may hold anything: signs for control characters, and no key in errors."""
    typer.echo(visible(printable(text) if err else text), err=err)


def approval(yes: bool) -> Approve:
    """Who decides about systems over their budgets: --yes, or the user if there is a terminal."""

    def approve(objection: str) -> bool:
        if yes or not sys.stdin.isatty():
            return yes
        return typer.confirm(f"{objection} Go on all the same?", err=True)

    return approve


def output_folder(given: Path | None, name: str) -> Path:
    """The run folder: the one given, or a new one under ``reports/``."""
    if given is not None:
        return given
    folder = Path("reports") / safe_name(name)
    stem = f"{datetime.now(UTC):%Y-%m-%dT%H-%M-%SZ}"
    names = chain([stem], (f"{stem}-{number}" for number in count(2)))
    return next(path for path in map(folder.joinpath, names) if not path.exists())


def chosen_compute(
    executor: str | None, device: str | None, batch_tokens: int | None, compute: Compute
) -> Compute:
    """Where work is done: as the command line says, or else the configuration."""
    return replace(
        compute,
        executor=compute.executor if executor is None else executor,
        device=compute.device if device is None else device,
        batch_tokens=batch_tokens or compute.batch_tokens,
    )


def user_cache() -> Cache:
    """The cache in the folder of this user."""
    from mtqe.support.cache import Cache
    from mtqe.support.paths import cache_folder

    return Cache(cache_folder())


def open_cache(no_cache: bool) -> Cache | None:
    """The user's cache, unless it is not wanted."""
    return None if no_cache else user_cache()


def show_progress(json: bool) -> Progress:
    """Live bars on a terminal, and elsewhere a line every half minute."""
    if json or not sys.stderr.isatty():
        from mtqe.cli.lines import Lines

        return Lines()
    from mtqe.cli.bars import Bars

    return Bars()


LanguageOption = Annotated[
    str, typer.Option("--language", metavar="en|es", help="Language of the report's words.")
]
ChecksOption = Annotated[
    bool,
    typer.Option("--checks/--no-checks", help="Look for pitfalls, such as numbers that differ."),
]
ReportOption = Annotated[
    bool, typer.Option("--report/--no-report", help="Write report.html into the run folder.")
]
VerboseOption = Annotated[
    bool,
    typer.Option("--verbose", "-v", help="Print signatures and notes of metrics' models too."),
]


def check_language(language: str) -> None:
    """See that the report speaks a language, before anything is evaluated.

    Raises:
        ConfigError: it doesn't; names those that it speaks.
    """
    from mtqe.report.page.words import words

    words(language)


def _comparison(run: Run) -> dict[str, bytes]:
    """The run's comparison as a file, if it was made in this process."""
    made = sys.modules.get("mtqe.compare.own_comparison")  # not imported for a run that was reused
    kept = made.encoded_comparison(run) if made else None
    return {} if made is None or kept is None else {made.COMPARISON: kept}


def finish(
    run: Run,
    folder: Path,
    cache: Cache | None,
    *,
    json: bool,
    gate: GateResult | None = None,
    language: str = "en",
    verbose: bool = False,
    report: bool = True,
) -> None:
    """Write a run in memory with its report, whole or not at all; print its scores.

    Args:
        run: the evaluation.
        folder: the run folder.
        cache: has what the report shows, where an equal run was reported before.
        json: print JSON instead of a table.
        gate: shown in the report.
        language: language of the report's words.
        verbose: print signatures and notes of metrics too.
        report: write the page too.
    """
    from mtqe.run import REPORT, write_run

    pages = {REPORT: _page(run, cache, gate, language)} if report else {}
    pages |= _comparison(run)
    if gate is not None:
        from mtqe.report.gate.text import GATE, gate_json

        pages[GATE] = gate_json(gate).encode("utf-8")
    write_run(folder, run, pages)
    if json:
        from mtqe.report.text.scores_json import scores_json

        typer.echo(scores_json(run.manifest, folder))
    else:
        from mtqe.report.text.terminal import print_scores

        print_scores(run.manifest, folder, verbose=verbose, report=report)


def _page(run: Run, cache: Cache | None, gate: GateResult | None, language: str) -> bytes:
    """The report as a file."""
    from mtqe.report.page.cached import recalled_report_data
    from mtqe.report.page.gate_panel import gate_panel
    from mtqe.report.page.render import render_html

    data = recalled_report_data(run, cache)
    if gate is not None:
        data = data.model_copy(update={"gate": gate_panel(gate)})
    return render_html(data, language).encode("utf-8")
