"""What WMT's two document formats share: texts of many sides, gathered by document and segment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mtqe.corpus.base import LanguagePair, Segment, Translations
from mtqe.corpus.dataset import Dataset, build_corpus
from mtqe.corpus.readers.ids import check_ids
from mtqe.corpus.readers.units import unit_place
from mtqe.errors import DataError

SEGMENT_ID = "segment_id"
"""Our attribute of a source segment: the id, where document and number don't make it."""

Key = tuple[str, str]
"""Document and segment."""


@dataclass
class Sides:
    """What a reader has gathered so far.

    Attributes:
        name: name of the file in messages.
        sources: the source texts, in order.
        references: texts by translator.
        systems: texts by system.
        metadata: metadata of each segment.
        ids: ids of the segments that have their own.
        lines: lines of the source segments, where they are known.
    """

    name: str
    sources: dict[Key, str] = field(default_factory=dict)
    references: dict[str, dict[Key, str]] = field(default_factory=dict)
    systems: dict[str, dict[Key, str]] = field(default_factory=dict)
    metadata: dict[Key, dict[str, str]] = field(default_factory=dict)
    ids: dict[Key, str] = field(default_factory=dict)
    lines: dict[Key, int | None] = field(default_factory=dict)

    def put(self, side: dict[Key, str], key: Key, text: str) -> None:
        """Keep a text under its document and number.

        Raises:
            DataError: this side has the segment already.
        """
        if key in side:
            raise DataError(
                f"{self.name}: document {key[0]!r} has segment {key[1]!r} twice; make ids unique."
            )
        side[key] = text

    def dataset(self, name: str, languages: LanguagePair, notes: Sequence[str] = ()) -> Dataset:
        """Everything in the sources' order; an empty reference is a lacking one.

        Raises:
            DataError: there is no source, or another side has a segment that the sources lack.
        """
        for kind, sides in (("reference", self.references), ("system", self.systems)):
            self._check_known(kind, sides)
        ids = [self.ids.get(key) or ":".join(filter(None, key)) for key in self.sources]
        check_ids(self.name, "segment", ids, lambda index: index + 1)
        segments = [
            Segment(
                identifier,
                source,
                tuple(texts.get(key) or None for texts in self.references.values()),
                key[0] or None,
                self.metadata.get(key, {}),
                unit_place(self.name, self.lines.get(key), ":".join(filter(None, key)), "segment"),
            )
            for identifier, (key, source) in zip(ids, self.sources.items(), strict=True)
        ]
        corpus = build_corpus(name, languages, segments, notes)
        systems = tuple(
            Translations.from_texts(system, corpus, [texts.get(key) for key in self.sources])
            for system, texts in self.systems.items()
        )
        return Dataset(corpus, systems)

    def _check_known(self, kind: str, sides: Mapping[str, Mapping[Key, str]]) -> None:
        for side, texts in sides.items():
            for document, segment in texts:
                if (document, segment) not in self.sources:
                    raise DataError(
                        f"{self.name}: {kind} {side!r} has segment {segment!r} of document "
                        f"{document!r}, which the sources lack; add it or remove it."
                    )
