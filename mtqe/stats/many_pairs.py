"""Permutation tests of every pair of many systems, with work only where it can matter.

With Holm's correction over all pairs, the number of swaps grows with the square of the systems, and
the number of tests does too: 200 systems and two metrics ask for 1.6 million swaps of 19,900 pairs
each. Five things keep this within bounds, and leave every corrected p-value as it is:

- swaps are drawn and summed in blocks, so that memory does not grow with their number;
- few units have few different swaps, each of which is tried once and counted as often as drawn;
- a pair is dropped as soon as its corrected p-value must be 1. After some swaps the p-value has a
  lower bound, that no further swap was as extreme. Holm's corrected p-values can only grow with any
  of the p-values, so lower bounds of all give lower bounds of the corrected ones;
- of a pair that is far apart, only swaps that come near the observed difference are scored. They
  are found by the linear part of the difference, a sum over units of which each swap turns signs;
- of a pair that is shown, only swaps that come near it or may lie in a tail are scored, for the
  interval needs no others;
- a pair so far apart that by Hoeffding's inequality no swap can be expected to come near is given
  the smallest p-value without trying; these are counted.

The linear part is used only for pairs whose first swaps showed that it predicts the score well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from math import ceil, inf, log, sqrt

import numpy as np

from mtqe.stats.correction import holm
from mtqe.stats.permutation import TIE_TOLERANCE
from mtqe.stats.resampling import (
    Booleans,
    Counts,
    Drawn,
    Floats,
    Indices,
    Score,
    UnitColumns,
    finite_scores,
    joint_products,
    swap_weights,
)

FEW_UNITS = 12
"""With so few units, 4,096 different swaps at most, each is tried once."""
FIRST_LOOK = 2000
"""Swaps that are tried of every pair before any is left to its linear part."""
NEAR = 0.8
"""Swaps whose linear part is this share of the observed difference are scored."""
SAFE = 4
"""How many times the largest error that the first swaps showed a linear part is trusted within."""
TRUSTED_ERROR = (1 - NEAR) / 2
"""The largest error of the linear part, as a share of the observed difference, to trust it."""
RARE = 0.05
"""Pairs of which more swaps are as extreme are soon dropped, and need no linear part."""
MISSED = 1e-6
"""How many swaps of all far pairs together may be expected to be missed."""
BLOCK_BYTES = 32 * 2**20
"""Memory for the sums of one block of swaps, and for one block of scored pairs."""
STEP = 1e-4
"""Of a statistic's sum, for the derivative of the score by it."""


@dataclass
class TailedDifference:
    """A difference under every swap, of which only the tails are kept.

    Attributes:
        observed: the first system's score minus the second's.
        resamples: how many swaps were tried.
        level: the lowest level at which `bounds` can be asked for.
        tolerance: amount below the observed difference that still counts as equal.
        extreme: how many swaps gave a difference as large.
    """

    observed: float
    resamples: int
    level: float
    tolerance: float
    extreme: int = 0
    _tails: tuple[_Tail, _Tail] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        size = max(0, self._allowed(self.level) + 1)
        self._tails = _Tail(size), _Tail(size)

    def p_value(self) -> float:
        """The two-sided p-value, as of `SwappedDifference`."""
        return (self.extreme + 1) / (self.resamples + 1)

    def bounds(self, level: float) -> tuple[float, float]:
        """The differences that the test at ``1 - level`` would not reject, as there.

        Raises:
            ValueError: the level is lower than the one that tails were kept for.
        """
        allowed = self._allowed(level)
        if allowed < 0:
            return -inf, inf
        if allowed > self._allowed(self.level):
            raise ValueError(f"Tails were kept for levels of {self.level} and more.")
        lower, upper = self._tails
        return lower.value(allowed), -upper.value(allowed)

    def _allowed(self, level: float) -> int:
        return ceil(round((1 - level) * (self.resamples + 1), 9)) - 2

    def add(self, permuted: Floats, kept: Floats, times: Indices | None) -> None:
        """Take in some swaps.

        Args:
            permuted: the difference under each.
            kept: the share of segments that stay less the share that change sides.
            times: how often each was drawn; None for once.
        """
        extreme = np.abs(permuted) >= abs(self.observed) - self.tolerance
        self.extreme += int(extreme.sum() if times is None else times[extreme].sum())
        if self._allowed(self.level) < 0:
            return
        both = np.concatenate([permuted, -permuted])
        changed = 1 - np.concatenate([kept, -kept])
        some = changed > TIE_TOLERANCE
        excess = self.observed - both
        excess[np.abs(excess) <= self.tolerance] = 0.0
        typical = np.divide(excess, changed, out=np.full_like(excess, -inf), where=some)
        counts = None if times is None else np.tile(times, 2)
        lower, upper = self._tails
        lower.add(typical, counts)
        upper.add(np.where(some, -typical, -inf), counts)

    def add_nearly(
        self, nearly: Floats, margin: float, kept: Floats, exact: Callable[[Indices], Floats]
    ) -> None:
        """Take in some swaps, of which only those are scored that may matter.

        Args:
            nearly: the difference under each, within the margin.
            margin: of `nearly`.
            kept: as for `add`.
            exact: the differences under swaps at some places.
        """
        margin += self.tolerance
        least = abs(self.observed) - self.tolerance
        sizes = np.abs(nearly)
        wanted = (sizes >= least - margin) & (sizes < least + margin)
        if self._allowed(self.level) >= 0:
            lower, upper = (tail.limit for tail in self._tails)
            for sign in (1.0, -1.0):
                changed = 1 - sign * kept
                excess = self.observed - sign * nearly
                wanted |= changed <= TIE_TOLERANCE
                np.maximum(changed, TIE_TOLERANCE, out=changed)
                wanted |= excess - margin < lower * changed
                wanted |= excess + margin > -upper * changed
        rows = np.flatnonzero(wanted)
        self.extreme += int(np.count_nonzero((sizes >= least) & ~wanted))
        self.add(exact(rows), kept[rows], None)

    def foresee(self, drawn: int) -> None:
        """Tell the tails from the first swaps what can't be in them, with plenty of room."""
        for tail in self._tails:
            tail.foresee(drawn / self.resamples)


class _Tail:
    """The smallest of many numbers, which come in parts.

    Attributes:
        size: how many are kept.
        limit: numbers from here on are not among them.
        counts: how often the numbers up to each place occur, where they come with counts.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.limit = inf
        self.counts: Indices | None = None
        self._kept = np.empty(0)
        self._new: list[Floats] = []

    def foresee(self, share: float) -> None:
        """Set the limit by this share of all numbers.

        Half as many more are below it as must be, and a hundred: of 4,000 that were drawn, 250 and
        not 100, which is 15 standard deviations.
        """
        values = np.concatenate([self._kept, *self._new])
        place = ceil(1.5 * self.size * share) + 100
        if place < values.size:
            self.limit = min(self.limit, float(np.partition(values, place)[place]))

    def add(self, values: Floats, counts: Indices | None) -> None:
        """Take in a part; counts, of how often each occurs, come with the only part there is."""
        if counts is not None:
            order = np.argsort(values, kind="stable")
            self._kept, self.counts = values[order], np.cumsum(counts[order])
            return
        self._new.append(values[values < self.limit])
        waiting = sum(map(len, self._new))
        if waiting >= max(self.size // 4, 10_000):
            self._settle()

    def _settle(self) -> None:
        values = np.concatenate([self._kept, *self._new])
        self._new = []
        if values.size > self.size:
            values = np.partition(values, self.size - 1)[: self.size]
            self.limit = float(values.max())
        self._kept = values

    def value(self, place: int) -> float:
        """The number at a place of their order, from 0."""
        if self.counts is not None:
            return float(self._kept[np.searchsorted(self.counts, place, side="right")])
        self._settle()
        assert place < self._kept.size  # as `foresee` leaves so much room
        return float(np.partition(self._kept, place)[place])


@dataclass(frozen=True)
class TestedPairs:
    """What was found.

    Attributes:
        shown: tests of the pairs that are shown, in order.
        p_values: of the other pairs ``[pairs]``: exact, but where `dropped` a lower bound whose
            corrected p-value is 1, and where `far` the smallest that so many swaps allow.
        dropped: pairs whose corrected p-value must be 1 ``[pairs]``.
        far: pairs too far apart for any swap to come near ``[pairs]``.
    """

    shown: tuple[TailedDifference, ...]
    p_values: Floats
    dropped: Booleans
    far: Booleans


@dataclass(frozen=True)
class _Block:
    """Some swaps, the same for all systems.

    Attributes:
        swapped: sums that change sides ``[systems, k, swaps]``: each statistic's swaps lie side by
            side, for scores are reckoned statistic by statistic.
        kept: the share of segments that stay less the share that change sides ``[swaps]``.
        times: how often each swap was drawn ``[swaps]``; None for once.
        drawn: how many swaps these stand for.
    """

    swapped: Floats
    kept: Floats
    times: Indices | None
    drawn: int


def swap_many_pairs(
    units: Floats,
    sizes: Floats,
    score: Score,
    *,
    rng: np.random.Generator,
    resamples: int,
    shown: Sequence[tuple[int, int]],
    others: Sequence[tuple[int, int]],
    level: float = 0.95,
) -> TestedPairs:
    """Test pairs of systems as `Permutation.difference` does, with the same swaps.

    Args:
        units: ``[systems, units, k]`` as of `sampling_units`.
        sizes: segments of each unit.
        score: reduces summed statistics ``[..., k]`` to corpus scores ``[...]``.
        rng: the source of randomness.
        resamples: how many swaps to try.
        shown: pairs whose p-value and interval are wanted.
        others: pairs of which only the corrected p-value matters. All pairs must be distinct, and
            of systems whose statistics differ.
        level: the lowest level of intervals.
    """
    work = _Pairs(units, score, resamples, np.array(others, np.intp).reshape(-1, 2), len(shown))
    tests = [
        TailedDifference(work.observed(*pair), resamples, level, work.tolerance(*pair))
        for pair in shown
    ]
    ours = np.array(shown, np.intp).reshape(-1, 2)
    screens: list[_Screen] = []
    for block in _blocks(units, sizes, rng, resamples):
        for test, screen in zip(tests, screens, strict=False):
            test.add_nearly(
                screen.nearly(block), screen.margin, block.kept, partial(screen.exact, block)
            )
        for rows, permuted in work.scored(block, ours) if not screens else ():
            pairs = ours[rows].tolist()
            for test, (first, second), values in zip(tests[rows], pairs, permuted, strict=True):
                test.add(values, block.kept, block.times)
                if block.drawn < resamples:
                    test.foresee(block.drawn)
                    screens.append(_Screen.of(work, first, second, block, values))
        work.look(block, [test.extreme for test in tests])
    return TestedPairs(
        shown=tuple(tests),
        p_values=(work.extreme + 1) / (resamples + 1),
        dropped=work.state == DROPPED,
        far=work.state == FAR,
    )


def _blocks(
    units: Floats, sizes: Floats, rng: np.random.Generator, resamples: int
) -> Iterator[_Block]:
    systems, count, k = units.shape
    columns = UnitColumns.of(units)
    weighed = UnitColumns.of(sizes[None, :, None])
    total = float(sizes.sum())

    def block(weights: Drawn, times: Indices | None, drawn: int) -> _Block:
        sums, sizes = joint_products([columns, weighed], weights)
        moved = sizes[0] / total
        swapped = np.ascontiguousarray(sums[columns.places]).reshape(systems, k, -1)
        return _Block(swapped, 1 - 2 * moved, times, drawn)

    rows = max(1, min(BLOCK_BYTES // (8 * systems * k), BLOCK_BYTES // (2 * count)))
    if count <= FEW_UNITS:
        yield block(*_distinct_swaps(rng, resamples, count), resamples)
        return
    done = 0
    while done < resamples:  # blocks grow, so that pairs are dropped early
        size = min(rows, max(FIRST_LOOK, done), resamples - done)
        yield block(swap_weights(rng, size, count), None, size)
        done += size


def _distinct_swaps(rng: np.random.Generator, resamples: int, units: int) -> tuple[Counts, Indices]:
    """The swaps that were drawn, each once ``[swaps, units]``, and how often."""
    counts = np.zeros(2**units, np.intp)
    places = 1 << np.arange(units, dtype=np.int64)
    at_once = BLOCK_BYTES // (16 * units)
    for start in range(0, resamples, at_once):
        drawn = swap_weights(rng, min(at_once, resamples - start), units).whole()
        counts += np.bincount(drawn @ places, minlength=2**units)
    occurring = np.flatnonzero(counts)
    swaps = ((occurring[:, None] >> np.arange(units)) & 1).astype(np.uint8)
    return Counts(swaps), counts[occurring]


OPEN, FILTERED, DROPPED, FAR = range(4)


class _Pairs:
    """The pairs that are not shown, and how far the test of each has come."""

    def __init__(
        self, units: Floats, score: Score, resamples: int, pairs: Indices, shown: int
    ) -> None:
        self.units = units
        self.score = score
        self.resamples = resamples
        self.pairs = pairs
        self.tests = len(pairs) + shown
        self.totals = units.sum(axis=1, dtype=np.float64)
        self.scores = finite_scores(score, self.totals)
        self.extreme = np.zeros(len(pairs), np.int64)
        self.state = np.full(len(pairs), OPEN, np.int8)
        self.gradients: dict[int, Floats] = {}
        self.errors = np.zeros(len(pairs))  # of the linear parts, as shares of the differences
        self.tried = 0

    def observed(self, first: int, second: int) -> float:
        return float(self.scores[first] - self.scores[second])

    def tolerance(self, first: int, second: int) -> float:
        return TIE_TOLERANCE * float(np.abs(self.scores[[first, second]]).max())

    def scored(self, block: _Block, pairs: Indices) -> Iterator[tuple[slice, Floats]]:
        """The differences of pairs under each swap, some pairs ``[m, swaps]`` at a time."""
        at_once = max(1, BLOCK_BYTES // (8 * block.swapped.shape[2]))
        for start in range(0, len(pairs), at_once):
            rows = slice(start, start + at_once)
            permuted = [
                self.permuted(first, second, block.swapped[second] - block.swapped[first])
                for first, second in pairs[rows].tolist()
            ]
            yield rows, np.stack(permuted)

    def permuted(self, first: int, second: int, moved: Floats) -> Floats:
        """The difference of a pair under each of some swaps.

        Args:
            first: a system.
            second: another one.
            moved: what the first gains and the second loses ``[k, swaps]``.
        """
        permuted = finite_scores(self.score, (self.totals[first][:, None] + moved).T)
        permuted -= finite_scores(self.score, (self.totals[second][:, None] - moved).T)
        return permuted

    def look(self, block: _Block, shown: Sequence[int]) -> None:
        """Try a block of swaps on the pairs that it still matters for."""
        still = np.flatnonzero(self.state == OPEN)
        worst = np.full(len(still), inf)  # error of the linear part
        linear = self.tried == 0 and self.resamples > block.drawn
        for rows, permuted in self.scored(block, self.pairs[still]):
            chosen = still[rows]
            first, second = self.pairs[chosen].T
            far = np.abs(self.scores[first] - self.scores[second])
            least = far - TIE_TOLERANCE * np.abs(self.scores[self.pairs[chosen]]).max(axis=1)
            extreme = np.abs(permuted) >= least[:, None]
            self.extreme[chosen] += (
                extreme.sum(axis=1) if block.times is None else extreme @ block.times
            )
            if linear:
                rare = extreme.mean(axis=1) < RARE
                places = np.flatnonzero(rare & (far > 0))
                slopes = self.gradients_of(self.pairs[chosen[places]])
                for place, gradient in zip(places.tolist(), slopes, strict=True):
                    one, other = self.pairs[chosen[place]]
                    self.gradients[int(chosen[place])] = gradient
                    linear_part = self.linear_part(one, other, gradient, block)
                    error = np.abs(permuted[place] - linear_part).max()
                    worst[rows.start + place] = error / far[place]
        self._look_at_near(np.flatnonzero(self.state == FILTERED), block)
        self.tried += block.drawn
        if self.tried < self.resamples:
            self._drop(shown)
            if linear:
                self.errors[still] = worst
                self._leave_to_linear_parts(still[worst <= TRUSTED_ERROR])

    def _drop(self, shown: Sequence[int]) -> None:
        """Drop pairs whose corrected p-value is 1 whatever the swaps to come."""
        extreme = np.concatenate([self.extreme, np.array(shown, np.int64)])
        corrected = holm((extreme + 1) / (self.resamples + 1))[: len(self.pairs)]
        undecided = (self.state == OPEN) | (self.state == FILTERED)
        self.state[undecided & (corrected >= 1)] = DROPPED
        for place in np.flatnonzero(self.state == DROPPED).tolist():
            self.gradients.pop(place, None)

    def _leave_to_linear_parts(self, places: Indices) -> None:
        enough = 2 * log(2 * self.resamples * self.tests / MISSED)
        for place in places[self.state[places] == OPEN].tolist():
            first, second = self.pairs[place]
            apart = np.subtract(self.units[first], self.units[second], dtype=np.float64)
            shares = apart @ self.gradients[place]
            spread = sqrt(float(shares @ shares))
            far = NEAR * abs(float(shares.sum())) >= sqrt(enough) * spread
            self.state[place] = FAR if far else FILTERED
        self.gradients = {
            place: gradient
            for place, gradient in self.gradients.items()
            if self.state[place] == FILTERED
        }

    def _look_at_near(self, places: Indices, block: _Block) -> None:
        """Count a block's extreme swaps of pairs, scoring those alone that come near."""
        for chosen, parts in self._linear_parts(places, block):
            first, second = self.pairs[chosen].T
            observed = np.abs(self.scores[first] - self.scores[second])[:, None]
            errors = SAFE * self.errors[chosen][:, None]
            np.abs(parts, out=parts)
            near = parts >= np.maximum(1 - errors, NEAR) * observed
            sure = parts >= (1 + errors) * observed
            self.extreme[chosen] += np.count_nonzero(sure, axis=1)
            near &= ~sure
            for row in np.flatnonzero(near.any(axis=1)).tolist():
                found = self._extreme_among(int(chosen[row]), np.flatnonzero(near[row]), block)
                self.extreme[chosen[row]] += found

    def _linear_parts(self, places: Indices, block: _Block) -> Iterator[tuple[Indices, Floats]]:
        """`linear_part` of pairs, some at a time ``[m, swaps]``, by a product a system."""
        swaps = block.swapped.shape[2]
        at_once = max(1, BLOCK_BYTES // (8 * swaps))
        for start in range(0, len(places), at_once):
            chosen = places[start : start + at_once]
            first, second = self.pairs[chosen].T
            slopes = np.stack([self.gradients[place] for place in chosen.tolist()])
            whole = ((self.totals[first] - self.totals[second]) * slopes).sum(axis=1)
            parts = np.repeat(whole[:, None], swaps, axis=1)
            for sign, systems in ((2.0, second), (-2.0, first)):
                for system in np.unique(systems).tolist():
                    mine = np.flatnonzero(systems == system)
                    parts[mine] += (sign * slopes[mine]) @ block.swapped[system]
            yield chosen, parts

    def _extreme_among(self, place: int, near: Indices, block: _Block) -> int:
        """How many of some swaps of a block are as extreme."""
        first, second = self.pairs[place]
        observed = abs(self.observed(first, second))
        moved = block.swapped[second][:, near] - block.swapped[first][:, near]
        permuted = self.permuted(first, second, moved)
        extreme = np.abs(permuted) >= observed - self.tolerance(first, second)
        return int(np.count_nonzero(extreme))

    def linear_part(self, first: int, second: int, gradient: Floats, block: _Block) -> Floats:
        """The linear part of a difference under each swap of a block ``[swaps]``."""
        whole = float(gradient @ (self.totals[first] - self.totals[second]))
        moved = gradient @ block.swapped[second] - gradient @ block.swapped[first]
        parts: Floats = whole + 2 * moved
        return parts

    def gradients_of(self, pairs: Indices) -> Floats:
        """The score's derivatives halfway between the sums of pairs of systems ``[pairs, k]``."""
        middle = (self.totals[pairs[:, 0]] + self.totals[pairs[:, 1]]) / 2
        sizes = np.maximum(np.abs(middle) * STEP, 1e-9)
        steps = sizes[:, None] * np.eye(middle.shape[1])
        ends = np.asarray(self.score(np.stack([middle[:, None] + steps, middle[:, None] - steps])))
        slopes: Floats = (ends[0] - ends[1]) / (2 * sizes)
        return np.where(np.isfinite(slopes), slopes, 0.0)


@dataclass(frozen=True)
class _Screen:
    """What tells nearly how a pair's difference changes, so that few swaps need be scored.

    Attributes:
        work: has the systems' sums.
        first: a system.
        second: another one.
        gradient: of the linear part ``[k]``.
        margin: what the linear part may be wrong by.
    """

    work: _Pairs
    first: int
    second: int
    gradient: Floats
    margin: float

    @classmethod
    def of(cls, work: _Pairs, first: int, second: int, block: _Block, permuted: Floats) -> _Screen:
        """A screen of a pair.

        Args:
            work: has the systems' sums.
            first: a system.
            second: another one.
            block: the first swaps.
            permuted: the differences under these.
        """
        gradient = work.gradients_of(np.array([[first, second]]))[0]
        errors = permuted - work.linear_part(first, second, gradient, block)
        return cls(work, first, second, gradient, SAFE * float(np.abs(errors).max()))

    def nearly(self, block: _Block) -> Floats:
        """The differences under a block's swaps, within the margin."""
        return self.work.linear_part(self.first, self.second, self.gradient, block)

    def exact(self, block: _Block, places: Indices) -> Floats:
        """The differences under some of a block's swaps."""
        moved = block.swapped[self.second][:, places] - block.swapped[self.first][:, places]
        return self.work.permuted(self.first, self.second, moved)
