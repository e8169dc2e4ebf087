from __future__ import annotations

import numpy as np
import pytest

from mtqe.errors import MetricError
from mtqe.metrics.base import Sample
from mtqe.metrics.neural.bertscore import BERTScore
from mtqe.metrics.pool import ModelPool
from tests.neural_models import LAYERS, SAMPLES, write_encoder


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return str(write_encoder(tmp_path_factory.mktemp("encoder") / "tiny"))


def test_a_score_does_not_depend_on_the_other_samples(model):
    metric, pool = BERTScore(model=model, layer=2), ModelPool()

    together = metric.statistics(SAMPLES, pool)
    alone = np.concatenate([metric.statistics([sample], pool) for sample in SAMPLES])

    np.testing.assert_allclose(together, alone, atol=1e-6, rtol=0)


def test_equal_texts_score_one_and_empty_ones_zero(model):
    samples = [Sample("", "The same.", ("The same.",)), Sample("", "", ("Something",))]
    samples += [Sample("", "Something", (" ",)), Sample("", "", ("", "Something"))]

    scores = BERTScore(model=model, layer=2).statistics(samples, ModelPool())[:, 0]

    np.testing.assert_allclose(scores, [1, 0, 0, 0], atol=1e-6)


def test_the_best_reference_counts(model):
    samples = [Sample("", "The dog sleeps.", refs) for refs in (("a",), ("a", "The dog sleeps."))]

    worse, better = BERTScore(model=model, layer=2).statistics(samples, ModelPool())[:, 0]

    assert worse < better == pytest.approx(1)


def test_max_length_cuts_and_counts(model):
    sample = Sample("", "The dog sleeps well", ("The dog sleeps badly",))
    metric = BERTScore(model=model, layer=1, max_length=5)

    cut = metric.statistics([sample], ModelPool())

    assert cut[0, 0] == pytest.approx(1)  # what differs was cut away
    assert "1 sample has a text of more than 5 tokens" in metric.remarks(cut)[0]


def test_idf_needs_the_references_and_names_them_in_the_signature(model):
    metric = BERTScore(model=model, layer=2, idf=True)

    with pytest.raises(MetricError, match="fitted"):
        metric.statistics(SAMPLES, ModelPool())

    one, other = (metric.fitted(refs).signature("1") for refs in (["a b"], ["a c"]))
    assert one.differences(other) == ("idf",)
    assert BERTScore(model=model, layer=2).fitted(["a"]) == BERTScore(model=model, layer=2)


def test_layers_must_be_named_and_exist(model):
    with pytest.raises(MetricError, match="set layer for"):
        BERTScore(model=model).check()
    with pytest.raises(MetricError, match=f"set layer to at most {LAYERS}"):
        BERTScore(model=model, layer=LAYERS + 1).check()


def test_a_missing_baseline_is_an_error_where_bert_score_would_not_rescale(model):
    with pytest.raises(MetricError, match="there is no baseline"):
        BERTScore(model=model, layer=2, rescale_with_baseline=True).check()


def test_a_baseline_without_the_layer_is_named(model, tmp_path):
    path = tmp_path / "baseline.tsv"
    path.write_text("LAYER,P,R,F\n0,0.1,0.1,0.1\n")

    with pytest.raises(MetricError, match="no F1 for layer 2"):
        BERTScore(model=model, layer=2, rescale_with_baseline=True, baseline=str(path)).check()


def test_the_built_in_model_has_a_baseline_for_english():
    assert 0.3 < BERTScore(rescale_with_baseline=True)._baseline_f1() < 0.6
