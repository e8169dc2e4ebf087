"""`mtqe check`: pitfalls of translations and test sets, without any score."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mtqe.cli.common import ColumnOption, show_progress

if TYPE_CHECKING:
    from mtqe.evaluation.check import CheckReport

FAILED = 3


def check(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="RUN|CORPUS",
            help="A run folder; a file with translations, such as PO, XLIFF, TMX or a table with "
            "columns hypothesis:NAME; a folder of such files, such as locale/; or an mtqe.toml (or "
            "its folder) for its test set alone.",
        ),
    ],
    checks: Annotated[
        list[str] | None,
        typer.Option(
            "--checks",
            "-c",
            metavar="NAME",
            show_default="all",
            help="Only this check; repeatable.",
        ),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(
            metavar="CONFIG",
            show_default="default settings",
            help="For a run: take [checks] from this configuration.",
        ),
    ] = None,
    fail_on: Annotated[
        str | None,
        typer.Option(
            metavar="SEVERITY|NAME",
            show_default="never",
            help="Exit 3 on findings of this severity (critical, major, minor) or worse, "
            "or of the check of this name.",
        ),
    ] = None,
    references_as: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            show_default="not checked, but in PO, XLIFF and TMX",
            help="Check the first references as translations, under this name.",
        ),
    ] = None,
    source_language: Annotated[
        str | None,
        typer.Option(
            metavar="TAG",
            show_default="as the file says; en for a folder",
            help="Language of the sources.",
        ),
    ] = None,
    target_language: Annotated[
        str | None,
        typer.Option(
            metavar="TAG", show_default="as the file says", help="Language of the translations."
        ),
    ] = None,
    corpus_format: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="FORMAT", show_default="by its name", help="Format of the file."
        ),
    ] = None,
    column: ColumnOption = None,
    all_findings: Annotated[
        bool, typer.Option("--all", help="List every finding, not the first five of each check.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print findings as JSON.")] = False,
    sarif: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            show_default="not written",
            help="Write SARIF 2.1.0, which code hosts and editors show at the lines of files.",
        ),
    ] = None,
) -> None:
    """Find empty, copied, wrong-language and otherwise broken texts.

    It also finds lost numbers, dates, placeholders, tags and terms. `mtqe run` does the same on
    every run. All checks: https://mtqe.github.io/mtqe/reference/checks/

    Example: mtqe check locale/de.po

    Example: mtqe check app/src/main/res --source-language en --fail-on placeholders

    Example: mtqe check locale --sarif checks.sarif

    Example: mtqe check runs/base --checks numbers --checks placeholders --fail-on critical
    """
    from mtqe.config import DEFAULT_SOURCE
    from mtqe.corpus.languages import parse_languages
    from mtqe.evaluation.check import (
        CorpusFile,
        check_folder,
        check_path,
        fails,
        is_locale_folder,
    )
    from mtqe.report.text.findings import findings_json, findings_text

    names = [name for given in checks or () for name in given.split(",")]
    shown = None if all_findings else 5
    own = source_language or DEFAULT_SOURCE
    if is_locale_folder(path, own) and target_language is None:
        reports = check_folder(
            path,
            own,
            names,
            config=config,
            progress=show_progress(json),
        )
        _write_sarif(sarif, reports, path)
        texts = [findings_json(r) if json else findings_text(r, shown=shown) for r in reports]
        typer.echo(f"[{', '.join(texts)}]" if json else "\n\n".join(texts))
        if fail_on is not None and any(fails(report, fail_on) for report in reports):
            raise typer.Exit(FAILED)
        return
    pair = parse_languages(source_language, target_language)
    how = CorpusFile(pair, corpus_format, references_as, tuple(column or ()))
    found = check_path(
        path,
        names,
        config=config,
        corpus_file=None if how == CorpusFile() else how,
        progress=show_progress(json),
    )
    _write_sarif(sarif, [found], path)
    failed = fail_on is not None and fails(found, fail_on)
    typer.echo(findings_json(found) if json else findings_text(found, shown=shown))
    if failed:
        raise typer.Exit(FAILED)


def _write_sarif(file: Path | None, reports: Sequence[CheckReport], checked: Path) -> None:
    """Write SARIF where it was asked for."""
    if file is None:
        return
    from mtqe.corpus.writers.output import write_text
    from mtqe.report.text.findings_sarif import findings_sarif

    write_text(file, findings_sarif(reports, str(checked)) + "\n")
