"""Translations of whole documents cut into one per segment, with what was left out and added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mtqe.corpus.base import Corpus, Failure, Outcome, Segment, Translation, Translations
from mtqe.corpus.documents import documents_of
from mtqe.errors import DataError
from mtqe.evaluation.translate import Translated, WithoutCounterpart
from mtqe.support.words import count

if TYPE_CHECKING:
    from mtqe.align.segmentation.methods import Method
    from mtqe.align.segmentation.segment import Segmenter

EMPTY = "the translation of its document is empty"
SEGMENTATION = "segmentation"
"""The key of a system's identity, and the field of a signature, that name the method."""
LONGER = 4
"""Times as long as its references from which a document's translation is noted."""
FAR_LONGER = 50
"""Times from which it is taken for something else, or for an engine's loop."""
FEWEST_CHARACTERS = 20_000
"""Characters that it must also have for that."""
PER_SOURCE = 4
"""Characters of a translation per character of a source in Chinese, the most there are usually."""


def by_segments(translated: Translated, corpus: Corpus, method: Method) -> Translated:
    """Translations of documents as translations of segments.

    Every word of a document's translation comes into one segment's. A segment of which it has
    nothing gets an empty translation, which metrics score as such; the segments of a document
    without translation stay unscored.

    Args:
        translated: one outcome per document, as of `document_corpus`.
        corpus: the test set.
        method: how to cut.

    Raises:
        DataError: the method needs references or an encoder that there are not, or a document is
            too long.
    """
    from mtqe.align.segmentation.segment import Segmenter  # brings numba

    system = translated.translations.system
    documents = documents_of(corpus)
    try:
        segmenter = Segmenter.of(method, corpus.segments, corpus.languages)
        cuts = _Cuts(segmenter)
        for outcome in translated.translations.outcomes:
            cuts.add(outcome, documents[outcome.segment_id])
    except DataError as error:
        raise DataError(f"system {system!r}: {error}") from error
    identity = {**translated.translations.identity, SEGMENTATION: segmenter.name}
    scale = len(corpus) / max(1, len(documents))
    return replace(
        translated,
        translations=Translations.align(system, corpus, cuts.outcomes, identity),
        notes=(*translated.notes, *cuts.notes(len(documents))),
        speed=None if translated.speed is None else translated.speed * scale,
        without_counterpart=WithoutCounterpart(frozenset(cuts.omitted), cuts.added),
    )


def signed(signature: str, identities: Sequence[Mapping[str, str]]) -> str:
    """A signature that says how translations of documents were cut, if all were cut alike.

    Args:
        signature: a metric's.
        identities: of the systems whose scores it stands for.
    """
    methods = {identity.get(SEGMENTATION, "") for identity in identities}
    method = methods.pop() if len(methods) == 1 else ""
    return f"{signature}|{SEGMENTATION}:{method}" if method else signature


@dataclass
class _Cuts:
    """What became of the documents so far.

    Attributes:
        segmenter: cuts them.
        outcomes: of all their segments.
        omitted: ids of segments of which their document's translation has nothing.
        long: documents whose translation is much too long, each with how many times.
        added: by segment id, characters of its translation without counterpart.
    """

    segmenter: Segmenter
    outcomes: list[Outcome] = field(default_factory=list)
    omitted: list[str] = field(default_factory=list)
    long: dict[str, int] = field(default_factory=dict)
    added: dict[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)

    def add(self, outcome: Outcome, segments: Sequence[Segment]) -> None:
        """Cut the translation of one document."""
        if isinstance(outcome, Failure) or not outcome.text.strip():
            reason = outcome.reason if isinstance(outcome, Failure) else EMPTY
            self._fail(segments, reason)
            return
        times = len(outcome.text) / max(1, _usual_length(segments))
        if times >= LONGER:
            self.long[outcome.segment_id] = round(times)
        if times >= FAR_LONGER and len(outcome.text) >= FEWEST_CHARACTERS:
            self._fail(segments, f"the translation of its document is {times:,.0f} times too long")
            return
        cut = self.segmenter.cut(outcome.text, segments)
        self.outcomes += [
            Translation(segment.id, text) for segment, text in zip(segments, cut.texts, strict=True)
        ]
        self.omitted += [segments[number].id for number in cut.omitted]
        self.added |= {segments[number].id: parts for number, parts in cut.added.items()}

    def _fail(self, segments: Sequence[Segment], reason: str) -> None:
        self.outcomes += [Failure(segment.id, reason) for segment in segments]

    def notes(self, documents: int) -> list[str]:
        """What a reader of the scores must know."""
        whole = count(documents, "whole document")
        found = [f"translations of {whole} cut into segments ({self.segmenter.name})"]
        if self.long:
            name, times = max(self.long.items(), key=lambda item: item[1])
            others = count(len(self.long), "document")
            found.append(
                f"{others} much longer than the references: {name!r:.60} {times:,} times; see that "
                "it is the translation of this test set"
            )
        if self.omitted:
            omitted = count(len(self.omitted), "segment")
            found.append(f"{omitted} left out by the translation, scored as empty")
        if self.added:
            added = count(len(self.added), "segment")
            found.append(f"{added} with added text, scored with it")
        return found


def _usual_length(segments: Sequence[Segment]) -> int:
    """Characters that a translation of these segments may well have."""
    return sum(
        max(map(len, segment.present_references), default=PER_SOURCE * len(segment.source))
        for segment in segments
    )
