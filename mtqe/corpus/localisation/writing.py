"""Files of a program's texts, new or as copies of others with their texts replaced."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePath

from mtqe.corpus.base import Corpus, LanguagePair, Segment
from mtqe.corpus.dataset import Dataset
from mtqe.corpus.formats import Filled
from mtqe.corpus.localisation.entries import (
    CATALOG,
    entries_of,
    layout_of,
    localisation_text,
    read_entries,
)
from mtqe.corpus.localisation.escapes import in_ascii
from mtqe.corpus.localisation.pairs import TIME, replacements, source_file, spellings
from mtqe.corpus.localisation.slots import Entry, Texts, as_form, filled
from mtqe.corpus.localisation.string_catalogs import filled_catalog, fresh_catalog
from mtqe.corpus.localisation.xml_places import declared_utf_8
from mtqe.corpus.plurals import PLURAL
from mtqe.corpus.registry import extension
from mtqe.corpus.syntax import BY_ENDING, SYNTAX
from mtqe.corpus.text import PathLike, label, read_bytes
from mtqe.corpus.writers.output import refuse_flaws, write_bytes
from mtqe.errors import DataError
from mtqe.support.message_format import CATEGORIES

NOTES = (".arb", ".resx", ".strings", ".stringsdict", ".properties", ".xml", CATALOG)
"""Files that hold notes to translators."""
PLURALS = (".json", ".yml", ".yaml", ".xml", ".stringsdict", CATALOG)
"""Files that hold plural forms."""
TIMES = (".srt", ".vtt")


def fill_localised(template: PathLike, dataset: Dataset) -> Filled:
    """A copy of a file whose texts are a dataset's references, found by their keys.

    Keys, order, comments and everything else stay; plural forms become the target language's.

    Args:
        template: the file, such as that of the source language.
        dataset: ids are keys, and the first references the new texts.

    Raises:
        DataError: the file is malformed, or can't hold a text.
    """
    corpus = dataset.corpus
    for segment in corpus:
        refuse_flaws(template, segment, "".join(segment.present_references[:1]))
    source = localisation_text(template)
    target = corpus.languages.target
    plurals = {s.id.rpartition("#")[0] for s in corpus if PLURAL in s.metadata}
    there = [as_form(e, plurals) for e in _template_entries(template, source, corpus)]
    texts, lacking, unknown = _matched(there, corpus)
    if extension(template) == CATALOG:
        text = filled_catalog(label(template), source, texts, target)
        data = text.encode("utf-8")
    else:
        layout = layout_of(template)
        language = _language_in(template, source, corpus)
        parsed = layout.parse(label(template), source, language)
        slots = (replace(slot, entry=as_form(slot.entry, plurals)) for slot in parsed.slots)
        parsed = replace(parsed, slots=tuple(slots))
        text = filled(parsed, layout, texts, target)
        data = _encoded(template, text)
    _check(template, text, texts, target)
    return Filled(data, lacking, unknown)


def _language_in(template: PathLike, text: str, corpus: Corpus) -> str:
    """The language that the file is in, for files below a root of its name."""
    source, target = corpus.languages.source, corpus.languages.target
    layout = layout_of(template)
    parsed = layout.parse(label(template), text, target)
    return target if parsed.languages and extension(template) != ".arb" else source


def _template_entries(template: PathLike, text: str, corpus: Corpus) -> list[Entry]:
    if extension(template) == CATALOG:
        return entries_of(template, text, corpus.languages.source)
    return entries_of(template, text, _language_in(template, text, corpus))


def _matched(
    there: Sequence[Entry], corpus: Corpus
) -> tuple[Texts, tuple[str, ...], tuple[str, ...]]:
    """The texts for a file's entries, and the ids that find no partner on either side."""
    plural_keys = {entry.key for entry in there if entry.form is not None}
    plain: dict[str, str] = {}
    plurals: dict[str, dict[str, str]] = {}
    broken: set[str] = set()
    known = {entry.key for entry in there if entry.form is None}
    unknown = []
    for segment in corpus:
        text = segment.references[0] if segment.references else None
        key, _, form = segment.id.rpartition("#")
        if key in plural_keys and form in CATEGORIES:
            if text is None:
                broken.add(key)
            else:
                plurals.setdefault(key, {})[form] = text
        elif segment.id not in known:
            if text is not None:
                unknown.append(segment.id)
        elif text is not None:
            plain[segment.id] = text
    plurals = {key: forms for key, forms in plurals.items() if key not in broken}
    lacking = [
        entry.identifier
        for entry in there
        if entry.text and entry.key not in (plain if entry.form is None else plurals)
    ]
    return Texts(plain, plurals), tuple(lacking), tuple(unknown)


def _encoded(template: PathLike, text: str) -> bytes:
    """A copy's bytes in the encoding of the file it copies, where that can hold the text."""
    if extension(template) == ".strings":
        start = read_bytes(template)[:2]
        if start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return text.encode("utf-16")
    if extension(template) == ".properties":
        data = read_bytes(template)
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            return "".join(c if ord(c) < 256 else in_ascii(c) for c in text).encode("iso-8859-1")
    start = read_bytes(template)[:3]
    mark = codecs.BOM_UTF8 if start == codecs.BOM_UTF8 else b""
    return mark + declared_utf_8(text).encode("utf-8")


def _check(template: PathLike, text: str, texts: Texts, language: str) -> None:
    """See that a copy says what it should, read as any other file."""
    plain = {key: text for key, text in texts.plain.items() if text}
    wanted = dict(plain)
    for key, forms in texts.plurals.items():
        wanted |= {f"{key}#{form}": text for form, text in forms.items() if text}
    try:
        entries = [as_form(e, texts.plurals) for e in entries_of(template, text, language)]
        found = {entry.identifier: entry.text for entry in entries}
    except DataError:
        found = {}
    for identifier, new in wanted.items():
        if found.get(identifier) != new:
            raise DataError(
                f"{label(template)}: such a file can't hold {new[:40]!r} as the text of "
                f"{identifier!r:.80}; change the text, or write JSON."
            )


def write_localised(path: PathLike, dataset: Dataset) -> tuple[str, ...]:
    """Write a file of the target language's texts, and beside it the source language's.

    A string catalog holds both; without references, the file is the source's.

    Returns:
        What such a file can't hold.

    Raises:
        DataError: its name doesn't name the target language, the source's file is there with other
            texts, or a text doesn't fit.
    """
    corpus, ending = dataset.corpus, extension(path)
    for segment in corpus:
        for text in (segment.id, segment.source, *segment.present_references):
            refuse_flaws(path, segment, text)
    renamed = ending == ".srt" and not all(segment.id.isdecimal() for segment in corpus)
    if renamed:
        corpus = _numbered(corpus)
    sources = list(_source_entries(corpus, ending))
    source, target = corpus.languages.source, corpus.languages.target
    if ending == CATALOG:
        text = fresh_catalog(sources, list(_target_entries(corpus, ending)), source, target)
        _check_fresh(path, text, sources, source)
        _check_fresh(path, text, list(_target_entries(corpus, ending)), target)
        write_bytes(path, text.encode("utf-8"))
    elif not corpus[0].references:
        write_bytes(path, _fresh(path, sources, source))
    else:
        beside = source_beside(Path(path), source, target)
        data = _fresh(path, list(_target_entries(corpus, ending)), target)
        if beside.exists():
            if {e.identifier: e.text for e in read_entries(beside, source)} != {
                e.identifier: e.text for e in sources
            }:
                raise DataError(
                    f"{beside}: is there and has other texts than the test set's sources; name a "
                    "copy's original with --template, or write into another folder."
                )
        else:
            first = _fresh(beside, sources, source)
            beside.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(beside, first)
        write_bytes(path, data)
    return (*(("ids",) if renamed else ()), *_lost(corpus, ending))


def _numbered(corpus: Corpus) -> Corpus:
    """The corpus with places as ids: a cue of SRT has a number, and no name."""
    segments = (replace(segment, id=str(n)) for n, segment in enumerate(corpus, 1))
    return replace(corpus, segments=tuple(segments))


def source_beside(target: Path, source: str, language: str) -> Path:
    """Where the source's file of a file of translations lies, or should.

    Raises:
        DataError: the path doesn't name the target language.
    """
    try:
        if (found := source_file(target, LanguagePair(source, language))) is not None:
            return found
    except DataError:
        pass
    for spelling in spellings(language):
        for place in (target.name, target.parent.name):
            pattern = rf"(?<![A-Za-z]){re.escape(spelling)}(?![A-Za-z])"
            if not re.search(pattern, place, re.IGNORECASE):
                continue
            names = list(replacements(place, spelling, source))
            chosen = names[-1] if place.startswith("values-") else names[0]
            return target.with_name(chosen) if place == target.name else (
                target.parent.with_name(chosen) / target.name
            )  # fmt: skip
    raise DataError(
        f"{target}: a file of texts is of one language, so its name or folder must name "
        f"{language}, such as {language}{PurePath(target).suffix}."
    )


def _fresh(path: PathLike, entries: Sequence[Entry], language: str) -> bytes:
    layout = layout_of(path)
    if layout.fresh is None:
        raise DataError(f"{label(path)}: is written as a copy alone; name one with --template.")
    text = layout.fresh(entries, language)
    _check_fresh(path, text, entries, language)
    return text.encode("utf-8")


def _check_fresh(path: PathLike, text: str, entries: Sequence[Entry], language: str) -> None:
    """See that a new file has every entry as it should be."""
    plurals = {entry.key for entry in entries if entry.form is not None}
    try:
        read = [as_form(entry, plurals) for entry in entries_of(path, text, language)]
        found = {(entry.identifier, entry.text) for entry in read}
    except DataError:
        found = set()
    for entry in entries:
        if (entry.identifier, entry.text) not in found:
            raise DataError(
                f"{label(path)}: such a file can't hold segment {entry.identifier!r:.80} with the "
                f"text {entry.text[:40]!r}; write JSONL, or another format."
            )


def _source_entries(corpus: Corpus, ending: str) -> Iterator[Entry]:
    for segment in corpus:
        yield _entry(segment, segment.source, ending)


def _target_entries(corpus: Corpus, ending: str) -> Iterator[Entry]:
    for segment in corpus:
        text = segment.references[0] if segment.references else None
        if text is not None:
            yield _entry(segment, text, ending)


def _entry(segment: Segment, text: str, ending: str) -> Entry:
    note = segment.metadata.get("note", "") if ending in NOTES else ""
    time = segment.metadata.get(TIME, "")
    key, _, form = segment.id.rpartition("#")
    if ending in PLURALS and key and form in CATEGORIES and PLURAL in segment.metadata:
        return Entry(key, text, note, form, time)
    return Entry(segment.id, text, note, None, time)


def _lost(corpus: Corpus, ending: str) -> Iterator[str]:
    kept = {"note"} if ending in NOTES else set()
    syntaxes = {segment.metadata.get(SYNTAX) for segment in corpus}
    kept |= {SYNTAX} if syntaxes <= {None, BY_ENDING.get(ending)} else set()
    kept |= {PLURAL} if ending in PLURALS else set()
    kept |= {TIME} if ending in TIMES else set()
    if len({segment.document for segment in corpus} - {None}) > 1:
        yield "documents"
    if lost := [name for name in corpus.slice_columns if name not in kept]:
        yield f"metadata ({', '.join(lost)})"
