"""``python -m training.finish``: models from a snapshot of a training, or from a GPU's result."""

from __future__ import annotations

from pathlib import Path

import torch

from mtqe.people.metaeval.public_ratings import read_tsv
from training.calibrate import calibrate
from training.devsets import RATINGS
from training.encoder import load_encoder
from training.export import export
from training.model import MiniModel
from training.options import make_parser, make_recipe
from training.recipe import Recipe
from training.student import Result, read_mean
from training.trained import load_averages

CALIBRATION_FILE = "dev_small.tsv.gz"


def main() -> None:
    """Calibrate and export."""
    parser = make_parser("python -m training.finish", __doc__ or "")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--snapshot", type=Path, help="averages-….pt of `python -m training`")
    source.add_argument(
        "--result",
        type=Path,
        nargs="+",
        help="folder that `python -m training.gpu` wrote; of several, their mean",
    )
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    recipe = make_recipe(arguments)
    if arguments.snapshot:
        model = load_averages(arguments.snapshot, arguments.work, recipe, arguments.start)
    else:
        encoder = load_encoder(arguments.work, recipe.first_tuned_layer)
        model = filled(MiniModel(encoder, recipe), read_mean(arguments.result))
    finish(model, arguments.data, arguments.output, recipe)


def finish(model: MiniModel, data: Path, output: Path, recipe: Recipe) -> None:
    """Calibrate both heads and write the models."""
    calibrate(model, read_tsv(data / RATINGS / CALIBRATION_FILE), recipe.seed)
    export(model, output)


def filled(model: MiniModel, result: Result) -> MiniModel:
    """The model with the weights that a GPU trained."""
    model.comet.load_state_dict(result["comet"])
    model.kiwi.load_state_dict(result["kiwi"])
    model.encoder.change(result["encoder"])
    return model


if __name__ == "__main__":
    main()
