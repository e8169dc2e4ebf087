"""The documents of a test set, each as one segment: what an engine gets that reads whole ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from mtqe.corpus.base import Corpus, Segment
from mtqe.errors import DataError
from mtqe.support.words import count


def documents_of(corpus: Corpus) -> Mapping[str, tuple[Segment, ...]]:
    """The segments of each document, in the order in which documents begin.

    A test set that names no document is one, under its own name.

    Raises:
        DataError: some segments name a document and others don't.
    """
    found: dict[str, list[Segment]] = {}
    for segment in corpus:
        found.setdefault(segment.document or "", []).append(segment)
    if alone := found.get(""):
        if len(found) > 1:
            raise DataError(
                f"{corpus.name}: {count(len(alone), 'segment')} of {len(corpus):,} name no "
                "document; name one for every segment, or for none."
            )
        return {corpus.name: tuple(alone)}
    return {name: tuple(segments) for name, segments in found.items()}


def has_documents(corpus: Corpus) -> bool:
    """Whether any segment names a document."""
    return any(segment.document for segment in corpus)


def document_corpus(corpus: Corpus, between: str = "\n") -> Corpus:
    """A corpus with a segment per document, whose id is the document's name.

    Args:
        corpus: the test set; references are left out.
        between: what stands between the sources of a document.

    Raises:
        DataError: some segments name a document and others don't.
    """
    segments = tuple(
        Segment(name, between.join(one.source for one in members), document=name)
        for name, members in documents_of(corpus).items()
    )
    return replace(corpus, segments=segments)


def check_document_count(where: str, corpus: Corpus, found: int) -> None:
    """See that there are as many translated documents as the test set has.

    Args:
        where: what messages call the translations.
        corpus: the test set, a segment per document.
        found: number of translated documents.

    Raises:
        DataError: there are not.
    """
    if found != len(corpus):
        raise DataError(
            f"{where}: {count(found, 'document')} for the {count(len(corpus), 'document')} of "
            f"{corpus.name!r}; {_fix(corpus)}"
        )


def _fix(corpus: Corpus) -> str:
    return (
        "put one empty line between documents and none inside them, or give a folder with a file "
        "per document, or a table with the columns document and hypothesis."
        if len(corpus) > 1
        else "name the documents of the test set, too: --document-ids FILE, corpus.documents, or a "
        "column document."
    )


def check_document_names(where: str, corpus: Corpus, names: Sequence[str]) -> None:
    """See that translations are of exactly the documents of a test set.

    Args:
        where: what messages call the translations.
        corpus: the test set, a segment per document.
        names: names of the translated documents.

    Raises:
        DataError: one is missing or unknown; names the first.
    """
    wanted = [segment.id for segment in corpus]
    known, given = set(wanted), set(names)
    unknown = [name for name in names if name not in known]
    missing = [name for name in wanted if name not in given]
    if unknown or missing:
        what = (
            f"there is no translation of document {missing[0]!r}"
            if missing
            else f"the test set has no document {unknown[0]!r}"
        )
        raise DataError(
            f"{where}: {count(len(given), 'document')} for the {count(len(corpus), 'document')} of "
            f"{corpus.name!r}: {what}; use the test set's names of documents."
        )


def ordinals(documents: Iterable[object]) -> list[int]:
    """Each segment's place in its document, from 0; segments without a document share one.

    Args:
        documents: one name a segment; anything but a string where there is none.
    """
    seen: Counter[str | None] = Counter()
    found = []
    for document in documents:
        name = document if isinstance(document, str) else None
        found.append(seen[name])
        seen[name] += 1
    return found
