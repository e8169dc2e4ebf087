"""Qt Linguist's .ts files, new or as copies of others with their translations replaced."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from mtqe.corpus.base import Segment
from mtqe.corpus.dataset import Dataset
from mtqe.corpus.formats import Filled
from mtqe.corpus.localisation.entries import localisation_text
from mtqe.corpus.localisation.slots import spliced
from mtqe.corpus.localisation.xml_places import Element, declared_utf_8, parse_places, xml_text
from mtqe.corpus.plurals import PLURAL
from mtqe.corpus.readers.qt import GONE, qt_messages
from mtqe.corpus.text import PathLike, label
from mtqe.corpus.writers.output import write_bytes
from mtqe.corpus.writers.xml_tree import add, checked
from mtqe.corpus.xml import named, parse_xml, serialized

if TYPE_CHECKING:
    from lxml.etree import _Element

Change = tuple[int, int, str]
NOTES = {"comment": "comment", "note": "extracomment"}
"""Elements of a message by what the metadata calls them, in the order of Qt's own files."""
DOCTYPE = b"<!DOCTYPE TS>\n"


def write_qt(path: PathLike, dataset: Dataset) -> tuple[str, ...]:
    """Write a message a segment; documents are contexts, ids are messages' ids.

    Forms of one plural, as `read_qt` gives them, become one message again.

    Returns:
        What couldn't be kept: plural forms of other kinds are messages of their own.

    Raises:
        DataError: a text holds a character that XML can't, or the file can't be written.
    """
    from lxml import etree

    languages = dataset.corpus.languages
    attributes = {"version": "2.1", "language": languages.target.replace("-", "_")}
    attributes["sourcelanguage"] = languages.source.replace("-", "_")
    root = etree.Element("TS", attributes)
    alone = False
    for document, segments in groupby(dataset.corpus, lambda segment: segment.document):
        context = add(root, "context")
        add(context, "name", None, document or "")
        for group in _messages(list(segments)):
            _message(context, group)
            alone = alone or (PLURAL in group[0].metadata and len(group) == 1 and not _of_qt(group))
    head, _, body = serialized(root).partition(b"\n")
    write_bytes(path, head + b"\n" + DOCTYPE + body)
    return ("metadata (plural)",) if alone else ()


def _of_qt(group: Sequence[Segment]) -> bool:
    return group[0].id.endswith("#0") and PLURAL in group[0].metadata


def _messages(segments: Sequence[Segment]) -> Iterator[list[Segment]]:
    """The segments of each message: one, or the forms of a plural."""
    group: list[Segment] = []
    for segment in segments:
        key, mark, place = segment.id.rpartition("#")
        goes_on = group and _continues(group, segment, key, place)
        if group and not goes_on:
            yield group
            group = []
        group = [*group, segment] if goes_on else [segment]
        if not (mark and place.isdecimal() and PLURAL in segment.metadata):
            yield group
            group = []
    if group:
        yield group


def _continues(group: Sequence[Segment], segment: Segment, key: str, place: str) -> bool:
    first = group[0]
    same = {k: v for k, v in segment.metadata.items() if k != PLURAL} == {
        k: v for k, v in first.metadata.items() if k != PLURAL
    }
    return (
        _of_qt(group)
        and place == str(len(group))
        and key == first.id.rpartition("#")[0]
        and segment.source == first.source
        and PLURAL in segment.metadata
        and same
    )


def _message(context: _Element, group: Sequence[Segment]) -> None:
    first = group[0]
    is_plural = _of_qt(group)
    name = first.id.rpartition("#")[0] if is_plural else first.id
    natural = f"{first.document or ''}:{first.source}:{first.metadata.get('comment', '')}"
    attributes = {} if name == natural else {"id": name}
    message = add(context, "message", attributes | ({"numerus": "yes"} if is_plural else {}))
    add(message, "source", None, first.source)
    for key, element in NOTES.items():
        if key in first.metadata:
            add(message, element, None, first.metadata[key])
    texts = [segment.references[0] if segment.references else None for segment in group]
    state = first.metadata.get("state")
    if state is None and not is_plural and texts[0] is None:
        return
    translation = add(message, "translation", {"type": state} if state else None)
    if not is_plural:
        translation.text = checked(texts[0] or "")
        return
    for text in texts:
        add(translation, "numerusform", None, text or "")


def fill_qt(template: PathLike, dataset: Dataset) -> Filled:
    """A copy of a .ts file whose translations are a dataset's references, found by their ids.

    Comments, places and states of other messages stay; a message that gets another text is
    finished.

    Raises:
        DataError: the file is malformed.
    """
    corpus = dataset.corpus
    text = localisation_text(template)
    root = parse_places(label(template), text)
    with named(template):
        messages = qt_messages(parse_xml(template), corpus.languages)
    texts = {s.id: s.references[0] if s.references else None for s in corpus}
    changes = [_named_language(text, root, corpus.languages.target)]
    lacking: list[str] = []
    for message, forms in zip(_current(root), messages, strict=True):
        found = [texts.get(segment.id) for segment in forms]
        if any(form is None for form in found):
            lacking += [segment.id for segment in forms]
        elif found != [segment.references[0] for segment in forms]:
            changes.append(_translation(text, message, [str(form) for form in found]))
    known = {segment.id for message in messages for segment in message}
    data = declared_utf_8(spliced(text, changes))
    return Filled(data.encode("utf-8"), tuple(lacking), tuple(i for i in texts if i not in known))


def _current(root: Element) -> Iterator[Element]:
    for context in root.descendants():
        if context.local == "context":
            for message in context.elements("message"):
                translation = message.find("translation")
                state = "" if translation is None else translation.attributes.get("type", "")
                if state not in GONE:
                    yield message


def _named_language(text: str, root: Element, language: str) -> Change:
    tag = text[root.start : root.inner]
    own = language.replace("-", "_")
    if match := re.search(r"""(\slanguage\s*=\s*)(["'])[^"']*\2""", tag):
        return root.start + match.start(), root.start + match.end(), f'{match[1]}"{own}"'
    end = root.start + len(root.name) + 1
    return end, end, f' language="{own}"'


def _translation(text: str, message: Element, forms: Sequence[str]) -> Change:
    """The change that puts translations into a message."""
    element = message.find("translation")
    if message.attributes.get("numerus") == "yes":
        line = text.rfind("\n", 0, message.inner_end) + 1
        indent = text[line : message.inner_end]
        indent = indent if indent.isspace() or not indent else ""
        inside = "".join(
            f"\n{indent}        <numerusform>{_xml(form)}</numerusform>" for form in forms
        )
        inside += f"\n{indent}    "
    else:
        inside = _xml(forms[0])
    new = f"<translation>{inside}</translation>"
    if element is not None:
        return element.start, element.end, new
    return message.inner_end, message.inner_end, new


def _xml(text: str) -> str:
    return xml_text(checked(text))
