from __future__ import annotations

import pickle
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from mtqe.corpus.base import LanguagePair
from mtqe.errors import ConfigError, MetricError
from mtqe.metrics.base import Sample
from mtqe.metrics.neural.bertscore import BERTScore
from mtqe.metrics.neural.comet import Comet, CometQE
from mtqe.metrics.neural.encoders import precision
from mtqe.metrics.pool import ModelPool
from tests.neural_models import SAMPLES, write_comet, write_encoder
from tests.wording import mentions


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    return write_encoder(tmp_path_factory.mktemp("encoder") / "tiny")


@pytest.fixture(scope="module")
def regression(encoder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("comet") / "tiny"
    return str(write_comet(folder, encoder, "regression_metric"))


@pytest.fixture(scope="module")
def unified(encoder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("comet") / "joint"
    return str(write_comet(folder, encoder, "unified_metric"))


@pytest.mark.parametrize("model", ["regression", "unified"])
def test_a_score_does_not_depend_on_the_other_samples(model, request):
    metric, pool = Comet(model=request.getfixturevalue(model)), ModelPool()

    together = metric.statistics(SAMPLES, pool)
    alone = np.concatenate([metric.statistics([sample], pool) for sample in SAMPLES])

    np.testing.assert_allclose(together, alone, atol=1e-6, rtol=0)


def test_bf16_is_near_fp32_but_not_fp32(regression):
    exact = Comet(model=regression).statistics(SAMPLES, ModelPool())[:, 0]
    rounded = Comet(model=regression, precision="bf16").statistics(SAMPLES, ModelPool())[:, 0]

    assert 0 < np.abs(exact - rounded).max() < 0.05


def test_chunks_cover_every_sample_once(regression):
    samples = [Sample(f"Satz {i} " * 40, f"Sentence {i}", ("A sentence",)) for i in range(400)]

    chunks = list(Comet(model=regression).stream(samples, ModelPool()))

    assert len(chunks) > 1
    assert sorted(np.concatenate([indices for indices, _ in chunks])) == list(range(400))


def test_over_long_texts_are_counted(regression):
    metric = Comet(model=regression)

    statistics = metric.statistics(SAMPLES, ModelPool())

    (remark,) = metric.remarks(statistics)
    assert mentions(remark, "comet", "2 samples", "510 tokens", "cut")


def test_metrics_with_equal_weights_hold_them_once(regression, encoder):
    pool = ModelPool()
    comet: Any = Comet(model=regression)._load(pool)
    bertscore: Any = BERTScore(model=str(encoder), layer=2)._encoder(pool)

    shared = comet.embedder.encoder.embeddings.words
    assert shared.data_ptr() == bertscore.encoder.embeddings.words.data_ptr()


def test_the_signature_names_all_that_scores_depend_on(regression):
    fields = dict(Comet(model=regression).signature("2").fields)

    assert fields.keys() == {
        *("metric", "version", "model", "weights", "nrefs", "refs", "precision"),
        *("tok", "maxlen", "torch"),
    }
    assert (fields["model"], fields["maxlen"], fields["nrefs"]) == ("tiny", "510", "2")
    other = Comet(model=regression, precision="bf16").signature("2")
    assert other.differences(Comet(model=regression).signature("2")) == ("precision",)


def test_check_and_signature_load_no_library(regression):
    code = (
        "import sys; from mtqe.metrics.neural.comet import Comet; "
        f"metric = Comet(model={regression!r}); metric.check(); metric.signature('1'); "
        "heavy = {'torch', 'transformers', 'comet', 'pandas'}; "
        "sys.exit(str(heavy & {*sys.modules}))"
    )

    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert found.stderr.strip() == "set()"


def test_the_wrong_kind_of_model_names_the_right_metric(regression):
    with pytest.raises(MetricError, match="use the metric 'comet' for it"):
        CometQE(model=regression).check()


def test_estimating_quality_needs_a_model_that_somebody_chose():
    with pytest.raises(MetricError, match=r"\[metrics\.comet-qe\].*wmt22-cometkiwi-da"):
        CometQE().check()
    CometQE(model="mtqe-kiwi-mini").check()


def test_a_hub_model_without_a_hub_is_one_plain_error(monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)

    with pytest.raises(MetricError, match="is not on this machine, and HF_HUB_OFFLINE"):
        Comet(model="Unbabel/no-such-model").check()


def test_a_misspelt_option_is_named():
    with pytest.raises(ConfigError, match="did you mean 'precision'"):
        Comet.from_options({"precison": "bf16"}, "en")


@pytest.mark.parametrize(
    ("metric", "model", "is_free"),
    [
        (CometQE, "Unbabel/wmt22-cometkiwi-da", False),
        (Comet, "Unbabel/wmt22-unite-da", False),
        (Comet, "Unbabel/unite-mup", True),
        (Comet, "Unbabel/wmt22-comet-da", True),
        (CometQE, "copies/wmt22-cometkiwi-da", False),
    ],
)
def test_non_commercial_models_are_named(metric, model, is_free):
    notes = " ".join(metric(model=model).notes(LanguagePair("de", "en")))

    assert ("CC BY-NC-SA" in notes) != is_free


def test_a_language_that_a_model_never_saw_gets_one_that_did():
    notes = Comet(model="Unbabel/wmt22-comet-da").notes(LanguagePair("en", "yo"))

    assert "not trained on Yoruba" in notes[0]
    assert "masakhane/africomet-stl" in notes[0]
    assert Comet(model="masakhane/africomet-stl").notes(LanguagePair("en", "yo")) == ()


def test_a_metric_that_is_sent_elsewhere_looks_for_its_model_there(regression):
    metric = Comet(model=regression)
    assert metric.found.path.exists()

    sent = pickle.loads(pickle.dumps(metric))

    assert sent == metric
    assert "found" not in vars(sent)


@pytest.mark.parametrize(("is_fast", "taken"), [(True, "bf16"), (False, "fp32")])
def test_auto_takes_bf16_where_it_is_fast_and_says_so(is_fast, taken, regression, monkeypatch):
    monkeypatch.setattr(precision, "is_fast_in_bf16", lambda: is_fast)
    metric = Comet(model=regression, precision="auto")

    assert dict(metric.signature("1").fields)["precision"] == taken
    assert f"precision auto took {taken}" in metric.notes(LanguagePair("de", "en"))[-1]
    exact = Comet(model=regression, precision=taken).statistics(SAMPLES, ModelPool())
    np.testing.assert_array_equal(metric.statistics(SAMPLES, ModelPool()), exact)


def test_a_precision_that_is_slow_here_is_said(regression, monkeypatch):
    monkeypatch.setattr(precision, "is_fast_in_bf16", lambda: False)

    (note,) = Comet(model=regression, precision="bf16").notes(LanguagePair("de", "en"))

    assert "not faster than with fp32" in note
