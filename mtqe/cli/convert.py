"""`mtqe convert`: a corpus from one format into another."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mtqe.cli.common import ColumnOption, say


def convert(
    source: Annotated[
        str,
        typer.Argument(
            metavar="IN",
            help="A file or folder, a run folder, a Moses prefix, or a name: wmt23:zh-en, "
            "hf:wmt/wmt19:zh-en.",
        ),
    ],
    target: Annotated[str, typer.Argument(metavar="OUT", help="A file, or a folder or prefix.")],
    source_format: Annotated[
        str | None,
        typer.Option("--from", metavar="FORMAT", show_default="by its name", help="Format of IN."),
    ] = None,
    target_format: Annotated[
        str | None,
        typer.Option("--to", metavar="FORMAT", show_default="by its name", help="Format of OUT."),
    ] = None,
    source_language: Annotated[
        str | None,
        typer.Option(
            metavar="TAG",
            show_default="as IN says",
            help="Language of the sources; needed where IN doesn't say, or holds several.",
        ),
    ] = None,
    target_language: Annotated[
        str | None,
        typer.Option(metavar="TAG", show_default="as IN says", help="Language of the references."),
    ] = None,
    reference: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            show_default="none",
            help="References, where IN is plain lines; repeatable.",
        ),
    ] = None,
    hypothesis: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=FILE",
            show_default="none",
            help="Add a system's translations; repeat it for each system. In a table, they are in "
            "the column 'hypothesis' or that of the system's name; FILE may be IN itself.",
        ),
    ] = None,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", show_default="IN's", help="Name of the test set.")
    ] = None,
    template: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            show_default="IN, if OUT is of its kind",
            help="Write a copy of this file of translations, such as the source language's, with "
            "the texts in their places.",
        ),
    ] = None,
    system: Annotated[
        str | None,
        typer.Option(
            "--system",
            "-s",
            metavar="NAME",
            show_default="none, or the only one",
            help="Write this system's translations in the place of references.",
        ),
    ] = None,
    column: ColumnOption = None,
    lossy: Annotated[
        bool, typer.Option("--lossy", help="Leave out texts and scores that OUT can't hold.")
    ] = False,
) -> None:
    """Convert a corpus from one format into another.

    Formats: TMX, XLIFF 1 and 2, PO, Qt's .ts, WMT XML, SGM, Moses pairs, TSV, CSV, JSONL, Parquet,
    Excel, .ods, the folders of mt-metrics-eval, programs' texts (JSON, YAML, ARB, strings.xml,
    .strings, .stringsdict, .xcstrings, .properties, .resx), SRT and VTT. mtqe also reads, but does
    not write, runs, plain lines, and the test sets of sacreBLEU and Hugging Face.
    In CSV, mtqe writes an apostrophe before texts that a spreadsheet would take for formulas, and
    removes it when it reads the file; --to csv-exact and --from csv-exact leave texts as they are.
    If OUT cannot hold something, mtqe says so in one line. It leaves texts out only with --lossy.

    Example: mtqe convert memory.tmx pairs.tsv --source-language de --target-language en

    Example: mtqe convert runs/base locale/de.json --template locale/en.json --system engine
    """
    from mtqe.corpus.convert import convert as run
    from mtqe.corpus.dataset import Dataset
    from mtqe.run import MANIFEST, Run, corpus_of, translations_of

    given: str | Dataset = source
    if source_format is None and (Path(source) / MANIFEST).is_file():
        evaluated = Run.read(Path(source))
        corpus = corpus_of(evaluated)
        given = Dataset(corpus, tuple(translations_of(evaluated, corpus)))

    outcome = run(
        given,
        target,
        source_format=source_format,
        target_format=target_format,
        languages=(source_language, target_language),
        references=reference or (),
        hypotheses=hypothesis or (),
        name=name,
        template=template,
        system=system,
        lossy=lossy,
        columns=column or (),
    )
    for note in outcome.notes:
        say(note, err=True)
    if outcome.lost:
        say(f"{target} can't hold: {', '.join(outcome.lost)}.", err=True)
    say(f"{target}: {outcome.summary}")
