"""Long texts read in windows: parts of all texts of a sample that translate each other.

A sliding window over a document is what SLIDE does (Raunak et al. 2023, "SLIDE: Reference-free
Evaluation for Machine Translation using a Sliding Document Window"). Unlike there, a translation
need not have the source's sentences: the borders that all texts share are found by length.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mtqe.metrics.base import DetailedChunk, Details, Sample
from mtqe.metrics.neural.borders import shared_borders

RULE = "sentences-half-mean"
"""How windows are made and joined: whole sentences, half of a window in the next, plain mean."""

AT_ONCE = 64
"""Windows from which samples in work are scored."""

Fits = Callable[[Sample], bool]
"""Whether a model reads all texts of a sample to their ends."""
Read = Callable[[Sequence[Sample]], Iterator[DetailedChunk]]
Overlong = Callable[[Sequence[Sample]], NDArray[np.bool_]]


@dataclass(frozen=True)
class Window:
    """A part of a sample.

    Attributes:
        sample: the part, which begins and ends where sentences do.
        start: the character of the hypothesis at which its own begins.
        owned: the characters of the whole hypothesis, from the first to the one after the last,
            that are nearer to this window's middle than to its neighbours'.
    """

    sample: Sample
    start: int
    owned: tuple[int, int]


@dataclass(frozen=True)
class _Part:
    """Neighbouring characters of each text [texts], from the first to the one after the last."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]


def in_windows(
    samples: Sequence[Sample], read: Read, overlong: Overlong
) -> Iterator[DetailedChunk]:
    """Score samples, those that would be cut in windows.

    A sample's score is the mean over its windows. Statistics get a fourth column, the number of
    windows: 0 for a sample that was read whole.

    Args:
        samples: to score.
        read: scores samples, with statistics (score, 1, cut) [m, 3].
        overlong: whether `read` would cut each of some samples.
    """
    long = overlong(samples) if samples else np.zeros(0, dtype=np.bool_)
    whole = np.flatnonzero(~long)
    for indices, rows, details in read([samples[i] for i in whole]) if len(whole) else ():
        yield DetailedChunk(whole[indices], np.pad(rows, ((0, 0), (0, 1))), details)
    work: dict[int, list[Window]] = {}
    for index in np.flatnonzero(long).tolist():
        work[index] = windows(samples[index], lambda part: not overlong([part])[0])
        if sum(map(len, work.values())) >= AT_ONCE:
            yield _score(work, read)
            work = {}
    if work:
        yield _score(work, read)


def _score(work: Mapping[int, Sequence[Window]], read: Read) -> DetailedChunk:
    """Score all windows of some samples, given by their index."""
    parts = [window for found in work.values() for window in found]
    statistics = np.empty((len(parts), 3))
    said: dict[int, Details] = {}
    for indices, rows, details in read([window.sample for window in parts]):
        statistics[indices] = rows
        said |= dict(zip(indices.tolist(), details, strict=True)) if details else {}
    ends = np.cumsum([len(found) for found in work.values()]).tolist()
    groups = [range(start, end) for start, end in pairwise([0, *ends])]
    rows = np.array(
        [(statistics[g, 0].mean(), 1.0, statistics[g, 2].max(), len(g)) for g in groups]
    )
    details = (
        [_joined_details([(parts[i], said[i]) for i in group]) for group in groups] if said else ()
    )
    return DetailedChunk(np.array(list(work)), rows, details)


def _joined_details(said: Sequence[tuple[Window, Details]]) -> Details:
    """Mean sub-scores, and of each window the spans that begin in what it owns."""
    names = said[0][1].scores
    scores = {name: float(np.mean([d.scores[name] for _, d in said])) for name in names}
    spans = (
        replace(span, start=span.start + window.start, end=span.end + window.start)
        for window, details in said
        for span in details.spans
        if window.owned[0] <= span.start + window.start < window.owned[1]
    )
    return Details(tuple(spans), scores)


def windows(sample: Sample, fits: Fits) -> list[Window]:
    """The windows of a sample that does not fit, in the order of the hypothesis.

    A window has as many sentences as fit; the next one begins in its middle. The last window
    reaches back as far as it can. A sentence that does not fit by itself is halved.

    Args:
        sample: with its texts as they stand.
        fits: asked of parts of the sample.
    """
    texts = _Texts(sample)
    parts = [piece for part in texts.parts() for piece in texts.halved(part, fits)]
    spans = _spans(texts, parts, fits)
    joined = [_joined(parts[first:last]) for first, last in spans]
    middles = [(part.starts[0] + part.ends[0]) / 2 for part in joined]
    limits = [0, *(round((a + b) / 2) for a, b in pairwise(middles)), len(sample.hypothesis) + 1]
    return [
        Window(texts.sample(part), part.starts[0], owned)
        for part, owned in zip(joined, pairwise(limits), strict=True)
    ]


def _spans(texts: _Texts, parts: Sequence[_Part], fits: Fits) -> list[tuple[int, int]]:
    """First part and the one after the last of each window."""

    def fit(first: int, last: int) -> bool:
        return fits(texts.sample(_joined(parts[first:last])))

    spans: list[tuple[int, int]] = []
    first = 0
    while True:
        last = _furthest(partial(fit, first), first + 1, len(parts))
        if last == len(parts):
            break
        spans.append((first, last))
        first = _after_middle(parts, first, last)
    lowest = spans[-1][0] + 1 if spans else 0
    back = _furthest(lambda size: fit(len(parts) - size, len(parts)), last - first, last - lowest)
    return [*spans, (len(parts) - back, len(parts))]


def _furthest(holds: Callable[[int], bool], low: int, high: int) -> int:
    """The last number from `low` to `high` for which this holds, if it holds up to some number.

    `low` is taken for granted.
    """
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if holds(middle) else (low, middle - 1)
    return low


def _after_middle(parts: Sequence[_Part], first: int, last: int) -> int:
    """The first part that begins in the second half of a window, by all its texts' characters."""
    begin, end = sum(parts[first].starts), sum(parts[last - 1].ends)
    later = (i for i in range(first + 1, last) if 2 * sum(parts[i].starts) >= begin + end)
    return next(later, last)


def _joined(parts: Sequence[_Part]) -> _Part:
    return _Part(parts[0].starts, parts[-1].ends)


class _Texts:
    """All texts of a sample: the hypothesis, the source, and the references that there are."""

    def __init__(self, sample: Sample) -> None:
        self._sample = sample
        self._texts = (sample.hypothesis, sample.source, *sample.present_references)

    def parts(self) -> list[_Part]:
        """The smallest parts that begin and end at sentences in every text."""
        borders = shared_borders(self._texts)
        return [_Part(start, end) for start, end in pairwise(borders)]

    def halved(self, part: _Part, fits: Fits) -> list[_Part]:
        """A part, or its halves, their halves and so on, as far as they do not fit."""
        if fits(self.sample(part)) or max(self._lengths(part)) < 2:
            return [part]
        middle = tuple(map(self._middle, self._texts, part.starts, part.ends))
        halves = _Part(part.starts, middle), _Part(middle, part.ends)
        return [piece for half in halves for piece in self.halved(half, fits)]

    def sample(self, part: _Part) -> Sample:
        """The sample with these parts of its texts, without the white space behind them."""
        ends = zip(self._texts, part.starts, part.ends, strict=True)
        hypothesis, source, *references = (text[start:end].rstrip() for text, start, end in ends)
        left = iter(references)
        columns = (None if text is None else next(left) for text in self._sample.references)
        return Sample(source, hypothesis, tuple(columns))

    @staticmethod
    def _lengths(part: _Part) -> list[int]:
        return [end - start for start, end in zip(part.starts, part.ends, strict=True)]

    @staticmethod
    def _middle(text: str, start: int, end: int) -> int:
        """The middle of a part of a text, or the place after white space that is near it."""
        middle = (start + end) // 2
        reach = (end - start) // 4
        for distance in range(reach):
            for place in (middle - distance, middle + distance):
                if text[place - 1 : place].isspace():
                    return place
        return middle
