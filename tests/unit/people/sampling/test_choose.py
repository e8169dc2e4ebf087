"""Which segments are chosen, and that the same seed chooses them again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtqe.errors import ConfigError
from mtqe.people.sampling import STRATEGIES, choose
from mtqe.people.sampling.choose import apportion
from mtqe.people.sampling.disagreement import disagreement
from mtqe.people.sampling.diversity import diverse_order
from tests.gate_runs import mixed, run_of

SCORED = [name for name in STRATEGIES if name != "spans"]
"""What works on a run without error spans."""


@pytest.fixture(scope="module")
def run():
    """Systems a and b differ on every fifth segment alone."""
    return run_of(40, {"a": mixed(40, 2, 9, 5), "b": 2}, ["chrf", "ter"], documents=8)


@pytest.mark.parametrize("by", SCORED)
@pytest.mark.parametrize("stratify", [None, "domain", "document", "length"])
def test_as_many_as_wanted_in_order_and_repeatably(run, by, stratify):
    rows = choose(run, 12, by=by, stratify=stratify, seed=4)
    assert len(rows) == len(set(rows.tolist())) == 12
    assert (np.diff(rows) > 0).all()
    assert (rows == choose(run, 12, by=by, stratify=stratify, seed=4)).all()


def test_another_seed_draws_another_sample(run):
    assert (choose(run, 12, by="random", seed=1) != choose(run, 12, by="random", seed=2)).any()


def test_no_more_than_there_are(run):
    assert len(choose(run, 1000, by="random", stratify="domain")) == 40


def test_disagreement_finds_where_systems_differ(run):
    assert choose(run, 8).tolist() == list(range(0, 40, 5))
    assert disagreement(run)[0] > 2 * disagreement(run)[1]


def test_one_system_by_one_metric_can_t_disagree():
    with pytest.raises(ConfigError, match="use --by diversity or random"):
        choose(run_of(6, {"a": 2}), 3)


def test_segments_that_nobody_translated_are_not_drawn():
    run = run_of(10, {"a": [None] * 5 + [2] * 5, "b": [None] * 4 + [1] * 6}, documents=2)
    for by in SCORED:
        assert choose(run, 10, by=by).tolist() == list(range(4, 10))
        assert choose(run, 10, by=by, stratify="document").tolist() == list(range(4, 10))


def test_every_stratum_gets_its_share(run):
    rows = choose(run, 8, by="random", stratify="document")
    assert sorted(row % 8 for row in rows.tolist()) == list(range(8))


def test_unknown_names_are_hinted_at(run):
    with pytest.raises(ConfigError, match=r"--by disagrement: .*did you mean 'disagreement'"):
        choose(run, 3, by="disagrement")
    with pytest.raises(ConfigError, match="no slice column is called 'domian'"):
        choose(run, 3, stratify="domian")


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=20), st.data())
def test_shares_add_up_and_never_exceed_the_stratum(sizes, data):
    count = data.draw(st.integers(0, sum(sizes)))
    shares = apportion(sizes, count)
    assert sum(shares) == count
    for share, size in zip(shares, sizes, strict=True):
        assert abs(share - count * size / sum(sizes)) < 1
        assert 0 <= share <= size


def test_diversity_leaves_near_repetitions_for_last():
    texts = ["The cat sat on the mat."] * 3 + ["Quarterly revenue rose 4%.", "你好，世界", ""]
    order = diverse_order(texts, np.random.default_rng(0))
    assert sorted(order.tolist()) == list(range(6))
    assert len({texts[place] for place in order[:4]}) == 4
