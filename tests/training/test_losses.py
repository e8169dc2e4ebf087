"""What the ranking loss compares, and which way it pushes."""

from __future__ import annotations

import pytest
import torch

from training.batch import Item
from training.losses import labels
from training.objective import pair_gaps, ranking_loss, regression_loss


def item(group, target, kind="rated", weight=1.0):
    return Item(group, "source", "text", "reference", target, weight, kind)


def test_only_rated_pairs_of_one_source_with_a_gap_are_compared():
    gaps = pair_gaps(labels([item(0, 1.0), item(0, 0.0), item(0, 0.99), item(1, -3.0)]))
    assert gaps.nonzero().tolist() == [[0, 1], [2, 1]]


def test_every_rated_hypothesis_beats_the_degenerate_one():
    gaps = pair_gaps(labels([item(0, -3.0), item(0, 2.0), item(0, -2.0, "degenerate")]))
    assert gaps[0, 2] == gaps[1, 2] > 0
    assert gaps[2].sum() == 0


def test_the_reference_itself_is_ranked_against_degenerate_output_alone():
    gaps = pair_gaps(labels([item(0, 2.0, "perfect"), item(0, -1.0), item(0, -3.5, "degenerate")]))
    assert gaps[0].nonzero().tolist() == [[2]]
    assert gaps[:, 0].sum() == 0


def test_wide_gaps_count_no_more_than_two_standard_deviations():
    assert pair_gaps(labels([item(0, 3.0), item(0, -3.0)])).max() == 2.0


def test_ranking_loss_pushes_the_better_one_up():
    estimates = torch.zeros(2, requires_grad=True)
    torch.autograd.backward(ranking_loss(estimates, labels([item(0, 1.0), item(0, 0.0)])))
    assert estimates.grad[0] < 0 < estimates.grad[1]


def test_no_pair_costs_nothing():
    estimates = torch.ones(1, requires_grad=True)
    assert float(ranking_loss(estimates, labels([item(0, 1.0)])).detach()) == 0.0


def test_regression_loss_is_a_weighted_mean():
    items = [item(0, 0.0, weight=3.0), item(0, 0.0, weight=1.0)]
    assert float(regression_loss(torch.tensor([0.0, 1.0]), labels(items))) == pytest.approx(0.125)
