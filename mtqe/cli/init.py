"""`mtqe init`: a first configuration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mtqe.cli.common import ColumnOption

if TYPE_CHECKING:
    from mtqe.config.propose import Proposal
    from mtqe.corpus.readers import ColumnMapping

ABSENT = "corpus.tsv"
"""What the test set is called where none is found."""


def init(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it.")] = Path(
        "mtqe.toml"
    ),
    corpus: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            show_default="found beside FILE, or asked for",
            help="One file with sources and references.",
        ),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            show_default="found beside FILE",
            help="Instead of --corpus: a file with one source per line.",
        ),
    ] = None,
    reference: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            show_default="found beside FILE",
            help="With --source: a file with one reference per line; repeatable.",
        ),
    ] = None,
    hypothesis: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=FILE",
            show_default="found beside FILE",
            help="A system's name and its existing translations; repeat it for each system. FILE "
            "may be --corpus itself, with a column of the system's name.",
        ),
    ] = None,
    source_language: Annotated[
        str | None,
        typer.Option(
            metavar="TAG",
            show_default="found in names, or asked for",
            help="A language tag, such as en or pt-BR.",
        ),
    ] = None,
    target_language: Annotated[
        str | None,
        typer.Option(
            metavar="TAG",
            show_default="found in names, or asked for",
            help="A language tag, such as es.",
        ),
    ] = None,
    backend: Annotated[
        str | None,
        typer.Option(
            metavar="apertium|command|transformers|file",
            show_default="file where translations are found, or asked for",
            help="Backend of the first system.",
        ),
    ] = None,
    column: ColumnOption = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
) -> None:
    """Write a commented mtqe.toml; proposes what lies beside it.

    mtqe looks for a test set, for translations (in hypotheses/, for example) and for languages in
    names. Of a folder's only table, it proposes the columns too, such as German and English. It
    asks for what neither options nor files say; without a terminal, an answer may come from
    standard input. Paths are relative to the folder of FILE.

    Example: mtqe init --corpus corpus.tsv --source-language en --target-language es
    --backend apertium
    """
    from mtqe.config.propose import propose
    from mtqe.config.template import Answers, write_config
    from mtqe.corpus.readers.columns import parse_columns
    from mtqe.support.options import name_and_file

    found = propose(path.parent)
    if corpus is None and source is None:
        source, reference = found.source, reference or list(found.references)
        if source is None:
            question = "File with sources and references"
            corpus = _ask(question, "--corpus", found.corpus, found.corpus or ABSENT)
    columns = parse_columns(column or ())
    if corpus == found.corpus and columns.source is None and found.columns:
        columns = _ask_columns(columns, found)
    given = dict(name_and_file(text, "--hypothesis") for text in hypothesis or ())
    hypotheses = given or dict(found.hypotheses)
    recorded = found.systems if corpus == found.corpus else ()
    source_tag = source_language or _ask(
        "Source language, such as en", "--source-language", found.source_language
    )
    target_tag = target_language or _ask(
        "Target language, such as es", "--target-language", found.target_language
    )
    if backend is None and not hypotheses and not recorded:
        options = "--backend, or --hypothesis for translations that you have"
        backend = _ask("Backend of the first system", options, None, "apertium")
    answers = Answers(
        source_tag,
        target_tag,
        backend,
        corpus,
        source,
        tuple(reference or ()),
        hypotheses,
        recorded,
        columns,
    )
    write_config(path, answers, force=force)
    for name, file in hypotheses.items():
        typer.echo(f"system {name}: {file}")
    first = "correct the system in it, then " if answers.example else ""
    typer.echo(f"{path} written; {first}`mtqe run {path}` runs it")


def _ask_columns(columns: ColumnMapping, found: Proposal) -> ColumnMapping:
    """The columns of sources and references; the latter may be none.

    Where nobody answers, columns that are called after languages are taken, and no others.
    """
    typer.echo(f"{found.corpus} has the columns {', '.join(found.columns)}", err=True)
    first = found.named or found.columns
    source = _ask_column("Column of the sources", found.named[:1], first[0], found.columns)
    if source is None:
        return columns
    columns = replace(columns, source=source)
    others = [name for name in first if name != source]
    if columns.references is not None or not others:
        return columns
    question = "Column of the references, - for none"
    reference = _ask_column(question, found.named[1:], others[0], (*found.columns, "-"))
    if reference is None:
        return columns
    return replace(columns, references=() if reference == "-" else (reference,))


def _ask_column(
    question: str, found: Sequence[str], default: str, known: Sequence[str]
) -> str | None:
    """One of a table's columns; what was found, if anything, where nobody answers."""
    from mtqe.errors import ConfigError
    from mtqe.support.options import suggestion

    try:
        answer: str = typer.prompt(question, default=default, err=True)
    except typer.Abort:
        typer.echo(err=True)
        return next(iter(found), None)
    if answer not in known:
        raise ConfigError(f"there is no column {answer!r}; {suggestion(answer, known)}")
    return answer


def _ask(question: str, option: str, found: str | None, default: str | None = None) -> str:
    """An answer; what was found, where nobody answers.

    Raises:
        ConfigError: nobody answers, and nothing was found.
    """
    from mtqe.errors import ConfigError

    try:
        answer: str = typer.prompt(question, default=found or default, err=True)
    except typer.Abort:
        if found is None:
            typer.echo(err=True)
            raise ConfigError(f"nobody answers; give {option}.") from None
        typer.echo(err=True)
        return found
    return answer
