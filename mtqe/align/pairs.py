"""Aligned pairs: the texts, where they stand, and whether they belong to what was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from mtqe.align.search.links import Link
from mtqe.align.sentences import Unit, joined
from mtqe.corpus.base import LanguagePair

Reason = Literal["doubtful", "navigation", "copy", "repeated"]
ParagraphReason = Literal["caption", "byline", "notice"]
REASONS: dict[Reason, str] = {
    "doubtful": "too doubtful to be translations of each other",
    "navigation": "entries of menus and lists",
    "copy": "the same on both sides",
    "repeated": "repeats of earlier pairs",
}
PARAGRAPH_REASONS: dict[ParagraphReason, str] = {
    "caption": "captions and credits",
    "byline": "by-lines",
    "notice": "notices such as copyright and advertising",
}
COLUMNS = ("source", "target", "confidence", "cost", "source_place", "target_place")


@dataclass(frozen=True)
class Pair:
    """Texts that translate each other.

    Attributes:
        source: units joined as the language writes them.
        target: the target's units, joined likewise.
        confidence: that they are translations, 0 to 1.
        cost: 1 - cosine of their embeddings; None where lengths alone decided.
        source_place: paragraph, or paragraph and sentence: ``12``, ``12.3``, ``12.3-12.4``.
        target_place: its place in the target document.
        source_units: their numbers, from 0.
        target_units: numbers of its units in the target.
        reason: why it is left out, if it is.
    """

    source: str
    target: str
    confidence: float
    cost: float | None
    source_place: str
    target_place: str
    source_units: range
    target_units: range
    reason: Reason | None = None

    def because(self, reason: Reason | None) -> Pair:
        """The same pair, left out for a reason, or kept for none."""
        return replace(self, reason=reason)

    def row(self) -> str:
        """Its line in a TSV file, whose columns are `COLUMNS`."""
        cost = "" if self.cost is None else f"{self.cost:.4f}"
        places = self.source_place, self.target_place
        return "\t".join((self.source, self.target, f"{self.confidence:.4f}", cost, *places))


def make_pair(
    link: Link, source: Sequence[Unit], target: Sequence[Unit], languages: LanguagePair
) -> Pair:
    """The pair that a link stands for."""
    ours, theirs = source[slice(*link.source)], target[slice(*link.target)]
    return Pair(
        joined([unit.text for unit in ours], languages.source),
        joined([unit.text for unit in theirs], languages.target),
        link.confidence,
        None if link.similarity != link.similarity else 1 - link.similarity,  # NaN: by lengths
        _place(ours),
        _place(theirs),
        range(*link.source),
        range(*link.target),
    )


def _place(units: Sequence[Unit]) -> str:
    first, last = units[0].place, units[-1].place
    return first if first == last else f"{first}-{last}"


def table(pairs: Sequence[Pair]) -> str:
    """The pairs that are not left out as TSV with a header."""
    rows = [pair.row() for pair in pairs if pair.reason is None]
    return "\n".join(("\t".join(COLUMNS), *rows, ""))
