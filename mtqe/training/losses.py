"""What training minimises."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from mtqe.training.batch import Item

_SLOPE = 2.0
_WIDEST_GAP = 2.0
_DEGENERATE_GAP = 1.5
_SMALLEST_GAP = 0.05


def regression_loss(estimates: Tensor, items: Sequence[Item]) -> Tensor:
    """Weighted Huber loss of estimates [n] against targets, in standard deviations."""
    targets = torch.tensor([item.target for item in items])
    weights = torch.tensor([item.weight for item in items])
    losses = functional.huber_loss(estimates, targets, reduction="none")
    return (weights * losses).sum() / weights.sum()


def ranking_loss(estimates: Tensor, items: Sequence[Item]) -> Tensor:
    """Logistic loss over pairs of one source, scaled by how far apart their targets are.

    A pair (better, worse) costs ``softplus(-2 (estimate_better - estimate_worse))`` times its gap;
    pairs of a rated and a degenerate hypothesis have a constant gap. The logistic form is RankNet's
    (Burges et al. 2005).
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
    gaps = torch.where(rated[:, None] & degenerate[None, :], _DEGENERATE_GAP * 0.3, gaps)
    same = groups[:, None] == groups[None, :]
    return torch.where(same & (gaps > _SMALLEST_GAP), gaps, 0.0)
