"""Translations as JSON Lines, which hold any text and say why a translation is missing."""

from __future__ import annotations

import json

from mtqe.corpus.base import Corpus, Outcome, Segment, Translation, Translations
from mtqe.corpus.text import PathLike
from mtqe.corpus.writers.output import refuse_flaws, write_text


def write_jsonl(path: PathLike, corpus: Corpus, translations: Translations) -> None:
    """Write one object a segment: ``segment_id``, ``source``, ``hypothesis``.

    A failure's ``hypothesis`` is null and its reason stands in ``failure``.

    Raises:
        DataError: a text holds a NUL or lone surrogate, or the file can't be written.
    """
    pairs = zip(corpus, translations.outcomes, strict=True)
    lines = [_line(path, segment, outcome) for segment, outcome in pairs]
    write_text(path, "".join(line + "\n" for line in lines))


def _line(path: PathLike, segment: Segment, outcome: Outcome) -> str:
    record: dict[str, str | None] = {"segment_id": segment.id, "source": segment.source}
    if isinstance(outcome, Translation):
        record["hypothesis"] = outcome.text
    else:
        record |= {"hypothesis": None, "failure": outcome.reason}
    for value in record.values():
        refuse_flaws(path, segment, value or "")
    return json.dumps(record, ensure_ascii=False)
