"""`mtqe translate`: only the translations."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from mtqe.cli.common import (
    AllowOption,
    ConfigArgument,
    NoCacheOption,
    SystemOption,
    YesOption,
    approval,
    open_cache,
    say,
    show_progress,
)


class OutputFormat(StrEnum):
    """What translations are written as."""

    JSONL = "jsonl"
    TSV = "tsv"


def translate(
    config: ConfigArgument,
    system: SystemOption = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="DIR",
            show_default="reports/NAME/translations",
            help="The folder to write.",
        ),
    ] = None,
    format: Annotated[  # noqa: A002 - the option's name
        OutputFormat, typer.Option(metavar="jsonl|tsv", help="Format of the files, one per system.")
    ] = OutputFormat.JSONL,
    no_cache: NoCacheOption = False,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Only print what is left to translate, and its price."),
    ] = False,
    yes: YesOption = False,
    allow_untranslated: AllowOption = False,
) -> None:
    """Translate a test set and write the translations alone.

    Exits 1 if a system has no translation at all.
    With --dry-run nothing is sent: for each system it prints the segments and characters that the
    cache doesn't have, and about what they cost.

    Example: mtqe translate references/en-es/mtqe.toml --system apertium --format tsv
    """
    from mtqe.config import load_config
    from mtqe.corpus.writers import write_translations
    from mtqe.evaluation.evaluate import check_systems, check_translated, translate_all
    from mtqe.report.text.costs import print_plans

    loaded = load_config(config)
    corpus, systems = loaded.read_corpus(), loaded.build_systems(system or ())
    cache = open_cache(no_cache)
    if dry_run:
        print_plans(corpus, systems, cache)
        return
    check_systems(corpus, systems)
    folder = output or Path("reports") / loaded.name / "translations"
    folder.mkdir(parents=True, exist_ok=True)
    results = translate_all(
        corpus,
        systems,
        cache=cache,
        progress=show_progress(json=False),
        approve=approval(yes),
    )
    for result in results:
        translations = result.translations
        path = folder / f"{translations.system}.{format}"
        write_translations(path, corpus, translations)
        failed = len(translations.failures)
        say(f"{path}: {len(corpus) - failed} translated, {failed} failed")
    if not allow_untranslated:
        done = [(item.translations, item.notes) for item in results]
        check_translated(((t.system, len(t.failures), n) for t, n in done), len(corpus))
