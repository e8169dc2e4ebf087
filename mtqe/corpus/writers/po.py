"""Gettext PO files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from mtqe.corpus.base import Corpus, Segment
from mtqe.corpus.dataset import Dataset
from mtqe.corpus.plurals import PLURAL
from mtqe.corpus.readers.ids import content_ids
from mtqe.corpus.readers.po import COMMENT, named_forms, plural_forms
from mtqe.corpus.syntax import SYNTAX, flagged_syntax
from mtqe.corpus.text import PathLike
from mtqe.corpus.writers.output import refuse_flaws, write_text

ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
PLAIN = re.compile(r"(?!mtqe )[!-~](?:[ -~]*[!-~])?")
"""Notes that can stand in a comment as they are, and come back so."""


def write_po(path: PathLike, dataset: Dataset) -> None:
    """Write an entry a segment; ids that aren't made from the sources are message contexts.

    What PO has no place for stands in a comment that begins with ``#. mtqe``.

    Raises:
        DataError: a text holds a NUL or lone surrogate, or the file can't be written.
    """
    corpus = dataset.corpus
    for segment in corpus:
        for text in (segment.id, segment.source, *segment.present_references):
            refuse_flaws(path, segment, text)
    made = content_ids([segment.source for segment in corpus])
    forms = named_forms(corpus.languages.target)
    seen: set[str] = set()
    entries = []
    plural = False
    for group in _groups(list(zip(corpus, made, strict=True)), forms):
        (segment, own), *_ = group
        # Two entries of one message and no context, or one with an empty message, are no valid PO.
        plain = segment.id == own and segment.source not in seen and segment.source != ""
        context = None if plain else segment.id
        if len(group) > 1 or _is_plural(group, forms):
            plural = True
            context = context and context.rpartition("#")[0]
            entries.append(_plural_entry([s for s, _ in group], context, forms))
        else:
            entries.append(_entry(segment, context))
        seen.add(segment.source)
    write_text(path, "\n".join([_header(corpus, plural), *entries]))


Group = Sequence[tuple[Segment, str]]
"""Segments that make one entry, each with the id that its source makes."""


def _groups(rows: Group, forms: Sequence[tuple[str, bool]]) -> Iterator[Group]:
    """The plural forms of one message together, as `read_po` gave them; others by themselves."""
    place = 0
    while place < len(rows):
        size = len(forms) if _is_plural(rows[place : place + len(forms)], forms) else 1
        yield rows[place : place + size]
        place += size


def _is_plural(rows: Group, forms: Sequence[tuple[str, bool]]) -> bool:
    """Whether segments are all forms of one message, which comes back as it is."""
    segments = [segment for segment, _ in rows]
    names = [name for name, _ in forms]
    if not names or [segment.metadata.get(PLURAL) for segment in segments] != names:
        return False
    contexts = {s.id.removesuffix(f"#{name}") for s, name in zip(segments, names, strict=True)}
    made = all(segment.id == own for segment, own in rows)
    named = len(contexts) == 1 and all("#" in segment.id for segment in segments)
    alike = {(s.document, tuple((k, v) for k, v in s.metadata.items() if k != PLURAL))
             for s in segments}  # fmt: skip
    singular, plural = _two_sources(segments, forms)
    return (made or named) and len(alike) == 1 and len(singular) < 2 and len(plural) < 2


def _two_sources(
    segments: Sequence[Segment], forms: Sequence[tuple[str, bool]]
) -> tuple[set[str], set[str]]:
    """The sources of the forms for 1, and those of the others."""
    pairs = list(zip(segments, forms, strict=True))
    return (
        {segment.source for segment, (_, is_singular) in pairs if is_singular},
        {segment.source for segment, (_, is_singular) in pairs if not is_singular},
    )


def _plural_entry(
    segments: Sequence[Segment], context: str | None, forms: Sequence[tuple[str, bool]]
) -> str:
    singular, plural = _two_sources(segments, forms)
    first = segments[0]
    metadata = {key: value for key, value in first.metadata.items() if key != PLURAL}
    lines = list(_comments(Segment(first.id, first.source, (), first.document, metadata)))
    if context is not None:
        lines.append(_string("msgctxt", context))
    lines.append(_string("msgid", next(iter(singular or plural))))
    lines.append(_string("msgid_plural", next(iter(plural or singular))))
    for number, segment in enumerate(segments):
        text = "".join(segment.present_references[:1])
        lines.append(_string(f"msgstr[{number}]", text))
    return "".join(lines)


def _header(corpus: Corpus, plural: bool) -> str:
    fields = {
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": corpus.languages.target,
        "X-Source-Language": corpus.languages.source,
        "X-Generator": "mtqe",
    }
    if plural:
        fields["Plural-Forms"] = plural_forms(corpus.languages.target) or ""
    text = "".join(f"{name}: {value}\n" for name, value in fields.items())
    return f'msgid ""\n{_string("msgstr", text)}'


def _entry(segment: Segment, context: str | None) -> str:
    lines = list(_comments(segment))
    if context is not None:
        lines.append(_string("msgctxt", context))
    lines.append(_string("msgid", segment.source))
    lines.append(_string("msgstr", "".join(segment.present_references[:1])))
    return "".join(lines)


def _comments(segment: Segment) -> Iterator[str]:
    metadata = dict(segment.metadata)
    if PLAIN.fullmatch(metadata.get("note", "")):
        yield f"#. {metadata.pop('note')}\n"
    flags = ["fuzzy"] if metadata.get("fuzzy") == "yes" and metadata.pop("fuzzy") else []
    if flagged_syntax(f"{metadata.get(SYNTAX, '')}-format") == metadata.get(SYNTAX):
        flags.append(f"{metadata.pop(SYNTAX)}-format")
    if metadata or segment.document is not None:
        ours = {"document": segment.document, "metadata": metadata}
        yield f"#. {COMMENT}{json.dumps(ours)}\n"
    if flags:
        yield f"#, {', '.join(flags)}\n"


def _string(keyword: str, text: str) -> str:
    """A keyword with its string, over several lines where the text has several."""
    escaped = re.sub(r'[\\"\n\t\r]', lambda match: ESCAPES[match[0]], text)
    ends = [
        0,
        *(match.end() for match in re.finditer(r"(?<!\\)(?:\\\\)*\\n", escaped)),
        len(escaped),
    ]
    parts = [escaped[start:end] for start, end in pairwise(ends) if end > start]
    if len(parts) < 2:
        return f'{keyword} "{escaped}"\n'
    return f'{keyword} ""\n' + "".join(f'"{part}"\n' for part in parts)
