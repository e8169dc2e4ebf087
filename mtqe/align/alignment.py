"""Two documents to pairs: reading, splitting, linking, cleaning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mtqe.align.clean import judge, paragraph_reason, without_copies
from mtqe.align.documents.paragraphs import Document, Paragraph
from mtqe.align.encoders import Encoder, choose_encoders, embed, usual_similarity
from mtqe.align.pairs import PARAGRAPH_REASONS, REASONS, Pair, make_pair
from mtqe.align.search.gale_church import gale_church_links
from mtqe.align.search.links import CONFIDENT, Link, find_links_apart
from mtqe.align.search.runs import Side
from mtqe.align.sentences import Unit, paragraph_units, sentence_units
from mtqe.corpus.base import LanguagePair
from mtqe.errors import DataError
from mtqe.support.words import count

Level = Literal["sentence", "paragraph"]
Method = Literal["auto", "embeddings", "gale-church"]
MOST_UNITS = 20_000
"""Sentences or paragraphs of a document; more would take memory and time that few machines have."""
ONE_SENTENCE = 0.9
"""Paragraphs per sentence from which a document is taken for one with a sentence per line."""


@dataclass(frozen=True)
class AlignmentSettings:
    """What a user can choose.

    Attributes:
        languages: languages of the two documents.
        level: kind of unit that is aligned.
        method: ``auto`` takes embeddings where an encoder knows both languages.
        confident: pairs of less confidence are left out.
    """

    languages: LanguagePair
    level: Level = "sentence"
    method: Method = "auto"
    confident: float = CONFIDENT


@dataclass(frozen=True)
class Alignment:
    """What became of two documents.

    Attributes:
        source: the source's units; captions, notices and copies left out.
        target: the target's.
        pairs: pairs of the units that are linked, kept or not, in the source's order.
        languages: languages of the two documents.
        beside: captions and notices of both documents.
        copies: number of units left out as copies of earlier ones.
        between: number of units left out that only stood between parts of another's translation.
        notes: what one must know about how it was made.
    """

    source: tuple[Unit, ...]
    target: tuple[Unit, ...]
    pairs: tuple[Pair, ...]
    languages: LanguagePair
    beside: tuple[Paragraph, ...] = ()
    copies: int = 0
    between: int = 0
    notes: tuple[str, ...] = ()

    @property
    def kept(self) -> tuple[Pair, ...]:
        """The pairs that are not left out."""
        return tuple(pair for pair in self.pairs if pair.reason is None)

    def summary(self) -> list[str]:
        """What was kept and what was left out, in sentences."""
        sizes = f"{len(self.source):,} and {len(self.target):,} units"
        lines = [f"{count(len(self.kept), 'pair')} of {sizes}", *self.notes]
        reasons = Counter(pair.reason for pair in self.pairs if pair.reason)
        lines += [f"left out: {n:,} {REASONS[reason]}" for reason, n in reasons.most_common()]
        beside = Counter(map(paragraph_reason, self.beside))
        lines += [
            f"left out: {beside[key]:,} {PARAGRAPH_REASONS[key]}"
            for key in PARAGRAPH_REASONS
            if beside[key]
        ]
        if self.copies:
            lines.append(f"left out: {count(self.copies, 'copy', 'copies')} of earlier units")
        if self.between:
            between = count(self.between, "paragraph")
            lines.append(f"left out: {between} between parts of another's translation")
        alone = [
            len(units) - sum(len(getattr(pair, f"{side}_units")) for pair in self.pairs)
            for side, units in (("source", self.source), ("target", self.target))
        ]
        return [
            *lines,
            f"left out: {alone[0]:,} source and {alone[1]:,} target units without partner",
        ]


def align(
    source: Document,
    target: Document,
    settings: AlignmentSettings,
    encoders: Sequence[Encoder] | None = None,
) -> Alignment:
    """Find the pairs of two documents.

    Args:
        source: one document.
        target: its translation.
        settings: what a user can choose.
        encoders: those of `encoders_for`, so that several alignments share what was loaded.

    Raises:
        DataError: a document has too many units, or no encoder knows the languages.
    """
    languages = settings.languages
    units = (
        _units(source, settings.level, languages.source),
        _units(target, settings.level, languages.target),
    )
    ours, theirs = map(without_copies, units)
    copies = sum(map(len, units)) - len(ours) - len(theirs)
    if not ours or not theirs:
        raise DataError(f"{(target if ours else source).name}: holds nothing but captions.")
    encoders = encoders_for(settings) if encoders is None else encoders
    links, ours, theirs, between = _links(ours, theirs, encoders, settings.confident)
    pairs = [make_pair(link, ours, theirs, languages) for link in links]
    if encoders:
        pairs = [p if p.confidence >= settings.confident else p.because("doubtful") for p in pairs]
    judged = judge(pairs, ours, theirs)
    beside = tuple(p for side in (source, target) for p in side.paragraphs if paragraph_reason(p))
    notes = _notes(settings, encoders)
    return Alignment(
        tuple(ours), tuple(theirs), tuple(judged), languages, beside, copies, between, notes
    )


def _units(document: Document, level: Level, language: str) -> list[Unit]:
    """The document's units without captions and notices, which would only join other units."""
    units = (
        sentence_units(document.paragraphs, language)
        if level == "sentence"
        else paragraph_units(document.paragraphs)
    )
    if len(units) > MOST_UNITS:
        raise DataError(
            f"{document.name}: has {len(units):,} {level}s, more than {MOST_UNITS:,}; "
            "split it into chapters."
        )
    return [unit for unit in units if not paragraph_reason(document.paragraphs[unit.paragraph - 1])]


def encoders_for(settings: AlignmentSettings) -> tuple[Encoder, ...]:
    """The encoders to align with; none for Gale-Church.

    Raises:
        DataError: embeddings were asked for, and no encoder knows the languages.
    """
    if settings.method == "gale-church":
        return ()
    languages = settings.languages
    found = choose_encoders(languages.source, languages.target)
    if not found and settings.method == "embeddings":
        raise DataError(
            f"No encoder knows both {languages.source} and {languages.target}; "
            "choose the method gale-church, which looks at lengths alone."
        )
    return found


def _links(
    source: Sequence[Unit], target: Sequence[Unit], encoders: Sequence[Encoder], confident: float
) -> tuple[list[Link], list[Unit], list[Unit], int]:
    """Links, the units that they are about, and how many were taken out of links."""
    texts = [unit.text for unit in (*source, *target)]
    lengths = np.array([len(text) for text in texts], np.float64)
    if not encoders:
        sizes = lengths.astype(np.int64).tolist()
        links = gale_church_links(sizes[: len(source)], sizes[len(source) :])
        return links, list(source), list(target), 0
    vectors, usual = embed(encoders, texts), usual_similarity(encoders)
    border = len(source)
    links, ours, theirs = find_links_apart(
        Side(vectors[:border], lengths[:border], usual, paragraph_numbers(source)),
        Side(vectors[border:], lengths[border:], usual, paragraph_numbers(target)),
        confident=confident,
    )
    between = len(texts) - len(ours) - len(theirs)
    return links, [source[i] for i in ours], [target[i] for i in theirs], between


def paragraph_numbers(units: Sequence[Unit]) -> NDArray[np.int64] | None:
    """The paragraph of each unit; None where a document has a sentence per line, and no others."""
    numbers = np.array([unit.paragraph for unit in units], np.int64)
    if units[0].sentence == 0:
        return numbers
    paragraphs = len(np.unique(numbers))
    return numbers if paragraphs < ONE_SENTENCE * len(units) else None


def _notes(settings: AlignmentSettings, encoders: Sequence[Encoder]) -> tuple[str, ...]:
    if encoders:
        return ("similarity by " + " and ".join(encoder.name for encoder in encoders),)
    languages = settings.languages
    why = (
        "as asked"
        if settings.method == "gale-church"
        else f"because no encoder knows both {languages.source} and {languages.target}"
    )
    return (
        f"aligned by length alone (Gale-Church), {why}: boilerplate and gaps can't be told from "
        "text this way, so look at the pairs",
    )
