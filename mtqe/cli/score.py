"""`mtqe score`: score existing translations without a configuration."""

from __future__ import annotations

from typing import Annotated

import typer

from mtqe.cli.common import (
    JsonOption,
    NoCacheOption,
    OutputOption,
    finish,
    open_cache,
    output_folder,
    show_progress,
)


def score(
    source: Annotated[
        str, typer.Option(metavar="FILE", help="Source text, one segment a line; - is stdin.")
    ],
    hypothesis: Annotated[
        list[str],
        typer.Option(metavar="NAME=FILE", help="A system's translations, named; may be repeated."),
    ],
    source_language: Annotated[str, typer.Option(metavar="TAG", help="Such as en or pt-BR.")],
    target_language: Annotated[str, typer.Option(metavar="TAG", help="Such as zh.")],
    reference: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE", help="Reference translations; may be repeated."),
    ] = None,
    metric: Annotated[
        list[str] | None,
        typer.Option(
            "--metric", "-m", metavar="NAME", help="[default: bleu, chrf, comet, bertscore]"
        ),
    ] = None,
    model: Annotated[
        list[str] | None,
        typer.Option(
            metavar="METRIC=MODEL",
            help="Another model for a neural metric, such as comet=Unbabel/wmt22-comet-da.",
        ),
    ] = None,
    precision: Annotated[
        str | None, typer.Option(metavar="fp32|bf16|fp16", help="Precision of neural metrics.")
    ] = None,
    name: Annotated[str, typer.Option(metavar="NAME", help="What to call the test set.")] = "score",
    output: OutputOption = None,
    json: JsonOption = False,
    no_cache: NoCacheOption = False,
) -> None:
    """Score existing translations, one segment a line in every file.

    Example: mtqe score --source src.zh --reference ref.en --hypothesis base=base.en
    --hypothesis new=new.en --source-language zh --target-language en -m chrf -m comet
    """
    from mtqe.config import build_metrics
    from mtqe.evaluate import evaluate
    from mtqe.existing import metric_options, read_scoring_input
    from mtqe.registry import DEFAULT_METRICS

    names = metric or list(DEFAULT_METRICS)
    corpus, systems = read_scoring_input(
        name, source, reference or [], hypothesis, source_language, target_language
    )
    options = metric_options(names, models=model or [], precision=precision)
    folder = output_folder(output, name)
    result = evaluate(
        corpus,
        systems,
        build_metrics(names, corpus.languages, options),
        folder,
        cache=open_cache(no_cache),
        progress=show_progress(json),
    )
    finish(result, folder, json=json)
