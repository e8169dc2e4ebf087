"""`mtqe translate`: only the translations."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated

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

if TYPE_CHECKING:
    from mtqe.corpus.base import LanguagePair


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
            help="The folder to write; with --template and one system, also a file.",
        ),
    ] = None,
    format: Annotated[  # noqa: A002 - the option's name
        OutputFormat | None,
        typer.Option(
            metavar="jsonl|tsv", show_default="jsonl", help="Format of the files, one per system."
        ),
    ] = None,
    template: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            show_default="none",
            help="Write copies of this file of texts, such as the source language's, with the "
            "translations in their places.",
        ),
    ] = None,
    lossy: Annotated[
        bool,
        typer.Option(
            "--lossy", help="With --template: let its text stand where there is no translation."
        ),
    ] = False,
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
    With --template each system's translations are a file of a program's texts again: a copy of
    the source's JSON, strings.xml, PO, SRT or the like (see mtqe convert).

    Example: mtqe translate references/en-es/mtqe.toml --system apertium --format tsv

    Example: mtqe translate mtqe.toml --system apertium --template locale/en.json -o locale/es.json
    """
    from mtqe.config import load_config
    from mtqe.corpus.writers import check_template, write_translated, write_translations
    from mtqe.evaluation.evaluate import check_systems, check_translated, translate_all
    from mtqe.report.text.costs import print_plans

    _check_options(format, template, lossy=lossy)
    loaded = load_config(config)
    corpus, systems = loaded.read_corpus(), loaded.build_systems(system or ())
    cache = open_cache(no_cache)
    if dry_run:
        print_plans(corpus, systems, cache)
        return
    check_systems(corpus, systems)
    output = output or Path("reports") / loaded.name / "translations"
    if template is not None:
        paths = _copies(output, template, corpus.languages, [system.name for system in systems])
        for path in paths.values():
            check_template(path, corpus, template, lossy=lossy)
    else:
        _check_folder(output)
        paths = {item.name: output / f"{item.name}.{format or 'jsonl'}" for item in systems}
    results = translate_all(
        corpus,
        systems,
        cache=cache,
        progress=show_progress(json=False),
        approve=approval(yes),
    )
    for result in results:
        translations = result.translations
        path = paths[translations.system]
        path.parent.mkdir(parents=True, exist_ok=True)
        failed = len(translations.failures)
        if template is None:
            write_translations(path, corpus, translations)
        else:
            for lost in write_translated(path, corpus, translations, template, lossy=lossy):
                say(f"{path} lacks {lost}.", err=True)
        say(f"{path}: {len(corpus) - failed} translated, {failed} failed")
    if not allow_untranslated:
        done = [(item.translations, item.notes) for item in results]
        check_translated(((t.system, len(t.failures), n) for t, n in done), len(corpus))


def _check_options(format: OutputFormat | None, template: Path | None, *, lossy: bool) -> None:  # noqa: A002
    if template is None and lossy:
        raise typer.BadParameter("--lossy is about --template; give both or neither")
    if template is not None and format is not None:
        raise typer.BadParameter("--template says the format; give --format or --template")


def _check_folder(output: Path) -> None:
    """Refuse what is a file or is named like one, before anything is translated."""
    suffixes = [f".{choice.value}" for choice in OutputFormat]
    if not output.is_dir() and (output.exists() or output.suffix.lower() in suffixes):
        raise typer.BadParameter(
            f"--output {output} names a file; give a folder, in which each system gets a file of "
            "its own"
        )


def _copies(
    output: Path, template: Path, languages: LanguagePair, systems: Sequence[str]
) -> dict[str, Path]:
    """The file of each system: the output itself if it names a file, else one in a folder each."""
    from mtqe.corpus.writers import copy_name

    name = copy_name(template, languages)
    if output.suffix.lower() == PurePath(name).suffix.lower() and not output.is_dir():
        if len(systems) > 1:
            raise typer.BadParameter(
                f"--output {output} is one file for {len(systems)} systems; choose one with "
                "--system, or give a folder"
            )
        return {systems[0]: output}
    return {system: output / system / name for system in systems}
