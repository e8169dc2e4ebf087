"""Moses pairs: a file of sources and one of references."""

from __future__ import annotations

from mtqe.corpus.dataset import Dataset
from mtqe.corpus.readers.moses import moses_files
from mtqe.corpus.segment_names import name_of
from mtqe.corpus.text import PathLike
from mtqe.corpus.writers.output import write_text
from mtqe.errors import DataError


def write_moses(path: PathLike, dataset: Dataset) -> None:
    """Write ``PATH.de`` and ``PATH.en``, one segment per line.

    Raises:
        DataError: a text has a line break inside, or there is no reference to write.
    """
    corpus = dataset.corpus
    if not corpus[0].references:
        raise DataError(f"{path}: a Moses pair needs references, and there are none.")
    columns = (
        [segment.source for segment in corpus],
        [segment.references[0] or "" for segment in corpus],
    )
    for segment, *texts in zip(corpus, *columns, strict=True):
        if any(mark in text for text in texts for mark in ("\n", "\r", "\0")):
            raise DataError(
                f"{path}: {name_of(segment)} has a line break inside, which line-aligned "
                "text cannot hold; write JSONL instead."
            )
    for file, texts in zip(moses_files(path, corpus.languages), columns, strict=True):
        write_text(file, "".join(text + "\n" for text in texts))
