"""All texts of a test set and its translations, and what a cheap look tells of each.

Rules that cost something need look only at texts that may break them. What a text has (`Sign`) is
told for all of them at once by numpy and compiled loops; each distinct text is looked at once,
however many systems gave it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple, overload

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from mtqe.checks.alphabet import COMPILED, FIRST_PAIR, Alphabet
from mtqe.corpus.base import Corpus, Translations

Places = NDArray[np.intp]
Mask = NDArray[np.bool_]

BLOCK = 1 << 16
"""Characters that are looked at at once."""
MANY = 125_000
"""Characters from which it pays to load compiled looks, and to compile them in the first run."""


class Looks(NamedTuple):
    """What each distinct text has [texts + 1]; the last row stands for a text that is missing.

    Attributes:
        flags: uint32, its `Sign`s.
        weights: uint64, equal for texts that `content.folded` makes equal.
        lengths: int64, characters.
        ends: uint32 [texts + 1, 3], code points of its first character, the last but one, the last;
            0 where it has none.
    """

    flags: NDArray[np.uint32]
    weights: NDArray[np.uint64]
    lengths: NDArray[np.int64]
    ends: NDArray[np.uint32]


class Texts(Sequence[Translations]):
    """Translations of a test set, with what is known of its texts.

    Attributes:
        corpus: the test set.
    """

    def __init__(self, corpus: Corpus, systems: Sequence[Translations]) -> None:
        self.corpus = corpus
        self._systems = tuple(systems)
        self.alphabet = Alphabet()

    @classmethod
    def of(cls, corpus: Corpus, systems: Sequence[Translations]) -> Texts:
        """The texts of these translations; those given, if that is what they are."""
        if isinstance(systems, Texts) and systems.corpus is corpus:
            return systems
        return cls(corpus, systems)

    @overload
    def __getitem__(self, index: int) -> Translations: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Translations, ...]: ...
    @override
    def __getitem__(self, index: int | slice) -> Translations | tuple[Translations, ...]:
        return self._systems[index]

    @override
    def __len__(self) -> int:
        return len(self._systems)

    @cached_property
    def hypotheses(self) -> tuple[Sequence[str | None], ...]:
        """Each system's texts; None where there is no translation."""
        return tuple(tuple(system.hypotheses) for system in self._systems)

    @cached_property
    def _numbered(self) -> tuple[dict[str, int], Places, Places, Places]:
        numbers: dict[str, int] = {}
        width = max((len(segment.references) for segment in self.corpus), default=0)
        sources = _numbers(numbers, [segment.source for segment in self.corpus])
        references = [
            _numbers(numbers, [segment.references[place] for segment in self.corpus])
            for place in range(width)
        ]
        translations = [_numbers(numbers, texts) for texts in self.hypotheses]
        return (
            numbers,
            sources,
            np.array(references, np.intp).reshape(width, len(self.corpus)),
            np.array(translations, np.intp).reshape(len(self), len(self.corpus)),
        )

    @cached_property
    def strings(self) -> Sequence[str]:
        """Every distinct text once."""
        return tuple(self._numbered[0])

    @property
    def sources(self) -> Places:
        """The number of each segment's source among `strings` [segments]."""
        return self._numbered[1]

    @property
    def references(self) -> Places:
        """Numbers of references [references, segments]; -1 where a segment lacks one."""
        return self._numbered[2]

    @property
    def translations(self) -> Places:
        """Numbers of translations [systems, segments]; -1 where there is none."""
        return self._numbered[3]

    @property
    def present(self) -> Mask:
        """Whether there is a translation [systems, segments]."""
        return self.translations >= 0

    @cached_property
    def first_references(self) -> Places:
        """The number of each segment's first reference that it has; -1 for none [segments]."""
        found = np.full(len(self.corpus), -1, np.intp)
        for row in self.references[::-1]:
            found = np.where(row >= 0, row, found)
        return found

    @cached_property
    def looks(self) -> Looks:
        """What each distinct text has."""
        parts = [self._block(block) for block in _blocks(self.strings)]
        missing = Looks(*(np.zeros((1, *shape), kind) for shape, kind in _COLUMNS))
        return Looks(*map(np.concatenate, zip(*parts, missing, strict=True)))

    def has(self, texts: Places, signs: int) -> Mask:
        """Which texts have any of these signs, or are there at all where none is given."""
        if not signs:
            present: Mask = texts >= 0
            return present
        found: Mask = (self.looks.flags[texts] & np.uint32(signs)) != 0
        return found

    def translated(self, signs: int) -> Mask:
        """Which translations have any of these signs [systems, segments]."""
        return self.has(self.translations, signs)

    def either(self, signs: int) -> Mask:
        """Which translations have any of these signs, or a source that does [systems, segments]."""
        return self.present & (self.translated(signs) | self.has(self.sources, signs))

    def may_be_equal(self, texts: Places, others: Places, slack: int) -> Mask:
        """Which pairs of texts may be equal but for case, white space and the mark at the end."""
        looks = self.looks
        near = np.abs(looks.lengths[texts] - looks.lengths[others]) <= slack
        same = looks.weights[texts] == looks.weights[others]
        found: Mask = near & same & (texts >= 0) & (others >= 0)
        return found

    def pairs(self, mask: Mask) -> Iterator[tuple[int, int]]:
        """Segment and system of each True of a mask [systems, segments], segment by segment."""
        rows, places = np.nonzero(mask.T)
        return zip(rows.tolist(), places.tolist(), strict=True)

    def characters(self, texts: Sequence[str]) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        """Texts laid end to end, as numbers of the alphabet, and their offsets [texts + 1]."""
        codes, offsets = _codes(texts)
        return self.alphabet.numbered(codes), offsets

    def _block(self, texts: Sequence[str]) -> Looks:
        codes, offsets = _codes(texts)
        numbers = self.alphabet.numbered(codes)
        flags = self.alphabet.bits.take(numbers)
        pairs = self.alphabet.pairs.take(numbers)
        rows = (pairs[:-1] >> 8) & pairs[1:]
        filled = np.flatnonzero(np.diff(offsets))
        starts, stops = offsets[filled], offsets[filled + 1]
        rows[starts[1:] - 1] = 0
        flags[1:] |= rows.astype(np.uint32) << np.uint32(FIRST_PAIR)
        looks = Looks(*(np.zeros((len(texts), *shape), kind) for shape, kind in _COLUMNS))
        looks.lengths[:] = np.diff(offsets)
        if len(filled):
            looks.flags[filled] = np.bitwise_or.reduceat(flags, starts)
            looks.weights[filled] = np.add.reduceat(self.alphabet.weights.take(numbers), starts)
            looks.ends[filled, 0] = codes[starts]
            looks.ends[filled, 1] = np.where(stops - starts > 1, codes[stops - 2], 0)
            looks.ends[filled, 2] = codes[stops - 1]
        looks.flags[:] |= self._compiled(numbers, offsets)
        return looks

    def having(self, holds: Callable[[str], object]) -> Mask:
        """Which distinct texts have a character of which something holds [texts + 1]."""
        found = np.zeros(len(self.strings) + 1, np.bool_)
        matches = self.alphabet.matches(holds)
        if not matches.any():  # looks at every character, if `looks` did
            return found
        for start, numbers, offsets in self.in_blocks():
            if len(matches) < len(self.alphabet.points):
                matches = self.alphabet.matches(holds)
            member = matches.take(numbers)
            filled = np.flatnonzero(np.diff(offsets))
            if len(filled):
                found[start + filled] = np.logical_or.reduceat(member, offsets[filled])
        return found

    def in_blocks(self) -> Iterator[tuple[int, NDArray[np.intp], NDArray[np.int64]]]:
        """All distinct texts in blocks: number of the first one, `characters` of all in a row."""
        start = 0
        for block in _blocks(self.strings):
            yield (start, *self.characters(block))
            start += len(block)

    @cached_property
    def are_many(self) -> bool:
        """Whether there are so many texts that compiled loops pay."""
        return sum(map(len, self.strings)) >= MANY

    def _compiled(
        self, numbers: NDArray[np.intp], offsets: NDArray[np.int64]
    ) -> NDArray[np.uint32]:
        """What compiled loops see; everything may be, where texts are few."""
        if not self.are_many:
            return np.full(len(offsets) - 1, COMPILED, np.uint32)
        from mtqe.checks import kernels

        alphabet = self.alphabet
        return kernels.signs(numbers, offsets, alphabet.kinds, alphabet.lower, alphabet.brackets)


_COLUMNS: tuple[tuple[tuple[int, ...], type], ...] = (
    ((), np.uint32), ((), np.uint64), ((), np.int64), ((3,), np.uint32),
)  # fmt: skip
"""Shape beyond the first axis and type of each column of `Looks`."""


def _numbers(numbers: dict[str, int], texts: Sequence[str | None]) -> Places:
    """The number of each text among all, new ones added; -1 where there is none."""
    add = numbers.setdefault
    found = (-1 if text is None else add(text, len(numbers)) for text in texts)
    return np.fromiter(found, np.intp, len(texts))


def _blocks(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Texts in order, in blocks of about `BLOCK` characters."""
    start = held = 0
    for place, text in enumerate(texts):
        held += len(text)
        if held >= BLOCK:
            yield texts[start : place + 1]
            start, held = place + 1, 0
    if start < len(texts):
        yield texts[start:]


def _codes(texts: Sequence[str]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    joined = "".join(texts).encode("utf-32-le", "surrogatepass")
    offsets = np.zeros(len(texts) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)), out=offsets[1:])
    return np.frombuffer(joined, np.uint32), offsets
