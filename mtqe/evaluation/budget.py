"""What translating will cost, asked for before the first request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mtqe.backends.cost import Budget, Estimate
from mtqe.config import System
from mtqe.corpus.base import Corpus
from mtqe.errors import BackendError
from mtqe.evaluation.translate import open_segments
from mtqe.support.cache import Cache

Approve = Callable[[str], bool]
"""Told what is over a budget, in a sentence; whether to translate all the same."""


@dataclass(frozen=True)
class Plan:
    """What a system has still to translate.

    Attributes:
        system: its name.
        estimate: of what the cache does not have.
        objection: why that is over the system's budget, or None.
    """

    system: str
    estimate: Estimate
    objection: str | None


def plan(corpus: Corpus, system: System, cache: Cache | None) -> Plan:
    """Estimate what translating takes; sends no request."""
    estimate = system.backend.estimate(open_segments(system.backend, corpus, cache))
    return Plan(system.name, estimate, system.backend.budget.objection(estimate))


def check_budgets(
    corpus: Corpus, systems: Sequence[System], cache: Cache | None, approve: Approve | None
) -> None:
    """See that every system stays within its budget, or that somebody wants it all the same.

    Args:
        corpus: the segments.
        systems: who translates; one that was approved has no budget any more.
        cache: what it has costs nothing.
        approve: asked about each system over its budget; None refuses it.

    Raises:
        BackendError: one is over its budget and was not approved.
    """
    for system in systems:
        objection = plan(corpus, system, cache).objection
        if objection is None:
            continue
        if approve is None or not approve(f"System {system.name!r}: {objection}."):
            raise BackendError(
                f"system {system.name!r}: {objection}; raise it, or give --yes to go on."
            )
        system.backend.budget = Budget()
