"""`mtqe align`: from two raw documents to aligned pairs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from mtqe.cli.common import say

if TYPE_CHECKING:
    from mtqe.align.alignment import Alignment, AlignmentSettings

LanguageOption = Annotated[
    str, typer.Option(metavar="TAG", help="A language tag, such as zh or pt-BR.")
]


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
        typer.Option(
            "--output",
            "-o",
            metavar="TSV",
            help="Where to write the pairs: a file, or a folder for two folders.",
        ),
    ],
    review: Annotated[
        Path | None,
        typer.Option(
            metavar="HTML",
            show_default="not written",
            help="Also write a page to confirm, split, merge and drop pairs; for folders, a folder "
            "of such pages.",
        ),
    ] = None,
    level: Annotated[
        Literal["sentence", "paragraph"],
        typer.Option(metavar="sentence|paragraph", help="What to align."),
    ] = "sentence",
    method: Annotated[
        Literal["auto", "embeddings", "gale-church"],
        typer.Option(
            metavar="auto|embeddings|gale-church",
            help="auto: embeddings where an encoder knows both languages, else lengths.",
        ),
    ] = "auto",
    min_confidence: Annotated[
        float, typer.Option(metavar="X", min=0, max=1, help="Leave out pairs of less confidence.")
    ] = 0.5,
) -> None:
    """Turn two raw documents into a TSV of aligned pairs.

    mtqe leaves out boilerplate, captions, navigation, repeats and passages without a counterpart.
    The columns are source, target, confidence, cost and the places in both documents (paragraph, or
    paragraph.sentence). In plain text, each line that is not empty is a paragraph. If you give two
    folders, mtqe first pairs their documents by content.

    Example: mtqe align news.zh.html news.en.html --source-language zh --target-language en
    -o pairs.tsv
    """
    from mtqe.align.alignment import AlignmentSettings
    from mtqe.corpus.base import LanguagePair
    from mtqe.errors import ConfigError
    from mtqe.support.languages import language

    languages = LanguagePair(
        language(source_language, "--source-language"),
        language(target_language, "--target-language"),
    )
    for folder, other in ((source, target), (target, source)):
        if folder.is_dir() and not other.is_dir():
            raise ConfigError(
                f"{folder} is a folder but {other} is not; give two documents or two folders."
            )
    settings = AlignmentSettings(languages, level, method, min_confidence)
    if source.is_dir() and target.is_dir():
        _align_folders(source, target, output, review, settings)
    else:
        _align_documents(source, target, output, review, settings)


def _align_documents(
    source: Path, target: Path, output: Path, review: Path | None, settings: AlignmentSettings
) -> None:
    from mtqe.align.alignment import align as align_documents
    from mtqe.align.documents.reading import read_document

    _write(align_documents(read_document(source), read_document(target), settings), output, review)


def _align_folders(
    source: Path, target: Path, output: Path, review: Path | None, settings: AlignmentSettings
) -> None:
    """Write a TSV for each pair of documents, under the source's name, into a folder.

    Review pages are written where they are asked for, into a folder of their own.
    """
    from mtqe.align.alignment import align as align_documents
    from mtqe.align.alignment import encoders_for
    from mtqe.align.folders import pair_folders

    encoders = encoders_for(settings)
    pairing = pair_folders(source, target, settings.languages, encoders)
    for folder in filter(None, (output, review)):
        _make_folder(folder)
    for ours, theirs in pairing.pairs:
        say(f"mtqe: {ours.name} and {theirs.name}", err=True)
        found = align_documents(ours, theirs, settings, encoders)
        page = review / f"{ours.name}.html" if review else None
        _write(found, output / f"{ours.name}.tsv", page)
    for name in pairing.alone:
        say(f"mtqe: {name} has no counterpart", err=True)


def _make_folder(folder: Path) -> None:
    from mtqe.errors import DataError

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(
            f"{folder}: can't be made a folder ({error.strerror}); name another place."
        ) from error


def _write(found: Alignment, output: Path, review: Path | None) -> None:
    from mtqe.align.pairs import table
    from mtqe.align.review import write_review
    from mtqe.corpus.writers.output import write_text

    write_text(output, table(found.pairs))
    if review is not None:
        write_review(found, review)
    for line in found.summary():
        say(f"mtqe: {line}", err=True)
