"""What lies beside a configuration that is to be written: a test set, translations, languages."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mtqe.corpus.base import LanguagePair
from mtqe.corpus.readers import read_dataset, read_lines
from mtqe.corpus.readers.columns import SOURCE_NAMES, find_column
from mtqe.corpus.readers.tables import format_of, load_table
from mtqe.corpus.registry import LINES, recognised
from mtqe.errors import MtqeError
from mtqe.support.languages import UNKNOWN_LANGUAGE, language_called, language_name

PAIR = re.compile(r"(?<![A-Za-z])([a-z]{2,3})[-_]([a-z]{2,3})(?![A-Za-z])")
SOURCES = re.compile(r"(source|src)[._-]?\w*(\.\w+)?|.+\.src")
REFERENCES = re.compile(r"(reference|ref)[._-]?\w*(\.\w+)?|.+\.ref")
HYPOTHESES = re.compile(r"(hypothesis|hyp|output|mt)[._-]\w+(\.\w+)?|.+\.hyp")
FOLDERS = ("hypotheses", "hyps", "outputs", "systems", "translations")
"""Folders in which translations usually lie."""
TEXTS = ("", ".txt", ".hyp", ".out")
LARGEST = 50_000_000
"""Bytes of the largest file that is read to see what it holds."""


@dataclass(frozen=True)
class Proposal:
    """What a configuration could say; paths are relative to its folder.

    Attributes:
        corpus: one file with sources, and maybe references and systems.
        source: a file with one source per line, where there is no such file.
        references: files with one reference per line.
        source_language: language of the sources, where a name or file says it.
        target_language: language of the translations, likewise.
        hypotheses: files with one translation per line, by system.
        systems: systems in the corpus's own file.
        columns: the columns of `corpus`, where their names don't tell the sources.
        named: the two among them that are called after the languages, that of sources first.
    """

    corpus: str | None = None
    source: str | None = None
    references: tuple[str, ...] = ()
    source_language: str | None = None
    target_language: str | None = None
    hypotheses: Mapping[str, str] = field(default_factory=dict)
    systems: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


def propose(folder: Path) -> Proposal:
    """Look at the files of a folder; what can't be read is passed over."""
    files = [path for path in _files(folder) if path.name != "mtqe.toml"]
    for path in files:
        if (found := _as_corpus(path, folder)) is not None:
            return found
    found = _as_lines(files, folder)
    tables = [path for path in files if format_of(path) != LINES]
    if found.source is None and len(tables) == 1:
        return _as_table(tables[0], folder)
    return found


def _as_table(path: Path, folder: Path) -> Proposal:
    """A proposal with a table whose columns, if it can be read at all, have names of their own."""
    pair = _pair(path.name) or _pair(folder.resolve().name)
    tags: tuple[str | None, ...] = (pair.source, pair.target) if pair else (None, None)
    try:
        table = load_table(path)
    except (MtqeError, OSError):
        return Proposal(corpus=path.name, source_language=tags[0], target_language=tags[1])
    columns = tuple(table.columns)
    if not columns or find_column(table, "source", None, SOURCE_NAMES):
        columns = ()
    named = {tag: name for name in columns if (tag := _language_of(name)) is not None}
    if pair is None and len(named) == 2:
        tags = (*named,)
    both = tuple(named[tag] for tag in tags if tag in named)
    return Proposal(
        corpus=path.name,
        source_language=tags[0],
        target_language=tags[1],
        hypotheses=_hypotheses(folder, len(table)),
        columns=columns,
        named=both if len(both) == 2 else (),
    )


def _language_of(column: str) -> str | None:
    """The language that a column is called after, such as ``de`` of German or DE."""
    tag = column.lower()
    if _is_language(tag):
        return tag
    return language_called(column)


def _as_corpus(path: Path, folder: Path) -> Proposal | None:
    """A proposal with one file as the test set, if that can be read as one."""
    pair = _pair(path.name) or _pair(folder.resolve().name)
    try:
        if recognised(path) == LINES:
            return None
        dataset = read_dataset(path, name=path.stem, languages=pair)
    except (MtqeError, OSError):
        return None
    size = len(dataset.corpus)
    return Proposal(
        corpus=path.name,
        source_language=_known(dataset.corpus.languages.source),
        target_language=_known(dataset.corpus.languages.target),
        hypotheses=_hypotheses(folder, size),
        systems=tuple(system.system for system in dataset.systems),
    )


def _as_lines(files: list[Path], folder: Path) -> Proposal:
    """A proposal with line-aligned text, or with nothing."""
    source = next((path for path in files if SOURCES.fullmatch(path.name)), None)
    size = None if source is None else _count(source)
    if source is None or not size:
        return Proposal()
    references = [p for p in files if REFERENCES.fullmatch(p.name) and _count(p) == size]
    named = " ".join([folder.resolve().name, *(path.name for path in [source, *references])])
    pair = _pair(named)
    last = references[0] if references else None
    return Proposal(
        source=source.name,
        references=tuple(path.name for path in references),
        source_language=pair.source if pair else _tag(source),
        target_language=pair.target if pair else _tag(last),
        hypotheses=_hypotheses(folder, size, {source, *references}, last),
    )


def _hypotheses(
    folder: Path, size: int, others: Collection[Path] = (), like: Path | None = None
) -> dict[str, str]:
    """Files with as many lines as there are segments, by the name of their system.

    Args:
        folder: where to look, and in folders of the usual names.
        size: the number of segments.
        others: files that are known to be something else.
        like: a reference; files that end in the same language are translations too.
    """
    tag = _tag(like)
    beside = (
        path
        for path in _files(folder)
        if HYPOTHESES.fullmatch(path.name) or (tag and _tag(path) == tag)
    )
    inside = (path for name in FOLDERS for path in _files(folder / name))
    return {
        re.sub(r"[^\w.+-]+", "_", path.stem): path.relative_to(folder).as_posix()
        for path in (*beside, *inside)
        if (path.suffix in TEXTS or _tag(path)) and path not in others and _count(path) == size
    }


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        for path in sorted(folder.iterdir()):
            if path.is_file() and path.stat().st_size <= LARGEST:
                yield path


def _count(path: Path) -> int | None:
    try:
        return len(read_lines(path))
    except (MtqeError, OSError):
        return None


def _pair(name: str) -> LanguagePair | None:
    """The languages in a name such as ``corpus.en-es.tsv``."""
    for source, target in PAIR.findall(name):
        if _is_language(source) and _is_language(target):
            return LanguagePair(source, target)
    return None


def _tag(path: Path | None) -> str | None:
    """The language in a name such as ``source.en``."""
    if path is None:
        return None
    tag = path.suffix.removeprefix(".")
    return tag if _is_language(tag) else None


def _is_language(tag: str) -> bool:
    return re.fullmatch("[a-z]{2,3}", tag) is not None and language_name(tag) != tag


def _known(tag: str) -> str | None:
    return None if tag == UNKNOWN_LANGUAGE else tag
