"""Links between two documents, each with its confidence, moved blocks among them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mtqe.align.search.path import Lattice, Path, Weights, find_path, length_ratio, misfit
from mtqe.align.search.runs import MOST_UNITS, Side

Sides = tuple[Side, Side]

CONFIDENT = 0.5
"""Links below this confidence are left out, unless one asks for others."""
PASSES = 4
"""Times that what is left gets searched for moved blocks."""
CLEARER = 0.02
"""How much better a link must get for a unit at its edge to be left alone."""
DEVIATION = 0.05
"""Weight of lengths' deviation when telling so."""
UNFIT = 0.04
"""Weight of the logarithm of lengths' ratio when telling whether a paragraph belongs to a link."""
NEAR = 1
"""Units without partner that may stand between neighbouring links."""
NEIGHBOURS = 2
STRANGER = -0.05
"""The margin that counts where a link has no neighbour."""
INTERCEPT, OWN, CONTEXT = 1.2, 23.5, 19.0
"""Logistic regression on alignments of noisy documents; see docs/why/alignment.md."""


@dataclass(frozen=True)
class Link:
    """Units of the source and units of the target that translate each other.

    Attributes:
        source: first unit and the one after the last, from 0.
        target: first unit of the target and the one after the last.
        margin: how much closer they are to each other than to others, about 0.0 to 0.15.
        similarity: their cosine.
        confidence: that they are translations, 0 to 1.
    """

    source: tuple[int, int]
    target: tuple[int, int]
    margin: float
    similarity: float
    confidence: float = 0.0


def find_links(
    source: Side, target: Side, weights: Weights | None = None, confident: float = CONFIDENT
) -> list[Link]:
    """All links of two documents, in the source's order.

    Args:
        source: the source's units, at least one.
        target: the target's.
        weights: what makes a good link.
        confident: links of less confidence don't keep their units from other links.

    Returns:
        Links of whatever confidence; those of at least `confident` share no unit.
    """
    weights = weights or Weights()
    ratio = length_ratio(source, target)
    lattice = Lattice.of(source, target, MOST_UNITS, weights, ratio)
    path = find_path(source, target, weights, ratio, lattice)
    sides = source, target
    links = assessed(_links(path, lattice, sides))
    kept = [link for link in links if link.confidence >= confident]
    for _ in range(PASSES):
        moved = _moved(kept, sides, lattice, ratio)
        more = [link for link in moved if link.confidence >= confident]
        if not more:
            break
        kept = sorted((*kept, *more), key=lambda link: link.source)
    return sorted((*kept, *_free(links, kept, len(source), len(target))), key=_order)


def find_links_apart(
    source: Side, target: Side, confident: float = CONFIDENT
) -> tuple[list[Link], NDArray[np.int64], NDArray[np.int64]]:
    """All links of two documents, after units that only stand in the way of one were taken out.

    A link's units follow one another, so a sub-heading or a caption between two paragraphs that
    share a translation would be part of it. If it is a paragraph of its own, and the link's texts
    are more alike without it, their lengths included, it is taken out, and the search is made
    again.

    Args:
        source: the source's units, at least one.
        target: the target's.
        confident: as for `find_links`; only such links count here.

    Returns:
        Links, and the units of both documents that their numbers are about [units that are left].
    """
    kept = np.arange(len(source)), np.arange(len(target))
    sides = source, target
    links = find_links(*sides, confident=confident)
    ratio = length_ratio(source, target)
    for _ in range(PASSES):
        sure = [link for link in links if link.confidence >= confident]
        between = _between(sure, sides, ratio)
        if not any(map(len, between)):
            break
        kept = np.delete(kept[0], between[0]), np.delete(kept[1], between[1])
        sides = source.part(kept[0]), target.part(kept[1])
        links = find_links(*sides, confident=confident)
    return links, *kept


def _between(links: Sequence[Link], sides: Sides, ratio: float) -> tuple[list[int], list[int]]:
    """Of each link, the unit inside it without which its texts are most alike, if there is one."""
    found: tuple[list[int], list[int]] = ([], [])
    for link in links:
        spans = link.source, link.target
        whole = _joined(sides, [range(*span) for span in spans], ratio)
        without: list[tuple[_Fit, int, int]] = []
        for place, side in enumerate(sides):
            start, end = spans[place]
            for unit in filter(side.stands_alone, range(start + 1, end - 1)):
                units: list[Sequence[int]] = [range(*span) for span in spans]
                units[place] = [one for one in units[place] if one != unit]
                without.append((_joined(sides, units, ratio), place, unit))
        better = [item for item in without if item[0].is_better_than(whole)]
        if better:
            _, place, unit = max(better, key=lambda item: item[0].similarity)
            found[place].append(unit)
    return found


@dataclass(frozen=True)
class _Fit:
    """How well texts fit each other.

    Attributes:
        similarity: their cosine.
        misfit: logarithm of their lengths' ratio.
    """

    similarity: float
    misfit: float

    def is_better_than(self, other: _Fit) -> bool:
        """Whether meaning alone says so, and still does with lengths.

        Lengths keep what a translator merged: without it, what is left is too short.
        """
        gain = self.similarity - other.similarity
        return gain > 0 and gain > UNFIT * (self.misfit - other.misfit)


def _joined(sides: Sides, units: Sequence[Sequence[int]], ratio: float) -> _Fit:
    vectors = [side.mean(some) for side, some in zip(sides, units, strict=True)]
    lengths = [side.lengths[list(some)].sum() for side, some in zip(sides, units, strict=True)]
    return _Fit(float(vectors[0] @ vectors[1]), misfit(lengths[0] * ratio, lengths[1]))


def ordered_links(source: Side, target: Side, weights: Weights | None = None) -> list[Link]:
    """The best links whose order is that of both documents, without confidences.

    Args:
        source: the source's units, at least one.
        target: the target's.
        weights: what makes a good link.
    """
    weights = weights or Weights()
    ratio = length_ratio(source, target)
    lattice = Lattice.of(source, target, MOST_UNITS, weights, ratio)
    path = find_path(source, target, weights, ratio, lattice)
    return _links(path, lattice, (source, target))


def _order(link: Link) -> tuple[tuple[int, int], tuple[int, int]]:
    return link.source, link.target


def _free(links: Sequence[Link], taken: Sequence[Link], rows: int, columns: int) -> list[Link]:
    """The links that share no unit with those that are taken."""
    ours = set(_rest(rows, [link.source for link in taken]).tolist())
    theirs = set(_rest(columns, [link.target for link in taken]).tolist())
    return [
        link
        for link in links
        if ours.issuperset(range(*link.source)) and theirs.issuperset(range(*link.target))
    ]


def _links(path: Path, lattice: Lattice, sides: Sides) -> list[Link]:
    rows = path[(path[:, 1] > path[:, 0]) & (path[:, 3] > path[:, 2])].tolist()
    return [_trimmed(_link((a, b), (c, d), lattice), lattice, sides) for a, b, c, d in rows]


def _link(source: tuple[int, int], target: tuple[int, int], lattice: Lattice) -> Link:
    shape = (source[1] - source[0], target[1] - target[0])
    place = slice(source[1], source[1] + 1), slice(target[1], target[1] + 1)
    margin = float(lattice.margins(shape, *place)[0, 0])
    return Link(source, target, margin, float(lattice.similarities(shape, *place)[0, 0]))


def _trimmed(link: Link, lattice: Lattice, sides: Sides) -> Link:
    """The link without units at its edges that only make it worse, such as captions.

    The search gains by adding them, as it gains a little from every unit that is in a link. A
    paragraph beside others belongs to a link only if the link's texts are more alike with it,
    their lengths included.
    """
    while True:
        better = [
            smaller
            for spans, is_apart in _smaller(link, sides)
            if _is_better(smaller := _link(*spans, lattice), link, lattice, is_apart=is_apart)
        ]
        if not better:
            return link
        link = max(better, key=lambda other: _clarity(other, lattice))


def _is_better(smaller: Link, link: Link, lattice: Lattice, *, is_apart: bool) -> bool:
    if is_apart and _fit(smaller, lattice).is_better_than(_fit(link, lattice)):
        return True
    return _clarity(smaller, lattice) >= _clarity(link, lattice) + CLEARER


def _smaller(
    link: Link, sides: Sides
) -> Iterator[tuple[tuple[tuple[int, int], tuple[int, int]], bool]]:
    """The spans without one unit at an edge; whether that one is of another paragraph."""
    (a, b), (c, d) = link.source, link.target
    source, target = sides
    if b - a > 1:
        yield ((a + 1, b), (c, d)), source.begins(a + 1)
        yield ((a, b - 1), (c, d)), source.begins(b - 1)
    if d - c > 1:
        yield ((a, b), (c + 1, d)), target.begins(c + 1)
        yield ((a, b), (c, d - 1)), target.begins(d - 1)


def _clarity(link: Link, lattice: Lattice) -> float:
    return link.margin - DEVIATION * _deviation(link, lattice)


def _fit(link: Link, lattice: Lattice) -> _Fit:
    return _Fit(link.similarity, math.sqrt(_deviation(link, lattice)))


def _deviation(link: Link, lattice: Lattice) -> float:
    shape = (link.source[1] - link.source[0], link.target[1] - link.target[0])
    ends = (slice(link.source[1], link.source[1] + 1), slice(link.target[1], link.target[1] + 1))
    return float(lattice.deviations(shape, *ends)[0, 0])


def assessed(links: Sequence[Link], among: Sequence[Link] = ()) -> list[Link]:
    """The links with their confidence: by their own margins and those of their neighbours.

    Args:
        links: to be assessed.
        among: links that are neighbours, too.
    """
    ordered = sorted((*links, *among), key=_order)
    wanted = set(map(id, links))
    return [
        replace(link, confidence=_confidence(link.margin, _context(place, ordered)))
        for place, link in enumerate(ordered)
        if id(link) in wanted
    ]


def _context(place: int, ordered: Sequence[Link]) -> float:
    """The mean margins of the neighbours before and of those after, added up."""
    before = ordered[max(0, place - NEIGHBOURS) : place + 1][::-1]
    after = ordered[place : place + NEIGHBOURS + 1]
    return _neighbourhood(before) + _neighbourhood(after)


def _neighbourhood(links: Sequence[Link]) -> float:
    """The mean margin of the links that follow the first one closely, in whichever direction."""
    margins = []
    for link, following in pairwise(links):
        if not (_near(link.source, following.source) and _near(link.target, following.target)):
            break
        margins.append(following.margin)
    return sum(margins) / len(margins) if margins else STRANGER


def _near(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return max(one[0], other[0]) - min(one[1], other[1]) <= NEAR


def _confidence(margin: float, context: float) -> float:
    return 1 / (1 + math.exp(-(INTERCEPT + OWN * margin + CONTEXT * context)))


def _moved(kept: Sequence[Link], sides: Sides, lattice: Lattice, ratio: float) -> list[Link]:
    """Links between units that no link has yet, wherever they stand."""
    source, target = sides
    rest = _rest(len(source), [link.source for link in kept])
    others = _rest(len(target), [link.target for link in kept])
    if not len(rest) or not len(others):
        return []
    path = find_path(source.part(rest), target.part(others), lattice.weights, ratio)
    found = [
        _trimmed(_link(_span(rest, a, b), _span(others, c, d), lattice), lattice, sides)
        for a, b, c, d in path.tolist()
        if _is_run(rest[a:b]) and _is_run(others[c:d])
    ]
    return assessed(found, kept)


def _rest(count: int, spans: Iterable[tuple[int, int]]) -> NDArray[np.int64]:
    free = np.ones(count, np.bool_)
    for start, end in spans:
        free[start:end] = False
    return np.flatnonzero(free)


def _is_run(indices: NDArray[np.int64]) -> bool:
    return len(indices) > 0 and int(indices[-1] - indices[0]) == len(indices) - 1


def _span(indices: NDArray[np.int64], start: int, end: int) -> tuple[int, int]:
    return int(indices[start]), int(indices[end - 1]) + 1
