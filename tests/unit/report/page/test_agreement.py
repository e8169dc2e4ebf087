from __future__ import annotations

import numpy as np
import pytest

from mtqe.report.page.metric_agreement import metric_agreement
from mtqe.run import MetricInfo

NAN = float("nan")


def _metric(name: str, *, higher: bool = True) -> MetricInfo:
    return MetricInfo(
        name=name,
        metric=name,
        options={},
        label=name,
        signature="",
        higher_is_better=higher,
        range=(None, None),
        decimals=1,
    )


def _agreement(x, y, *, higher: bool = True):
    scores = {"one": {"x": np.array(x, float), "y": np.array(y, float)}}
    (found,) = metric_agreement([_metric("x"), _metric("y", higher=higher)], scores)
    return found


def test_figures_that_can_be_worked_out_by_hand():
    found = _agreement([1, 2, 3, 4], [1, 3, 2, 4])
    assert found.pearson == pytest.approx(0.8)
    assert found.kendall == pytest.approx(4 / 6)  # five pairs in order, one reversed
    assert found.segments == 4


def test_an_error_rate_agrees_when_it_falls():
    assert _agreement([1, 2, 3], [30, 20, 10], higher=False).pearson == pytest.approx(1)
    assert _agreement([1, 2, 3], [30, 20, 10]).kendall == pytest.approx(-1)


def test_only_segments_that_both_have_scored_count():
    found = _agreement([1, 2, NAN, 3], [1, 2, 0, NAN])
    assert (found.segments, found.kendall) == (2, pytest.approx(1))


@pytest.mark.parametrize(("x", "y"), [([], []), ([1], [2]), ([1, 1, 1], [1, 2, 3])])
def test_what_is_undefined_is_none(x, y):
    found = _agreement(x, y)
    assert (found.pearson, found.kendall) == (None, None)


def test_every_pair_of_metrics_on_every_system():
    column = np.arange(3.0)
    scores = {name: {"x": column, "y": column, "z": column} for name in ("one", "two")}
    pairs = [
        (f.system, f.first, f.second)
        for f in metric_agreement([_metric("x"), _metric("y"), _metric("z")], scores)
    ]
    assert pairs[:3] == [("one", "x", "y"), ("one", "x", "z"), ("one", "y", "z")]
    assert len(pairs) == 6
