"""Precision, recall and F1 of error spans against people's, by characters.

As in WMT's quality estimation tasks on error spans (Blain et al. 2023, task 2): a character that
both sides mark counts whole if they agree on its severity and half if they don't. Sums run over all
texts before they are divided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mtqe.errors import DataError
from mtqe.run import Run

Span = tuple[int, int, str | None]
"""Start and end in characters, the end not included, and the severity, if there is one."""
SpansByTranslation = dict[tuple[str, str], list[Span]]
"""By segment and system."""
Marks = NDArray[np.uint8]

PERSON = "person:"

MINOR, MAJOR, ANY = np.uint8(1), np.uint8(2), np.uint8(3)
SEVERITIES = {"minor": MINOR, "major": MAJOR, "critical": MAJOR}
NO_ERROR = frozenset({"neutral", "undecided"})
"""Severities of spans that are not counted as errors."""
OTHER_SEVERITY = 0.5
"""Credit for a character that both sides mark with different severities."""


@dataclass(frozen=True)
class SpanScores:
    """How far spans agree with people's.

    Attributes:
        precision: credit over marked characters; 1 if nothing is marked.
        recall: credit over the characters that people marked; 1 if they marked nothing.
        f1: their harmonic mean; 0 if both are 0.
        marked: characters marked.
        marked_by_people: characters that people marked.
        credit: characters that both marked, those of different severity by half.
    """

    precision: float
    recall: float
    f1: float
    marked: int
    marked_by_people: int
    credit: float


def score_spans(people: Sequence[Sequence[Span]], found: Sequence[Sequence[Span]]) -> SpanScores:
    """Precision, recall and F1 over texts.

    Args:
        people: of each text, the spans that people marked. Spans may overlap; a character may be
            both a minor and a major error, and either severity then agrees; no severity agrees with
            any. An empty span, where something is missing, marks the place it stands at.
        found: of each text in the same order, the spans to be judged.

    Raises:
        DataError: lists of different length, an end before its start, a start below 0, or an
            unknown severity.
    """
    if len(people) != len(found):
        raise DataError(
            f"spans of {len(found)} texts stand against people's of {len(people)}; give one list "
            "per text."
        )
    marked = marked_by_people = 0
    credit = 0.0
    for ours, theirs in zip(found, people, strict=True):
        size = max((max(end, start + 1) for start, end, _ in (*ours, *theirs)), default=0)
        judged, gold = _marks(ours, size), _marks(theirs, size)
        both = (judged > 0) & (gold > 0)
        agreed = (judged & gold) > 0
        credit += float(agreed.sum() + OTHER_SEVERITY * (both & ~agreed).sum())
        marked += int((judged > 0).sum())
        marked_by_people += int((gold > 0).sum())
    precision = credit / marked if marked else 1.0
    recall = credit / marked_by_people if marked_by_people else 1.0
    total = precision + recall
    f1 = 2 * precision * recall / total if total else 0.0
    return SpanScores(precision, recall, f1, marked, marked_by_people, credit)


def _marks(spans: Sequence[Span], size: int) -> Marks:
    """For each character, its severities as bits."""
    marks = np.zeros(size, dtype=np.uint8)
    for start, end, severity in spans:
        if not 0 <= start <= end:
            raise DataError(f"a span from {start} to {end} is not possible; start at 0 or above.")
        name = (severity or "").lower()
        if name in NO_ERROR:
            continue
        if severity is not None and name not in SEVERITIES:
            raise DataError(
                f"{severity!r} is not a severity of spans; use {', '.join(SEVERITIES)} "
                f"or {', '.join(sorted(NO_ERROR))}."
            )
        marks[start : max(end, start + 1)] |= SEVERITIES.get(name, ANY)
    return marks


@dataclass(frozen=True)
class SpanStanding:
    """One origin of spans against the spans of one person or annotation.

    Attributes:
        origin: such as ``metric:xcomet``.
        people: such as ``person:mqm``.
        translations: translations that people annotated, with or without spans.
        scores: agreement of the spans in translations.
    """

    origin: str
    people: str
    translations: int
    scores: SpanScores


def span_standings(run: Run, systems: Sequence[str]) -> tuple[SpanStanding, ...]:
    """Judge the spans of metrics, language models and people by those of each of the people.

    Only spans in translations count, and only translations that these people scored: there, no span
    means no error.

    Args:
        run: a finished run.
        systems: whose translations.

    Returns:
        The best F1 first, for each of the people; nothing if a run has no such spans.
    """
    origins = run.manifest.origins or ()
    found = []
    for people in (info for info in origins if info.name.startswith(PERSON)):
        frame = run.segments[run.segments["system"].isin(list(systems))]
        frame = frame[np.isfinite(frame[people.metric].to_numpy(np.float64))]
        keys = list(zip(frame["segment_id"], frame["system"], strict=True))
        gold = _by_translation(run, people.name)
        others = [info.name for info in origins if info is not people]
        standings = [
            SpanStanding(
                name, people.name, len(keys), score_spans(*_aligned(keys, gold, run, name))
            )
            for name in others
        ]
        found += sorted(standings, key=lambda item: (-item.scores.f1, item.origin))
    return tuple(found)


def _aligned(
    keys: Sequence[tuple[str, str]], gold: SpansByTranslation, run: Run, origin: str
) -> tuple[list[list[Span]], list[list[Span]]]:
    judged = _by_translation(run, origin)
    return [gold.get(key, []) for key in keys], [judged.get(key, []) for key in keys]


def _by_translation(run: Run, origin: str) -> SpansByTranslation:
    spans = run.spans
    spans = spans[(spans["origin"] == origin) & (spans["side"] == "target")]
    columns = ("segment_id", "system", "start", "end", "severity")
    found: SpansByTranslation = {}
    for segment, system, start, end, severity in zip(*(spans[c] for c in columns), strict=True):
        named = severity if isinstance(severity, str) and severity else None
        found.setdefault((segment, system), []).append((int(start), int(end), named))
    return found
