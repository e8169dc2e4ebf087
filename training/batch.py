"""One training step's hypotheses: rated, degenerate, and the references themselves."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from training.augment import degenerate
from training.groups import Group

DEGENERATE_TARGET = -3.5
ALTERED_TARGET = -2.0
PERFECT_TARGET = 2.0
KINDS = ("rated", "degenerate", "perfect")

# One wrong name leaves a better text than half a sentence does.
_ALTERED = ("renumbered", "renamed")


@dataclass(frozen=True)
class Item:
    """One hypothesis to judge.

    Attributes:
        group: the number of its group in the batch.
        source: the source text.
        hypothesis: the text to judge.
        reference: reference; None where only the head without references can judge it.
        target: target in standard deviations.
        weight: weight in the loss.
        kind: one of `KINDS`; ``perfect`` is the reference itself.
    """

    group: int
    source: str
    hypothesis: str
    reference: str | None
    target: float
    weight: float
    kind: str

    @property
    def texts(self) -> tuple[str, ...]:
        """All that has to be encoded."""
        reference = () if self.reference is None else (self.reference,)
        return (self.source, self.hypothesis, *reference)


def make_items(groups: Sequence[Group], augmentation: bool, rng: random.Random) -> list[Item]:
    """All items of a batch of groups."""
    items = []
    for number, group in enumerate(groups):
        items += _rated(number, group)
        if augmentation:
            items += _degenerate(number, group, groups, rng)
            items += _perfect(number, group)
    return items


def _rated(number: int, group: Group) -> list[Item]:
    return [
        Item(number, group.source, text, group.reference, target, group.weight, "rated")
        for text, target in zip(group.hypotheses, group.targets, strict=True)
    ]


def _degenerate(
    number: int, group: Group, others: Sequence[Group], rng: random.Random
) -> list[Item]:
    return [
        Item(
            number,
            group.source,
            text,
            group.reference,
            ALTERED_TARGET if kind in _ALTERED else DEGENERATE_TARGET,
            0.3,
            "degenerate",
        )
        for kind, text in degenerate(group, others, rng).items()
    ]


def _perfect(number: int, group: Group) -> list[Item]:
    if group.reference is None or group.reference in group.hypotheses:
        return []
    reference = group.reference
    return [Item(number, group.source, reference, reference, PERFECT_TARGET, 0.3, "perfect")]
