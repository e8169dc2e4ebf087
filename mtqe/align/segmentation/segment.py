"""One text per segment from a document's translation, by one of three methods."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from mtqe.align.encoders import Encoder, choose_encoders
from mtqe.align.segmentation.added import added_parts
from mtqe.align.segmentation.meaning import cut_by_meaning, pieces
from mtqe.align.segmentation.methods import Method
from mtqe.align.segmentation.words import MATUSOV, OURS, Span, cut_by_words
from mtqe.corpus.base import LanguagePair, Segment
from mtqe.errors import DataError
from mtqe.support.languages import between_sentences

VERSION = 1
"""Changes whenever the same texts would be cut elsewhere."""

_LINE_END = re.compile(r"(?<![^\S\n])[^\S\n]*+\n\s*")


@dataclass(frozen=True)
class Cut:
    """A document's translation, cut.

    Attributes:
        texts: one per segment, on one line; empty for an omitted one.
        omitted: numbers of segments of which nothing was found.
        added: by a segment's number, the characters of its text that have no counterpart.
    """

    texts: tuple[str, ...]
    omitted: tuple[int, ...] = ()
    added: dict[int, tuple[Span, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Segmenter:
    """Cuts translations of documents.

    Attributes:
        method: ``align`` is the one that is best as measured: by words, or by meaning where there
            are no references; ``mwer`` is that of Matusov et al. 2005 as published.
        languages: the direction of translation.
        encoders: those that know both languages, for cuts by meaning.
    """

    method: Method
    languages: LanguagePair
    encoders: tuple[Encoder, ...] = ()

    @classmethod
    def of(cls, method: Method, segments: Sequence[Segment], languages: LanguagePair) -> Segmenter:
        """The segmenter of a test set.

        Raises:
            DataError: the method needs references or an encoder, and there is none.
        """
        referenced = all(segment.present_references for segment in segments)
        if method == "align":
            method = "words" if referenced else "meaning"
        if method in ("words", "mwer") and not referenced:
            raise DataError(
                f"segmentation {method!r} compares words with references, and some segments have "
                'none; give them, or choose segmentation = "meaning".'
            )
        encoders = choose_encoders(languages.source, languages.target)
        if method == "meaning" and not encoders:
            raise DataError(
                f"No encoder knows both {languages.source} and {languages.target}, so documents "
                'can\'t be cut by meaning; give references and choose segmentation = "words".'
            )
        return cls(method, languages, encoders if method == "meaning" else ())

    @property
    def name(self) -> str:
        """What signatures say, such as ``words.1`` or ``meaning.1``."""
        return f"{self.method}.{VERSION}"

    def cut(self, text: str, segments: Sequence[Segment]) -> Cut:
        """Cut the translation of a document.

        Every word of it comes into the text of one segment.

        Args:
            text: the translation; line ends may stand anywhere.
            segments: those of the document.

        Raises:
            DataError: the document is too long.
        """
        spans = self._spans(text, segments)
        joint = between_sentences(self.languages.target)
        texts = tuple(_LINE_END.sub(joint, text[a:b]) for a, b in spans)
        omitted = tuple(
            number
            for number, (found, segment) in enumerate(zip(texts, segments, strict=True))
            if not found and (segment.source or any(segment.present_references))
        )
        added = {}
        for number, (found, segment) in enumerate(zip(texts, segments, strict=True)):
            parts = list(pieces(found, self.languages.target))
            if extra := added_parts(found, parts, segment.present_references):
                added[number] = extra
        return Cut(texts, omitted, added)

    def _spans(self, text: str, segments: Sequence[Segment]) -> list[Span]:
        if self.method == "meaning":
            return cut_by_meaning(text, segments, self.languages, self.encoders)
        references = [segment.present_references for segment in segments]
        return cut_by_words(text, references, MATUSOV if self.method == "mwer" else OURS)
