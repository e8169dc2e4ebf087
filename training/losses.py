"""What training minimises."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from training.batch import KINDS, Item
from training.model import MiniModel, Pooled
from training.recipe import Recipe

_SLOPE = 2.0
_WIDEST_GAP = 2.0
_DEGENERATE_GAP = 1.5
_SMALLEST_GAP = 0.05
_ARTIFICIAL = 0.3


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


def _vectors(pooled: Pooled, items: Sequence[Item]) -> tuple[Tensor, Tensor]:
    sources = pooled([item.source for item in items])
    return sources, pooled([item.hypothesis for item in items])


def _head_loss(
    estimates: Tensor, items: Sequence[Item], recipe: Recipe, regressed: Collection[str] = KINDS
) -> Tensor:
    chosen = [index for index, item in enumerate(items) if item.kind in regressed]
    loss = regression_loss(estimates[chosen], [items[index] for index in chosen])
    if recipe.ranking:
        loss = loss + recipe.ranking * ranking_loss(estimates, items)
    return loss


def regression_loss(estimates: Tensor, items: Sequence[Item]) -> Tensor:
    """Weighted Huber loss of estimates [n] against targets, in standard deviations."""
    targets = torch.tensor([item.target for item in items])
    weights = torch.tensor([item.weight for item in items])
    losses = functional.huber_loss(estimates, targets, reduction="none")
    return (weights * losses).sum() / weights.sum()


def ranking_loss(estimates: Tensor, items: Sequence[Item]) -> Tensor:
    """Logistic loss over pairs of one source, scaled by how far apart their targets are.

    A pair (better, worse) costs ``softplus(-2 (estimate_better - estimate_worse))`` times its gap;
    pairs with a degenerate hypothesis have a constant gap. The logistic form is RankNet's (Burges
    et al. 2005).
    """
    gaps = pair_gaps(items)
    better, worse = gaps.nonzero(as_tuple=True)
    if not len(better):
        return estimates.sum() * 0.0
    weights = gaps[better, worse]
    losses = functional.softplus(-_SLOPE * (estimates[better] - estimates[worse]))
    return (weights * losses).sum() / weights.sum()


def pair_gaps(items: Sequence[Item]) -> Tensor:
    """Weights [n, n] of pairs (better, worse); 0 where a pair says nothing."""
    groups = torch.tensor([item.group for item in items])
    targets = torch.tensor([item.target for item in items])
    rated = torch.tensor([item.kind == "rated" for item in items])
    degenerate = torch.tensor([item.kind == "degenerate" for item in items])
    weights = torch.tensor([item.weight for item in items])
    gaps = (targets[:, None] - targets[None, :]).clamp(max=_WIDEST_GAP)
    gaps = gaps * weights[:, None] * (rated[:, None] & rated[None, :])
    real = ~degenerate
    gaps = torch.where(real[:, None] & degenerate[None, :], _ARTIFICIAL * _DEGENERATE_GAP, gaps)
    same = groups[:, None] == groups[None, :]
    return torch.where(same & (gaps > _SMALLEST_GAP), gaps, 0.0)
