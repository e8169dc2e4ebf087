"""What judging a trained model starts from: its averaged parameters, and development data."""

from __future__ import annotations

from pathlib import Path

import torch

from mtqe.people.metaeval.public_ratings import PublicRating, read_tsv
from training.encoder import load_encoder
from training.model import MiniModel
from training.options import CHECKPOINT
from training.recipe import Recipe
from training.trainer import Trainer
from training.workers import Workers

# Livonian: not a language of the encoder.
LEFT_OUT = frozenset({"liv-en"})


def load_trained(output: Path, work: Path, recipe: Recipe) -> MiniModel:
    """The averaged parameters of a checkpoint."""
    encoder = load_encoder(work, recipe.first_tuned_layer)
    trainer = Trainer(MiniModel(encoder, recipe), recipe, Workers())
    trainer.load(output / CHECKPOINT)
    trainer.use_averages()
    return trainer.model


def load_averages(snapshot: Path, work: Path, recipe: Recipe) -> MiniModel:
    """The averaged parameters of one snapshot."""
    model = MiniModel(load_encoder(work, recipe.first_tuned_layer), recipe)
    averages = torch.load(snapshot, weights_only=True)
    with torch.no_grad():
        for name, parameter in model.trainable().items():
            parameter.copy_(averages[name])
    return model


def read_dev(path: Path) -> list[PublicRating]:
    """The ratings of a file, in the encoder's languages."""
    return [rating for rating in read_tsv(path) if rating.lp not in LEFT_OUT]
