"""`mtqe judge`: a language model's judgements as one more metric of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mtqe.cli.common import (
    JsonOption,
    LanguageOption,
    NoCacheOption,
    ReportOption,
    RunOutputOption,
    VerboseOption,
    YesOption,
    approval,
    check_language,
    finish,
    open_cache,
    show_progress,
)


def judge(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.")],
    model: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL",
            show_default="as the configuration says",
            help="Name of the model on the server.",
        ),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            metavar="esa|mqm|da",
            show_default="esa",
            help="Errors, then a score from 0 to 100; errors with categories, scored by MQM's "
            "weights; or a score from 0 to 100 alone.",
        ),
    ] = None,
    api: Annotated[
        str | None,
        typer.Option(
            metavar="openai|anthropic",
            show_default="openai",
            help="Protocol of the server; vLLM, llama.cpp, Ollama and LM Studio speak openai.",
        ),
    ] = None,
    url: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            show_default="the protocol's own server",
            help="The server, such as http://localhost:8000/v1.",
        ),
    ] = None,
    repeats: Annotated[
        int | None,
        typer.Option(metavar="N", show_default="1", help="How often each translation is judged."),
    ] = None,
    setting: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="OPTION=VALUE",
            show_default="none",
            help="Any option of [metrics.judge], such as context=3 or max_cost=2; repeatable.",
        ),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(
            metavar="CONFIG",
            show_default="none",
            help="Take the judge's options from this file, an mtqe.toml or a judge alone; those "
            "given here come first.",
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            show_default="judge, or that of the only judge in CONFIG",
            help="Name of the metric.",
        ),
    ] = None,
    output: RunOutputOption = None,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help="Only print how many requests and tokens are left, and what they cost.",
        ),
    ] = False,
    yes: YesOption = False,
    json: JsonOption = False,
    no_cache: NoCacheOption = False,
    report: ReportOption = True,
    language: LanguageOption = "en",
    verbose: VerboseOption = False,
) -> None:
    """Let a language model judge the translations of a run.

    Its scores become one more metric of the run, and the errors that it marks are spans. Each
    answer is kept in the cache as it arrives. To continue an interrupted command, give it again.

    Example: mtqe judge reports/en-es/2026-01-31T12-00-00Z --model gpt-4o-2024-08-06 --dry-run

    Example: mtqe judge reports/en-es/2026-01-31T12-00-00Z --url http://localhost:8000/v1
    --model gemma-3-27b-it --kind mqm
    """
    from mtqe.evaluation.existing import setting_table
    from mtqe.evaluation.judge import asking_of, judge_metric, judge_run
    from mtqe.report.text.costs import asking_text
    from mtqe.run import Run, check_output

    check_language(language)
    loaded = Run.read(run)
    folder = output or loaded.folder or run
    given = {"model": model, "kind": kind, "api": api, "url": url, "repeats": repeats}
    options = {option: value for option, value in given.items() if value is not None}
    named = judge_metric(
        loaded, {**options, **setting_table(setting or [])}, name=name, config=config
    )
    cache = open_cache(no_cache)
    if dry_run:
        typer.echo(asking_text(asking_of(loaded, named, cache), named.metric, json=json))
        return
    check_output(folder)
    judged = judge_run(
        loaded, named, cache=cache, progress=show_progress(json), approve=approval(yes)
    )
    finish(judged, folder, None, json=json, language=language, verbose=verbose, report=report)
