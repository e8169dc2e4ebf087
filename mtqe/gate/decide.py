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


def drop_within(drop: BoundedValue, margin: float, *, significant: bool, firm: bool) -> Verdict:
    """Whether quality is shown to have dropped by no more than a margin, or shown to have.

    Args:
        drop: with its one-sided bounds.
        margin: what is allowed.
        significant: whether `mtqe compare` calls the drop significant, its correction for the
            number of comparisons included; without it nothing fails.
        firm: whether the upper bound is within the margin also without the segments that help
            most; without it nothing passes.
    """
    verdict = at_most(drop, margin)
    undecided = (verdict == "fail" and not significant) or (verdict == "pass" and not firm)
    return "inconclusive" if undecided else verdict


def few_enough(offenders: int, unknown: int, limit: int) -> Verdict:
    """Whether at most `limit` segments offend, whatever those without a score would have done."""
    return at_most(BoundedValue(offenders, offenders, offenders + unknown), limit)


def outcome(checks: Iterable[RuleResult]) -> Verdict:
    """What all checks come to."""
    blocking = {check.verdict for check in checks if check.blocks}
    if "fail" in blocking:
        return "fail"
    return "inconclusive" if blocking else "pass"
