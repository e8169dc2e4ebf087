"""Existing translations read from a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mtqe.backends.base import Backend, BackendContext
from mtqe.corpus.base import (
    Corpus,
    Failure,
    HeldSegments,
    Outcome,
    Segment,
    Translation,
)
from mtqe.corpus.readers import Hypotheses, load_documents, load_hypotheses
from mtqe.support.options import parse_options


@dataclass(frozen=True)
class FileOptions:
    """Options of a ``backend = "file"`` system.

    Attributes:
        path: line-aligned text, or a table with segment ids; a file or folder of whole documents
            where the system has `document` or `segmentation`.
        column: the table's column with the hypotheses; ``hypothesis`` or the system's name if not
            given.
        id_column: the table's column with the segment ids; the usual names if not given.
        format: one of ``lines, tsv, csv, jsonl, parquet``; by the file's extension if not given.
        document: whether it holds translations of whole documents.
    """

    path: str
    column: str | None = None
    id_column: str | None = None
    format: str | None = None
    document: bool = False


class FileBackend(Backend):
    """Gives recorded translations; whatever made them is not mtqe's to know."""

    name = "file"
    summary = "nothing: translations that you have"
    cacheable = False

    def __init__(self, options: Mapping[str, Any], context: BackendContext) -> None:
        """Check the options; the file itself is read by `check`."""
        self._options = parse_options(FileOptions, options, f"systems.{context.system}")
        self._system = context.system
        self._path = "-" if self._options.path == "-" else str(context.folder / self._options.path)
        self._segments: Sequence[Segment] = ()
        self._texts: Sequence[str | None] = ()

    def identity(self) -> Mapping[str, str]:
        """The file's name; its content is in the run."""
        name = "standard input" if self._path == "-" else Path(self._path).name
        return {"backend": self.name, "file": name}

    def check(self, corpus: Corpus) -> None:
        """Read the file and match its texts to the corpus.

        Raises:
            DataError: it doesn't belong to the corpus segment by segment.
        """
        read = self._read(corpus)
        self._segments = corpus.segments
        self._texts = read.texts
        self.notes = read.notes

    def _read(self, corpus: Corpus) -> Hypotheses:
        options = self._options
        if options.document:
            return load_documents(
                self._path,
                corpus,
                column=options.column,
                system=self._system,
                format=options.format,
            )
        return load_hypotheses(
            self._path,
            corpus,
            column=options.column,
            id_column=options.id_column,
            system=self._system,
            format=options.format,
        )

    def translate(self, segments: Sequence[Segment]) -> Iterator[Outcome]:
        """Give what `check` read."""
        for segment, text in zip(segments, self._in_order(segments), strict=True):
            if text is None:
                yield Failure(segment.id, self._lacking)
            else:
                yield Translation(segment.id, text)

    def recorded(self, segments: Sequence[Segment]) -> Sequence[Outcome] | None:
        """What `check` read."""
        if type(self).translate is not FileBackend.translate:  # a plug-in's gives others
            return None
        if segments is not self._segments:
            return None
        if not isinstance(segments, HeldSegments):
            return tuple(self.translate(segments))
        from mtqe.corpus.stored import stored_outcomes  # brings numpy

        return stored_outcomes(segments, self._texts, self._lacking)

    @property
    def _lacking(self) -> str:
        what = "document" if self._options.document else "segment"
        return f"the file has no hypothesis for this {what}"

    def _in_order(self, segments: Sequence[Segment]) -> Sequence[str | None]:
        """The texts of segments, which mostly are the whole corpus."""
        if segments is self._segments:
            return self._texts
        by_id = {s.id: text for s, text in zip(self._segments, self._texts, strict=True)}
        return [by_id[segment.id] for segment in segments]
