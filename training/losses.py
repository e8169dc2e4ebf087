"""Both heads' losses on one batch."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import torch
from torch import Tensor

from training.batch import KINDS, Item
from training.model import MiniModel, Pooled
from training.objective import Labels, ranking_loss, regression_loss
from training.recipe import Recipe


def heads_loss(model: MiniModel, items: Sequence[Item], pooled: Pooled, recipe: Recipe) -> Tensor:
    """Both heads' losses, each on the items that it can judge.

    Without a reference, a human translation is only better than a degenerate one: not perfect.
    """
    estimates = model.kiwi(*_vectors(pooled, items))
    total = recipe.source_only * _head_loss(estimates, items, recipe, ("rated", "degenerate"))
    referenced = [item for item in items if item.reference is not None]
    if referenced:
        references = pooled([item.reference or "" for item in referenced])
        estimates = model.comet(*_vectors(pooled, referenced), references)
        total = total + _head_loss(estimates, referenced, recipe)
    return total


def labels(items: Sequence[Item]) -> Labels:
    """The labels of items as tensors."""
    return Labels(
        group=torch.tensor([item.group for item in items]),
        target=torch.tensor([item.target for item in items]),
        weight=torch.tensor([item.weight for item in items]),
        rated=torch.tensor([item.kind == "rated" for item in items]),
        degenerate=torch.tensor([item.kind == "degenerate" for item in items]),
    )


def _vectors(pooled: Pooled, items: Sequence[Item]) -> tuple[Tensor, Tensor]:
    sources = pooled([item.source for item in items])
    return sources, pooled([item.hypothesis for item in items])


def _head_loss(
    estimates: Tensor, items: Sequence[Item], recipe: Recipe, regressed: Collection[str] = KINDS
) -> Tensor:
    known = labels(items)
    chosen = torch.tensor([item.kind in regressed for item in items])
    loss = regression_loss(estimates[chosen], known[chosen])
    if recipe.ranking:
        loss = loss + recipe.ranking * ranking_loss(estimates, known)
    return loss
