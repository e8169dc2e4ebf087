"""Gettext PO files, through translate-toolkit."""

from __future__ import annotations

import gettext
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mtqe.corpus.base import LanguagePair, Segment
from mtqe.corpus.bounded import LONGEST_LINE
from mtqe.corpus.dataset import Dataset, build_corpus
from mtqe.corpus.languages import agreed
from mtqe.corpus.plurals import EXACT, RARE, SINGULAR
from mtqe.corpus.readers.ids import content_ids
from mtqe.corpus.readers.units import add, unit_place
from mtqe.corpus.syntax import SYNTAX, flagged_syntax
from mtqe.corpus.text import PathLike, decoded, label, read_bytes
from mtqe.corpus.xml import named
from mtqe.errors import DataError
from mtqe.support.extras import import_extra
from mtqe.support.json_text import json_value
from mtqe.support.languages import canonical
from mtqe.support.words import count

COMMENT = "mtqe "
"""Starts the extracted comment in which our writer keeps what PO has no place for."""
CHARSET = re.compile(rb"charset=([\w.:+-]{1,40})")
MAX_LENGTH = re.compile(r"\bmax-length:\s?(\d{1,6})\b")
"""Weblate's flag for the characters that a translation may have."""
MSGID = re.compile(r'\s*msgid\s*"')
LONGEST_HEADER = 1 << 16
UNICODE = ("utf-8", "utf8", "charset", "ascii", "us-ascii")
FRAGILE = (ValueError, TypeError, AttributeError, LookupError, RuntimeError, AssertionError)
"""What translate-toolkit raises for files that are not PO."""
GETTEXT_SOURCE = "en"
"""The language that programs' own messages are in, where a file doesn't say."""


Unit = Any
"""A `pypo.pounit`; translate-toolkit has no types."""


@dataclass(frozen=True)
class _Entry:
    context: str
    source: str
    target: str | None
    document: str | None
    metadata: dict[str, str]
    line: int | None = None


def read_po(path: PathLike, name: str, languages: LanguagePair | None = None) -> Dataset:
    """Read a PO file; message contexts are ids where they are unique, else metadata.

    Comments and places become metadata, ``fuzzy`` entries get ``fuzzy`` = ``yes``; each form
    of a plural becomes a segment. Obsolete entries are left out and counted.

    Raises:
        DataError: it is not a PO file, or its language is in doubt.
    """
    found = po_messages(path, languages)
    header = found.store.parseheader()
    source = header.get("X-Source-Language") or (None if languages else GETTEXT_SOURCE)
    pair = agreed(label(path), languages, source, header.get("Language") or None)
    notes = found.notes
    if found.obsolete:
        left_out = count(found.obsolete, "obsolete entry", "obsolete entries")
        notes = (*notes, f"{left_out} left out")
    segments = [segment for _, message in found.messages for segment in message]
    return Dataset(build_corpus(name, pair, segments, notes))


@dataclass(frozen=True)
class PoMessages:
    """What a PO file holds.

    Attributes:
        store: translate-toolkit's `pypo.pofile`.
        messages: each unit that is not obsolete, with the segments of its plural forms.
        notes: what was done to read it.
        obsolete: number of the units that were left out.
    """

    store: Any
    messages: list[tuple[Unit, list[Segment]]]
    notes: tuple[str, ...]
    obsolete: int


def po_messages(path: PathLike, languages: LanguagePair | None = None) -> PoMessages:
    """The units of a PO file with their segments.

    A template (.pot) has the plural forms of the target language, where that is given.

    Raises:
        DataError: it is not a PO file.
    """
    pypo = import_extra("translate.storage.pypo", "formats", "PO files")
    text, notes = _read_text(path)
    try:
        store = pypo.pofile.parsestring(text.encode())
        header = store.parseheader()
        target = languages.target if languages else header.get("Language") or ""
        forms = _Forms(label(path), header.get("Plural-Forms", ""), target)
        messages = [unit for unit in store.units if not unit.isheader()]
        with named(path):
            current = [unit for unit in messages if not unit.isobsolete()]
            lines = _lines_of(text, current)
            entries = [
                [replace(entry, line=line) for entry in _entries(unit, forms)]
                for unit, line in zip(current, lines, strict=True)
            ]
    except FRAGILE as error:
        reason = str(error).partition("\n")[0]
        raise DataError(
            f"{label(path)}: is not a valid PO file ({reason}); check it with msgfmt -c."
        ) from error
    flat = [entry for group in entries for entry in group]
    segments = iter(
        Segment(
            identifier,
            entry.source,
            (entry.target,),
            entry.document,
            entry.metadata,
            unit_place(label(path), entry.line, entry.context, "entry"),
        )
        for identifier, entry in zip(_ids(flat), flat, strict=True)
    )
    grouped = [
        (unit, [next(segments) for _ in group])
        for unit, group in zip(current, entries, strict=True)
    ]
    return PoMessages(store, grouped, notes, len(messages) - len(current))


def _lines_of(text: str, units: Sequence[Unit]) -> list[int | None]:
    """The lines of the entries' ``msgid``, which translate-toolkit does not keep.

    None where lines and entries can't be matched.
    """
    found = [number for number, line in enumerate(text.split("\n"), 1) if MSGID.match(line)]
    # The first is the header's, where there is one.
    found = found[len(found) - len(units) :] if 0 <= len(found) - len(units) <= 1 else []
    return list(found) if found else [None] * len(units)


def _read_text(path: PathLike) -> tuple[str, tuple[str, ...]]:
    """The text in the encoding that the header names, and a note if that isn't UTF-8."""
    data = read_bytes(path, longest_line=LONGEST_LINE)
    match = CHARSET.search(data[:LONGEST_HEADER])
    charset = match[1].decode("ascii") if match else "UTF-8"
    if charset.lower() in UNICODE:
        return decoded(path, data)
    if not data.isascii() and _is_utf_8(data):
        raise DataError(
            f"{label(path)}: its header says {charset}, but it is UTF-8; correct the header."
        )
    try:
        text = data.decode(charset)
    except (LookupError, ValueError) as error:
        raise DataError(
            f"{label(path)}: can't be read as {charset}, as its header says; "
            "convert it with msgconv --to-code=UTF-8."
        ) from error
    plain = text.replace(f"charset={charset}", "charset=UTF-8", 1)
    notes = (f"{label(path)}: read as {charset}, as its header says",)
    return decoded(path, plain.encode("utf-8", "surrogatepass"))[0], notes


def _is_utf_8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _entries(unit: Unit, forms: _Forms) -> Iterator[_Entry]:
    document, metadata = _metadata(unit)
    context = "".join(_unquoted(unit.msgctxt))
    sources = [str(text) for text in getattr(unit.source, "strings", [unit.source])]
    targets = [str(text) for text in getattr(unit.target, "strings", [unit.target])]
    if not unit.hasplural():
        yield _Entry(context, sources[0], targets[0] or None, document, metadata)
        return
    if not any(targets):
        targets = [""] * (forms.number or len(targets))
    for target, (form, is_singular) in zip(targets, forms.named(len(targets)), strict=True):
        name = f"{context}#{form}" if context else ""
        source = sources[0 if is_singular else -1]
        yield _Entry(name, source, target or None, document, {**metadata, "plural": form})


PLURALS = re.compile(r"plural\s*=\s*([^;\n]{1,1000})")
NUMBER = re.compile(r"nplurals\s*=\s*([1-9])\s*(?:;|\Z)")


def plural_forms(language: str) -> str | None:
    """What a header says of a language's plurals; None where that is not known."""
    from babel.core import Locale, UnknownLocaleError
    from babel.messages.plurals import get_plural

    try:
        locale = Locale.parse(canonical(language), sep="-")
    except (UnknownLocaleError, ValueError, TypeError):
        return None
    return f"nplurals={get_plural(locale).num_plurals}; plural={get_plural(locale).plural_expr};"


def named_forms(language: str) -> list[tuple[str, bool]]:
    """The plural forms of a language as `read_po` names them, and whether 1 is their number."""
    forms = _Forms(language, "", language)
    return list(forms.named(forms.number))


class _Forms:
    """The plural forms of a file's language, by the expression in its header."""

    def __init__(self, name: str, header: str, language: str = "") -> None:
        """Read the expression; a template's, which is none yet, is that of the language."""
        if not PLURALS.search(header) or "EXPRESSION" in header:
            header = plural_forms(language) or header
        number, match = NUMBER.search(header), PLURALS.search(header)
        self.number = int(number[1]) if number else 0
        self._numbers: dict[int, list[int]] = {0: [1]}
        if match is None:
            return
        try:
            form_of: Callable[[int], int] = gettext.c2py(match[1].strip())
            forms = [form_of(number) for number in range(1001)]
        except (ValueError, ArithmeticError, RecursionError, TypeError, SyntaxError) as error:
            raise DataError(
                f"{name}: Plural-Forms in the header can't be understood ({match[1][:40]!r}); "
                "correct it, msgfmt -c checks it."
            ) from error
        self._numbers = defaultdict(list)
        for value, form in enumerate(forms):
            self._numbers[form].append(value)

    def named(self, forms: int) -> Iterator[tuple[str, bool]]:
        """A name for each form, and whether the singular is its source.

        A form that stands for few numbers, 1 among them, is the singular, which may leave out the
        number. All others are plurals, also where 1 is one of many numbers, as in Russian.
        """
        for place in range(forms):
            numbers = self._numbers.get(place, [])
            if forms > 1 and 0 < len(numbers) <= RARE:
                yield (SINGULAR if 1 in numbers else f"{EXACT}{numbers[0]}"), 1 in numbers
            else:
                yield ("plural" if place == forms - 1 else f"plural {place}"), False


def _metadata(unit: Unit) -> tuple[str | None, dict[str, str]]:
    """The document and metadata in an entry's comments."""
    metadata: dict[str, str] = {}
    document = None
    for line in unit.automaticcomments:
        text = line.removeprefix("#.").strip()
        if text.startswith(COMMENT):
            document, labels = _our_comment(text.removeprefix(COMMENT))
            metadata |= labels
        else:
            add(metadata, "note", text)
    for line in unit.othercomments:
        add(metadata, "comment", line.removeprefix("#").strip())
    if places := unit.getlocations():
        add(metadata, "location", " ".join(places))
    if syntax := flagged_syntax(" ".join(unit.typecomments)):
        add(metadata, SYNTAX, syntax)
    for line in unit.typecomments:
        if match := MAX_LENGTH.search(line):
            add(metadata, "max-length", match[1])
    if unit.isfuzzy():
        add(metadata, "fuzzy", "yes")
    return document, metadata


def _our_comment(text: str) -> tuple[str | None, dict[str, str]]:
    """The document and metadata in a comment of our writer.

    Raises:
        DataError: somebody has changed the comment.
    """
    try:
        ours = json_value(text)
        document = ours.get("document")
        labels = {str(key): str(value) for key, value in ours["metadata"].items()}
    except (ValueError, AttributeError, LookupError, TypeError) as error:
        raise DataError(
            f"the comment '#. {COMMENT}{text:.40}' is not as mtqe wrote it; remove it."
        ) from error
    return (None if document is None else str(document)), labels


def _unquoted(lines: Sequence[str]) -> Iterator[str]:
    from translate.storage import pypo

    yield pypo.unquotefrompo(list(lines))


def _ids(entries: Sequence[_Entry]) -> list[str]:
    """Contexts where those that there are differ, and ids from the sources for the rest."""
    contexts = [entry.context for entry in entries if entry.context]
    made = content_ids([entry.source for entry in entries])
    ids = [entry.context or own for entry, own in zip(entries, made, strict=True)]
    if len(set(ids)) == len(ids):
        return ids
    for entry in entries:
        if contexts and entry.context:
            add(entry.metadata, "context", entry.context)
    return made
