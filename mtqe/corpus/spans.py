"""Spans: parts of texts that a metric, a judge, a person or a check takes for an error.

Whatever finds errors gives a `FoundSpan`; a `Span` also says where in a run it is and who found it.
`place_spans` holds each one against the text that it is about.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import Literal, NamedTuple, Self

from mtqe.support.words import count, shortened

SpanSide = Literal["source", "target"]
SpanSeverity = Literal["critical", "major", "minor", "neutral"]
OriginKind = Literal["metric", "judge", "person", "check"]
Fit = Literal["exact", "spaced", "normalised", "differs", "outside", "nowhere"]

SPAN_SIDES: tuple[SpanSide, ...] = ("source", "target")
SPAN_SEVERITIES: tuple[SpanSeverity, ...] = ("critical", "major", "minor", "neutral")
"""From the worst to the one that costs nothing."""
ORIGIN_KINDS: tuple[OriginKind, ...] = ("metric", "judge", "person", "check")
LONGEST_QUOTE = 40
NOWHERE = -1
"""Start and end of a span that quotes what its text does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSpan:
    """A part of a source or of its translation that something takes for an error.

    Attributes:
        side: the text that it is in; ``target`` is the translation.
        start: first character, counted in Unicode code points from 0.
        end: one after the last character; equal to `start` where something is missing there.
        text: the marked text, as its origin gives it.
        category: kind of error, in MQM's words where these are known, such as
            ``Accuracy/Mistranslation``; None where the origin names none.
        severity: None where the origin gives none.
        confidence: from 0 to 1; None where the origin gives none.
        explanation: why it is an error, for a reader who sees the text.
    """

    side: SpanSide = "target"
    start: int
    end: int
    text: str
    category: str | None = None
    severity: SpanSeverity | None = None
    confidence: float | None = None
    explanation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span(FoundSpan):
    """A span of a run; its text is what the stored text has from `start` to `end`.

    Attributes:
        segment_id: the segment.
        system: the system whose translation it is about.
        origin: what found it, as `origin` names it, such as ``metric:xcomet`` or ``person:ana``.
    """

    segment_id: str
    system: str
    origin: str

    @classmethod
    def of(cls, found: FoundSpan, segment_id: str, system: str, origin: str) -> Self:
        """A found span with its place in a run."""
        given = {name: getattr(found, name) for name in FOUND_FIELDS}
        return cls(segment_id=segment_id, system=system, origin=origin, **given)


FOUND_FIELDS = tuple(field.name for field in fields(FoundSpan))


def origin(kind: OriginKind, name: str) -> str:
    """What spans call their origin: its kind and its name in the run."""
    return f"{kind}:{name}"


def origin_kind(origin: str) -> str:
    """The kind of an origin."""
    return origin.partition(":")[0]


def origin_name(origin: str) -> str:
    """The name of an origin, without its kind."""
    return origin.partition(":")[2]


def worse_or_equal(severity: SpanSeverity) -> tuple[SpanSeverity, ...]:
    """A severity and all that are worse."""
    return SPAN_SEVERITIES[: SPAN_SEVERITIES.index(severity) + 1]


def fit(span: FoundSpan, text: str) -> Fit:
    """How well a span fits the text that it is about.

    ``exact``: its text stands at its place. ``spaced``: so it does but for white space at its
    ends, as xCOMET counts the space before a word as part of it. ``normalised``: so it does but
    for forms that tokenizers make equal (NFKC, case, runs of white space). ``differs``: another
    text stands there. ``outside``: there is no such place. ``nowhere``: what found it knows of no
    place, as the text does not have what it quotes.
    """
    if span.start == span.end == NOWHERE:
        return "nowhere"
    if not 0 <= span.start <= span.end <= len(text):
        return "outside"
    there = text[span.start : span.end]
    if there == span.text:
        return "exact"
    if there.strip() == span.text.strip():
        return "spaced"
    return "normalised" if _plain(there) == _plain(span.text) else "differs"


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold()


class Place(NamedTuple):
    """What spans are about: a system's translation of a segment."""

    segment_id: str
    system: str
    source: str
    hypothesis: str

    def side(self, side: SpanSide) -> str:
        """The text of a side."""
        return self.source if side == "source" else self.hypothesis


@dataclass(frozen=True)
class PlacedSpans:
    """The spans of one origin, each held against its text.

    Attributes:
        origin: see `Span.origin`.
        spans: those that have a place, with the text that stands there.
        fits: how many fitted how well.
        examples: the first span that differed and the first one outside, in words.
        kept: whether those that differ are among `spans`.
    """

    origin: str
    spans: tuple[Span, ...] = ()
    fits: Mapping[Fit, int] = field(default_factory=lambda: MappingProxyType({}))
    examples: Mapping[Fit, str] = field(default_factory=lambda: MappingProxyType({}))
    kept: bool = True

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know of spans that don't fit their texts, one sentence each."""
        name, total = origin_name(self.origin), sum(self.fits.values())
        out_of = f"of {count(total, 'span')}"
        found = []
        if spaced := self.fits.get("spaced", 0):
            found.append(
                f"{name}: {spaced:,} {out_of} take in white space beside their text; they are "
                "marked as given."
            )
        if differing := self.fits.get("differs", 0):
            done = "they are marked where they were given" if self.kept else "they are left out"
            found.append(
                f"{name}: {differing:,} {out_of} name another text than the one at their place "
                f"({self.examples['differs']}); {done}."
            )
        if outside := self.fits.get("outside", 0):
            found.append(
                f"{name}: {outside:,} {out_of} lie outside their text "
                f"({self.examples['outside']}); they are left out."
            )
        if lost := self.fits.get("nowhere", 0):
            found.append(
                f"{name}: {lost:,} {out_of} quote what their text does not have "
                f"({self.examples['nowhere']}); they are left out."
            )
        return tuple(found)


def place_spans(
    origin: str,
    found: Iterable[tuple[Place, Sequence[FoundSpan]]],
    *,
    keep_differing: bool = True,
) -> PlacedSpans:
    """Hold spans against their texts; none is moved.

    Args:
        origin: what found them.
        found: spans by what they are about.
        keep_differing: whether the place counts where another text stands there than the span
            names, as with models that give texts from their tokens; otherwise it is left out.
    """
    spans: list[Span] = []
    fits: Counter[Fit] = Counter()
    examples: dict[Fit, str] = {}
    for place, several in found:
        for span in several:
            text = place.side(span.side)
            how = fit(span, text)
            fits[how] += 1
            if how in ("differs", "outside", "nowhere"):
                examples.setdefault(how, _example(span, place, text))
            if how not in ("outside", "nowhere") and (keep_differing or how != "differs"):
                exact = replace(span, text=text[span.start : span.end])
                spans.append(Span.of(exact, place.segment_id, place.system, origin))
    return PlacedSpans(origin, tuple(spans), fits, examples, keep_differing)


def _example(span: FoundSpan, place: Place, text: str) -> str:
    if span.start == NOWHERE:
        return f"the first: {_quoted(span.text)} in segment {place.segment_id!r}"
    where = f"characters {span.start} to {span.end} of segment {place.segment_id!r}"
    there = text[max(span.start, 0) : max(span.end, 0)]
    has = f", where {_quoted(there)} stands" if there else f", which has {len(text):,}"
    return f"the first: {_quoted(span.text)} at {where}{has}"


def _quoted(text: str) -> str:
    return repr(shortened(text, LONGEST_QUOTE))
