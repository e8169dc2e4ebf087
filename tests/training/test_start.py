"""More training from exported models."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from training.encoder import TunedEncoder
from training.export import CHANGES, export
from training.options import make_parser, make_recipe
from training.recipe import Recipe, second_round
from training.scoring import score
from training.start import warm_started
from training.trained import load_averages
from training.trainer import Trainer
from training.workers import Workers

UPPER = "encoder.layer.1.output.dense.weight"


@pytest.fixture
def exported(model, recipe, groups, encoder_folder, tmp_path):
    """Models that learnt something, their logits moved as calibration would."""
    trainer = Trainer(model, replace(recipe, steps=30, head_rate=1e-2, dropout=0.0), Workers())
    for _ in range(30):
        trainer.train_step(groups)
    for head in (model.comet, model.kiwi):
        head.calibrate(3.0, 5.0)
    export(model, tmp_path)
    (tmp_path / "encoder").symlink_to(encoder_folder)
    return tmp_path


def comet_logits(model, groups):
    triples = [(g.source, h, g.reference) for g in groups for h in g.hypotheses]
    return score(model, triples)[:, 0]


def test_training_goes_on_from_exported_models_on_the_scale_of_targets(
    exported, model, recipe, groups
):
    before = comet_logits(model, groups)
    started = warm_started(exported, exported, recipe, groups)
    logits = comet_logits(started, groups)
    targets = np.array([target for group in groups for target in group.targets])
    assert np.corrcoef(before, logits)[0, 1] > 0.99
    assert np.polyfit(logits, targets, 1) == pytest.approx([1.0, 0.0], abs=0.02)
    assert np.polyfit(before, targets, 1) != pytest.approx([1.0, 0.0], abs=0.02)


def test_what_a_now_frozen_layer_had_learnt_is_exported_again(
    exported, model, recipe, groups, tmp_path
):
    frozen = replace(recipe, first_tuned_layer=2)
    started = warm_started(exported, exported, frozen, groups)
    tuned = {name.partition("layer.")[2][0] for name in started.trainable() if "encoder." in name}
    assert tuned == {"2"}
    again = tmp_path / "again"
    export(started, again)
    (again / "encoder").symlink_to(exported / "encoder")
    first, second = (
        TunedEncoder(exported / "encoder", 1, folder / CHANGES).differences()
        for folder in (exported, again)
    )
    assert first[UPPER].abs().max() > 0
    np.testing.assert_allclose(second[UPPER], first[UPPER], atol=1e-6)


def test_a_snapshot_of_the_second_round_is_read_on_top_of_its_start(
    exported, recipe, groups, tmp_path
):
    frozen = replace(recipe, first_tuned_layer=2)
    started = warm_started(exported, exported, frozen, groups)
    trainer = Trainer(started, frozen, Workers())
    trainer.train_step(groups)
    trainer.use_averages()
    trainer.save_averages(tmp_path / "averages.pt")
    found = load_averages(tmp_path / "averages.pt", exported, frozen, exported)
    assert comet_logits(found, groups) == pytest.approx(comet_logits(started, groups), abs=0.05)
    assert found.encoder.differences()[UPPER].abs().max() > 0


def test_the_option_start_names_the_recipe_of_the_second_round():
    folders = ["--data", "data", "--output", "out"]
    parse = make_parser("training", "").parse_args
    assert make_recipe(parse(folders)) == Recipe()
    again = parse([*folders, "--start", "models"])
    assert again.start == Path("models")
    assert make_recipe(again) == second_round()
    assert make_recipe(parse([*folders, "--start", "models", "--steps", "7"])).steps == 7
