"""Command-line options that name a recipe, shared by training and its evaluation."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from training.recipe import Recipe, second_round

CHECKPOINT = "checkpoint.pt"
ENCODER_LAYERS = 12


def make_parser(program: str, description: str) -> argparse.ArgumentParser:
    """A parser of folders and of everything that makes a recipe another one."""
    parser = argparse.ArgumentParser(prog=program, description=description)
    parser.add_argument("--data", type=Path, required=True, help="folder of the data")
    parser.add_argument("--output", type=Path, required=True, help="checkpoint and results")
    parser.add_argument("--work", type=Path, default=Path("training-work"), help="scratch folder")
    parser.add_argument("--threads", type=int, default=1, help="of each process")
    parser.add_argument(
        "--start",
        type=Path,
        help="folder of exported models to go on from, by the recipe of the second round",
    )
    parser.add_argument("--steps", type=int, help="how many steps to take")
    parser.add_argument("--until", type=int, help="stop after this step, before --steps")
    parser.add_argument("--seed", type=int, default=Recipe.seed)
    parser.add_argument("--frozen", action="store_true", help="ablation: keep the encoder as it is")
    parser.add_argument("--no-ranking", action="store_true", help="ablation: regression alone")
    parser.add_argument("--no-augmentation", action="store_true", help="ablation: real data alone")
    parser.add_argument("--no-similarity", action="store_true", help="ablation: ratings alone")
    return parser


def make_recipe(arguments: argparse.Namespace) -> Recipe:
    """The recipe that the options name."""
    recipe = second_round() if arguments.start else Recipe()
    recipe = replace(
        recipe,
        seed=arguments.seed,
        steps=arguments.steps or recipe.steps,
        augmentation=not arguments.no_augmentation,
    )
    if arguments.frozen:
        recipe = replace(recipe, first_tuned_layer=ENCODER_LAYERS)
    if arguments.no_ranking:
        recipe = replace(recipe, ranking=0.0)
    if arguments.no_similarity:
        recipe = replace(recipe, similarity=0.0)
    return recipe
