"""Campaigns and results of Pearmut, a tool in which people rate translations and mark errors.

Zouhar and Kocmi, "Pearmut: Human Evaluation of Translation Made Trivial"; its README describes the
JSON. Pearmut counts characters in UTF-16 units, and the end of a span is its last unit.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mtqe.corpus.spans import SPAN_SEVERITIES, FoundSpan, Span
from mtqe.corpus.text import read_text
from mtqe.errors import DataError
from mtqe.support.json_text import json_value

PROTOCOL = "ESA"
"""Error spans with a severity, then a score from 0 to 100."""
ESA_SEVERITIES: Mapping[str, str] = {
    "critical": "major",
    "major": "major",
    "minor": "minor",
    "neutral": "neutral",
}
"""What the protocol calls severities: it has no critical errors."""
RESET = "__RESET__"
"""Written when an annotator's work was reset: what came before counts no more."""
OMISSION = "Accuracy/Omission"
"""What a mark on Pearmut's ``[missing]`` says."""


def units(text: str, place: int) -> int:
    """UTF-16 units before a character of a text."""
    return len(text[:place].encode("utf-16-le", "surrogatepass")) // 2


def characters(text: str, unit: int) -> int:
    """Characters of a text before a UTF-16 unit; more than it has for a unit after its end."""
    seen = 0
    for place, character in enumerate(text):
        if seen >= unit:
            return place
        seen += 2 if ord(character) > 0xFFFF else 1
    return len(text) + (unit - seen)


def pearmut_span(span: Span, text: str) -> dict[str, Any] | None:
    """A span of a translation as an annotator begins with it; None where it has no place there.

    Its origin and what it said go along, and come back with the results.
    """
    if span.side != "target":
        return None
    length = units(text, len(text))
    start = units(text, span.start)
    end = units(text, span.end) - 1 if span.end > span.start else start
    if span.start == span.end:
        start = end = length  # Pearmut's token for what is missing
    return {
        "start_i": start,
        "end_i": end,
        "severity": ESA_SEVERITIES[span.severity] if span.severity else None,
        "category": span.category,
        "origin": span.origin,
        "proposed": {
            "start": span.start,
            "end": span.end,
            "severity": span.severity,
            "confidence": span.confidence,
        },
    }


def found_span(mark: Mapping[str, Any], text: str) -> FoundSpan:
    """An annotator's mark on a translation.

    Raises:
        ValueError: it has no whole numbers as its ends.
    """
    first, last = mark["start_i"], mark["end_i"]
    if not all(type(unit) is int and unit >= 0 for unit in (first, last)):
        raise ValueError("a mark without start_i and end_i")
    start, end = characters(text, first), characters(text, last + 1)
    missing = start >= len(text)
    if missing:
        start = end = len(text)
    severity = str(mark.get("severity") or "").lower()
    return FoundSpan(
        start=start,
        end=min(end, len(text)),
        text=text[start:end],
        category=mark.get("category") or (OMISSION if missing else None),
        severity=next((known for known in SPAN_SEVERITIES if known == severity), None),
        explanation=_history(mark),
    )


def _history(mark: Mapping[str, Any]) -> str:
    """Whose span an annotator began with, and whether it still is what was proposed."""
    origin, proposed = mark.get("origin"), mark.get("proposed")
    if not isinstance(origin, str) or not isinstance(proposed, dict):
        return ""
    given = proposed.get("severity")
    same = mark.get("severity") == ESA_SEVERITIES.get(str(given))
    return f"accepted from {origin}" if same else f"changed from {origin} ({given})"


def campaign(
    name: str,
    documents: Sequence[Sequence[Mapping[str, Any]]],
    *,
    seed: int,
) -> str:
    """A campaign of one annotator as JSON.

    Args:
        name: id of the campaign.
        documents: items, document by document; each has ``src``, ``tgt`` by system, ``item_id``
            and perhaps ``error_spans`` by system.
        seed: of the order in which Pearmut shows the systems.
    """
    even = all(len({tuple(item["tgt"]) for item in items}) == 1 for items in documents)
    info = {"assignment": "task-based", "protocol": PROTOCOL, "seed": seed, "shuffle": even}
    content = {"info": info, "campaign_id": name, "data": [documents]}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def read_results(path: Path) -> Iterator[tuple[str, Mapping[str, Any], str, Mapping[str, Any]]]:
    """The annotations in a file, the last one of each annotator and item, without those reset.

    Args:
        path: ``annotations.json`` of the dashboard, or a ``.jsonl`` of ``data/annotations``.

    Yields:
        The annotator, the item, the system, and what was said of its translation.

    Raises:
        DataError: the file is no such file; names the entry.
    """
    found: dict[tuple[str, str, str], tuple[Mapping[str, Any], Mapping[str, Any]]] = {}
    for number, entry in enumerate(_entries(path), 1):
        try:
            user = str(entry["user_id"])
            if entry["annotation"] == RESET:
                found = {key: value for key, value in found.items() if key[0] != user}
                continue
            for item, said in zip(entry["item"], entry["annotation"], strict=True):
                for system, answer in (said or {}).items():
                    found[user, str(item.get("item_id", item)), system] = (item, answer)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise DataError(
                f"{path}, entry {number}: is not what Pearmut writes ({error!r}); download the "
                "annotations again."
            ) from error
    for (user, _, system), (item, answer) in found.items():
        yield user, item, system, answer


def is_results(text: str) -> bool:
    """Whether a file begins as Pearmut's annotations do."""
    head = text.lstrip()[:4000]
    return head.startswith("{") and '"annotation"' in text and '"user_id"' in text


def _entries(path: Path) -> Iterator[Any]:
    text = read_text(path)[0]
    try:
        lines = [json_value(line) for line in text.split("\n") if line.strip()]
    except ValueError:
        lines = [_json(path, text)]
    for line in lines:
        campaigns = isinstance(line, dict) and "user_id" not in line
        yield from (entry for log in line.values() for entry in log) if campaigns else [line]


def _json(path: Path, text: str) -> Any:  # noqa: ANN401 - whatever the file holds
    try:
        return json_value(text)
    except ValueError as error:
        raise DataError(f"{path}: is neither JSON nor JSON lines ({error}).") from error
