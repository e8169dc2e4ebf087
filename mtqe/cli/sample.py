"""`mtqe sample`: the part of a run that people should look at."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mtqe.cli.common import say


def sample(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.")],
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", metavar="FILE", help="A .tsv, .xlsx, .jsonl, or .json for Appraise."
        ),
    ],
    count: Annotated[
        int, typer.Option("--count", "-n", min=1, metavar="N", help="Number of segments.")
    ] = 100,
    by: Annotated[
        str, typer.Option(metavar="disagreement|spans|diversity|random", help="How to choose them.")
    ] = "disagreement",
    stratify: Annotated[
        str | None,
        typer.Option(
            metavar="COLUMN",
            show_default="none",
            help="Give each value its share: a metadata column, document or length.",
        ),
    ] = None,
    system: Annotated[
        list[str] | None,
        typer.Option(
            "--system",
            "-s",
            metavar="NAME",
            show_default="all",
            help="Only this system; repeatable.",
        ),
    ] = None,
    origin: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            show_default="all but checks",
            help="Of --by spans: whose error spans to compare; repeatable.",
        ),
    ] = None,
    begin_with: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            show_default="nothing",
            help="Error spans that raters begin with, such as metric:comet; for pearmut and mqm.",
        ),
    ] = None,
    format: Annotated[  # noqa: A002 - the option's name
        str | None,
        typer.Option(
            metavar="tsv|xlsx|jsonl|mqm|esa|pearmut",
            show_default="by the name of FILE",
            help="Format of FILE; mqm is Marot's, esa is Appraise's, pearmut a campaign.",
        ),
    ] = None,
    references: Annotated[
        bool, typer.Option("--references", help="Show raters the references, in spreadsheets.")
    ] = False,
    seed: Annotated[
        int, typer.Option(metavar="N", min=0, help="The same seed gives the same sample.")
    ] = 1,
) -> None:
    """Choose segments that are worth a person's time.

    The file shows every system's translation of them once, in random order, without names; equal
    ones are one. Fill in the scores and give the file back with `mtqe human`.

    Example: mtqe sample reports/en-es/2026-01-31T12-00-00Z -n 50 --stratify domain -o rate.xlsx
    """
    from mtqe.people.sampling import choose, items_of, write_sample
    from mtqe.people.sampling.items import item_spans, only_systems
    from mtqe.run import Run
    from mtqe.support.words import count as counted

    loaded = Run.read(run)
    rows = choose(loaded, count, by=by, origins=origin or (), stratify=stratify, seed=seed)
    chosen = set(rows.tolist())
    items = [item for item in items_of(loaded) if item.segment in chosen]
    items = only_systems(loaded, items, system or ())
    spans = item_spans(loaded, items, begin_with) if begin_with else None
    write_sample(
        output,
        items,
        loaded.manifest.corpus,
        format=format,
        references=references,
        spans=spans,
        seed=seed,
    )
    found = f"{counted(len(items), 'translation')} of {counted(len(chosen), 'segment')}"
    if format == "pearmut":
        say(f"{output}: {found}; load it with: pearmut add {output}")
        say(f"Give the annotations back with: mtqe human {run} annotations.json")
    else:
        say(f"{output}: {found}; give it back with: mtqe human {run} {output}")
