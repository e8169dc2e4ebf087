"""`mtqe align`: from two raw documents to aligned pairs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

LanguageOption = Annotated[str, typer.Option(metavar="TAG", help="Such as zh or pt-BR.")]


def align(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="SOURCE_DOC", help="Plain text, HTML, DOCX or PDF; or a folder of them."
        ),
    ],
    target: Annotated[
        Path, typer.Argument(metavar="TARGET_DOC", help="Its translation; or a folder.")
    ],
    source_language: LanguageOption,
    target_language: LanguageOption,
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="TSV", help="Where the pairs go (- for stdout)."),
    ],
    level: Annotated[
        Literal["sentence", "paragraph"], typer.Option(help="What is aligned.")
    ] = "sentence",
    method: Annotated[
        Literal["auto", "embeddings", "gale-church"],
        typer.Option(help="auto: embeddings where an encoder knows both languages, else lengths."),
    ] = "auto",
    min_confidence: Annotated[
        float, typer.Option(min=0, max=1, help="Leave out pairs of less confidence.")
    ] = 0.7,
) -> None:
    """Turn two raw documents into a TSV of aligned pairs.

    Boilerplate, captions, navigation, repeats and passages without a counterpart are left out. The
    first columns are source and target; then confidence, cost and the places in both documents
    (paragraph, or paragraph.sentence). A line of plain text that isn't empty is a paragraph.

    Example: mtqe align news.zh.html news.en.html --source-language zh --target-language en
    -o pairs.tsv
    """
    from mtqe.align.alignment import Settings
    from mtqe.align.alignment import align as align_documents
    from mtqe.align.documents import read_document
    from mtqe.align.pairs import table
    from mtqe.corpus.base import LanguagePair
    from mtqe.corpus.writers.output import write_text

    languages = LanguagePair(source_language, target_language)
    settings = Settings(languages, level, method, min_confidence)
    found = align_documents(read_document(source), read_document(target), settings)
    write_text(output, table(found.pairs))
    for line in found.summary():
        typer.echo(f"mtqe: {line}", err=True)
