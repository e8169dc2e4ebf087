"""Expected agreement of people is only given for what mt-thresholds measured."""

from __future__ import annotations

import math
from dataclasses import fields, replace

import pytest

import mtqe
from mtqe.compare import compare_run
from mtqe.compare.human import difference_for, human_agreement
from mtqe.corpus import Corpus, LanguagePair, Segment
from mtqe.metrics.base import Calibration
from mtqe.metrics.neural.bertscore import BERTScore
from mtqe.metrics.neural.comet import Comet, CometQE
from mtqe.metrics.surface.bleu import BLEU
from mtqe.metrics.surface.chrf import CHRF, CHRFPlusPlus
from mtqe.metrics.surface.ter import TER

PAIR = LanguagePair("en", "de")
OTHER = {
    "tokenize": "intl", "smooth_method": "floor", "smooth_value": 0.5, "max_ngram_order": 3,
    "char_order": 5, "word_order": 1, "beta": 3, "effective_order": True,
}  # fmt: skip
"""Values that are not the defaults, of options that are not switches."""


def changed(metric):
    """The metric with one other option at a time."""
    for field in fields(metric):
        value = getattr(metric, field.name)
        yield (
            field.name,
            replace(
                metric, **{field.name: not value if isinstance(value, bool) else OTHER[field.name]}
            ),
        )


@pytest.mark.parametrize("metric", [BLEU, CHRF])
def test_any_option_of_a_surface_metric_makes_it_unknown(metric):
    default = metric.from_options({}, "de")
    assert default.calibration(PAIR)
    for name, other in changed(default):
        assert other.calibration(PAIR) is None, name


@pytest.mark.parametrize("metric", [CHRFPlusPlus, TER, BERTScore])
def test_metrics_that_were_not_measured_are_unknown(metric):
    assert metric.from_options({}, "de").calibration(PAIR) is None


@pytest.mark.parametrize("target", ["zh", "ja", "ko", "th"])
def test_another_tokenizer_than_the_languages_own_is_unknown(target):
    pair = LanguagePair("en", target)
    assert BLEU(tokenize="13a" if target != "th" else "intl").calibration(pair) is None
    assert BLEU(tokenize="char").calibration(pair) is None


@pytest.mark.parametrize(
    ("metric", "known"),
    [
        (Comet(model="Unbabel/wmt22-comet-da"), True),
        (Comet(model="mtqe-comet-mini"), False),
        (Comet(model="wmt22-comet-da"), False),
        (Comet(model="Unbabel/XCOMET-XL"), True),
        (CometQE(model="Unbabel/XCOMET-XL"), False),  # without the reference that it had there
        (CometQE(model="Unbabel/wmt22-cometkiwi-da"), True),
        (BERTScore(model="Unbabel/wmt22-comet-da"), False),
    ],
)
def test_a_neural_metric_is_known_by_its_published_model(metric, known):
    assert (metric.calibration(PAIR) is not None) is known


@pytest.mark.parametrize("references", [1, 2])
def test_several_references_are_another_scale(references):
    segments = [Segment(str(n), f"s {n}", (f"a b {n}", f"b a {n}")[:references]) for n in range(3)]
    corpus = Corpus("c", PAIR, tuple(segments))
    run = mtqe.score(corpus, {"x": ["a b 0"] * 3, "y": ["b c 1"] * 3}, ["chrf"], use_cache=False)
    (metric,) = run.manifest.metrics
    assert (metric.calibration is not None) is (references == 1)
    agreement = compare_run(run).metrics[0].differences[0].human_agreement
    assert (agreement is not None) is (references == 1)


@pytest.mark.parametrize(("name", "factor"), [("chnullrf", 1.0), ("chrf", 0.0), ("chrf", math.nan)])
def test_a_scale_that_does_not_exist_says_nothing_of_people(name, factor):
    pair = mtqe.score({"a": ["The cat sat."], "b": ["A cat."]}, ["The cat sat."], metrics="chrf")
    metric = pair.manifest.metrics[0]
    assert human_agreement(metric.model_copy(update={"calibration": Calibration("chrf")}), 2.0)
    edited = metric.model_copy(update={"calibration": Calibration(name, factor)})
    assert human_agreement(edited, 2.0) is None
    assert difference_for(edited, 0.8) is None
