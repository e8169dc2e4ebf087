"""The files that people rate a sample in."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePath
from types import MappingProxyType
from typing import Any

import numpy as np

from mtqe.corpus.spans import SPAN_SIDES, Span
from mtqe.corpus.text import PathLike
from mtqe.corpus.writers.output import write_text
from mtqe.corpus.writers.tables import Cell, write_workbook
from mtqe.errors import ConfigError, DataError
from mtqe.people.pearmut import campaign, pearmut_span
from mtqe.people.sampling.items import SampleItem, blind_labels
from mtqe.run import CorpusInfo

MAROT_COLUMNS = (
    "system", "doc", "docSegId", "globalSegId", "rater", "source", "target", "category", "severity",
    "metadata",
)  # fmt: skip
BATCH = 100
"""Items of one of Appraise's tasks."""

Begun = Mapping[int, Sequence[Span]]
"""Spans that raters begin with, by the number of their item."""

Writer = Callable[[PathLike, Sequence[SampleItem], CorpusInfo, int, Begun], None]


def write_sample(
    path: PathLike,
    items: Sequence[SampleItem],
    corpus: CorpusInfo,
    *,
    format: str | None = None,  # noqa: A002
    references: bool = False,
    spans: Begun | None = None,
    seed: int = 1,
) -> None:
    """Write items for people to rate.

    Only a campaign of Pearmut says which system gave which translation; raters do not see it.

    Args:
        path: the file.
        items: what to rate, in the corpus's order.
        corpus: for its name and languages.
        format: one of `FILE_FORMATS`; else the name decides.
        references: of spreadsheets: whether raters see the references.
        spans: what raters begin with, in formats that hold spans.
        seed: of the order of the systems' translations.

    Raises:
        ConfigError: the name stands for no format, or references or spans for a format without.
        DataError: a text doesn't fit the format, or the file can't be written.
    """
    chosen = format or _FORMATS.get(PurePath(path).suffix.lower(), "")
    if chosen not in FILE_FORMATS:
        raise ConfigError(
            f"{path}: {repr(format) if format else 'its name'} stands for no format of a sample; "
            f"name one of {', '.join(FILE_FORMATS)} with --format."
        )
    if chosen in ANNOTATION_TOOLS:
        if references:
            raise ConfigError(f"--references is for spreadsheets; {chosen} shows none.")
        if spans and chosen not in WITH_SPANS:
            raise ConfigError(
                f"{chosen} holds no error spans; use --format {' or '.join(WITH_SPANS)}."
            )
        ANNOTATION_TOOLS[chosen](path, items, corpus, seed, spans or {})
        return
    if spans:
        raise ConfigError(
            f"a spreadsheet holds no error spans; use --format {' or '.join(WITH_SPANS)}."
        )
    SHEETS[chosen](path, _sheet(items, references=references, seed=seed))


def _sheet(items: Sequence[SampleItem], *, references: bool, seed: int) -> dict[str, list[Cell]]:
    """Columns of a spreadsheet: a row an item, segment by segment, systems in random order."""
    rng = np.random.default_rng(seed)
    rows = sorted(items, key=lambda item: (item.segment, rng.random()))
    columns: dict[str, list[Cell]] = {
        "item": [str(item.number) for item in rows],
        "segment_id": [item.segment_id for item in rows],
        "place": [item.place for item in rows],
        "document": [item.document or "" for item in rows],
        "source": [item.source for item in rows],
    }
    for place in range(max(len(item.references) for item in rows) if references and rows else 0):
        columns["reference" if place == 0 else f"reference_{place + 1}"] = [
            item.references[place] if place < len(item.references) else "" for item in rows
        ]
    columns["translation"] = [item.hypothesis for item in rows]
    return columns | {name: [None] * len(rows) for name in ("score", "rater", "comment")}


def _write_tsv(path: PathLike, columns: Mapping[str, Sequence[Cell]]) -> None:
    lines = [list(columns), *zip(*columns.values(), strict=True)]
    text = ["\t".join(_one_line(path, cell or "") for cell in line) + "\n" for line in lines]
    write_text(path, "".join(text))


def _one_line(path: PathLike, cell: Cell) -> str:
    text = str(cell)
    if any(mark in text for mark in "\t\r\n"):
        raise DataError(
            f"{path}: {text[:40]!r} has a tab or line break inside, which TSV cannot hold; "
            "write .xlsx or .jsonl."
        )
    return text


def _write_jsonl(path: PathLike, columns: Mapping[str, Sequence[Cell]]) -> None:
    rows = zip(*columns.values(), strict=True)
    records = (dict(zip(columns, row, strict=True)) for row in rows)
    write_text(path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in records))


def _write_mqm(
    path: PathLike, items: Sequence[SampleItem], corpus: CorpusInfo, seed: int, spans: Begun
) -> None:
    """The ten columns of Google's Marot (once MQM viewer).

    A row is an error that raters begin with, its origin as the rater; or a translation without.
    """
    labels = blind_labels(items, seed)
    out = io.StringIO()
    out.write("\t".join(MAROT_COLUMNS) + "\n")
    for item in _document_order(items, labels):
        place = [labels[item.number], _document(item), item.segment_id, str(item.segment + 1)]
        about = {"item": item.number, "segment_id": item.segment_id}
        texts = [item.source, item.hypothesis]
        rows = [_mqm_error(span, texts, about) for span in spans.get(item.number, ())]
        for cells in rows or [["", *texts, "", "", json.dumps(about)]]:
            out.write("\t".join(_one_line(path, cell) for cell in (*place, *cells)) + "\n")
    write_text(path, out.getvalue())


def _mqm_error(span: Span, texts: Sequence[str], about: Mapping[str, object]) -> list[str]:
    """Rater, source, target, category, severity and metadata of an error."""
    source, target = (
        f"{text[: span.start]}<v>{text[span.start : span.end]}</v>{text[span.end :]}"
        if side == span.side
        else text
        for side, text in zip(SPAN_SIDES, texts, strict=True)
    )
    more = {"note": span.explanation} if span.explanation else {}
    severity = (span.severity or "").capitalize()
    return [
        span.origin,
        source,
        target,
        span.category or "Other",
        severity,
        json.dumps({**about, **more}),
    ]


def _write_pearmut(
    path: PathLike, items: Sequence[SampleItem], corpus: CorpusInfo, seed: int, spans: Begun
) -> None:
    """A campaign of Pearmut for error span annotation."""
    documents: dict[str, dict[str, dict[str, Any]]] = {}
    for item in items:
        segments = documents.setdefault(_document(item), {})
        made = segments.setdefault(
            item.segment_id,
            {"src": item.source, "tgt": {}, "item_id": item.segment_id, "error_spans": {}},
        )
        marks = [pearmut_span(span, item.hypothesis) for span in spans.get(item.number, ())]
        for system in item.systems:
            made["tgt"][system] = item.hypothesis
            made["error_spans"][system] = [mark for mark in marks if mark is not None]
    rng = np.random.default_rng(seed)
    for segments in documents.values():
        order = [
            str(name)
            for name in rng.permutation(sorted({n for s in segments.values() for n in s["tgt"]}))
        ]
        for made in segments.values():
            made["tgt"] = {name: made["tgt"][name] for name in order if name in made["tgt"]}
            _check_names(path, order)
    found = [list(segments.values()) for segments in documents.values()]
    write_text(path, campaign(corpus.name, found, seed=seed))


def _check_names(path: PathLike, systems: Sequence[str]) -> None:
    for name in systems:
        if name.isdigit():
            raise DataError(
                f"{path}: Pearmut takes no system called {name!r}; give it a name with a letter."
            )


def _write_esa(
    path: PathLike, items: Sequence[SampleItem], corpus: CorpusInfo, seed: int, spans: Begun
) -> None:
    """Batches of Appraise for error span annotation: a document of a system in one piece."""
    labels = blind_labels(items, seed)
    ordered = _document_order(items, labels)
    tasks = [
        {
            "items": [_esa_item(item, labels, corpus) for item in ordered[start : start + BATCH]],
            "task": {
                "batchNo": start // BATCH + 1,
                "batchSize": len(ordered[start : start + BATCH]),
                "randomSeed": seed,
                "requiredAnnotations": 1,
                "sourceLanguage": corpus.source_language,
                "targetLanguage": corpus.target_language,
            },
        }
        for start in range(0, len(ordered), BATCH)
    ]
    write_text(path, json.dumps(tasks, ensure_ascii=False, indent=1) + "\n")


def _esa_item(item: SampleItem, labels: Mapping[int, str], corpus: CorpusInfo) -> dict[str, object]:
    return {
        "mqm": [],
        "documentID": _document(item),
        "sourceID": corpus.name,
        "targetID": labels[item.number],
        "sourceText": item.source,
        "targetText": item.hypothesis,
        "itemType": "TGT",
        "itemID": item.number,
        "_item": item.segment_id,
        "isCompleteDocument": False,
    }


def _document_order(items: Sequence[SampleItem], labels: Mapping[int, str]) -> list[SampleItem]:
    """Document by document, label by label, then as in the corpus."""
    documents = {_document(item): item.segment for item in reversed(items)}
    return sorted(
        items, key=lambda item: (documents[_document(item)], labels[item.number], item.segment)
    )


def _document(item: SampleItem) -> str:
    return item.document if item.document is not None else item.segment_id


SHEETS: Mapping[str, Callable[[PathLike, Mapping[str, Sequence[Cell]]], None]] = MappingProxyType(
    {"tsv": _write_tsv, "jsonl": _write_jsonl, "xlsx": write_workbook}
)
ANNOTATION_TOOLS: Mapping[str, Writer] = MappingProxyType(
    {"mqm": _write_mqm, "esa": _write_esa, "pearmut": _write_pearmut}
)
WITH_SPANS = ("pearmut", "mqm")
FILE_FORMATS = (*SHEETS, *ANNOTATION_TOOLS)
"""Spreadsheets, Google's MQM table, Appraise's batches and Pearmut's campaigns."""

_FORMATS = MappingProxyType({".tsv": "tsv", ".jsonl": "jsonl", ".xlsx": "xlsx", ".json": "esa"})
