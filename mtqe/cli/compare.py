"""`mtqe compare`: which system is better, and how sure."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from mtqe.cli.common import metric_names_given


def compare(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.")],
    old_run: Annotated[
        Path | None,
        typer.Argument(metavar="OLD_RUN", help="Compare each system with itself in this run."),
    ] = None,
    baseline: Annotated[
        str | None,
        typer.Option(metavar="NAME", show_default="the best one", help="Compare with this system."),
    ] = None,
    slice_by: Annotated[
        list[str] | None,
        typer.Option(
            "--slice",
            metavar="COLUMN",
            show_default="none",
            help="Compare within each value of a metadata column, document or length; repeatable.",
        ),
    ] = None,
    metric: Annotated[
        list[str] | None,
        typer.Option(
            "--metric",
            "-m",
            metavar="NAME",
            show_default="all",
            help="Only this metric; repeatable.",
            callback=metric_names_given,
        ),
    ] = None,
    method: Annotated[
        str,
        typer.Option(
            metavar="permutation|bootstrap",
            help="Where p-values and intervals of differences come from.",
        ),
    ] = "permutation",
    unit: Annotated[
        str, typer.Option(metavar="auto|segment|document", help="What to resample.")
    ] = "auto",
    resamples: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=1,
            help="Resamples behind the intervals of scores; --method bootstrap takes --trials.",
        ),
    ] = 1000,
    trials: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=1,
            help="Resamples or swaps behind p-values, at least; many comparisons take more.",
        ),
    ] = 10_000,
    margin: Annotated[
        list[str] | None,
        typer.Option(
            metavar="METRIC=X",
            show_default="none",
            help="A negligible difference: test that none is larger; repeatable.",
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option(metavar="N", min=0, help="The same seed gives the same figures.")
    ] = 12345,
    intersect: Annotated[
        bool, typer.Option("--intersect", help="Two runs: only the segments that both have.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown.")] = False,
    latex: Annotated[bool, typer.Option("--latex", help="Print a LaTeX table.")] = False,
) -> None:
    """Compare systems, or two runs: intervals, p-values and ranks.

    Ranks such as "1-4" are the ranks that remain possible: the system is significantly worse than
    each system ranked above this range. A * marks a significant difference: p < 0.05 after Holm's
    correction over all pairs of systems (or, for two runs, all systems) and metrics. Slices are
    corrected separately.

    Example: mtqe compare reports/en-es/2026-01-31T12-00-00Z --baseline apertium --slice domain
    """
    from mtqe.compare import compare_run, compare_runs
    from mtqe.compare.settings import parse_settings
    from mtqe.errors import ConfigError
    from mtqe.report.text import comparison as rendered
    from mtqe.run import Run

    if json + markdown + latex > 1:
        raise typer.BadParameter("give one of --json, --markdown and --latex")
    if intersect and old_run is None:
        raise typer.BadParameter("--intersect is for two runs; name OLD_RUN too")
    settings = parse_settings(
        margin or (), method=method, unit=unit, resamples=resamples, trials=trials, seed=seed
    )
    loaded = Run.read(run)
    if old_run is None:
        found = compare_run(
            loaded,
            baseline=baseline,
            metrics=metric or (),
            slices=slice_by or (),
            settings=settings,
        )
    elif baseline is not None:
        raise ConfigError("--baseline names a system of one run; leave it out to compare two runs.")
    else:
        found = compare_runs(
            loaded,
            Run.read(old_run),
            metrics=metric or (),
            slices=slice_by or (),
            intersect=intersect,
            settings=settings,
        )
    if json:
        typer.echo(rendered.comparison_json(found, loaded.segment_names))
    elif latex:
        typer.echo(rendered.comparison_latex(found))
    elif markdown:
        typer.echo(rendered.comparison_markdown(found, loaded.segment_names))
    else:
        width = shutil.get_terminal_size((rendered.UNBOUNDED, 24)).columns
        typer.echo(rendered.comparison_text(found, loaded.segment_names, width))
