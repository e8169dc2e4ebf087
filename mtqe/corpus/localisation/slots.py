"""Entries of localisation files with their places in the file, so that a copy can hold others.

A translated file is the file of another language with texts replaced: keys, order, comments and
everything that mtqe knows nothing about stay as they are, character by character.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from mtqe.support.message_format import CATEGORIES, OTHER

Span = tuple[int, int]
"""First character of a part of a file, and the first after it."""
SEPARATOR = re.compile(r"[\s,]*")


@dataclass(frozen=True)
class Entry:
    """One text.

    Attributes:
        key: unique in its file.
        text: as a program shows it, with the format's own escapes undone.
        note: what the file says to translators.
        form: its plural form, such as ``few``; None for a text without.
        time: when subtitles show it, as the file says it.
    """

    key: str
    text: str
    note: str = ""
    form: str | None = None
    time: str = ""

    @property
    def identifier(self) -> str:
        """Key and form."""
        return self.key if self.form is None else f"{self.key}#{self.form}"


def as_form(entry: Entry, plurals: Collection[str]) -> Entry:
    """An entry as a plural form, where its key says one of a text that is known to have some.

    A language with one form has ``file_other`` alone, or ``other`` below ``file``, which no file by
    itself tells from any key.

    Args:
        entry: an entry of a file.
        plurals: keys that have plural forms in another language's file.
    """
    if entry.form is None and entry.key not in plurals:
        for mark in ("_", "."):
            key, _, form = entry.key.rpartition(mark)
            if form in CATEGORIES and key in plurals:
                return replace(entry, key=key, form=form)
    return entry


@dataclass(frozen=True)
class Slot:
    """An entry in its file.

    Attributes:
        entry: what stands there.
        start: place of the text's first character, with its quotes if there are any.
        end: place after the text.
        member: all that belongs to a plural form: its name and its text.
        form: place of the form's name.
        style: how the text is written, in the format's own terms.
        names: names of the elements inside the text, for XML.
        alias: whether the text stands elsewhere, so that it can't be another here.
    """

    entry: Entry
    start: int
    end: int
    member: Span | None = None
    form: Span | None = None
    style: str = ""
    names: frozenset[str] = frozenset()
    alias: bool = False


@dataclass(frozen=True)
class Parsed:
    """A localisation file.

    Attributes:
        text: the whole file.
        slots: entries in the file's order.
        languages: places where the file names its language.
    """

    text: str
    slots: tuple[Slot, ...]
    languages: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Layout:
    """How one kind of file holds its entries.

    Attributes:
        parse: reads a file: its name in messages, its text, and the language to take.
        encode: writes a text as it has to stand in the place of a slot's.
        fresh: writes a new file of entries in a language; None where that can't be done.
        language: writes a language's tag as the format does.
        separator: what stands between two plural forms, beside white space.
    """

    parse: Callable[[str, str, str], Parsed]
    encode: Callable[[str, Slot], str]
    fresh: Callable[[Sequence[Entry], str], str] | None = None
    language: Callable[[str], str] = str
    separator: str = ""


@dataclass(frozen=True)
class Texts:
    """What a copy of a file is to say.

    Attributes:
        plain: texts by key.
        plurals: texts by key and plural form.
    """

    plain: Mapping[str, str]
    plurals: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def filled(parsed: Parsed, layout: Layout, texts: Texts, language: str) -> str:
    """A copy of a file with other texts in another language.

    Plural forms become those of the texts; what has no text stays as it is.

    Args:
        parsed: the file.
        layout: how it holds its entries.
        texts: the new texts.
        language: the language that the copy names, where the file names one.
    """
    changes: list[tuple[int, int, str]] = [
        (start, end, layout.language(language)) for start, end in parsed.languages
    ]
    groups: dict[str, list[Slot]] = {}
    for slot in parsed.slots:
        if slot.form is not None and slot.entry.key in texts.plurals:
            groups.setdefault(slot.entry.key, []).append(slot)
        elif slot.form is None and slot.entry.key in texts.plain and not slot.alias:
            wanted = texts.plain[slot.entry.key]
            if wanted != slot.entry.text:  # another spelling of the same text stays
                changes.append((slot.start, slot.end, layout.encode(wanted, slot)))
    for key, slots in groups.items():
        changes += _plural(parsed.text, layout, slots, texts.plurals[key])
    return spliced(parsed.text, changes)


def spliced(text: str, changes: Sequence[tuple[int, int, str]]) -> str:
    """A text with parts replaced; the parts don't overlap."""
    parts, place = [], 0
    for start, end, new in sorted(changes):
        parts += [text[place:start], new]
        place = end
    return "".join([*parts, text[place:]])


def _plural(
    text: str, layout: Layout, slots: Sequence[Slot], wanted: Mapping[str, str]
) -> list[tuple[int, int, str]]:
    """The changes that make the forms of one text those that are wanted."""
    have = {slot.entry.form: slot for slot in slots}
    if have.keys() == wanted.keys():
        return [
            (slot.start, slot.end, layout.encode(wanted[str(form)], slot))
            for form, slot in have.items()
            if slot.entry.text != wanted[str(form)]
        ]
    pattern = have.get(OTHER) or slots[-1]
    ordered = sorted(wanted, key=lambda form: CATEGORIES.index(form) if form in CATEGORIES else -1)
    members = [_member(text, layout, have.get(f, pattern), f, wanted[f]) for f in ordered]
    first, *rest = sorted(slots, key=lambda slot: slot.start)
    start, end = first.member or (first.start, first.end)
    between = _between(text, layout, first, rest[0] if rest else None)
    changes = [(start, end, between.join(members))]
    for slot in rest:
        begin, stop = slot.member or (slot.start, slot.end)
        while begin > 0 and text[begin - 1].isspace():
            begin -= 1
        if layout.separator and text[begin - 1 : begin] == layout.separator:
            begin -= 1
        changes.append((begin, stop, ""))
    return changes


def _member(text: str, layout: Layout, slot: Slot, form: str, new: str) -> str:
    """A plural form with its name and text, written as another one is."""
    start, end = slot.member or (slot.start, slot.end)
    changes = []
    if new != slot.entry.text:
        changes.append((slot.start - start, slot.end - start, layout.encode(new, slot)))
    if slot.form is not None:
        changes.append((slot.form[0] - start, slot.form[1] - start, form))
    return spliced(text[start:end], changes)


def _between(text: str, layout: Layout, first: Slot, second: Slot | None) -> str:
    """What stands between two forms: as the file has it, else a line break as deep as the first."""
    start, end = first.member or (first.start, first.end)
    if second is not None:
        found = text[end : (second.member or (second.start, second.end))[0]]
        if SEPARATOR.fullmatch(found):
            return found
    line = text.rfind("\n", 0, start) + 1
    indent = text[line:start]
    return layout.separator + ("\n" + indent if indent.isspace() or not indent else " ")
