"""How a comparison is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from mtqe.errors import ConfigError
from mtqe.support.options import name_and_value, parse_options

Method = Literal["permutation", "bootstrap"]
Unit = Literal["auto", "segment", "document"]


@dataclass(frozen=True)
class ComparisonSettings:
    """Everything that a comparison's figures depend on beside the scores.

    Attributes:
        method: where p-values come from; intervals always come from the bootstrap.
        unit: unit of resampling; ``auto`` takes documents where there are at least ten.
        level: confidence of the intervals; differences count as significant at one minus this.
        resamples: number of bootstrap resamples behind intervals.
        trials: resamples or swaps behind p-values; more, since a corrected p-value can't be
            smaller than comparisons / trials.
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
        """The level at which a difference counts as shown."""
        return 1 - self.level


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
