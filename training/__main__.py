"""``python -m training --data FOLDER --output FOLDER``: train mtqe's small models.

``torchrun --nproc-per-node 2 -m training …`` shares the work between two processes.
"""

from __future__ import annotations

import logging
from pathlib import Path

import torch

from mtqe.people.metaeval.public_ratings import PublicRating, read_tsv
from training.calibrate import calibrate
from training.devsets import RATINGS, TEACHERS
from training.encoder import load_encoder
from training.export import export
from training.groups import Group, select_groups
from training.heldout import fingerprint, forbidden_sources
from training.model import MiniModel
from training.options import CHECKPOINT, make_parser, make_recipe
from training.recipe import Recipe
from training.similarity import steady
from training.teachers import FILES, read_lessons, teacher_groups
from training.trainer import Trainer
from training.workers import join_workers

TRAINING_FILES = ("train_full.tsv.gz", "qe_noref.tsv.gz")
CALIBRATION_FILE = "dev_small.tsv.gz"
LOG = logging.getLogger(__name__)


def main() -> None:
    """Train (or continue) and write the deltas."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", force=True)
    arguments = make_parser("python -m training", __doc__ or "").parse_args()
    workers = join_workers()
    recipe = make_recipe(arguments)
    torch.manual_seed(recipe.seed)
    encoder = load_encoder(arguments.work, recipe.first_tuned_layer)
    trainer = Trainer(MiniModel(encoder, recipe), recipe, workers)
    groups = _short(_groups(arguments.data, recipe), trainer.model, recipe)
    groups = steady(groups, recipe.similarity, arguments.work)
    torch.set_num_threads(arguments.threads)
    LOG.info("%d groups, %d hypotheses", len(groups), sum(len(g.hypotheses) for g in groups))
    trainer.run(groups, arguments.output / CHECKPOINT, arguments.until)
    trainer.use_averages()
    if workers.rank == 0:
        calibrate(trainer.model, read_tsv(arguments.data / RATINGS / CALIBRATION_FILE), recipe.seed)
        export(trainer.model, arguments.output)


def _groups(data: Path, recipe: Recipe) -> list[Group]:
    """Rated and taught groups, without the sources of development data."""
    lessons = [lesson for name in FILES for lesson in read_lessons(data / TEACHERS / name)]
    forbidden = forbidden_sources(data / RATINGS, lessons)
    groups = [
        *select_groups(_ratings(data / RATINGS), recipe),
        *teacher_groups(lessons, recipe),
    ]
    return [group for group in groups if fingerprint(group.source) not in forbidden]


def _ratings(folder: Path) -> list[PublicRating]:
    return [rating for name in TRAINING_FILES for rating in read_tsv(folder / name)]


def _short(groups: list[Group], model: MiniModel, recipe: Recipe) -> list[Group]:
    """The groups whose longest text has at most `recipe.max_tokens` tokens."""
    longest = [max(group.texts, key=len) for group in groups]
    ids = model.encoder.ids(longest)
    return [g for g, row in zip(groups, ids, strict=True) if len(row) <= recipe.max_tokens]


if __name__ == "__main__":
    main()
