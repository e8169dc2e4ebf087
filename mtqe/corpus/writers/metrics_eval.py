"""The folder layout of mt-metrics-eval."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mtqe.corpus.dataset import Dataset
from mtqe.corpus.readers.metrics_eval import MISSING, SEGMENT_SCORES
from mtqe.corpus.text import PathLike
from mtqe.corpus.writers.output import write_text
from mtqe.corpus.writers.wmt_xml import translator
from mtqe.errors import DataError

DOMAIN = "domain"


def write_metrics_eval(path: PathLike, dataset: Dataset) -> None:
    """Write sources, references, documents, translations and human scores, one file each.

    Raises:
        DataError: a text has a line break, a translation is missing, or a file can't be written.
    """
    for file, lines in list(_files(dataset)):
        target = Path(path) / file
        for number, line in enumerate(lines, 1):
            if "\n" in line or "\r" in line or "\0" in line:
                raise DataError(
                    f"{target}, line {number}: a line break inside a text, which this layout "
                    "cannot hold; write JSONL instead."
                )
    for file, lines in _files(dataset):
        target = Path(path) / file
        target.parent.mkdir(parents=True, exist_ok=True)
        write_text(target, "".join(line + "\n" for line in lines))


def _files(dataset: Dataset) -> Iterator[tuple[str, list[str]]]:
    corpus = dataset.corpus
    pair = str(corpus.languages)
    yield f"sources/{pair}.txt", [segment.source for segment in corpus]
    for index in range(len(corpus[0].references)):
        texts = [segment.references[index] or "" for segment in corpus]
        yield f"references/{pair}.ref{translator(index)}.txt", texts
    if any(segment.document is not None or segment.metadata for segment in corpus):
        rows = [f"{s.metadata.get(DOMAIN, '')}\t{s.document or ''}" for s in corpus]
        yield f"documents/{pair}.docs", rows
    for system in dataset.systems:
        if any(text is None for text in system.hypotheses):
            raise DataError(
                f"{system.system} lacks translations, which this layout cannot say; write JSONL."
            )
        texts = [text or "" for text in system.hypotheses]
        yield f"system-outputs/{pair}/{system.system}.txt", texts
    for human in dataset.human:
        lines = [
            f"{name}\t{MISSING if score is None else score}"
            for name, scores in human.systems.items()
            for score in scores
        ]
        yield f"human-scores/{pair}.{human.kind}{SEGMENT_SCORES}", lines
