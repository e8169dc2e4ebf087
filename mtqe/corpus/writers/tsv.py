"""Translations as TSV: no quoting, so texts with tabs or line breaks are refused."""

from __future__ import annotations

from mtqe.corpus.base import Corpus, Outcome, Segment, Translation, Translations
from mtqe.corpus.segment_names import name_of
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
    rows = [
        (segment, (segment.id, segment.source, _hypothesis(path, segment, outcome)))
        for segment, outcome in zip(corpus, translations.outcomes, strict=True)
    ]
    for segment, row in rows:
        _refuse_unwritable(path, segment, row)
    lines = [HEADER, *(row for _, row in rows)]
    write_text(path, "".join("\t".join(row) + "\n" for row in lines))


def _hypothesis(path: PathLike, segment: Segment, outcome: Outcome) -> str:
    if isinstance(outcome, Translation):
        return outcome.text
    raise DataError(
        f"{path}: {name_of(segment)} has no translation, which TSV cannot say; write JSONL instead."
    )


def _refuse_unwritable(path: PathLike, segment: Segment, row: tuple[str, ...]) -> None:
    for text in row:
        refuse_flaws(path, segment, text)
        if any(character in text for character in "\t\n\r"):
            raise DataError(
                f"{path}: {name_of(segment)} has a tab or line break inside, which TSV cannot "
                "hold; write JSONL instead."
            )
