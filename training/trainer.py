"""The training loop: seeded, averaged, and resumable from its last checkpoint."""

from __future__ import annotations

import itertools
import logging
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import torch
from torch import Tensor

from training.batch import Item, make_items
from training.groups import Group, batches
from training.losses import heads_loss
from training.model import MiniModel, Pooled
from training.recipe import Recipe
from training.workers import Workers

LOG = logging.getLogger(__name__)
CHECKPOINT_EVERY = 25
SNAPSHOT_EVERY = 150


class Trainer:
    """Trains a model; holds all that a checkpoint needs."""

    def __init__(self, model: MiniModel, recipe: Recipe, workers: Workers) -> None:
        self.model = model
        self.recipe = recipe
        self.workers = workers
        self.step = 0
        self.averages = {name: p.detach().clone() for name, p in model.trainable().items()}
        self.optimizer = torch.optim.AdamW(
            _parameter_groups(model, recipe), weight_decay=0.01, fused=True
        )

    def run(self, groups: Sequence[Group], checkpoint: Path, until: int | None = None) -> None:
        """Train up to `recipe.steps`, or stop at `until`; start from a checkpoint if there."""
        last = self.recipe.steps if until is None else min(until, self.recipe.steps)
        if checkpoint.exists():
            self.load(checkpoint)
        started = time.monotonic()
        for batch in self._remaining(groups, last):
            loss = self.train_step(batch)
            at_checkpoint = self.step % CHECKPOINT_EVERY == 0 or self.step == last
            if at_checkpoint and self.workers.rank == 0:
                self.save(checkpoint)
                if self.step % SNAPSHOT_EVERY == 0 or self.step == last:
                    self.save_averages(checkpoint.with_name(f"averages-{self.step:05}.pt"))
                seconds = time.monotonic() - started
                LOG.info("step %d, loss %.4f, %.0f s", self.step, loss, seconds)

    def train_step(self, batch: Sequence[Group]) -> float:
        """One optimizer step; its randomness depends on the seed and the step's number alone."""
        seed = self.recipe.seed * 1_000_003 + self.step * self.workers.size + self.workers.rank
        torch.manual_seed(seed)
        rng = random.Random(seed)
        items = make_items(batch, self.recipe.augmentation, rng)
        self.model.train()
        loss = self.loss(items)
        self.optimizer.zero_grad()
        torch.autograd.backward(loss)
        self.workers.average_gradients(self.model.trainable().values())
        torch.nn.utils.clip_grad_norm_(self.model.trainable().values(), 1.0)
        self._set_rates()
        self.optimizer.step()
        self.step += 1
        self._average()
        return float(loss.detach())

    def loss(self, items: Sequence[Item]) -> Tensor:
        """The sum of both heads' losses."""
        texts = [text for item in items for text in item.texts]
        pooled = Pooled(self.model.encoder, texts, self.recipe.long_tokens)
        return heads_loss(self.model, items, pooled, self.recipe)

    def save(self, path: Path) -> None:
        """Write a checkpoint, whole or not at all."""
        state = {
            "recipe": _identity(self.recipe),
            "step": self.step,
            "parameters": dict(self.model.trainable()),
            "averages": self.averages,
            "optimizer": self.optimizer.state_dict(),
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(path)

    def save_averages(self, path: Path) -> None:
        """Write the averaged parameters alone, for a learning curve."""
        torch.save({name: tensor.bfloat16() for name, tensor in self.averages.items()}, path)

    def load(self, path: Path) -> None:
        """Continue from a checkpoint of the same recipe.

        Raises:
            ValueError: It was made by another recipe.
        """
        state = torch.load(path, weights_only=True)
        if state["recipe"] != _identity(self.recipe):
            raise ValueError(f"{path} was made by another recipe: delete it or change the folder.")
        with torch.no_grad():
            for name, parameter in self.model.trainable().items():
                parameter.copy_(state["parameters"][name])
        self.averages = state["averages"]
        self.optimizer.load_state_dict(state["optimizer"])
        self.step = state["step"]

    def use_averages(self) -> None:
        """Put the averaged parameters into the model."""
        with torch.no_grad():
            for name, parameter in self.model.trainable().items():
                parameter.copy_(self.averages[name])

    def _remaining(self, groups: Sequence[Group], last: int) -> Iterator[list[Group]]:
        """This worker's batches of the steps that are left."""
        size = self.workers.size
        recipe = self.recipe
        stream = batches(groups, recipe.hypotheses // size, recipe.visit, recipe.seed)
        first = self.step * size + self.workers.rank
        return itertools.islice(stream, first, last * size, size)

    def _average(self) -> None:
        """Exponential moving average, short at first so that the start is soon forgotten."""
        decay = min(self.recipe.averaging, self.step / (self.step + 10))
        for name, parameter in self.model.trainable().items():
            self.averages[name].lerp_(parameter.detach(), 1 - decay)

    def _set_rates(self) -> None:
        """Warm up, stay, and fall to nothing at the last step."""
        rising = (self.step + 1) / self.recipe.warmup
        falling = (self.recipe.steps - self.step) / max(1, self.recipe.cooldown)
        for group in self.optimizer.param_groups:
            group["lr"] = group["initial_lr"] * min(1.0, rising, max(0.0, falling))


def _identity(recipe: Recipe) -> dict[str, object]:
    """What a run of any length depends on: up to its cooldown it is the start of a longer one."""
    return asdict(replace(recipe, steps=0))


def _parameter_groups(model: MiniModel, recipe: Recipe) -> list[dict[str, object]]:
    parameters = model.trainable()
    encoder = [p for name, p in parameters.items() if name.startswith("encoder.")]
    mix = [p for name, p in parameters.items() if "layerwise_attention" in name]
    heads = [p for name, p in parameters.items() if ".estimator." in name]
    groups: list[dict[str, object]] = [
        {"params": heads, "initial_lr": recipe.head_rate},
        # A handful of scalars; they move too little at the estimators' rate.
        {"params": mix, "initial_lr": 10 * recipe.head_rate, "weight_decay": 0.0},
    ]
    if encoder:
        groups.append({"params": encoder, "initial_lr": recipe.encoder_rate, "weight_decay": 0.0})
    return groups
