"""Translations as TSV: no quoting, so texts with tabs or line breaks are refused."""

from __future__ import annotations

from mtqe.corpus.base import Corpus, Outcome, Translation, Translations
from mtqe.corpus.text import PathLike
from mtqe.corpus.writers.output import refuse_flaws, write_text
from mtqe.errors import DataError

HEADER = ("segment_id", "source", "hypothesis")


def write_tsv(path: PathLike, corpus: Corpus, translations: Translations) -> None:
    """Write one row a segment: ``segment_id``, ``source``, ``hypothesis``.

    Raises:
        DataError: a text holds a tab, line break, NUL or lone surrogate, or a segment has no
            translation, none of which TSV can say; or the file can't be written.
    """
    rows = [HEADER]
    rows += [
        (segment.id, segment.source, _hypothesis(path, outcome))
        for segment, outcome in zip(corpus, translations.outcomes, strict=True)
    ]
    for row in rows:
        _refuse_unwritable(path, row)
    write_text(path, "".join("\t".join(row) + "\n" for row in rows))


def _hypothesis(path: PathLike, outcome: Outcome) -> str:
    if isinstance(outcome, Translation):
        return outcome.text
    raise DataError(
        f"{path}: segment {outcome.segment_id!r} has no translation, which TSV cannot say; "
        "write JSONL instead."
    )


def _refuse_unwritable(path: PathLike, row: tuple[str, ...]) -> None:
    for text in row:
        refuse_flaws(path, row[0], text)
        if any(character in text for character in "\t\n\r"):
            raise DataError(
                f"{path}: segment {row[0]!r} has a tab or line break inside, which TSV cannot "
                "hold; write JSONL instead."
            )
