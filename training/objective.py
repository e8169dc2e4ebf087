"""What training minimises, on tensors alone."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

_SLOPE = 2.0
_WIDEST_GAP = 2.0
_DEGENERATE_GAP = 1.5
_SMALLEST_GAP = 0.05
_ARTIFICIAL = 0.3


@dataclass(frozen=True)
class Labels:
    """What is known of a batch of hypotheses, a tensor [n] each.

    Attributes:
        group: the number of the source that a hypothesis translates.
        target: target in standard deviations.
        weight: how much it counts.
        rated: whether a person or a teacher judged it.
        degenerate: whether it was made to be bad.
    """

    group: Tensor
    target: Tensor
    weight: Tensor
    rated: Tensor
    degenerate: Tensor

    def __getitem__(self, rows: Tensor) -> Labels:
        """The labels of some hypotheses."""
        parts = (self.group, self.target, self.weight, self.rated, self.degenerate)
        return Labels(*(part[rows] for part in parts))


def regression_loss(estimates: Tensor, labels: Labels) -> Tensor:
    """Weighted Huber loss of estimates [n] against targets, in standard deviations."""
    losses = functional.huber_loss(estimates, labels.target, reduction="none")
    return (labels.weight * losses).sum() / labels.weight.sum()


def ranking_loss(estimates: Tensor, labels: Labels) -> Tensor:
    """Logistic loss over pairs of one source, scaled by how far apart their targets are.

    A pair (better, worse) costs ``softplus(-2 (estimate_better - estimate_worse))`` times its gap;
    pairs with a degenerate hypothesis have a constant gap. The logistic form is RankNet's (Burges
    et al. 2005).
    """
    gaps = pair_gaps(labels)
    better, worse = gaps.nonzero(as_tuple=True)
    if not len(better):
        return estimates.sum() * 0.0
    weights = gaps[better, worse]
    losses = functional.softplus(-_SLOPE * (estimates[better] - estimates[worse]))
    return (weights * losses).sum() / weights.sum()


def pair_gaps(labels: Labels) -> Tensor:
    """Weights [n, n] of pairs (better, worse); 0 where a pair says nothing."""
    rated, real = labels.rated, ~labels.degenerate
    gaps = (labels.target[:, None] - labels.target[None, :]).clamp(max=_WIDEST_GAP)
    gaps = gaps * labels.weight[:, None] * (rated[:, None] & rated[None, :])
    made = real[:, None] & labels.degenerate[None, :]
    gaps = torch.where(made, _ARTIFICIAL * _DEGENERATE_GAP, gaps)
    same = labels.group[:, None] == labels.group[None, :]
    return torch.where(same & (gaps > _SMALLEST_GAP), gaps, 0.0)
