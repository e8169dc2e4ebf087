"""`mtqe models`: the models of neural metrics."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="See, add and verify the models of neural metrics.",
)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="As `mtqe models list` has it.")]


@app.command("list")
def list_models() -> None:
    """Print built-in, added and published models, with their licences.

    Example: mtqe models list
    """
    from mtqe.metrics.models.store import ModelStore
    from mtqe.report.text.comparison import aligned

    store = ModelStore()
    head = ["name", "kind", "state", "licence", "folder"]
    own = [[m.name, m.kind, m.state, m.licence, str(m.folder)] for m in store.list()]
    published = [
        [m.name, m.kind, m.state, m.licence, str(m.folder) if m.state == "downloaded" else ""]
        for m in store.published()
    ]
    for title, rows in (("Models here", own), ("Published models", published)):
        typer.echo(f"{title}:")
        for line in aligned([head, *rows]):
            typer.echo(f"  {line}")


@app.command()
def fetch(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="A hub name, such as Unbabel/wmt22-comet-da.")
    ],
) -> None:
    """Download a model with all that it needs.

    Later runs need no network. For a COMET model that is its encoder's tokenizer too.

    Example: mtqe models fetch Unbabel/wmt22-comet-da
    """
    from mtqe.metrics.models.find import find_model

    model = find_model(name)
    typer.echo(f"{name}  sha256 {model.sha256[:12]}  {model.path}")


@app.command()
def path(name: NameArgument) -> None:
    """Print the path that the metric's own library loads.

    It is a .ckpt for COMET and a folder for BERTScore. A built-in model is assembled first.

    Example: comet-score --model $(mtqe models path mtqe-comet-mini) --gpus 0 -s src -t mt -r ref
    """
    from mtqe.metrics.models.store import ModelStore

    typer.echo(str(ModelStore().path(name)))


@app.command()
def add(
    name: NameArgument,
    folder: Annotated[
        Path, typer.Argument(metavar="PATH", help="A COMET folder or .ckpt, or an encoder folder.")
    ],
) -> None:
    """Give a model on this machine a name that metrics can use.

    Example: mtqe models add wmt22 ~/models/wmt22-comet-da
    """
    from mtqe.metrics.models.store import ModelStore

    model = ModelStore().add(name, folder)
    typer.echo(f"{model.name}  {model.kind}  sha256 {model.sha256[:12]}  {model.folder}")


@app.command()
def verify(name: NameArgument) -> None:
    """Hash a model's files and say whether they are sound.

    Example: mtqe models verify mtqe-comet-mini
    """
    from mtqe.errors import ModelError
    from mtqe.metrics.models.store import ModelStore

    problems = ModelStore().verify(name)
    if problems:
        raise ModelError(f"{name}: {'; '.join(problems)}.")
    typer.echo(f"{name} is sound")


@app.command()
def evaluate(
    names_and_data: Annotated[
        list[str],
        typer.Argument(
            metavar="METRIC|MODEL|METRIC=MODEL... DATA",
            help="What to judge; last, the ratings: a TSV or an mt-metrics-eval folder.",
        ),
    ],
    language_pair: Annotated[
        str | None,
        typer.Option(
            metavar="PAIR", show_default="all", help="Only this language pair, such as en-de."
        ),
    ] = None,
    human_scores: Annotated[
        str, typer.Option(metavar="KIND", help="For a folder: which human scores.")
    ] = "mqm",
    reference: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            show_default="the first",
            help="For a folder: the reference to judge by.",
        ),
    ] = None,
    resamples: Annotated[
        int, typer.Option(metavar="N", min=1, help="Resamples behind intervals and tests.")
    ] = 1000,
    json: Annotated[
        bool, typer.Option("--json", help="Print JSON, paired tests included.")
    ] = False,
) -> None:
    """Print how well metrics agree with human ratings.

    The metrics stand side by side, with intervals. A TSV has the columns lp, system, src, mt and
    score, and ref if there is one.

    Example: mtqe models evaluate comet bertscore chrf bleu ratings.tsv
    """
    from mtqe.people.metaeval.evaluate import Options
    from mtqe.people.metaeval.metrics import evaluate_metrics, read_ratings
    from mtqe.people.metaeval.table import markdown, to_json

    *names, data = names_and_data
    if not names:
        raise typer.BadParameter("name at least one metric or model before the ratings")
    ratings = read_ratings(
        Path(data), languages=language_pair, scores=human_scores, reference=reference
    )
    found = evaluate_metrics(names, ratings, Options(resamples=resamples))
    typer.echo(to_json(found) if json else markdown(found), nl=False)
