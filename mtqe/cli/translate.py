"""`mtqe translate`: only the translations."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mtqe.cli.common import ConfigArgument, NoCacheOption, SystemOption, open_cache, show_progress


def translate(
    config: ConfigArgument,
    system: SystemOption = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", help="[default: reports/NAME/translations]"),
    ] = None,
    format: Annotated[  # noqa: A002 - the option's name
        str, typer.Option(metavar="jsonl|tsv", help="One file a system, in this format.")
    ] = "jsonl",
    no_cache: NoCacheOption = False,
) -> None:
    """Translate a test set with every system and write the translations, without scores.

    Example: mtqe translate references/en-es/mtqe.toml --system apertium --format tsv
    """
    from mtqe.config import load_config
    from mtqe.corpus.writers import write_translations
    from mtqe.errors import ConfigError
    from mtqe.evaluate import check_systems, translate_all

    if format not in ("jsonl", "tsv"):
        raise ConfigError(f"--format {format}: choose jsonl or tsv.")
    loaded = load_config(config)
    corpus, systems = loaded.read_corpus(), loaded.build_systems(system or ())
    check_systems(corpus, systems)
    folder = output or Path("reports") / loaded.name / "translations"
    results = translate_all(
        corpus, systems, cache=open_cache(no_cache), progress=show_progress(json=False)
    )
    folder.mkdir(parents=True, exist_ok=True)
    for result in results:
        translations = result.translations
        path = folder / f"{translations.system}.{format}"
        write_translations(path, corpus, translations)
        failed = len(translations.failures)
        typer.echo(f"{path}: {len(corpus) - failed} translated, {failed} failed")
