"""Termbases: terms with their translations, as TSV, CSV or TBX."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mtqe.corpus.base import LanguagePair
from mtqe.corpus.languages import find_language
from mtqe.corpus.readers.delimited import read_csv
from mtqe.corpus.readers.table import Table
from mtqe.corpus.registry import extension
from mtqe.corpus.text import label, load_lines
from mtqe.corpus.xml import LANGUAGE, descendants, line_of, local, parse_xml, text_of
from mtqe.errors import DataError
from mtqe.support.languages import UNKNOWN_LANGUAGE

if TYPE_CHECKING:
    from lxml.etree import _Element

SEPARATOR = "|"
SOURCES = ("source", "term", "source_term", "src")
TARGETS = ("target", "translation", "target_term", "tgt", "trg")
"""Names of columns that say which side they are, where they are not named after a language."""
ENTRIES = ("conceptEntry", "termEntry")
SECTIONS = ("langSec", "langSet")
DEPRECATED = ("deprecatedTerm-admn-sts", "supersededTerm-admn-sts", "deprecatedTerm", "obsolete")
"""What TBX says of terms that are not to be used."""


@dataclass(frozen=True)
class Term:
    """A term: translations of which one has to be there; none: leave it as it is."""

    source: str
    targets: tuple[str, ...]


def read_termbase(path: Path, languages: LanguagePair | None = None) -> tuple[Term, ...]:
    """The terms of a file, by the ending of its name.

    TSV has a term, a tab and its translations, split by ``|``; ``#`` begins a comment. CSV has a
    header: columns named after the languages, or ``source`` and ``target``, else the first two.
    TBX has entries with a section per language; what is deprecated is no allowed translation.

    Args:
        path: the file.
        languages: which of a file's languages are meant; needed for TBX.

    Raises:
        DataError: the file can't be read, lacks a language, or holds no terms.
    """
    kind = extension(path)
    if kind == ".tbx":
        terms = tuple(_tbx_terms(path, languages))
    elif kind == ".csv":
        terms = tuple(_csv_terms(read_csv(path), languages))
    else:
        terms = tuple(_tsv_terms(path))
    if not terms:
        row = "term and its translation in each row"
        what = f"a {row}" if kind in (".csv", ".tbx") else "a term, a tab and its translation"
        raise DataError(f"{path}: no terms; write {what}.")
    return _merged(terms)


def _merged(terms: Sequence[Term]) -> tuple[Term, ...]:
    """Each term once, with the translations of all its entries; one without may stay as it is."""
    found: dict[str, dict[str, None]] = {}
    for term in terms:
        found.setdefault(term.source, {}).update(dict.fromkeys(term.targets or (term.source,)))
    return tuple(
        Term(source, () if list(targets) == [source] else tuple(targets))
        for source, targets in found.items()
    )


def _tsv_terms(path: Path) -> Iterator[Term]:
    for number, line in enumerate(load_lines(path).texts, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        if "\r" in line:
            raise DataError(
                f"{path}, line {number}: holds a CR that ends no line; save the file with "
                "line ends of LF."
            )
        source, _, targets = line.partition("\t")
        if not source.strip():
            raise DataError(f"{path}, line {number}: no term before the tab; write one.")
        yield Term(source.strip(), _split(targets.split("\t")[0]))


def _split(targets: str) -> tuple[str, ...]:
    return tuple(filter(None, (target.strip() for target in targets.split(SEPARATOR))))


def _csv_terms(table: Table, languages: LanguagePair | None) -> Iterator[Term]:
    header = list(table.columns)
    if len(header) < 2:
        raise DataError(f"{table.name}: has one column; a termbase has a term and its translation.")
    source = _column(header, SOURCES, languages.source if languages else None)
    target = _column(header, TARGETS, languages.target if languages else None)
    if source is None or target is None:
        source, target = header[:2]
    targets = table.texts(target)
    for row, term in enumerate(table.texts(source)):
        if not term.strip():
            raise DataError(f"{table.where(row)}: no term in {source!r}; write one.")
        yield Term(term.strip(), _split(targets[row]))


def _column(header: Sequence[str], names: Sequence[str], tag: str | None) -> str | None:
    by_name = {name.strip().lower(): name for name in header}
    known = next((by_name[name] for name in names if name in by_name), None)
    return known or (find_language(tag, header) if tag else None)


def _tbx_terms(path: Path, languages: LanguagePair | None) -> Iterator[Term]:
    root = parse_xml(path)
    entries = [entry for name in ENTRIES for entry in descendants(root, name)]
    if not entries:
        raise DataError(f"{label(path)}: holds no entries (conceptEntry, termEntry); is it TBX?")
    if languages is None or UNKNOWN_LANGUAGE in (languages.source, languages.target):
        raise DataError(
            f"{label(path)}: say which of its languages are meant, as TBX holds any number of them "
            "(source_language and target_language)."
        )
    tags = list(dict.fromkeys(tag for entry in entries for tag, _ in _sections(entry)))
    chosen = [find_language(tag, tags) for tag in (languages.source, languages.target)]
    for tag, wanted in zip(chosen, (languages.source, languages.target), strict=True):
        if tag is None:
            raise DataError(
                f"{label(path)}: has no {wanted} among its languages "
                f'({", ".join(filter(None, tags)) or "it names none"}); add xml:lang="{wanted}".'
            )
    for entry in entries:
        sides = [[t for tag, terms in _sections(entry) if tag == side for t in terms]
                 for side in chosen]  # fmt: skip
        sources, targets = ([text for text, allowed in side if allowed] for side in sides)
        if not all(text.strip() for text in (*sources, *targets)):
            raise DataError(f"{label(path)}, line {line_of(entry)}: an empty term; write one.")
        for source in sources if targets else ():
            yield Term(source, tuple(dict.fromkeys(targets)))


def _sections(entry: _Element) -> list[tuple[str, list[tuple[str, bool]]]]:
    """The terms of an entry by language, each with whether it may be used."""
    return [
        (section.get(LANGUAGE) or section.get("lang") or "", list(_terms(section)))
        for name in SECTIONS
        for section in descendants(entry, name)
    ]


def _terms(section: _Element) -> Iterator[tuple[str, bool]]:
    for term in descendants(section, "term"):
        group = term.getparent()
        while group is not None and local(group) not in ("termSec", "tig", "ntig", *SECTIONS):
            group = group.getparent()
        notes = [] if group is None else list(descendants(group, "termNote"))
        said = {text_of(note)[0].strip() for note in notes}
        yield text_of(term)[0].strip(), not said & set(DEPRECATED)
