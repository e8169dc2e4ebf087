"""How reliability and similarity steady the targets of a group."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mtqe.metrics.surface import BLEU, CHRF
from training import similarity
from training.groups import Group
from training.similarity import steady

GROUP = Group("en-de", "source", "eins zwei", ("eins zwei", "x"), (1.0, 0.0), 1.0, 0.4)
UNREFERENCED = replace(GROUP, reference=None)


@pytest.fixture(autouse=True)
def _surface_metrics_alone(monkeypatch):
    monkeypatch.setattr(similarity, "METRICS", (CHRF(), BLEU()))


def test_a_target_is_shrunk_and_similarity_says_the_rest(tmp_path):
    first, second, third = steady([UNREFERENCED, GROUP, UNREFERENCED], 0.3, tmp_path)
    assert first == third
    assert first.targets == pytest.approx((0.4, 0.0))
    assert second.targets == pytest.approx((0.4 + 0.6 * 0.3, -0.6 * 0.3))


def test_metrics_that_disagree_cancel_out(tmp_path, monkeypatch):
    monkeypatch.setattr(similarity, "METRICS", (CHRF(), CHRF(beta=1)))
    group = replace(GROUP, hypotheses=("eins", "eins zwei drei vier fünf"), targets=(0.0, 0.0))
    (blended,) = steady([group], 0.3, tmp_path)
    assert blended.targets == pytest.approx((0.0, 0.0))


def test_equal_scores_shift_nothing(tmp_path):
    group = replace(GROUP, hypotheses=("x", "q"), reliability=1.0)
    assert steady([group], 0.3, tmp_path) == [group]


def test_scores_are_kept_for_the_next_run(tmp_path, monkeypatch):
    before = steady([GROUP], 0.3, tmp_path)
    monkeypatch.setattr(similarity, "_scores", None)
    assert steady([GROUP], 0.3, tmp_path) == before


def test_other_texts_are_scored_anew(tmp_path):
    steady([GROUP], 0.3, tmp_path)
    other = replace(GROUP, hypotheses=("x", "eins zwei"))
    assert steady([other], 0.3, tmp_path)[0].targets == pytest.approx((0.4 - 0.18, 0.18))
