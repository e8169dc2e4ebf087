"""How systems changed from one run to another, as a report shows it."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict

from mtqe.compare import Comparison


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Change(_Frozen):
    """A system's change by one metric.

    Attributes:
        difference: new minus old.
        low: lower end of its interval; None where the data can't bound it.
        high: upper end.
        p: corrected over all changes.
        better: whether the new score is better; None where the scores are equal.
        shown: whether chance is ruled out at the report's level.
    """

    metric: str
    system: str
    baseline: str
    difference: float
    low: float | None
    high: float | None
    p: float
    better: bool | None
    shown: bool
    wins: int
    ties: int
    losses: int


class Changes(_Frozen):
    """Two runs side by side.

    Attributes:
        new: name of the run in question.
        old: name of the run compared against.
        pairs: names of systems, each after and before.
    """

    new: str
    old: str
    pairs: tuple[tuple[str, str], ...]
    changes: tuple[Change, ...]


def changes(comparison: Comparison) -> Iterator[Change]:
    """The differences of a comparison of two runs."""
    for metric in comparison.metrics:
        for found in metric.differences:
            yield Change(
                metric=metric.info.name,
                system=found.system,
                baseline=found.baseline,
                difference=found.difference,
                low=found.low,
                high=found.high,
                p=found.p_corrected,
                better=found.better,
                shown=found.shown,
                wins=found.wins,
                ties=found.ties,
                losses=found.losses,
            )
