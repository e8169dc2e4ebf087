"""`mtqe review`: what reviewers exported from reports."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Put together what reviewers marked and labelled in reports.",
)


@app.callback()
def _review() -> None:
    """Keeps `merge` a command of its own while it is the only one."""


@app.command("merge")
def merge(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Exported reviews of one run, JSON or TSV."),
    ],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="OUT", help="The merged reviews, JSON."),
    ],
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Merge reviews: MQM scores of the systems, and how far the reviewers agree.

    Marks: Krippendorff's alpha. Errors: F1 of overlapping spans and of characters.

    Example: mtqe review merge ana.review.json ben.review.tsv -o reviews.json
    """
    from dataclasses import asdict
    from json import dumps

    from mtqe.people.review import merge as merged
    from mtqe.people.review import read_reviews, system_scores, write_reviews
    from mtqe.people.review.reviewer_agreement import agreement
    from mtqe.report.text.reviews import review_text

    reviews = merged({path: read_reviews(path) for path in files})
    scores, found = system_scores(reviews), agreement(reviews)
    figures = {"mqm": [asdict(score) for score in scores], "agreement": asdict(found)}
    write_reviews(output, reviews, **figures)
    typer.echo(dumps(figures, ensure_ascii=False) if json else review_text(reviews, scores, found))
