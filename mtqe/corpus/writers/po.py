"""Gettext PO files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise

from mtqe.corpus.base import Corpus, Segment
from mtqe.corpus.dataset import Dataset
from mtqe.corpus.readers.ids import content_ids
from mtqe.corpus.readers.po import COMMENT
from mtqe.corpus.text import PathLike
from mtqe.corpus.writers.output import refuse_flaws, write_text

ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
PLAIN = re.compile(r"(?!mtqe )[!-~](?:[ -~]*[!-~])?")
"""Notes that can stand in a comment as they are, and come back so."""


def write_po(path: PathLike, dataset: Dataset) -> None:
    """Write an entry a segment; ids that aren't made from the sources are message contexts.

    What PO has no place for stands in a comment that begins with ``#. mtqe``.

    Raises:
        DataError: a text holds a NUL or lone surrogate, or the file can't be written.
    """
    corpus = dataset.corpus
    for segment in corpus:
        for text in (segment.id, segment.source, *segment.present_references):
            refuse_flaws(path, segment.id, text)
    made = content_ids([segment.source for segment in corpus])
    seen: set[str] = set()
    entries = [_header(corpus)]
    for segment, own in zip(corpus, made, strict=True):
        # Two entries of one message and no context, or one with an empty message, are no valid PO.
        plain = segment.id == own and segment.source not in seen and segment.source != ""
        entries.append(_entry(segment, None if plain else segment.id))
        seen.add(segment.source)
    write_text(path, "\n".join(entries))


def _header(corpus: Corpus) -> str:
    fields = {
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": corpus.languages.target,
        "X-Source-Language": corpus.languages.source,
        "X-Generator": "mtqe",
    }
    text = "".join(f"{name}: {value}\n" for name, value in fields.items())
    return f'msgid ""\n{_string("msgstr", text)}'


def _entry(segment: Segment, context: str | None) -> str:
    lines = list(_comments(segment))
    if context is not None:
        lines.append(_string("msgctxt", context))
    lines.append(_string("msgid", segment.source))
    lines.append(_string("msgstr", "".join(segment.present_references[:1])))
    return "".join(lines)


def _comments(segment: Segment) -> Iterator[str]:
    metadata = dict(segment.metadata)
    if PLAIN.fullmatch(metadata.get("note", "")):
        yield f"#. {metadata.pop('note')}\n"
    fuzzy = metadata.get("fuzzy") == "yes" and metadata.pop("fuzzy")
    if metadata or segment.document is not None:
        ours = {"document": segment.document, "metadata": metadata}
        yield f"#. {COMMENT}{json.dumps(ours)}\n"
    if fuzzy:
        yield "#, fuzzy\n"


def _string(keyword: str, text: str) -> str:
    """A keyword with its string, over several lines where the text has several."""
    escaped = re.sub(r'[\\"\n\t\r]', lambda match: ESCAPES[match[0]], text)
    ends = [
        0,
        *(match.end() for match in re.finditer(r"(?<!\\)(?:\\\\)*\\n", escaped)),
        len(escaped),
    ]
    parts = [escaped[start:end] for start, end in pairwise(ends) if end > start]
    if len(parts) < 2:
        return f'{keyword} "{escaped}"\n'
    return f'{keyword} ""\n' + "".join(f'"{part}"\n' for part in parts)
