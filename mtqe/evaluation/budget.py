"""What translating will cost, asked for before the first request."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mtqe.errors import BackendError
from mtqe.evaluation.plan import TranslationPlan
from mtqe.support.cost import Budget

Approve = Callable[[str], bool]
"""Told what is over a budget, in a sentence; whether to translate all the same."""


def check_budgets(plans: Sequence[TranslationPlan], approve: Approve | None) -> None:
    """See that every system stays within its budget, or that somebody wants it all the same.

    Args:
        plans: what each system has to translate; one that was approved has no budget any more.
        approve: asked about each system over its budget; None refuses it.

    Raises:
        BackendError: one is over its budget and was not approved.
    """
    for plan in plans:
        objection = plan.objection
        if objection is None:
            continue
        if approve is None or not approve(f"System {plan.system!r}: {objection}."):
            raise BackendError(
                f"system {plan.system!r}: {objection}; raise it, or give --yes to go on."
            )
        plan.backend.budget = Budget()
