"""``python -m training --data FOLDER --output FOLDER``: train mtqe's small models.

``torchrun --nproc-per-node 2 -m training …`` shares the work between two processes.
"""

from __future__ import annotations

import logging

import torch

from training.encoder import load_encoder
from training.finish import finish
from training.material import training_groups
from training.model import MiniModel
from training.options import CHECKPOINT, make_parser, make_recipe
from training.start import warm_started
from training.trainer import Trainer
from training.workers import join_workers

LOG = logging.getLogger(__name__)


def main() -> None:
    """Train (or continue) and write the deltas."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", force=True)
    arguments = make_parser("python -m training", __doc__ or "").parse_args()
    workers = join_workers()
    recipe = make_recipe(arguments)
    torch.manual_seed(recipe.seed)
    torch.set_num_threads(arguments.threads)
    groups = training_groups(arguments.data, arguments.work, recipe)
    if arguments.start:
        model = warm_started(arguments.start, arguments.work, recipe, groups)
    else:
        model = MiniModel(load_encoder(arguments.work, recipe.first_tuned_layer), recipe)
    trainer = Trainer(model, recipe, workers)
    LOG.info("%d groups, %d hypotheses", len(groups), sum(len(g.hypotheses) for g in groups))
    trainer.run(groups, arguments.output / CHECKPOINT, arguments.until)
    trainer.use_averages()
    if workers.rank == 0:
        finish(trainer.model, arguments.data, arguments.output, recipe)


if __name__ == "__main__":
    main()
