"""What metrics say of themselves: how far they lead, their scale, and what their scores are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mtqe.corpus.base import LanguagePair
from mtqe.metrics import trust
from mtqe.metrics.base import Calibration, Metric
from mtqe.metrics.human import Human
from mtqe.metrics.info import MetricInfo
from mtqe.metrics.neural.bertscore import BERTScore
from mtqe.metrics.neural.comet import Comet, CometQE
from mtqe.metrics.surface import BLEU, CHRF, TER, CHRFPlusPlus
from mtqe.run import RunManifest
from tests.unit.report.tiny_run import tiny_run

EN_DE = LanguagePair("en", "de")
PUBLISHED = "Unbabel/wmt22-comet-da"
KIWI = "Unbabel/wmt22-cometkiwi-da"


@pytest.fixture
def measured(monkeypatch):
    """Figures in which the two own models stand on both sides of chrF."""
    figures = {"mtqe-comet-mini": 0.60, "mtqe-kiwi-mini": 0.50, "bertscore": 0.58}
    figures |= {"chrf": 0.579, "bleu": 0.56}
    monkeypatch.setattr(trust, "_measured_pairs", lambda: {"en-de": figures})
    return figures


def test_people_lead_then_published_models_then_what_is_measured_then_strings(measured) -> None:
    metrics: list[Metric] = [
        Human(),
        Comet(model="Unbabel/XCOMET-XXL"),
        Comet(model=PUBLISHED),
        CometQE(model=KIWI),
        BERTScore(model="roberta-large", layer=17),
        Comet(),
        CHRFPlusPlus(),
        CHRF(),
        BLEU(),
        TER(),
    ]
    found = [metric.trust(LanguagePair("en", "en")) for metric in metrics]
    assert found == sorted(found, reverse=True)
    assert len(set(found)) == len(found)


def test_an_own_model_that_is_no_better_than_chrf_does_not_lead_above_it(measured) -> None:
    chrf, bleu, ter = (metric.trust(EN_DE) for metric in (CHRF(), BLEU(), TER()))
    assert Comet().trust(EN_DE) > CHRFPlusPlus().trust(EN_DE)
    assert bleu < BERTScore().trust(EN_DE) < chrf, "better by what rounds away"
    assert CometQE(model="mtqe-kiwi-mini").trust(EN_DE) < ter, "worse than BLEU"
    measured["mtqe-comet-mini"] = 0.57
    assert bleu < Comet().trust(EN_DE) < chrf


def test_an_unmeasured_pair_goes_by_the_mean_of_the_measured_ones(measured) -> None:
    assert Comet().trust(LanguagePair("fr", "it")) == Comet().trust(EN_DE)


@pytest.mark.parametrize("model", ["mtqe-comet-mini", PUBLISHED])
def test_a_model_that_never_saw_a_language_leads_nothing(model) -> None:
    yoruba = LanguagePair("en", "yo")
    assert Comet(model=model).trust(yoruba) < TER().trust(yoruba)
    assert "not trained on Yoruba" in " ".join(Comet(model=model).notes(yoruba))


@pytest.mark.parametrize(
    ("metric", "languages", "expected"),
    [
        (BLEU(), EN_DE, Calibration("bleu")),
        (BLEU(tokenize="zh"), LanguagePair("en", "zh"), Calibration("bleu")),
        (BLEU(tokenize="zh"), EN_DE, None),
        (BLEU(), LanguagePair("en", "zh"), None),
        (BLEU(lowercase=True), EN_DE, None),
        (BLEU(max_ngram_order=2), EN_DE, None),
        (CHRF(), EN_DE, Calibration("chrf")),
        (CHRF(word_order=2), EN_DE, None),
        (CHRFPlusPlus(), EN_DE, None),
        (TER(), EN_DE, None),
        (Comet(model=PUBLISHED), EN_DE, Calibration("comet22", 100.0)),
        (Comet(model=PUBLISHED, precision="bf16"), EN_DE, Calibration("comet22", 100.0)),
        (Comet(model="Unbabel/XCOMET-XL"), EN_DE, Calibration("xcometxl", 100.0)),
        (CometQE(model="Unbabel/XCOMET-XL"), EN_DE, None),
        (CometQE(model=KIWI), EN_DE, Calibration("cometkiwi22", 100.0)),
        (Comet(), EN_DE, None),
        (Comet(model="me/wmt22-comet-da"), EN_DE, None),
        (BERTScore(model="roberta-large"), EN_DE, None),
    ],
)
def test_only_what_was_calibrated_has_a_scale(metric, languages, expected) -> None:
    assert metric.calibration(languages) == expected


@pytest.mark.parametrize(
    ("metric", "label"),
    [
        (Comet(), "COMET (mini)"),
        (CometQE(model="mtqe-kiwi-mini"), "COMET-QE (mini)"),
        (BERTScore(), "BERTScore (E5)"),
        (Comet(model=PUBLISHED), "COMET"),
        (Comet(model="Unbabel/XCOMET-XL"), "COMET (XCOMET-XL)"),
        (CometQE(model=KIWI), "COMET-QE"),
        (BERTScore(model="roberta-large"), "BERTScore"),
        (BERTScore(model="roberta-large", language="es"), "BERTScore (roberta-large)"),
        (BERTScore(model="bert-base-multilingual-cased", language="es"), "BERTScore"),
        (Human("mqm"), "MQM (people)"),
        (Human("stars"), "Human"),
        (BLEU(), "BLEU"),
    ],
)
def test_a_label_tells_of_a_model_that_people_would_not_think_of(metric, label) -> None:
    assert metric.full_label == label
    assert MetricInfo.of("x", metric, EN_DE, signature="").label == label


def test_a_model_in_a_folder_is_called_by_the_folder(tmp_path) -> None:
    assert Comet(model=str(tmp_path / "tuned")).full_label == "COMET (tuned)"


def test_what_a_run_keeps_makes_the_metric_again() -> None:
    for metric in (BLEU(lowercase=True), Comet(precision="bf16"), Human("esa", 3, "abc")):
        assert MetricInfo.of("x", metric, EN_DE, signature="").build() == metric


def test_a_run_of_the_version_before_gets_what_it_lacks(tmp_path: Path) -> None:
    folder = tiny_run(tmp_path / "run").folder
    content = json.loads((folder / "run.json").read_text())
    for metric in content["metrics"]:
        for key in ("trust", "calibration", "partial"):
            del metric[key]
        metric["signature"] = metric["signature"].replace("nrefs:var", "nrefs:1")
    content["metrics"][1] |= {"metric": "comet", "label": "COMET", "options": {}}
    content["metrics"].append({**content["metrics"][0], "name": "x", "metric": "plug-in"})
    bleu, comet, unknown = RunManifest.model_validate_json(json.dumps(content)).metrics
    assert (bleu.trust, bleu.calibration) == (trust.BLEU, Calibration("bleu"))
    assert comet.label == "COMET (mini)"
    assert comet.trust == Comet().trust(LanguagePair("en", "es"))
    assert (unknown.label, unknown.trust) == ("BLEU", 0.0)


def test_notes_that_several_metrics_share_read_right_for_one_and_for_several(measured):
    """Reports say equal notes once, after the names of all their metrics."""
    for metric in (Comet(), BERTScore()):
        note = metric.notes(EN_DE)[-1]
        assert note.startswith("In ")
        assert note.endswith("has the better score; by chrF, in 58%.")
