"""Readers of corpora and translations: strict, so that nothing is ever silently misaligned."""

from mtqe.corpus.readers.columns import ColumnMapping
from mtqe.corpus.readers.corpora import read_table
from mtqe.corpus.readers.datasets import DATASET_FORMATS, dataset_format, is_name, read_dataset
from mtqe.corpus.readers.formats import FORMATS, format_of
from mtqe.corpus.readers.hypotheses import Hypotheses, load_hypotheses, read_hypotheses
from mtqe.corpus.readers.lines import read_lines, read_parallel

__all__ = [
    "DATASET_FORMATS",
    "FORMATS",
    "ColumnMapping",
    "Hypotheses",
    "dataset_format",
    "format_of",
    "is_name",
    "load_hypotheses",
    "read_dataset",
    "read_hypotheses",
    "read_lines",
    "read_parallel",
    "read_table",
]
