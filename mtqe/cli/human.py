"""`mtqe human`: people's scores as one more metric of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mtqe.cli.common import JsonOption, ReportOption, RunOutputOption, finish, say


def human(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.")],
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help="Filled-in samples, MQM tables, Appraise's CSV, Pearmut's annotations, reviews, "
            "mt-metrics-eval folders.",
        ),
    ],
    format: Annotated[  # noqa: A002 - the option's name
        str | None,
        typer.Option(
            metavar="sheet|mqm|esa|pearmut|review|dataset",
            show_default="by each file's look",
            help="Format of the files.",
        ),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            metavar="KIND", show_default="all", help="Only scores of this kind, such as mqm."
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(metavar="NAME", show_default="the scores' kind", help="Name of the metric."),
    ] = None,
    output: RunOutputOption = None,
    ratings: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            show_default="not written",
            help='Also write a .jsonl that later runs read with metric = "human".',
        ),
    ] = None,
    json: JsonOption = False,
    report: ReportOption = True,
) -> None:
    """Add people's scores to a run as one more metric.

    It shows in tables, comparisons, reports and gates like any other; what nobody rated is
    unscored. Penalties become negative scores, so that higher is better.

    Example: mtqe human reports/en-es/2026-01-31T12-00-00Z rated-ana.xlsx rated-ben.xlsx
    """
    from mtqe.people.ratings import add_scores, read_scores, write_ratings
    from mtqe.run import Run
    from mtqe.support.words import count

    loaded = Run.read(run)
    found = []
    for file in files:
        read, unknown = read_scores(file, loaded, format)
        found += [rating for rating in read if kind in (None, rating.kind)]
        if unknown:
            say(f"{file}: {count(unknown, 'rating')} of translations not in the run.", err=True)
    added = add_scores(loaded, found, name=name)
    if ratings is not None:
        write_ratings(ratings, found)
    raters = f" by {count(added.raters, 'person', 'people')}" if added.raters else ""
    say(f"{added.metric}: {count(added.rated, 'translation')} rated{raters}", err=json)
    finish(added.run, output or loaded.folder or run, None, json=json, report=report)
