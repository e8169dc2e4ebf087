"""Every format that a whole dataset can be written in."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePath
from types import MappingProxyType
from typing import cast

from mtqe.corpus.dataset import UNKNOWN_LANGUAGE, Dataset
from mtqe.corpus.readers.datasets import EXTENSIONS
from mtqe.corpus.readers.formats import LINES, format_of
from mtqe.corpus.text import PathLike, label
from mtqe.corpus.writers.holds import Holds, fitted, no_name
from mtqe.corpus.writers.metrics_eval import is_domain
from mtqe.corpus.writers.wmt_xml import is_attribute
from mtqe.errors import DataError

Writer = Callable[[PathLike, Dataset], None]


@dataclass(frozen=True)
class Format:
    """How a format is written.

    Attributes:
        writer: ``module:function``.
        holds: what it can hold.
        languages: whether it names the languages, so that they must be known.
    """

    writer: str
    holds: Holds
    languages: bool = True


def _table(function: str, *, empty: bool = False) -> Format:
    holds = Holds(references=None, systems=True, human=True, empty=empty)
    return Format(f"mtqe.corpus.writers.tables:{function}", holds, languages=False)


WRITERS: Mapping[str, Format] = MappingProxyType(
    {
        "tsv": _table("write_dataset_tsv"),
        "csv": _table("write_dataset_csv"),
        "jsonl": _table("write_dataset_jsonl", empty=True),
        "parquet": _table("write_dataset_parquet", empty=True),
        "xlsx": _table("write_dataset_excel"),
        "tmx": Format("mtqe.corpus.writers.tmx:write_tmx", Holds(references=None)),
        "xliff": Format("mtqe.corpus.writers.xliff:write_xliff", Holds()),
        "xliff2": Format("mtqe.corpus.writers.xliff:write_xliff2", Holds()),
        "po": Format("mtqe.corpus.writers.po:write_po", Holds()),
        "wmt-xml": Format(
            "mtqe.corpus.writers.wmt_xml:write_wmt_xml",
            Holds(references=None, systems=True, metadata=is_attribute),
        ),
        "sgm": Format(
            "mtqe.corpus.writers.sgm:write_sgm",
            Holds(references=None, systems=True, metadata=is_attribute),
        ),
        "moses": Format(
            "mtqe.corpus.writers.moses:write_moses",
            Holds(ids=False, documents=False, metadata=no_name),
        ),
        "mt-metrics-eval": Format(
            "mtqe.corpus.writers.metrics_eval:write_metrics_eval",
            Holds(references=None, systems=True, human=True, ids=False, metadata=is_domain),
        ),
    }
)


def write_dataset(
    path: PathLike,
    dataset: Dataset,
    *,
    format: str | None = None,  # noqa: A002
    lossy: bool = False,
) -> tuple[str, ...]:
    """Write a dataset.

    Args:
        path: a file, or for some formats a folder or prefix.
        dataset: what to write.
        format: one of `WRITERS`; else the name decides.
        lossy: leave out texts and scores that the format can't hold.

    Returns:
        What was left out, in words; ids, documents and metadata are left out unasked.

    Raises:
        DataError: the format is unknown, or can't hold a text exactly as it is.
    """
    chosen = format or output_format(path)
    if chosen not in WRITERS:
        raise DataError(
            f"{label(path)}: {repr(format) if format else 'its name'} stands for no format "
            f"that can be written; name one of {', '.join(WRITERS)}."
        )
    wanted = WRITERS[chosen]
    if wanted.languages and UNKNOWN_LANGUAGE in (
        dataset.corpus.languages.source,
        dataset.corpus.languages.target,
    ):
        raise DataError(
            f"{label(path)}: this format names its languages; say them with --source-language and "
            "--target-language."
        )
    kept, lost = fitted(label(path), dataset, wanted.holds, lossy=lossy)
    module, _, function = wanted.writer.partition(":")
    try:
        cast(Writer, getattr(import_module(module), function))(path, kept)
    except DataError as error:
        text = str(error)
        raise DataError(text if label(path) in text else f"{label(path)}: {text}") from error
    return tuple(lost)


def output_format(path: PathLike) -> str:
    """The format that an output's name stands for; ``lines``, which nothing writes, for none."""
    suffix = PurePath(os.fspath(path).lower().removesuffix(".gz")).suffix
    return EXTENSIONS.get(suffix) or format_of(path) or LINES
