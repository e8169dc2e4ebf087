"""How a comparison is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Literal

from mtqe.errors import ConfigError
from mtqe.support.options import name_and_value, parse_options

Method = Literal["permutation", "bootstrap"]
Unit = Literal["auto", "segment", "document"]

TRIALS_PER_TEST = 2
"""The smallest p-value times the tests must be below the level, with some room."""


@dataclass(frozen=True)
class ComparisonSettings:
    """Everything that a comparison's figures depend on beside the scores.

    Attributes:
        method: where p-values and intervals of differences come from; those of single systems
            always come from the bootstrap.
        unit: unit of resampling; ``auto`` takes documents where there are at least ten.
        level: confidence of the intervals; differences are significant at one minus this.
        resamples: number of bootstrap resamples behind intervals.
        trials: resamples or swaps behind p-values, at least; more are taken where there are so
            many comparisons that no corrected p-value could get well below the level.
        margins: metric name to the difference held to be negligible, in the metric's units.
        seed: seed of the random generator; the same seed gives the same figures.
    """

    method: Method = "permutation"
    unit: Unit = "auto"
    level: float = 0.95
    resamples: int = 1000
    trials: int = 10_000
    margins: Mapping[str, float] = field(default_factory=dict)
    seed: int = 12345

    @property
    def alpha(self) -> float:
        """The level below which a corrected p-value is significant."""
        return 1 - self.level

    def for_tests(self, tests: int) -> ComparisonSettings:
        """The same with as many trials as so many tests need: at least two per test and level."""
        needed = ceil(TRIALS_PER_TEST * tests / self.alpha)
        return replace(self, trials=max(self.trials, needed))


def parse_settings(margins: Sequence[str] = (), **options: str | int) -> ComparisonSettings:
    """ComparisonSettings from a command line's words.

    Args:
        margins: ``METRIC=X`` each.
        options: the other settings by name.

    Raises:
        ConfigError: a word that is none of the choices, or a margin that is no number above 0.
    """
    parsed = dict(_margin(text) for text in margins)
    return parse_options(ComparisonSettings, {"margins": parsed, **options}, "comparison")


def _margin(text: str) -> tuple[str, float]:
    metric, number = name_and_value(text, "--margin", "METRIC=X, such as comet=0.5")
    try:
        margin = float(number)
    except ValueError:
        margin = 0.0
    if not margin > 0:
        raise ConfigError(f"--margin {text}: write METRIC=X with X above 0, such as chrf=0.5.")
    return metric, margin
