"""Copies of PO files and templates with their translations replaced, through translate-toolkit."""

from __future__ import annotations

from typing import Any

from mtqe.corpus.dataset import Dataset
from mtqe.corpus.formats import Filled
from mtqe.corpus.readers.po import NUMBER, PLURALS, plural_forms, po_messages
from mtqe.corpus.text import PathLike
from mtqe.corpus.writers.output import refuse_flaws
from mtqe.support.languages import canonical


def fill_po(template: PathLike, dataset: Dataset) -> Filled:
    """A copy of a PO file or template whose translations are a dataset's references.

    Comments, contexts, places and flags stay; a message that gets another text is not fuzzy any
    more, and the header names the language and its plural forms.

    Raises:
        DataError: the file is malformed, or a text holds what no file can.
    """
    corpus = dataset.corpus
    found = po_messages(template, corpus.languages)
    texts = {s.id: s.references[0] if s.references else None for s in corpus}
    for segment in corpus:
        refuse_flaws(template, segment, texts[segment.id] or "")
    lacking: list[str] = []
    for unit, segments in found.messages:
        new = [texts.get(segment.id) for segment in segments]
        if any(text is None for text in new):
            lacking += [segment.id for segment in segments]
            continue
        if [segment.references[0] for segment in segments] != new:
            unit.target = new if unit.hasplural() else new[0]
            unit.markfuzzy(False)
    _head(found.store, corpus.languages.target)
    known = {segment.id for _, segments in found.messages for segment in segments}
    unknown = tuple(identifier for identifier in texts if identifier not in known)
    return Filled(bytes(found.store), tuple(lacking), unknown)


def _head(store: Any, language: str) -> None:  # noqa: ANN401 - translate-toolkit
    """Let the header name the language, its plural forms and UTF-8."""
    header = store.parseheader()
    forms = header.get("Plural-Forms", "")
    named = header.get("Language", "")
    fields = {
        "Content_Type": "text/plain; charset=UTF-8",
        "Content_Transfer_Encoding": "8bit",
        "Language": language.replace("-", "_"),
    }
    known = PLURALS.search(forms) and NUMBER.search(forms) and "EXPRESSION" not in forms
    if not known or (named and canonical(named) != canonical(language)):
        own = plural_forms(language)
        fields |= {"Plural_Forms": own} if own else {}
    store.updateheader(add=True, **fields)
    head = store.header()
    if head is not None:
        head.markfuzzy(False)
