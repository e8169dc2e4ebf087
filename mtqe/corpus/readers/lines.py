"""Line-aligned text: one file for the sources, one for each reference."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from mtqe.corpus.base import Corpus, LanguagePair, Place, Segment
from mtqe.corpus.dataset import NO_SOURCES, NO_TARGET_LANGUAGE, UNKNOWN_LANGUAGE, text_notes
from mtqe.corpus.large_lines import HeldLines, load_many_lines
from mtqe.corpus.readers.columns import check_reading
from mtqe.corpus.readers.ids import check_ids, content_ids
from mtqe.corpus.text import (
    STDIN,
    Lines,
    PathLike,
    label,
    load_lines,
)
from mtqe.errors import DataError
from mtqe.support.words import count


def read_lines(path: PathLike) -> tuple[str, ...]:
    """Read a text file's lines, or standard input's for ``-``, as `load_lines` defines them.

    Raises:
        DataError: the file can't be read, isn't UTF-8, holds a NUL, or mixes line ends.
    """
    return load_lines(path).texts


def read_parallel(
    source: PathLike | None,
    references: PathLike | Sequence[PathLike] = (),
    *,
    name: str,
    languages: LanguagePair,
    ids: PathLike | None = None,
    documents: PathLike | None = None,
) -> Corpus:
    """Read a corpus from files whose equal lines belong together.

    Args:
        source: the sources; here and below, ``-`` may stand once for standard input. None where
            they are not known: then ids are made from the first references.
        references: a file, or any number of files; an empty line means that the segment lacks
            this reference.
        name: what reports call the corpus.
        languages: the direction of translation.
        ids: the segments' ids; without them, ids are made from the sources (see `content_ids`).
        documents: the segments' documents; an empty line means none.

    Raises:
        DataError: a file can't be read, is empty or differs in length, or an id is repeated.
    """
    if isinstance(references, str | os.PathLike):
        references = [references]
    for path in (source, *references, ids, documents):
        check_reading("" if path is None else path, name, languages)
    extra = [path for path in (ids, documents) if path is not None]
    if source is None and not references:
        raise DataError("without sources there must be references; name a file of either.")
    paths = [*([] if source is None else [source]), *references, *extra]
    if [os.fspath(path) for path in paths].count(STDIN) > 1:
        raise DataError("standard input can stand for one file only; name the others.")
    roles = [*([] if source is None else [False]), *[True] * len(references)]
    roles += [path is documents for path in extra]
    files = [load_many_lines(path, optional=role) for path, role in zip(paths, roles, strict=True)]
    _check_lengths(paths, files)
    others = files if source is None else files[1:]
    notes = [note for lines in files for note in lines.notes]
    if source is None:
        notes.append(NO_SOURCES)
    if languages.target == UNKNOWN_LANGUAGE:
        notes.append(NO_TARGET_LANGUAGE)
    columns = [_optional(lines) for lines in others[: len(references)]]
    given = None if ids is None else _ids(ids, others[len(references)])
    named = _optional(files[-1]) if documents is not None else None
    segments: Sequence[Segment]
    if any(isinstance(lines, HeldLines) for lines in files):
        from mtqe.corpus.readers.large import large_segments  # brings numpy

        segments = large_segments(
            files[0].texts,
            columns,
            LineOf(label(paths[0])),
            ids=given,
            documents=named,
            has_sources=source is not None,
        )
    else:
        texts = [text or "" for text in files[0].texts]
        segments = tuple(
            Segment(str(name), text, row, document, {}, place)
            for name, text, row, document, place in zip(
                content_ids(texts) if given is None else given,
                [""] * len(texts) if source is None else texts,
                zip(*columns, strict=True) if columns else [()] * len(texts),
                [None] * len(texts) if named is None else named,
                line_places(label(paths[0]), len(texts)),
                strict=True,
            )
        )
    sources = () if source is None else files[0].texts
    return Corpus(name, languages, segments, (*notes, *text_notes(sources, columns)))


@dataclass(frozen=True)
class LineOf:
    """The places of segments that are a line of a file each, by their rows from 0.

    Attributes:
        name: the file.
    """

    name: str

    def __call__(self, row: int) -> Place:
        """The place of a row."""
        return Place(f"line {row + 1}", self.name, row + 1)


def line_places(name: str, lines: int) -> list[Place]:
    """The places of segments that are a line of a file each.

    Args:
        name: the file.
        lines: their number.
    """
    return list(map(LineOf(name), range(lines)))


def _optional(lines: Lines | HeldLines) -> Sequence[str | None]:
    if isinstance(lines, HeldLines):  # which has None already
        return lines.texts
    return [text or None for text in lines.texts]


def _ids(path: PathLike, lines: Lines | HeldLines) -> Sequence[str | None]:
    check_ids(label(path), "line", lines.texts, lambda index: index + 1)
    return lines.texts


def _check_lengths(paths: Sequence[PathLike], files: Sequence[Lines | HeldLines]) -> None:
    first = files[0].texts
    if not first:
        raise DataError(f"{label(paths[0])}: holds no segments; add at least one line.")
    for path, lines in zip(paths[1:], files[1:], strict=True):
        if len(lines.texts) != len(first):
            raise DataError(unequal(label(paths[0]), first, label(path), lines.texts))


def unequal(
    name: str,
    texts: Sequence[str | None],
    other: str,
    lines: Sequence[str | None],
    noun: str = "line",
) -> str:
    """The sentence for texts and lines of different number: both counts, and what has no partner.

    Which of the two is wrong can't be told, so it blames neither.

    Args:
        name: what the message calls the texts, a file or a corpus.
        texts: what there should be a line for.
        other: what the message calls the file of lines.
        lines: its lines.
        noun: what one of the texts is, in the singular.
    """
    first_ends = len(texts) < len(lines)
    longer, rest, unit = (other, lines, "line") if first_ends else (name, texts, noun)
    place = min(len(texts), len(lines))
    shown = _shorten(rest[place] or "")
    return (
        f"{name} has {count(len(texts), noun)} but {other} has {count(len(lines), 'line')}, so "
        f"{unit} {place + 1:,} of {longer} ({shown!r}) has no partner; find the "
        "line that is missing or too many, for every file has one line per segment."
    )


def _shorten(text: str, width: int = 40) -> str:
    return text if len(text) <= width else text[:width] + "…"
