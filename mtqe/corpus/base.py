"""Segments, corpora and translations: the data that everything else passes around."""

from __future__ import annotations

import hashlib
import json
from abc import abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from itertools import chain
from typing import overload

from mtqe.errors import DataError
from mtqe.support.arguments import check_type
from mtqe.support.html import table
from mtqe.support.languages import UNKNOWN_LANGUAGE, direction
from mtqe.support.visible import one_line
from mtqe.support.words import count, shortened

FIRST = 5
"""Segments that a notebook shows of a corpus."""
HASHED_AT_ONCE = 16_384
NO_HYPOTHESIS = "no hypothesis given"
"""Why a segment has no translation where translations exist already."""
SHOWN = 60
"""Characters of a text that a `repr` shows."""


@dataclass(frozen=True, slots=True)
class LanguagePair:
    """The direction of translation, as BCP 47 tags such as ``en`` or ``zh-Hant``."""

    source: str
    target: str

    def __post_init__(self) -> None:
        for what, tag in (("source", self.source), ("target", self.target)):
            check_type(tag, str, f"{what} language", "a language tag, such as en", DataError)

    def __str__(self) -> str:
        return f"{self.source}-{self.target}"

    @property
    def shown(self) -> str:
        """The pair for a reader, who is not shown the tag of an unknown language."""
        return direction(self.source, self.target)


def check_texts(owner: str, what: str, texts: Sequence[object]) -> None:
    """See that each of several texts is one, or None.

    Args:
        owner: what messages call the owner of the texts.
        what: what one of them is.
        texts: as a caller of the library gave them.

    Raises:
        DataError: one is not, such as the NaN by which pandas means a missing text.
    """
    for place, text in enumerate(texts, 1):
        if text is not None and not isinstance(text, str):
            fix = (
                "give texts as they are, not as lists of tokens"
                if isinstance(text, list | tuple)
                else "give a text, or None where there is none"
            )
            raise DataError(f"{owner}: {what} {place} is {text!r:.60}; {fix}.")


@dataclass(frozen=True, slots=True)
class Place:
    """Where people find a segment in the file that it was read from.

    Attributes:
        label: what messages call the place, such as ``line 12``, ``row 3`` or ``key menu.open``.
        file: the file as it was named; empty where it is not known.
        line: number of the segment's first line in the file, from 1; None where it has none or
            the reader can't tell.
    """

    label: str
    file: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Segment:
    """One source text with its references.

    Attributes:
        id: stable and unique in its corpus; it ends up in links.
        source: the text to translate, exactly as it was read; empty where it is not known.
        references: one entry per reference column; None where this segment lacks that reference.
        document: the document that the segment belongs to, if any.
        metadata: further columns, such as ``domain``; each becomes a slice.
        place: where it stands in its file, for messages; nothing else depends on it.
    """

    id: str
    source: str
    references: tuple[str | None, ...] = ()
    document: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    place: Place | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        given: object = self.references
        for what, text in (("id", self.id), ("source", self.source)):
            if not isinstance(text, str):
                raise DataError(f"segment {self.id!r}: its {what} is {text!r}; give a text.")
        if not isinstance(given, tuple):
            if isinstance(given, str | bytes) or not isinstance(given, Sequence):
                raise DataError(
                    f"segment {self.id!r}: its references are {given!r:.60}; "
                    "give a list of texts, one per reference."
                )
            object.__setattr__(self, "references", tuple(given))
        owner = f"segment {self.id!r}"
        check_texts(owner, "reference", self.references)
        check_type(self.document, (str, type(None)), "a segment's document", "a text", DataError)
        check_type(self.metadata, Mapping, "a segment's metadata", "a mapping of texts", DataError)
        values: Mapping[str, object] = self.metadata
        for name, value in values.items():
            if not isinstance(value, str):
                check_type(value, str, f"{owner}: metadata {name!r}", "a text", DataError)

    def __repr__(self) -> str:
        source = shortened(self.source, SHOWN)
        return (
            f"<Segment {self.id}: {source!r}, {count(len(self.present_references), 'reference')}>"
        )

    @property
    def present_references(self) -> tuple[str, ...]:
        """The references that this segment does have."""
        return tuple([text for text in self.references if text is not None])


class HeldTexts(Sequence[str | None]):
    """Texts that lie on disk; see `mtqe.corpus.stored`, which brings numpy."""

    missing: int
    """How many are None."""


def missing(texts: Sequence[str | None]) -> int:
    """How many texts are None."""
    return texts.missing if isinstance(texts, HeldTexts) else texts.count(None)


class HeldSegments(Sequence[Segment]):
    """Segments that are made when they are asked for; see `mtqe.corpus.stored`.

    What would take a pass over all of them is told at once.
    """

    @property
    @abstractmethod
    def has_sources(self) -> bool:
        """Whether any has a source."""

    @property
    @abstractmethod
    def reference_counts(self) -> set[int]:
        """All numbers of references that a segment has."""

    @property
    @abstractmethod
    def metadata_names(self) -> tuple[str, ...]:
        """The names of the metadata columns."""

    @abstractmethod
    def texts(self, rows: slice) -> Iterator[tuple[str, str, tuple[str | None, ...]]]:
        """Ids, sources and references of some, without making segments of them."""

    @abstractmethod
    def repeated_id(self) -> str | None:
        """An id that two segments have, if any."""


@dataclass(frozen=True, repr=False)
class Corpus(Sequence[Segment]):
    """The segments of a test set, in order, with their languages.

    Attributes:
        name: name in reports.
        languages: the direction of translation.
        segments: segments in the order of the files they came from: a tuple, or for a large corpus
            a sequence that makes them as they are asked for.
        notes: counts of what a reader kept on purpose, such as "2 empty sources".

    Raises:
        DataError: two segments share an id, or differ in their number of reference columns.
    """

    name: str
    languages: LanguagePair
    segments: Sequence[Segment]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_type(self.name, str, "the corpus's name", "a text", DataError)
        fix = 'a pair such as mtqe.LanguagePair("de", "en")'
        check_type(self.languages, LanguagePair, f"{self.name}: languages", fix, DataError)
        if isinstance(self.segments, HeldSegments):
            self._refuse_repeated(self.segments.repeated_id())
            return
        self._check_segments()
        seen: set[str] = set()
        for segment in self.segments:
            if segment.id in seen:
                self._refuse_repeated(segment.id)
            seen.add(segment.id)
        if len({len(segment.references) for segment in self.segments}) > 1:
            raise DataError(
                f"{self.name}: segments differ in their number of reference columns; give every "
                "segment the same columns and leave cells empty where a reference is missing."
            )

    def _refuse_repeated(self, segment_id: str | None) -> None:
        if segment_id is not None:
            raise DataError(
                f"{self.name}: segment id {segment_id!r} occurs twice; make ids unique."
            )

    def _check_segments(self) -> None:
        given: object = self.segments
        fix = "a list of mtqe.Segment"
        check_type(given, Sequence, f"{self.name}: segments", fix, DataError)
        segments: Sequence[object] = self.segments
        for segment in segments:
            if not isinstance(segment, Segment):
                what = f"{self.name}: a segment"
                check_type(segment, Segment, what, "an mtqe.Segment", DataError)
        if not isinstance(given, tuple):
            object.__setattr__(self, "segments", tuple(segments))

    @classmethod
    def from_frame(
        cls,
        frame: object,
        *,
        name: str = "frame",
        source_language: str | None = None,
        target_language: str | None = None,
        source: str | None = None,
        references: str | Sequence[str] | None = None,
        id: str | None = None,  # noqa: A002 - the column's usual name
        document: str | None = None,
        metadata: str | Sequence[str] | None = None,
    ) -> Corpus:
        """A corpus in a pandas or Polars frame, an Arrow table or a Hugging Face data set.

        Columns are found by their usual names, as in a table's file, unless they are named.

        Args:
            frame: a row per segment.
            name: name in reports.
            source_language: a language tag, such as ``en``; None where it is not known.
            target_language: a language tag; None where it is not known.
            source: the column of sources.
            references: the column or columns of references.
            id: the column of ids; without one, ids are made from the texts.
            document: the column of documents.
            metadata: the columns that make slices; every other column if None.

        Raises:
            DataError: this is not a frame, or it lacks a column, repeats an id or holds no rows.
            ConfigError: a language tag that is none.
        """
        # By name, for the readers import this module.
        columns = import_module("mtqe.corpus.readers.columns")
        frames = import_module("mtqe.corpus.readers.frames")
        corpus: Corpus = frames.corpus_from_frame(
            frame,
            name=name,
            source_language=source_language,
            target_language=target_language,
            columns=columns.ColumnMapping(
                id=id,
                source=source,
                references=_names(references),
                document=document,
                metadata=_names(metadata),
            ),
        )
        return corpus

    def __repr__(self) -> str:
        return one_line(f"<Corpus {self.name}: {self._summary}>")

    def _repr_html_(self) -> str:
        rows = [(s.id, s.source, *s.references) for s in self.segments[:FIRST]]
        width = max((len(s.references) for s in self.segments[:1]), default=0)
        head = ["segment", "source", *(f"reference {n}" for n in range(1, width + 1))]
        return table(head, rows, caption=f"{self.name}: {self._summary}", notes=self.notes)

    @property
    def _summary(self) -> str:
        references = f"{self.reference_count} per segment" if self.segments else "0"
        size = count(len(self.segments), "segment")
        return f"{size}, {self.languages.shown}, references: {references}"

    def __len__(self) -> int:
        return len(self.segments)

    @overload
    def __getitem__(self, index: int) -> Segment: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Segment]: ...
    def __getitem__(self, index: int | slice) -> Segment | Sequence[Segment]:
        return self.segments[index]

    def __iter__(self) -> Iterator[Segment]:
        return iter(self.segments)

    @property
    def has_sources(self) -> bool:
        """Whether the sources are known; without them, nothing can be compared with them."""
        if self.languages.source != UNKNOWN_LANGUAGE:
            return True
        if isinstance(self.segments, HeldSegments):
            return self.segments.has_sources
        return any(segment.source for segment in self.segments)

    @cached_property
    def hash(self) -> str:
        """SHA-256 over languages, ids, sources and references: equal hashes, comparable runs."""
        starts = range(0, len(self.segments), HASHED_AT_ONCE)
        blocks = (self.texts(slice(start, start + HASHED_AT_ONCE)) for start in starts)
        return content_hash(self.languages, chain.from_iterable(blocks))

    def texts(self, rows: slice) -> Iterator[tuple[str, str, tuple[str | None, ...]]]:
        """Ids, sources and references of some segments: quicker than these of a large corpus.

        Args:
            rows: which segments.
        """
        if isinstance(self.segments, HeldSegments):
            return self.segments.texts(rows)
        return ((s.id, s.source, s.references) for s in self.segments[rows])

    @cached_property
    def reference_count(self) -> str:
        """References per segment: a number, or ``var`` where that differs (sacreBLEU's word)."""
        if isinstance(self.segments, HeldSegments):
            counts = self.segments.reference_counts
        else:
            counts = {len(segment.present_references) for segment in self.segments}
        return str(counts.pop()) if len(counts) == 1 else "var"

    @property
    def slice_columns(self) -> tuple[str, ...]:
        """The metadata columns, in order of first appearance."""
        if isinstance(self.segments, HeldSegments):
            return self.segments.metadata_names
        return tuple(dict.fromkeys(key for segment in self.segments for key in segment.metadata))


def content_hash(
    languages: LanguagePair, texts: Iterable[tuple[str, str, Sequence[str | None]]]
) -> str:
    """`Corpus.hash` of ids, sources and references, as `Corpus.texts` gives them."""
    digest = hashlib.sha256(json.dumps([languages.source, languages.target]).encode())
    for identifier, source, references in texts:
        row = [identifier, source, *references]
        digest.update(json.dumps(row, ensure_ascii=True).encode())
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Translation:
    """What a backend gave for one segment."""

    segment_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a backend gave nothing for one segment; the segment stays unscored."""

    segment_id: str
    reason: str


Outcome = Translation | Failure


class HeldOutcomes(Sequence[Outcome]):
    """Outcomes that are made when they are asked for; see `mtqe.corpus.stored`."""

    @property
    @abstractmethod
    def hypotheses(self) -> Sequence[str | None]:
        """Their texts; None for failures."""

    @property
    @abstractmethod
    def failures(self) -> tuple[Failure, ...]:
        """Those that are failures."""

    @abstractmethod
    def are_of(self, segments: Sequence[Segment]) -> bool:
        """Whether they were made from these very segments, one by one."""


@dataclass(frozen=True, repr=False)
class Translations:
    """A system's outcome for every segment of a corpus, in the corpus's order.

    Attributes:
        system: the system's name.
        outcomes: one per segment.
        identity: the backend's name, version and every option that changes the output.

    Raises:
        DataError: the outcomes don't belong to the corpus's segments one to one (see `align`).
    """

    system: str
    outcomes: Sequence[Outcome]
    identity: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def align(
        cls, system: str, corpus: Corpus, outcomes: Sequence[Outcome], identity: Mapping[str, str]
    ) -> Translations:
        """Put outcomes in the corpus's order; every segment must have exactly one."""
        for outcome in outcomes:
            fix = "an mtqe.Translation or mtqe.Failure"
            check_type(outcome, (Translation, Failure), f"system {system!r}", fix, DataError)
        by_id = {outcome.segment_id: outcome for outcome in outcomes}
        if len(by_id) != len(outcomes) or by_id.keys() != {segment.id for segment in corpus}:
            raise DataError(
                f"system {system!r} gave {len(outcomes)} outcomes for {len(corpus)} segments; "
                "a backend must give exactly one for each segment."
            )
        return cls(system, tuple(by_id[segment.id] for segment in corpus), identity)

    @classmethod
    def from_texts(cls, system: str, corpus: Corpus, texts: Sequence[str | None]) -> Translations:
        """Existing hypotheses in the corpus's order; None where there is none.

        Raises:
            DataError: there are not as many texts as segments, or one is not a text.
        """
        check_type(system, str, "a system's name", "a text", DataError)
        check_type(corpus, Corpus, f"system {system!r}: the corpus", "an mtqe.Corpus", DataError)
        if isinstance(texts, str | bytes) or not isinstance(texts, Collection):
            raise DataError(
                f"system {system!r}: its hypotheses are {texts!r:.60}; give a list with one text "
                "per segment."
            )
        check_texts(f"system {system!r}", "hypothesis", texts)
        if len(texts) != len(corpus):
            raise DataError(
                f"system {system!r} has {len(texts)} hypotheses for {len(corpus)} segments; "
                "give exactly one for each segment, None where it is missing."
            )
        outcomes = (
            Failure(segment.id, NO_HYPOTHESIS) if text is None else Translation(segment.id, text)
            for segment, text in zip(corpus, texts, strict=True)
        )
        return cls(system, tuple(outcomes))

    def __repr__(self) -> str:
        failed = f", {len(self.failures)} missing" if self.failures else ""
        return f"<Translations of {self.system}: {count(len(self.outcomes), 'segment')}{failed}>"

    @property
    def hypotheses(self) -> Sequence[str | None]:
        """One text per segment; None where the backend failed."""
        if isinstance(self.outcomes, HeldOutcomes):
            return self.outcomes.hypotheses
        return self._hypotheses

    @cached_property
    def _hypotheses(self) -> tuple[str | None, ...]:
        return tuple([o.text if isinstance(o, Translation) else None for o in self.outcomes])

    @property
    def failures(self) -> tuple[Failure, ...]:
        """The segments that got no translation."""
        if isinstance(self.outcomes, HeldOutcomes):
            return self.outcomes.failures
        return self._failures

    @cached_property
    def _failures(self) -> tuple[Failure, ...]:
        return tuple([outcome for outcome in self.outcomes if isinstance(outcome, Failure)])


def _names(given: str | Sequence[str] | None) -> tuple[str, ...] | None:
    """Names of columns; one text is one name."""
    if given is None:
        return None
    return (given,) if isinstance(given, str) else tuple(given)
