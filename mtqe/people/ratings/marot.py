"""MQM annotations in the table of Google's Marot (once MQM viewer) and of WMT's MQM data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mtqe.corpus.spans import SPAN_SEVERITIES, SPAN_SIDES, FoundSpan
from mtqe.corpus.text import load_lines
from mtqe.errors import DataError
from mtqe.people.ratings.rating import MARK, RatedTranslations, Rating, rating
from mtqe.people.review.model import ErrorLabel, Severity
from mtqe.people.review.mqm import weight
from mtqe.people.sampling.items import SampleItem
from mtqe.support.json_text import json_value

KIND = "mqm"
NAMES: Mapping[str, str] = {"doc_id": "docSegId", "seg_id": "globalSegId"}
"""What WMT's older tables call these columns."""
NEEDED = ("system", "rater", "source", "target", "category", "severity")
NO_ERROR = ("no-error", "no error")
WORST = ("critical", "major")
MARKS = re.compile(r"(</?v>)")


def is_marot(header: str) -> bool:
    """Whether a file's first line is the header of such a table."""
    return header.startswith("system\tdoc")


def read_marot(path: Path, known: RatedTranslations) -> tuple[list[Rating], int]:
    """Read annotations; a translation's score is minus the penalties that a rater's errors cost.

    Penalties are those of Freitag et al. (2021), see `mtqe.corpus.mqm`. A row without a
    rater is no rating. A translation is found by our item number, else by system and segment,
    else by its source and text; a row whose target is another text is lost.

    Raises:
        DataError: a column is missing, or a row has other columns than the header.
    """
    sums: dict[tuple[int, str], float] = {}
    spans: dict[tuple[int, str], tuple[FoundSpan, ...]] = {}
    items: dict[int, SampleItem] = {}
    lost: set[tuple[str, str, str]] = set()
    for row in _rows(path):
        if not row["rater"].strip():
            continue
        item = _item(row, known)
        if item is None:
            lost.add((row["rater"], row["system"], MARK.sub("", row["target"])))
            continue
        items[item.number] = item
        key = (item.number, row["rater"])
        sums[key] = sums.get(key, 0.0) - _penalty(row)
        spans[key] = (*spans.get(key, ()), *marked_spans(row))
    found = [
        rating(items[number], KIND, rater, score, spans[number, rater])
        for (number, rater), score in sums.items()
    ]
    return found, len(lost)


def marked_spans(row: Mapping[str, str]) -> Iterator[FoundSpan]:
    """The parts of source and target between ``<v>`` and ``</v>``, in characters without these.

    Rows without an error, or that mark no place, give none.
    """
    severity = row["severity"].strip().lower()
    if severity in NO_ERROR or not severity:
        return
    note = _metadata(row.get("metadata", "")).get("note")
    for side in SPAN_SIDES:
        for start, end, text in _marked(row[side]):
            yield FoundSpan(
                side=side,
                start=start,
                end=end,
                text=text,
                category=row["category"].strip() or None,
                severity=next((s for s in SPAN_SEVERITIES if s == severity), None),
                explanation=note if isinstance(note, str) else "",
            )


def _marked(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and text of each marked part; one that is not closed is not marked."""
    parts = MARKS.split(text)
    length, start = 0, None
    plain = ""
    for part in parts:
        if part == "<v>":
            start = length
        elif part == "</v>":
            if start is not None:
                yield start, length, plain[start:length]
            start = None
        else:
            plain += part
            length += len(part)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    lines = load_lines(path).texts
    header = [NAMES.get(name, name) for name in lines[0].split("\t")] if lines else []
    for name in NEEDED:
        if name not in header:
            raise DataError(f"{path}: has no column {name!r}; is it an MQM table?")
    for number, line in enumerate(lines[1:], 2):
        cells = line.split("\t")
        if len(cells) != len(header):
            raise DataError(
                f"{path}, line {number}: {len(cells)} cells for {len(header)} columns; give every "
                "row the same columns."
            )
        yield dict(zip(header, cells, strict=True))


def _item(row: Mapping[str, str], known: RatedTranslations) -> SampleItem | None:
    metadata = _metadata(row.get("metadata", ""))
    number = metadata.get("item")
    text = (MARK.sub("", row["source"]), MARK.sub("", row["target"]))
    if isinstance(number, int):
        item = known.by_number.get(number)
        return item if item is not None and _same(item, text) else None
    if row["system"] in known.systems:
        for name in (metadata.get("segment_id"), row.get("docSegId"), row.get("globalSegId")):
            item = known.by_system.get((str(name), row["system"]))
            if item is not None and _same(item, text):
                return item
    return known.by_text.get(text)


def _same(item: SampleItem, text: tuple[str, str]) -> bool:
    """Whether a row shows this very translation, but for line breaks that a table can't hold."""
    ours, theirs = " ".join(MARK.sub("", item.hypothesis).split()), " ".join(text[1].split())
    return ours == theirs


def _metadata(text: str) -> dict[str, Any]:
    try:
        value = json_value(text)
    except ValueError:
        return {}  # older tables have a free note here
    return value if isinstance(value, dict) else {}


def _penalty(row: Mapping[str, str]) -> float:
    severity = row["severity"].strip().lower()
    if severity in NO_ERROR or not severity:
        return 0.0
    known: Severity = "neutral"
    if severity in (*WORST, "minor"):
        known = "minor" if severity == "minor" else "major"
    label = ErrorLabel(
        system=row["system"], side="hypothesis", start=0, end=0, text="",
        category=row["category"], severity=known,
    )  # fmt: skip
    return weight(label)
