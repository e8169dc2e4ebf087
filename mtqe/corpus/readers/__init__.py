"""Readers of corpora and translations: strict, so that nothing is ever silently misaligned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mtqe.support.lazy import lazy_names

if TYPE_CHECKING:
    from mtqe.corpus.readers.columns import ColumnMapping
    from mtqe.corpus.readers.corpora import read_table
    from mtqe.corpus.readers.datasets import is_name, read_dataset
    from mtqe.corpus.readers.documents import load_documents
    from mtqe.corpus.readers.hypotheses import Hypotheses, load_hypotheses, read_hypotheses
    from mtqe.corpus.readers.lines import read_lines, read_parallel
    from mtqe.corpus.readers.tables import format_of

__all__ = [
    "ColumnMapping",
    "Hypotheses",
    "format_of",
    "is_name",
    "load_documents",
    "load_hypotheses",
    "read_dataset",
    "read_hypotheses",
    "read_lines",
    "read_parallel",
    "read_table",
]

if not TYPE_CHECKING:  # which would take any name for one of the package's
    __getattr__ = lazy_names(
        __name__,
        {
            "mtqe.corpus.readers.columns": ("ColumnMapping",),
            "mtqe.corpus.readers.corpora": ("read_table",),
            "mtqe.corpus.readers.datasets": (
                "is_name",
                "read_dataset",
            ),
            "mtqe.corpus.readers.documents": ("load_documents",),
            "mtqe.corpus.readers.hypotheses": (
                "Hypotheses",
                "load_hypotheses",
                "read_hypotheses",
            ),
            "mtqe.corpus.readers.lines": (
                "read_lines",
                "read_parallel",
            ),
            "mtqe.corpus.readers.tables": ("format_of",),
        },
    )
