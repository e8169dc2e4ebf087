"""``python -m mtqe.training --data FOLDER --output FOLDER``: train mtqe's small models.

``torchrun --nproc-per-node 2 -m mtqe.training …`` shares the work between two processes.
"""

from __future__ import annotations

import argparse
import logging
from dataclasses import replace
from pathlib import Path

import torch

from mtqe.metaeval.ratings import Rating, read_tsv
from mtqe.training.calibrate import calibrate
from mtqe.training.encoder import load_encoder
from mtqe.training.export import export
from mtqe.training.groups import Group, select_groups
from mtqe.training.model import MiniModel
from mtqe.training.recipe import Recipe
from mtqe.training.trainer import Trainer
from mtqe.training.workers import join_workers

TRAINING_FILES = ("train_full.tsv.gz", "qe_noref.tsv.gz")
CALIBRATION_FILE = "dev_small.tsv.gz"
LOG = logging.getLogger(__name__)


def main() -> None:
    """Train (or continue) and write the deltas."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", force=True)
    arguments = _parser().parse_args()
    torch.set_num_threads(arguments.threads)
    workers = join_workers()
    recipe = _recipe(arguments)
    torch.manual_seed(recipe.seed)
    encoder = load_encoder(arguments.work, recipe.first_adapted_layer, recipe.rank)
    trainer = Trainer(MiniModel(encoder, recipe), recipe, workers)
    groups = _short(select_groups(_ratings(arguments.data), recipe), trainer.model, recipe)
    LOG.info("%d groups, %d hypotheses", len(groups), sum(len(g.hypotheses) for g in groups))
    trainer.run(groups, arguments.output / "checkpoint.pt")
    trainer.use_averages()
    if workers.rank == 0:
        calibrate(trainer.model, read_tsv(arguments.data / CALIBRATION_FILE), recipe.seed)
        export(trainer.model, arguments.output)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m mtqe.training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the rating files")
    parser.add_argument("--output", type=Path, required=True, help="checkpoint and deltas")
    parser.add_argument("--work", type=Path, default=Path("training-work"), help="scratch folder")
    parser.add_argument("--threads", type=int, default=1, help="of each process")
    parser.add_argument("--steps", type=int, default=Recipe.steps)
    parser.add_argument("--seed", type=int, default=Recipe.seed)
    parser.add_argument("--frozen", action="store_true", help="ablation: keep the encoder as it is")
    parser.add_argument("--no-ranking", action="store_true", help="ablation: regression alone")
    parser.add_argument("--no-augmentation", action="store_true", help="ablation: real data alone")
    parser.add_argument("--no-surface", action="store_true", help="ablation: no chrF in the target")
    return parser


def _recipe(arguments: argparse.Namespace) -> Recipe:
    recipe = Recipe(
        seed=arguments.seed, steps=arguments.steps, augmentation=not arguments.no_augmentation
    )
    if arguments.frozen:
        recipe = replace(recipe, first_adapted_layer=12)
    if arguments.no_ranking:
        recipe = replace(recipe, ranking=0.0)
    if arguments.no_surface:
        recipe = replace(recipe, surface=0.0)
    return recipe


def _ratings(folder: Path) -> list[Rating]:
    return [rating for name in TRAINING_FILES for rating in read_tsv(folder / name)]


def _short(groups: list[Group], model: MiniModel, recipe: Recipe) -> list[Group]:
    """The groups whose longest text has at most `recipe.max_tokens` tokens."""
    longest = [max(group.texts, key=len) for group in groups]
    ids = model.encoder.tokenizer(longest)["input_ids"]
    return [g for g, row in zip(groups, ids, strict=True) if len(row) <= recipe.max_tokens]


if __name__ == "__main__":
    main()
