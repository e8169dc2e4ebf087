"""Links between two documents, each with its confidence, moved blocks among them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mtqe.align.groups import MOST_UNITS, Side
from mtqe.align.search import Lattice, Path, Weights, find_path, length_ratio

CONFIDENT = 0.7
"""Links below this confidence are left out, unless one asks for others."""
PASSES = 4
"""Times that what is left gets searched for moved blocks."""
NEAR = 8
"""Units that neighbouring links may be apart on either side."""
STRANGER = -0.05
"""The margin that counts where the neighbouring link is far away."""
INTERCEPT, OWN, CONTEXT = 0.9, 27.0, 35.2
"""Logistic regression on alignments of noisy documents; see docs/align.md."""


@dataclass(frozen=True)
class Link:
    """Units of the source and units of the target that translate each other.

    Attributes:
        source: first unit and the one after the last, from 0.
        target: the same.
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
    path = find_path(source, target, weights, ratio)
    links = assessed(_links(path, lattice))
    kept = [link for link in links if link.confidence >= confident]
    for _ in range(PASSES):
        moved = _moved(kept, source, target, lattice, ratio)
        more = [link for link in moved if link.confidence >= confident]
        if not more:
            break
        kept = sorted((*kept, *more), key=lambda link: link.source)
    return sorted((*kept, *_free(links, kept, len(source), len(target))), key=_order)


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


def _links(path: Path, lattice: Lattice) -> list[Link]:
    rows = path[(path[:, 1] > path[:, 0]) & (path[:, 3] > path[:, 2])].tolist()
    return [_link((a, b), (c, d), lattice) for a, b, c, d in rows]


def _link(source: tuple[int, int], target: tuple[int, int], lattice: Lattice) -> Link:
    shape = (source[1] - source[0], target[1] - target[0])
    place = slice(source[1], source[1] + 1), slice(target[1], target[1] + 1)
    margin = float(lattice.margins(shape, *place)[0, 0])
    return Link(source, target, margin, float(lattice.similarities(shape, *place)[0, 0]))


def assessed(links: Sequence[Link], among: Sequence[Link] = ()) -> list[Link]:
    """The links with their confidence: by their own margins and those of their neighbours.

    Args:
        links: to be assessed.
        among: links that are neighbours, too.
    """
    ordered = sorted((*links, *among), key=_order)
    margins = np.array([link.margin for link in ordered])
    wanted = set(map(id, links))
    return [
        replace(link, confidence=_confidence(link.margin, _context(place, ordered, margins)))
        for place, link in enumerate(ordered)
        if id(link) in wanted
    ]


def _context(place: int, ordered: Sequence[Link], margins: NDArray[np.float64]) -> float:
    """The mean margin of the two links before and the two after."""
    link = ordered[place]
    neighbours = [i for i in range(place - 2, place + 3) if i != place and 0 <= i < len(ordered)]
    found = [
        margins[i]
        if abs(ordered[i].source[0] - link.source[0]) < NEAR
        and abs(ordered[i].target[0] - link.target[0]) < NEAR
        else STRANGER
        for i in neighbours
    ]
    return float(np.mean(found)) if found else link.margin


def _confidence(margin: float, context: float) -> float:
    return float(1 / (1 + np.exp(-(INTERCEPT + OWN * margin + CONTEXT * context))))


def _moved(
    kept: Sequence[Link], source: Side, target: Side, lattice: Lattice, ratio: float
) -> list[Link]:
    """Links between units that no link has yet, wherever they stand."""
    rest = _rest(len(source), [link.source for link in kept])
    others = _rest(len(target), [link.target for link in kept])
    if not len(rest) or not len(others):
        return []
    path = find_path(source.part(rest), target.part(others), lattice.weights, ratio)
    found = [
        _link(_span(rest, a, b), _span(others, c, d), lattice)
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
