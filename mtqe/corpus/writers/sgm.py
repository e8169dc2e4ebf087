"""SGM: source, reference and system sets in one file."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from mtqe.corpus.base import Segment
from mtqe.corpus.dataset import Dataset
from mtqe.corpus.readers.structured import SEGMENT_ID
from mtqe.corpus.text import PathLike
from mtqe.corpus.writers.output import refuse_flaws, write_text
from mtqe.corpus.writers.wmt_xml import translator

Rows = Sequence[tuple[Segment, str | None]]


def write_sgm(path: PathLike, dataset: Dataset) -> None:
    """Write the sets one after the other under one ``mteval`` element, as NIST's DTD has it.

    Raises:
        DataError: a text holds a NUL or lone surrogate, or the file can't be written.
    """
    corpus = dataset.corpus
    for segment in corpus:
        for text in (segment.source, *segment.present_references):
            refuse_flaws(path, segment, text)
    pair = {"srclang": corpus.languages.source, "trglang": corpus.languages.target}
    named = {"setid": corpus.name}
    sources = [(segment, segment.source) for segment in corpus]
    lines = ["<mteval>", *_set("srcset", {**named, "srclang": pair["srclang"]}, sources)]
    for index in range(len(corpus[0].references)):
        rows = [(segment, segment.references[index]) for segment in corpus]
        who = {"sysid": translator(index)}
        lines += _set("refset", {**named, **pair, "refid": translator(index)}, rows, who)
    for system in dataset.systems:
        rows = list(zip(corpus, system.hypotheses, strict=True))
        lines += _set("tstset", {**named, **pair}, rows, {"sysid": system.system})
    write_text(path, "\n".join([*lines, "</mteval>", ""]))


def _set(
    kind: str, attributes: Mapping[str, str], rows: Rows, who: Mapping[str, str] | None = None
) -> Iterator[str]:
    yield _open(kind, attributes)
    for document, part in groupby(rows, lambda row: row[0].document):
        yield _open("doc", {"docid": document or "", **(who or {})})
        for segment, text in part:
            if text is not None:
                labels = _labels(segment) if kind == "srcset" else {}
                start = _open("seg", {"id": _number(segment), **labels})
                yield f"{start}{html.escape(text, quote=False)}</seg>"
        yield "</doc>"
    yield f"</{kind}>"


def _number(segment: Segment) -> str:
    """An id without the document that readers put in front of it."""
    return segment.id.removeprefix(f"{segment.document}:") if segment.document else segment.id


def _labels(segment: Segment) -> dict[str, str]:
    full = ":".join(filter(None, (segment.document, _number(segment))))
    own = {} if full == segment.id else {SEGMENT_ID: segment.id}
    return {**own, **segment.metadata}


def _open(name: str, attributes: Mapping[str, str]) -> str:
    parts = (f' {key}="{html.escape(value)}"' for key, value in attributes.items())
    return f"<{name}{''.join(parts)}>"
