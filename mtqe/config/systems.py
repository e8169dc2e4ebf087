"""Systems: backends under the names of what they make translate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mtqe.backends.base import Backend
from mtqe.corpus.base import Corpus
from mtqe.corpus.documents import document_corpus, has_documents
from mtqe.errors import DataError
from mtqe.support.languages import between_sentences

if TYPE_CHECKING:
    from mtqe.align.segmentation.methods import Method


@dataclass(frozen=True)
class System:
    """A backend under the name of the system that it makes translate.

    Attributes:
        segmentation: how its translations of whole documents are cut; None where it translates
            segments one by one.
    """

    name: str
    backend: Backend
    segmentation: Method | None = None

    def input(self, corpus: Corpus) -> Corpus:
        """What the backend translates: the corpus, or one with a segment per document.

        Raises:
            DataError: an engine that reads whole documents gets a test set that names none.
        """
        if self.segmentation is None:
            return corpus
        if self.backend.cacheable and not has_documents(corpus):
            raise DataError(
                f"system {self.name!r} translates whole documents, and {corpus.name!r} names none; "
                "add a column document or corpus.documents, or remove `document`."
            )
        one_line = self.backend.one_line
        between = between_sentences(corpus.languages.source) if one_line else "\n"
        return document_corpus(corpus, between)
