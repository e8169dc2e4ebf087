"""Exported models as the start of more training."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from training.groups import Group
from training.model import MiniModel
from training.recipe import Recipe
from training.scoring import Triple, score
from training.trained import load_exported

SAMPLE = 100


def warm_started(folder: Path, work: Path, recipe: Recipe, groups: Sequence[Group]) -> MiniModel:
    """The models of a folder, their logits on the scale of the targets again.

    Export left 0 and 1 where calibration put them. Least squares on a seeded sample of groups takes
    that back, so that training does not begin with learning a scale.
    """
    model = load_exported(folder, work, recipe)
    referenced = [group for group in groups if group.reference]
    sample = random.Random(recipe.seed).sample(referenced, min(SAMPLE, len(referenced)))
    targets = np.array([target for group in sample for target in group.targets])
    logits = score(model, [triple for group in sample for triple in _triples(group)])
    for number, head in enumerate((model.comet, model.kiwi)):
        scale, offset = np.polyfit(logits[:, number], targets, 1)
        head.calibrate(float(scale), float(offset))
    return model


def _triples(group: Group) -> list[Triple]:
    return [(group.source, hypothesis, group.reference) for hypothesis in group.hypotheses]
