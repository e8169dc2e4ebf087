"""Training steps on a tiny encoder: they learn, resume exactly, and export what was learnt."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.numpy import load_file, save_file
from transformers import AutoTokenizer, BertModel

from mtqe.metrics.models.comet_delta import read_delta
from mtqe.metrics.neural.encoders import precision as precision_module
from mtqe.people.metaeval.public_ratings import PublicRating
from tests.peers import NO_COMET
from training import encoder
from training.calibrate import affine, calibrate, sigmoid
from training.encoder import TunedEncoder
from training.export import CHANGES, export
from training.model import MiniModel
from training.scoring import score
from training.trained import load_exported
from training.trainer import Trainer
from training.workers import Workers

pytest.importorskip("comet", reason=NO_COMET)

from comet.models import ReferencelessRegression, RegressionMetric
from comet.modules import LayerwiseAttention

TRIPLES = [("one two", "eins zwei", "eins zwei drei"), ("one two", "vier", None)]


def snapshot(model):
    return {name: p.detach().clone() for name, p in model.trainable().items()}


def frozen_weights(model):
    weights = [weight for layer in model.encoder.layer for weight in layer._frozen.values()]
    return [weight.clone() for weight in weights]


def test_a_step_changes_upper_layers_and_heads_but_not_lower_layers(model, recipe, groups):
    before, frozen = snapshot(model), frozen_weights(model)
    trainer = Trainer(model, recipe, Workers())
    trainer.train_step(groups)
    changed = {name for name, p in model.trainable().items() if not p.equal(before[name])}
    assert {name for name in changed if name.startswith("encoder.layer.2.")}
    assert not {name for name in changed if name.startswith("encoder.layer.0.")}
    assert frozen
    assert {name for name in changed if name.startswith("comet.estimator")}
    assert {name for name in changed if name.startswith("kiwi.estimator")}
    assert all(now.equal(then) for now, then in zip(frozen_weights(model), frozen, strict=True))


def test_training_lowers_the_loss(model, recipe, groups):
    recipe = replace(recipe, steps=40, head_rate=1e-2, augmentation=False)
    trainer = Trainer(model, recipe, Workers())
    losses = [trainer.train_step(groups) for _ in range(40)]
    assert np.mean(losses[-5:]) < 0.7 * losses[0]


def test_a_killed_run_goes_on_as_if_it_had_not_been(
    encoder_folder, recipe, groups, tmp_path, monkeypatch
):
    def train(steps, checkpoint):
        torch.manual_seed(recipe.seed)
        encoder = TunedEncoder(encoder_folder, recipe.first_tuned_layer)
        trainer = Trainer(MiniModel(encoder, recipe), replace(recipe, steps=steps), Workers())
        trainer.run(groups, tmp_path / checkpoint)
        return trainer

    whole = train(4, "whole.pt")
    train(2, "killed.pt")
    resumed = train(4, "killed.pt")
    assert resumed.step == 4
    for name, value in whole.averages.items():
        torch.testing.assert_close(resumed.averages[name], value, rtol=0, atol=0)


def test_a_checkpoint_of_another_recipe_is_refused(model, recipe, groups, tmp_path):
    Trainer(model, recipe, Workers()).save(tmp_path / "checkpoint.pt")
    other = Trainer(model, replace(recipe, ranking=0.0), Workers())
    with pytest.raises(ValueError, match="made by another recipe"):
        other.load(tmp_path / "checkpoint.pt")


def test_the_rate_rises_stays_and_falls_towards_nothing(model, recipe, groups):
    recipe = replace(recipe, steps=10, warmup=2, cooldown=4, head_rate=1.0)
    trainer = Trainer(model, recipe, Workers())
    rates = []
    for _ in range(recipe.steps):
        trainer.train_step(groups)
        rates.append(trainer.optimizer.param_groups[0]["lr"])
    assert rates == [0.5, 1, 1, 1, 1, 1, 1, 0.75, 0.5, 0.25]


class VectorsAsInputs:
    """Stands where COMET's model does: sentence vectors come in as the input ids."""

    def __init__(self, head):
        self.estimator = head.estimator
        self.estimate = RegressionMetric.estimate.__get__(self)

    def get_sentence_embedding(self, vectors, mask):
        return vectors


def test_heads_compute_what_comet_computes(model):
    """COMET's own `forward`, run on our estimator, is the oracle."""
    src, mt, ref = torch.randn(3, 5, 16)
    comet, kiwi = model.comet.eval(), model.kiwi.eval()
    theirs = RegressionMetric.forward(VectorsAsInputs(comet), src, None, mt, None, ref, None)
    torch.testing.assert_close(torch.sigmoid(comet.estimate(src, mt, ref)), theirs.score)
    theirs = ReferencelessRegression.forward(VectorsAsInputs(kiwi), src, None, mt, None)
    torch.testing.assert_close(torch.sigmoid(kiwi.estimate(src, mt)), theirs.score)


@pytest.mark.parametrize(("precision", "tolerance"), [("fp32", 1e-5), ("bf16", 1e-2)])
def test_pooling_before_mixing_is_mixing_before_pooling(
    precision, tolerance, model, encoder_folder, monkeypatch
):
    """COMET mixes token vectors of transformers' model; training keeps pooled ones."""
    monkeypatch.setattr(encoder, "TOKENS_A_BLOCK", 12)
    texts = ["one", "one two three eins zwei drei", "vier 5", "drei", "two three", "one two 5"]
    ours = TunedEncoder(encoder_folder, first_tuned_layer=1, precision=precision)
    pooled = model.comet.mix(ours(texts))
    tokenizer = AutoTokenizer.from_pretrained(encoder_folder)
    bert = BertModel.from_pretrained(encoder_folder, add_pooling_layer=False).eval()
    batch = tokenizer(texts, padding=True, return_tensors="pt")
    states = bert(**batch, output_hidden_states=True).hidden_states
    theirs = LayerwiseAttention(len(states))
    theirs.load_state_dict(model.comet.layerwise_attention.state_dict())
    mixed = theirs([state.float() for state in states])
    mask = batch["attention_mask"][:, :, None]
    expected = (mixed * mask).sum(1) / mask.sum(1)
    torch.testing.assert_close(pooled, expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("is_fast", [True, False])
def test_numbers_are_those_that_the_machine_is_fast_in(is_fast, encoder_folder, monkeypatch):
    monkeypatch.setattr(precision_module, "is_fast_in_bf16", lambda: is_fast)
    layers = TunedEncoder(encoder_folder, first_tuned_layer=1).layer
    weights = [weight for layer in layers for weight in layer.rounded().values()]  # type: ignore[operator]
    expected = torch.bfloat16 if is_fast else torch.float32
    assert {weight.dtype for weight in weights} == {expected}


def test_a_text_longer_than_a_block_is_a_block_of_its_own(model, monkeypatch):
    monkeypatch.setattr(encoder, "TOKENS_A_BLOCK", 4)
    long, short = "one two three eins zwei drei", "one"
    both = model.encoder([short, long])
    torch.testing.assert_close(both[0], model.encoder([short])[0], rtol=1e-2, atol=1e-2)
    torch.testing.assert_close(both[1], model.encoder([long])[0], rtol=1e-2, atol=1e-2)


def test_scores_without_a_reference_are_missing_for_comet_alone(model):
    scores = score(model, TRIPLES)
    assert np.isnan(scores).tolist() == [[False, False], [True, False]]


def test_calibration_puts_the_reference_high_and_another_text_low(model, recipe, groups):
    trainer = Trainer(model, replace(recipe, steps=30, head_rate=1e-2), Workers())
    for _ in range(30):
        trainer.train_step(groups)
    ratings = [
        PublicRating("en-de", "s", "1", g.source, g.hypotheses[0], g.reference, 0.0) for g in groups
    ]
    calibrate(model, ratings, seed=1)
    own = score(model, [(g.source, g.reference, g.reference) for g in groups])
    assert np.median(sigmoid(own[:, 0])) == pytest.approx(0.98, abs=0.005)


def test_affine_maps_worst_and_best():
    scale, offset = affine(-2.0, 1.0)
    assert sigmoid(np.array([scale * -2.0 + offset, scale + offset])) == pytest.approx([0.02, 0.98])


def test_a_model_that_learnt_nothing_cannot_be_calibrated():
    with pytest.raises(ValueError, match="perfect translations score"):
        affine(1.0, 1.0)


def test_export_names_what_assembly_expects(model, encoder_folder, tmp_path):
    export(model, tmp_path)
    with safe_open(tmp_path / CHANGES, "pt") as file:
        names = set(file.keys())
    bert = set(BertModel.from_pretrained(encoder_folder, add_pooling_layer=False).state_dict())
    assert {name.partition(".")[2] for name in names} <= bert
    with safe_open(tmp_path / "mtqe-kiwi-mini.safetensors", "pt") as file:
        described = json.loads(file.metadata()["mtqe"])
        assert set(file.keys()) == set(model.kiwi.state_dict())
    assert described["class_identifier"] == "referenceless_regression_metric"
    assert described["hparams"]["hidden_sizes"] == [8, 4]
    assert described["adapters"] == CHANGES


def test_an_assembled_encoder_is_the_trained_one(model, recipe, groups, encoder_folder, tmp_path):
    trainer = Trainer(model, replace(recipe, encoder_rate=1e-2), Workers())
    for _ in range(3):
        trainer.train_step(groups)
    export(model, tmp_path)
    plain = load_file(encoder_folder / "model.safetensors")
    merged = read_delta(tmp_path / "mtqe-comet-mini.safetensors").merge_into(plain)
    trained = {
        name: weight.detach().numpy()
        for number, layer in enumerate(model.encoder.layer)
        for name, weight in layer.weights(f"encoder.layer.{number}.").items()
    }
    changes = [np.abs(weight - plain[name]).max() for name, weight in trained.items()]
    assert max(changes) > 0.01
    for name, weight in trained.items():
        largest = np.abs(weight - plain[name]).max()
        np.testing.assert_allclose(merged[name], weight, atol=largest / 127 + 1e-6)


def test_training_starts_from_the_differences_of_a_file(encoder_folder, model, tmp_path):
    export(model, tmp_path)
    name = "encoder.layer.2.output.dense.bias"
    save_file({f"shift.{name}": np.full(16, 0.5, np.float16)}, tmp_path / "start.safetensors")
    started = TunedEncoder(encoder_folder, 1, tmp_path / "start.safetensors")
    assert started.differences()[name].numpy() == pytest.approx(0.5)
    others = {n: d for n, d in started.differences().items() if n != name}
    assert not any(difference.any() for difference in others.values())


def test_exported_models_are_judged_as_they_are_written(model, encoder_folder, recipe, tmp_path):
    export(model, tmp_path)
    (tmp_path / "encoder").symlink_to(encoder_folder)
    found = load_exported(tmp_path, tmp_path, recipe)
    np.testing.assert_allclose(score(found, TRIPLES), score(model, TRIPLES), atol=0.02)
