"""Formats of corpora: one entry per built-in format, then the entry points ``mtqe.formats``."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import Any

from mtqe.corpus.base import LanguagePair
from mtqe.corpus.formats import Format, Holds, attribute_name, domain_alone, no_name, qt_metadata
from mtqe.corpus.text import STDIN, PathLike, label
from mtqe.errors import ConfigError, DataError
from mtqe.support.plugins import load_plugin, plugin_names

GROUP = "mtqe.formats"
LINES = "lines"
"""Line-aligned text: what a file is that no format recognises."""

_READERS = "mtqe.corpus.readers"
_WRITERS = "mtqe.corpus.writers"
_TABLE = Holds(references=None, systems=True, human=True, languages=False)
_TABLE_WITH_NULL = Holds(references=None, systems=True, human=True, empty=True, languages=False)
_WMT = Holds(references=None, systems=True, metadata=attribute_name)


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "tsv": Format(
            table=f"{_READERS}.delimited:read_tsv",
            write=f"{_WRITERS}.tables:write_dataset_tsv",
            holds=_TABLE,
            extensions=(".tsv",),
        ),
        "csv": Format(
            table=f"{_READERS}.delimited:read_csv",
            write=f"{_WRITERS}.tables:write_dataset_csv",
            holds=_TABLE,
            extensions=(".csv",),
        ),
        "csv-exact": Format(
            table=f"{_READERS}.delimited:read_exact_csv",
            write=f"{_WRITERS}.tables:write_dataset_exact_csv",
            holds=_TABLE,
        ),
        "jsonl": Format(
            table=f"{_READERS}.jsonl:read_jsonl",
            write=f"{_WRITERS}.tables:write_dataset_jsonl",
            holds=_TABLE_WITH_NULL,
            extensions=(".jsonl", ".ndjson"),
        ),
        "parquet": Format(
            table=f"{_READERS}.parquet:read_parquet",
            write=f"{_WRITERS}.tables:write_dataset_parquet",
            holds=_TABLE_WITH_NULL,
            extensions=(".parquet",),
        ),
        "xlsx": Format(
            table=f"{_READERS}.excel:read_excel",
            write=f"{_WRITERS}.tables:write_dataset_excel",
            holds=_TABLE,
            extensions=(".xlsx",),
        ),
        "ods": Format(
            table=f"{_READERS}.opendocument:read_opendocument",
            write=f"{_WRITERS}.opendocument:write_opendocument",
            holds=_TABLE,
            extensions=(".ods",),
        ),
        "tmx": Format(
            read=f"{_READERS}.tmx:read_tmx",
            write=f"{_WRITERS}.tmx:write_tmx",
            holds=Holds(references=None),
            extensions=(".tmx",),
            bilingual=True,
        ),
        "xliff": Format(
            read=f"{_READERS}.xliff:read_xliff",
            write=f"{_WRITERS}.xliff:write_xliff",
            extensions=(".xlf", ".xliff", ".sdlxliff", ".mqxliff", ".mxliff", ".txlf"),
            bilingual=True,
        ),
        "xliff2": Format(
            read=f"{_READERS}.xliff:read_xliff",
            write=f"{_WRITERS}.xliff:write_xliff2",
            bilingual=True,
        ),
        "po": Format(
            read=f"{_READERS}.po:read_po",
            write=f"{_WRITERS}.po:write_po",
            fill=f"{_WRITERS}.po_copies:fill_po",
            extensions=(".po", ".pot"),
            bilingual=True,
        ),
        "wmt-xml": Format(
            read=f"{_READERS}.wmt_xml:read_wmt_xml",
            write=f"{_WRITERS}.wmt_xml:write_wmt_xml",
            holds=_WMT,
            extensions=(".xml",),
        ),
        "sgm": Format(
            read=f"{_READERS}.sgm:read_sgm",
            write=f"{_WRITERS}.sgm:write_sgm",
            holds=_WMT,
            extensions=(".sgm", ".sgml"),
            recognises=f"{_READERS}.sgm:is_sgm_folder",
        ),
        "moses": Format(
            read=f"{_READERS}.moses:read_moses",
            write=f"{_WRITERS}.moses:write_moses",
            holds=Holds(ids=False, documents=False, metadata=no_name),
            recognises=f"{_READERS}.moses:is_moses",
        ),
        "mt-metrics-eval": Format(
            read=f"{_READERS}.metrics_eval:read_metrics_eval",
            write=f"{_WRITERS}.metrics_eval:write_metrics_eval",
            holds=Holds(
                references=None, systems=True, human=True, ids=False, metadata=domain_alone
            ),
            recognises=f"{_READERS}.metrics_eval:is_metrics_eval",
        ),
        "qt": Format(
            read=f"{_READERS}.qt:read_qt",
            write=f"{_WRITERS}.qt:write_qt",
            fill=f"{_WRITERS}.qt:fill_qt",
            holds=Holds(metadata=qt_metadata),
            extensions=(".ts",),
            bilingual=True,
        ),
        "localisation": Format(
            read="mtqe.corpus.localisation.pairs:read_localised",
            write="mtqe.corpus.localisation.writing:write_localised",
            fill="mtqe.corpus.localisation.writing:fill_localised",
            extensions=(
                ".json",
                ".arb",
                ".xcstrings",
                ".resx",
                ".strings",
                ".stringsdict",
                ".properties",
                ".yml",
                ".yaml",
                ".srt",
                ".vtt",
            ),
            recognises="mtqe.corpus.localisation.pairs:is_localised",
            named="mtqe.corpus.localisation.entries:is_localisation",
            bilingual=True,
        ),
        "sacrebleu": Format(
            read=f"{_READERS}.test_sets:read_test_set",
            recognises=f"{_READERS}.test_sets:is_test_set",
        ),
        "huggingface": Format(
            table=f"{_READERS}.huggingface:read_hugging_face",
            recognises=f"{_READERS}.huggingface:is_hugging_face",
        ),
    }
)


def format_names() -> tuple[str, ...]:
    """Every format that ``[corpus]``, ``--format``, ``--from`` and ``--to`` may name."""
    return plugin_names(GROUP, dict.fromkeys(FORMATS, ""))


def find_format(name: str) -> Format:
    """The format of a name.

    Raises:
        ConfigError: no such format, or its package can't be imported.
    """
    if name in FORMATS:
        return FORMATS[name]
    found: Format = load_plugin(GROUP, dict.fromkeys(FORMATS, ""), name)
    return found


def function(target: Callable[..., Any] | str) -> Callable[..., Any]:
    """A function of a format, imported if its place is given."""
    if not isinstance(target, str):
        return target
    module, _, name = target.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), name)
    return found


def recognised(path: PathLike, languages: LanguagePair | None = None) -> str:
    """The format that a path looks like; ``lines`` where it looks like none."""
    if os.fspath(path) == STDIN:
        return LINES
    for name, known in _known():
        if known.recognises is not None and function(known.recognises)(path, languages):
            return name
    return LINES if Path(path).is_dir() else by_extension(path)


def by_extension(path: PathLike) -> str:
    """The format that a file's ending stands for; ``lines`` where it is no format's.

    A few names say more than their endings, such as ``strings.xml``.
    """
    ending = extension(path)
    for name, known in _known():
        if known.named is not None and function(known.named)(path):
            return name
    return next((name for name, known in _known() if ending in known.extensions), LINES)


def extension(path: PathLike) -> str:
    """The ending of a file's name that says its format: in lower case, without ``.gz``."""
    return PurePath(os.fspath(path).lower().removesuffix(".gz")).suffix


def unknown_format(path: PathLike, given: str | None, use: str) -> DataError:
    """What is said where no format can be used.

    Args:
        path: the file, folder or name.
        given: the format that the user named, if any.
        use: ``read`` or ``written``.
    """
    names = [
        name
        for name in format_names()
        if name not in FORMATS or use == "read" or FORMATS[name].write is not None
    ]
    return DataError(
        f"{label(path)}: {repr(given) if given else 'its name'} stands for no format of a corpus "
        f"that can be {use}; name one of {', '.join(names)}."
    )


def _known() -> Iterator[tuple[str, Format]]:
    """All formats, built-in ones first; packages that can't be imported are left out."""
    yield from FORMATS.items()
    for name in format_names():
        if name not in FORMATS:
            try:
                yield name, find_format(name)
            except ConfigError:
                continue
