"""When a system is shown to be no worse by more than a margin, at the margin itself too."""

from __future__ import annotations

import numpy as np
import pytest

from mtqe.compare import ComparisonSettings
from mtqe.compare.paired_tests import PairedTests
from mtqe.corpus import LanguagePair
from mtqe.gate import judge
from mtqe.metrics.human import Human
from mtqe.run import MetricInfo
from tests.gate_runs import gate_of, run_of

LEVEL = 0.95
MEAN = MetricInfo.of("mean", Human(), LanguagePair("en", "de"), signature="")


def pair_of(differences, *, lower_is_better=False, documents=None, method="permutation"):
    """Two systems by a mean of scores, the first better by so much in each segment."""
    gains = np.asarray(differences, float) * (-1 if lower_is_better else 1)
    scores = 50.0 + np.stack([gains, np.zeros_like(gains)])
    statistics = np.stack([scores, np.ones_like(scores)], axis=2)
    return PairedTests(
        MEAN.model_copy(update={"higher_is_better": not lower_is_better}),
        statistics,
        None if documents is None else np.array(documents, object),
        ComparisonSettings(method=method),
    )


def hundred(*changes):
    """A hundred differences, of which all but the given ones are 0."""
    return [*changes, *[0.0] * (100 - len(changes))]


@pytest.mark.parametrize("lower", [False, True])
@pytest.mark.parametrize(
    ("differences", "bound", "passes"),
    [
        (hundred(), 0, True),
        (hundred(10), 0, True),  # one segment is better, none is worse
        (hundred(10, 10, 10, 10), 0, True),
        (hundred(10, 10, 10, 10, -1), 0, False),  # one is worse: .0625 is no pass at .05
        (hundred(-1), 1, False),
        (hundred(*[10] * 12, *[-1] * 3), -0.01, True),  # clearly better, though three are worse
    ],
)
def test_margin_0_on_the_bound_passes_only_where_no_segment_is_worse(
    differences, bound, passes, lower
):
    tests = pair_of(differences, lower_is_better=lower)
    assert np.sign(tests.worst(0, 1, LEVEL)) == np.sign(bound)
    assert tests.not_worse(0, 1, 0.0, LEVEL) is passes


def test_the_rest_without_the_helpful_segments_is_judged_alike():
    """Five are better and one is worse: without the best one, the bound is 0."""
    tests = pair_of(hundred(11, 10, 10, 10, 10, -1))
    assert tests.worst(0, 1, LEVEL) < 0
    assert not tests.not_worse(0, 1, 0.0, LEVEL)
    assert pair_of(hundred(11, 10, 10, 10, 10)).not_worse(0, 1, 0.0, LEVEL)


def test_a_drop_of_just_the_margin_everywhere_is_within_it():
    assert pair_of([-1.0] * 50).not_worse(0, 1, 1.0, LEVEL)
    assert not pair_of([-1.0] * 50).not_worse(0, 1, 0.99, LEVEL)
    assert not pair_of([-1.0] * 49 + [-1.5]).not_worse(0, 1, 1.0, LEVEL)


def test_documents_are_judged_as_wholes():
    """A document is worse where its sum is, whatever its segments do."""
    documents = [f"d{place // 2}" for place in range(100)]
    assert pair_of(hundred(10, -1), documents=documents).not_worse(0, 1, 0.0, LEVEL)
    assert not pair_of(hundred(10, 0, -1, 0), documents=documents).not_worse(0, 1, 0.0, LEVEL)


def test_the_bootstrap_is_judged_alike():
    assert pair_of(hundred(10), method="bootstrap").not_worse(0, 1, 0.0, LEVEL)
    assert not pair_of(hundred(10, -1), method="bootstrap").not_worse(0, 1, 0.0, LEVEL)


@pytest.mark.parametrize("metrics", [("chrf",), ("bleu",), ("ter",)])
def test_a_gate_passes_where_no_segment_is_worse_and_says_so(metrics):
    usual = [2] * 100
    baseline = run_of(100, {"a": usual}, metrics)
    rule = {"metric": metrics[0], "max_drop": 0.0}

    def verdict(changes):
        changed = run_of(100, {"a": [*changes, *usual[len(changes) :]]}, metrics)
        return judge(gate_of(rule), changed, baseline).checks[0]

    assert verdict([]).verdict == "pass"
    assert verdict([1, 1, 1]).verdict == "pass"
    assert verdict([1, 1, 1, 1, 3]).verdict == "inconclusive"
