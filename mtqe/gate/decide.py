"""Verdicts, from numbers alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

from mtqe.gate.results import RuleResult, Verdict


@dataclass(frozen=True)
class BoundedValue:
    """A value with its one-sided bounds, infinite where the data can't bound it."""

    value: float
    low: float = -inf
    high: float = inf

    def exact(self) -> BoundedValue:
        """The value taken at its word."""
        return BoundedValue(self.value, self.value, self.value)


def at_least(estimate: BoundedValue, limit: float) -> Verdict:
    """Whether the true value is shown to reach a limit, or shown not to."""
    if estimate.low >= limit:
        return "pass"
    return "fail" if estimate.high < limit else "inconclusive"


def at_most(estimate: BoundedValue, limit: float) -> Verdict:
    """Whether the true value is shown to keep within a limit, or shown not to."""
    if estimate.high <= limit:
        return "pass"
    return "fail" if estimate.low > limit else "inconclusive"


def drop_within(drop: BoundedValue, p_value: float, margin: float, alpha: float) -> Verdict:
    """Whether quality is shown to have dropped by no more than a margin, or shown to have.

    Passing is non-inferiority at the bounds' level. Failing takes a lower bound beyond the margin
    and a permutation test that finds a drop at all: on a hundred segments the bootstrap alone
    fails unharmed changes somewhat too often, and the permutation test is exact (docs/gates.md).
    """
    verdict = at_most(drop, margin)
    return "inconclusive" if verdict == "fail" and p_value >= alpha else verdict


def few_enough(offenders: int, unknown: int, limit: int) -> Verdict:
    """Whether at most `limit` segments offend, whatever those without a score would have done."""
    return at_most(BoundedValue(offenders, offenders, offenders + unknown), limit)


def not_below(rank: int | None, other: int | None) -> Verdict:
    """Whether one rank is as good as another; 1 is the best, None is unknown."""
    if rank is None or other is None:
        return "inconclusive"
    return "pass" if rank <= other else "fail"


def outcome(checks: Iterable[RuleResult]) -> Verdict:
    """What all checks come to."""
    blocking = {check.verdict for check in checks if check.blocks}
    if "fail" in blocking:
        return "fail"
    return "inconclusive" if blocking else "pass"
