"""How a comparison is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mtqe.options import parse_options

Method = Literal["permutation", "bootstrap"]
Unit = Literal["auto", "segment", "document"]


@dataclass(frozen=True)
class Settings:
    """Everything that a comparison's figures depend on beside the scores.

    Attributes:
        method: where p-values come from; intervals always come from the bootstrap.
        unit: what is resampled; ``auto`` takes documents where there are at least ten.
        level: of the intervals; differences count as shown at one minus this.
        resamples: of the bootstrap behind intervals.
        trials: resamples or swaps behind p-values; more, since a corrected p-value can't be
            smaller than comparisons / trials.
        seed: of the random generator; the same seed gives the same figures.
    """

    method: Method = "permutation"
    unit: Unit = "auto"
    level: float = 0.95
    resamples: int = 1000
    trials: int = 10_000
    seed: int = 12345

    @property
    def alpha(self) -> float:
        """The level at which a difference counts as shown."""
        return 1 - self.level


def parse_settings(**options: str | int) -> Settings:
    """Settings from a command line's words.

    Raises:
        ConfigError: a word that is none of the choices.
    """
    return parse_options(Settings, options, "comparison")
