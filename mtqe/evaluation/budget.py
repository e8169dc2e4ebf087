"""What translating and judging will cost, asked for before the first request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from mtqe.corpus.base import Corpus, Translations
from mtqe.errors import BackendError, MetricError
from mtqe.evaluation.plan import TranslationPlan
from mtqe.evaluation.score import waiting
from mtqe.support.cache import Cache
from mtqe.support.cost import Budget

if TYPE_CHECKING:
    from mtqe.config import NamedMetric

Approve = Callable[[str], bool]
"""Told what is over a budget, in a sentence; whether to go on all the same."""


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


def within_budgets(
    metrics: Sequence[NamedMetric],
    corpus: Corpus,
    systems: Sequence[Translations],
    cache: Cache | None,
    approve: Approve | None,
) -> tuple[NamedMetric, ...]:
    """The metrics, those without a budget any more that were approved of beyond it.

    Args:
        metrics: metrics to score by; only those that ask a server for money are looked at.
        corpus: the test set.
        systems: translations to score.
        cache: what it has costs nothing.
        approve: asked about each metric over its budget; None refuses it.

    Raises:
        MetricError: one is over its budget and was not approved.
    """
    return tuple(_within_budget(named, corpus, systems, cache, approve) for named in metrics)


def _within_budget(
    named: NamedMetric,
    corpus: Corpus,
    systems: Sequence[Translations],
    cache: Cache | None,
    approve: Approve | None,
) -> NamedMetric:
    if not named.metric.has_budget:
        return named
    asking = named.metric.asking(waiting(named.metric, corpus, systems, cache))
    objection = None if asking is None else named.metric.objection(asking)
    if objection is None:
        return named
    if approve is None or not approve(f"Metric {named.name!r}: {objection}."):
        raise MetricError(f"metric {named.name!r}: {objection}; raise it, or give --yes to go on.")
    return replace(named, metric=named.metric.without_budget)
