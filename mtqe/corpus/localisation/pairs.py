"""A program's texts in two languages: the file of one language, and the other found beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from mtqe.corpus.base import Corpus, LanguagePair, Segment
from mtqe.corpus.dataset import Dataset, build_corpus
from mtqe.corpus.localisation.entries import CATALOG, is_localisation, read_entries
from mtqe.corpus.localisation.lines import key_lines, key_place
from mtqe.corpus.localisation.slots import Entry, as_form
from mtqe.corpus.plurals import EXACT, PLURAL, SINGULAR, forms_of, plural_name
from mtqe.corpus.registry import extension
from mtqe.corpus.syntax import BY_ENDING, SYNTAX
from mtqe.corpus.text import PathLike, label
from mtqe.errors import DataError
from mtqe.support.languages import canonical, language_name, primary
from mtqe.support.message_format import OTHER
from mtqe.support.patterns import PLACEHOLDER
from mtqe.support.words import count

TIME = "time"
"""The metadata with the times of a subtitle."""


def is_localised(path: PathLike, languages: LanguagePair | None = None) -> bool:
    """Whether this looks like a file of a program's texts."""
    return is_localisation(path) and Path(path).is_file()


def read_localised(path: PathLike, name: str, languages: LanguagePair | None = None) -> Dataset:
    """Read a file of translations with the source file beside it, or a source file alone.

    The source file is found by putting the source language in the place of the target language:
    ``de.json`` and ``en.json``, ``values-de/strings.xml`` and ``values/strings.xml``,
    ``messages_de.properties`` and ``messages.properties``. Keys are ids, and the file is the
    document.

    Raises:
        DataError: the languages aren't named, a file can't be read, or the source file is missing.
    """
    if languages is None:
        raise DataError(
            f"{label(path)}: a file of texts does not name its languages; say them with "
            "--source-language and --target-language."
        )
    target = Path(path)
    found: list[str] = []
    if extension(target) == CATALOG:
        sources = read_entries(path, languages.source)
        targets: Sequence[Entry] | None = read_entries(path, languages.target)
    elif (source := source_file(target, languages)) is not None:
        sources = read_entries(source, languages.source, found)
        targets = read_entries(path, languages.target, found)
    else:
        sources, targets = read_entries(path, languages.source, found), None
    lines = key_lines(path)
    segments = [
        replace(segment, place=key_place(path, segment.id.partition("#")[0], lines))
        for segment in _segments(sources, targets, target.name, languages.target)
    ]
    notes = [*found, *_notes(sources, targets)]
    return Dataset(build_corpus(name, languages, segments, notes))


def localised_hypotheses(path: PathLike, corpus: Corpus) -> tuple[str | None, ...]:
    """The texts of a file by the corpus's ids, which are its keys.

    Raises:
        DataError: the file can't be read, or has none of the corpus's keys.
    """
    entries = read_entries(path, corpus.languages.target)
    plurals = {segment.id.rpartition("#")[0] for segment in corpus if PLURAL in segment.metadata}
    by_id = {(known := as_form(entry, plurals)).identifier: known.text for entry in entries}
    texts = tuple(by_id.get(segment.id) for segment in corpus)
    if all(text is None for text in texts):
        raise DataError(
            f"{label(path)}: has none of the keys of corpus {corpus.name!r}, such as "
            f"{corpus[0].id!r}; give the file of the same program."
        )
    return texts


def source_file(target: Path, languages: LanguagePair) -> Path | None:
    """The source's file beside a file of translations; None where the path names no target.

    Raises:
        DataError: the path names the target language, and there is no file of the source.
    """
    tried: list[Path] = []
    empty: Path | None = None
    for spelling in spellings(languages.target):
        for place in (target.name, target.parent.name):
            if not _names(place, spelling):
                continue
            for other in replacements(place, spelling, languages.source):
                found = (
                    target.with_name(other)
                    if place == target.name
                    else target.parent.with_name(other) / target.name
                )
                if found != target and found.is_file():
                    if read_entries(found, languages.source):
                        return found
                    empty = empty or found  # as Java has it, where the texts lie in the base file
                tried.append(found)
    if empty is not None:
        return empty
    if tried:
        names = ", ".join(dict.fromkeys(str(file) for file in tried[:3]))
        raise DataError(
            f"{target}: no file of the source language {languages.source} beside it; looked for "
            f"{names}."
        )
    return None


def spellings(tag: str) -> list[str]:
    """How file names write a language: ``pt-BR``, ``pt_BR``, ``pt-rBR``, ``pt``, ``German``."""
    plain = canonical(tag)
    parts = plain.split("-")
    found = [tag, plain, plain.replace("-", "_"), plain.lower()]
    if len(parts) == 2:
        found.append(f"{parts[0]}-r{parts[1]}")
    return list(dict.fromkeys([*found, primary(tag), language_name(primary(tag))]))


def _names(place: str, spelling: str) -> bool:
    return _pattern(spelling).search(place) is not None


def _pattern(spelling: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z]){re.escape(spelling)}(?![A-Za-z])", re.IGNORECASE)


def replacements(place: str, spelling: str, source: str) -> Iterator[str]:
    """Names that may be the source's, of a name that holds the target language."""
    pattern = _pattern(spelling)
    for other in (*spellings(source), "Base"):
        yield pattern.sub(other.replace("\\", ""), place, count=1)
    without = re.sub(rf"[-_.]{re.escape(spelling)}(?![A-Za-z])", "", place, count=1, flags=re.I)
    if without != place:
        yield without


def _segments(
    sources: Sequence[Entry], targets: Sequence[Entry] | None, document: str, language: str
) -> Iterator[Segment]:
    ours = _by_key(targets or (), _plural_keys(sources))
    forms = _by_key(sources, _plural_keys(targets or ()))
    for key, theirs in forms.items():
        found = ours.get(key, {})
        for form in found or _expected(theirs, language):
            source = _source_of(form, theirs, language)
            target = found.get(form)
            metadata = {"note": source.note} if source.note else {}
            if source.time:
                metadata[TIME] = source.time
            if syntax := BY_ENDING.get(extension(document)):
                metadata[SYNTAX] = syntax
            if form is not None:
                metadata[PLURAL] = plural_name(form, language)
            if not source.text and not (target and target.text):
                continue  # such as an empty separator of numbers: nothing to translate
            references = () if targets is None else (target.text or None if target else None,)
            identifier = key if form is None else f"{key}#{form}"
            yield Segment(identifier, source.text, references, document, metadata)


def _plural_keys(entries: Sequence[Entry]) -> frozenset[str]:
    return frozenset(entry.key for entry in entries if entry.form is not None)


def _by_key(
    entries: Sequence[Entry], plurals: frozenset[str]
) -> dict[str, dict[str | None, Entry]]:
    found: dict[str, dict[str | None, Entry]] = {}
    for entry in entries:
        known = as_form(entry, plurals)
        found.setdefault(known.key, {})[known.form] = known
    return found


def _expected(theirs: Mapping[str | None, Entry], language: str) -> Sequence[str | None]:
    """The forms that a text needs in a language."""
    known = None if None in theirs else forms_of(language)
    return known or list(theirs)


def _source_of(form: str | None, theirs: Mapping[str | None, Entry], language: str) -> Entry:
    """The source of a form: a singular only for forms of few numbers, or if it has the number.

    Russian's ``one`` is for 21 too, so that its source is not "one file" but "%d files".
    """
    plural = theirs.get(OTHER) or next(iter(theirs.values()))
    own = theirs.get(form)
    if own is None or form is None:
        return own or plural
    name = plural_name(form, language)
    if name == SINGULAR or name.startswith(EXACT) or _holders(own) == _holders(plural):
        return own
    return plural


def _holders(entry: Entry) -> list[str]:
    return sorted(match[0] for match in PLACEHOLDER.finditer(entry.text))


def _notes(sources: Sequence[Entry], targets: Sequence[Entry] | None) -> Iterator[str]:
    keys = {entry.key for entry in sources}
    plurals = _plural_keys(sources)
    extra = {as_form(entry, plurals).key for entry in targets or ()} - keys
    if extra:
        yield f"{count(len(extra), 'key')} without a source left out"
