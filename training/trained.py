"""What judging a trained model starts from: its parameters, and development data."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file

from mtqe.people.metaeval.public_ratings import PublicRating, read_tsv
from training.encoder import START, TunedEncoder, assembled, load_encoder
from training.export import CHANGES
from training.model import MiniModel
from training.recipe import Recipe

# Livonian: not a language of the encoder.
LEFT_OUT = frozenset({"liv-en"})


def load_averages(
    snapshot: Path, work: Path, recipe: Recipe, start: Path | None = None
) -> MiniModel:
    """The averaged parameters of one snapshot.

    Args:
        snapshot: what training wrote.
        work: scratch folder.
        recipe: what the training followed.
        start: folder of the exported models that it went on from.
    """
    changes = start / CHANGES if start else START
    model = MiniModel(load_encoder(work, recipe.first_tuned_layer, changes), recipe)
    averages = torch.load(snapshot, weights_only=True)
    with torch.no_grad():
        for name, parameter in model.trainable().items():
            parameter.copy_(averages[name])
    return model


def load_exported(folder: Path, work: Path, recipe: Recipe) -> MiniModel:
    """Exported models, as assembly would merge them."""
    encoder = TunedEncoder(assembled(work), recipe.first_tuned_layer, folder / CHANGES)
    model = MiniModel(encoder, recipe)
    for name, head in (("mtqe-comet-mini", model.comet), ("mtqe-kiwi-mini", model.kiwi)):
        weights = load_file(folder / f"{name}.safetensors")
        head.load_state_dict({key: tensor.float() for key, tensor in weights.items()})
    return model


def read_dev(path: Path) -> list[PublicRating]:
    """The ratings of a file, in the encoder's languages."""
    return [rating for rating in read_tsv(path) if rating.lp not in LEFT_OUT]
