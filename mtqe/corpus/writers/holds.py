"""What a format can hold of a dataset, and what is lost where it can't."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mtqe.corpus.base import Corpus, Segment
from mtqe.corpus.dataset import Dataset
from mtqe.corpus.formats import Holds
from mtqe.corpus.readers.ids import content_ids
from mtqe.errors import DataError
from mtqe.support.words import count


def fitted(name: str, dataset: Dataset, holds: Holds, *, lossy: bool) -> tuple[Dataset, list[str]]:
    """A dataset without what a format can't hold, and the names of what was left out.

    Labels (ids, documents, metadata) are left out; texts and scores only where that is wanted.

    Args:
        name: what messages call the output.
        dataset: what is to be written.
        holds: what the format can hold.
        lossy: whether texts and scores may be left out too.

    Raises:
        DataError: texts or scores would be lost, unasked.
    """
    texts = list(_lost_texts(dataset, holds))
    if texts and not lossy:
        raise DataError(
            f"{name}: this format can't hold {', '.join(texts)}; write JSONL, or leave that out "
            "with --lossy."
        )
    lost = [*texts, *_lost_labels(dataset.corpus, holds)]
    corpus = dataset.corpus
    segments = tuple(_fitted(segment, holds) for segment in corpus)
    if not holds.ids:
        sources = [segment.source for segment in corpus]
        ids = zip(segments, content_ids(sources), strict=True)
        segments = tuple(replace(segment, id=identifier) for segment, identifier in ids)
    kept = Dataset(
        replace(corpus, segments=segments),
        dataset.systems if holds.systems else (),
        dataset.human if holds.human else (),
    )
    return kept, lost


def _fitted(segment: Segment, holds: Holds) -> Segment:
    metadata = {key: value for key, value in segment.metadata.items() if holds.metadata(key)}
    references = segment.references[: holds.references]
    if not holds.empty:
        references = tuple(text or None for text in references)
    document = segment.document if holds.documents else None
    return replace(segment, references=references, document=document, metadata=metadata)


def _lost_texts(dataset: Dataset, holds: Holds) -> Iterator[str]:
    corpus = dataset.corpus
    width = max(len(segment.references) for segment in corpus)
    if holds.references is not None and width > holds.references:
        yield (
            f"{width} references"
            if holds.references == 0
            else f"more than one of {width} references"
        )
    if dataset.systems and not holds.systems:
        yield f"the translations of {count(len(dataset.systems), 'system')}"
    if dataset.human and not holds.human:
        yield "human scores"


def _lost_labels(corpus: Corpus, holds: Holds) -> Iterator[str]:
    made = content_ids([segment.source for segment in corpus])
    if not holds.ids and [segment.id for segment in corpus] != made:
        yield "ids"
    if not holds.documents and any(segment.document is not None for segment in corpus):
        yield "documents"
    if lost := [name for name in corpus.slice_columns if not holds.metadata(name)]:
        yield f"metadata ({', '.join(lost)})"
    empty = sum(text == "" for segment in corpus for text in segment.references)
    if empty and not holds.empty:
        yield f"{count(empty, 'empty reference')}, now lacking"
