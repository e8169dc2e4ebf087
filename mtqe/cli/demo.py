"""`mtqe demo`: a first run, on the set that comes with mtqe."""

from __future__ import annotations

import webbrowser
from typing import Annotated

import typer

from mtqe.cli.common import (
    JsonOption,
    MetricOption,
    NoCacheOption,
    OutputOption,
    finish,
    open_cache,
    output_folder,
    show_progress,
)


def demo(
    metric: MetricOption = None,
    output: OutputOption = None,
    json: JsonOption = False,
    no_cache: NoCacheOption = False,
    show: Annotated[bool, typer.Option("--open", help="Open the report in a browser.")] = False,
) -> None:
    """Score and report a small test set that comes with mtqe.

    The set has 171 English segments with Spanish references, and two systems whose translations
    are recorded: Apertium's, and those of a careless translator. It needs no engine and no network.

    Example: mtqe demo --open
    """
    from mtqe.config import load_config
    from mtqe.config.demo import SYSTEMS, demo_folder
    from mtqe.evaluation.evaluate import evaluate
    from mtqe.run import REPORT, check_output
    from mtqe.support.paths import real_path

    config = load_config(demo_folder())
    folder = output_folder(output, "demo")
    check_output(folder)
    cache = open_cache(no_cache)
    result = evaluate(
        config.read_corpus(),
        config.build_systems(SYSTEMS),
        config.build_metrics(metric or ()),
        cache=cache,
        progress=show_progress(json),
        checks=config.build_checks(),
    )
    finish(result, folder, cache, json=json)
    if show:
        webbrowser.open(real_path(folder / REPORT).as_uri())
    if not json:
        typer.echo("next: run `mtqe init` in the folder of your own test set")
