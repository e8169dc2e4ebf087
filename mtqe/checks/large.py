"""Texts of a test set that is too large for memory, as checks look at them.

Checks that look at one segment at a time get blocks of it, each a small test set. What they learn
of each text (`Looks`) is kept for the checks that look at all texts at once, on disk; these get
texts as they ask for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import overload

import numpy as np
from typing_extensions import override

from mtqe.checks.texts import Looks, Places, Texts
from mtqe.corpus.base import Corpus, HeldSegments, Translations
from mtqe.corpus.stored import StoredSegments
from mtqe.support.scratch import release, zeros

SEGMENTS = 4_096
"""Segments of a block."""


class ManyStrings(Sequence[str]):
    """Columns of texts one after the other, then an empty text; those that are missing are empty.

    The number of a text is that of its column times the segments, and its row.
    """

    def __init__(self, columns: Sequence[Sequence[str | None]], segments: int) -> None:
        """The texts of these columns, each of which has one per segment."""
        self._columns = columns
        self._segments = segments

    @override
    def __len__(self) -> int:
        return len(self._columns) * self._segments + 1

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    @override
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        column, row = divmod(index, self._segments)
        return "" if column == len(self._columns) else self._columns[column][row] or ""

    @override
    def __iter__(self) -> Iterator[str]:
        for column in self._columns:
            for text in column:
                yield text or ""
        yield ""


class LargeTexts(Texts):
    """Translations of a large test set, none of which are held in memory.

    Equal texts have numbers of their own each.
    """

    def __init__(self, corpus: Corpus, systems: Sequence[Translations]) -> None:
        """Texts of these systems; the corpus is one on disk."""
        super().__init__(corpus, systems)
        assert isinstance(corpus.segments, StoredSegments)
        self._held = corpus.segments
        self._width = len(self._held.references)

    @cached_property
    @override
    def hypotheses(self) -> tuple[Sequence[str | None], ...]:
        """See `Texts`."""
        return tuple(system.hypotheses for system in self)

    @cached_property
    @override
    def strings(self) -> Sequence[str]:
        """Every text, also those that are equal to others."""
        sources = [] if self._held.sources is None else [self._held.sources]
        columns = [*sources, *self._held.references, *self.hypotheses]
        return ManyStrings(columns, len(self._held))

    @cached_property
    @override
    def are_many(self) -> bool:
        """See `Texts`."""
        return True

    @cached_property
    @override
    def _numbered(self) -> tuple[dict[str, int], Places, Places, Places]:
        size = len(self._held)
        rows = np.arange(size, dtype=np.intp)
        known = self._held.sources is not None
        sources = rows if known else np.full(size, len(self.strings) - 1, np.intp)
        columns = [*self._held.references, *self.hypotheses]
        numbers = [
            _present(column, rows + place * size)
            for place, column in enumerate(columns, int(known))
        ]
        shape = (-1, size)
        references = np.array(numbers[: self._width], np.intp)
        translations = np.array(numbers[self._width :], np.intp)
        return (
            {},
            sources,
            references.reshape(shape if self._width else (0, size)),
            translations.reshape(shape if len(self) else (0, size)),
        )

    @cached_property
    @override
    def looks(self) -> Looks:
        """What each text has."""
        for _ in self.blocks():
            pass
        found: Looks = vars(self)["looks"]
        return found

    def blocks(self) -> Iterator[Texts]:
        """The texts of some segments after those of others, in memory.

        When all were taken, `looks` is known.
        """
        size = len(self.strings) + 1
        looks = Looks(
            zeros((size,), np.uint32),
            zeros((size,), np.uint64),
            zeros((size,), np.int64),
            zeros((size, 3), np.uint32),
        )
        for start in range(0, len(self.corpus), SEGMENTS):
            rows = slice(start, start + SEGMENTS)
            block = Texts(
                replace(self.corpus, segments=self._held[rows]),
                [replace(system, outcomes=system.outcomes[rows]) for system in self],
            )
            block.alphabet = self.alphabet  # which learns each character once
            release()
            yield block
            places = np.concatenate(
                (self.sources[None, rows], self.references[:, rows], self.translations[:, rows])
            )
            numbers = np.concatenate((block.sources[None], block.references, block.translations))
            there = places >= 0
            ours, theirs = places[there], numbers[there]
            looks.flags[ours] = block.looks.flags[theirs]
            looks.weights[ours] = block.looks.weights[theirs]
            looks.lengths[ours] = block.looks.lengths[theirs]
            looks.ends[ours] = block.looks.ends[theirs]
            release()
        vars(self)["looks"] = looks


def _present(column: Sequence[str | None], numbers: Places) -> Places:
    """The numbers of a column's texts; -1 for those that are missing."""
    there = np.fromiter((text is not None for text in column), np.bool_, len(column))
    return np.where(there, numbers, -1)


def texts_of(corpus: Corpus, systems: Sequence[Translations]) -> Texts:
    """The texts of a test set, in memory or not; those given, if that is what they are."""
    if isinstance(systems, Texts) and systems.corpus is corpus:
        return systems
    if isinstance(corpus.segments, HeldSegments):
        return LargeTexts(corpus, systems)
    return Texts(corpus, systems)
