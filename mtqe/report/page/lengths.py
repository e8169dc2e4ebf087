"""Whether scores change with the length of the source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

BUCKETS = 6
"""About how many groups of equally many segments; fewer where many sources are equally long."""

Z = 1.96
"""Standard errors on each side of a mean: a normal 95% interval."""

Vector = NDArray[np.float64]
Integers = NDArray[np.int64]


class LengthMean(BaseModel):
    """The mean segment score of a system over a bucket; None where nothing is scored.

    Attributes:
        low: lower end of the mean's 95% interval (normal); None with fewer than two scores.
        high: upper end.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    system: str
    metric: str
    mean: float | None
    low: float | None
    high: float | None
    scored: int


class LengthBucket(BaseModel):
    """Segments whose sources are about equally long.

    Attributes:
        shortest: characters (Unicode code points) of the shortest source in it.
        longest: characters of the longest one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    shortest: int
    longest: int
    segments: int
    means: tuple[LengthMean, ...]


def length_buckets(
    lengths: Integers, scores: Mapping[str, Mapping[str, Vector]]
) -> Iterator[LengthBucket]:
    """Buckets from short to long; every segment is in one.

    Args:
        lengths: characters of each source, [segments].
        scores: by system and metric, segment scores in the same order; NaN where unscored.
    """
    if not lengths.size:
        return
    edges = np.unique(np.quantile(lengths, np.linspace(0, 1, BUCKETS + 1)[1:-1], method="lower"))
    places = np.searchsorted(edges, lengths, side="left")
    for place in np.unique(places):
        inside = places == place
        yield LengthBucket(
            shortest=int(lengths[inside].min()),
            longest=int(lengths[inside].max()),
            segments=int(inside.sum()),
            means=tuple(
                _mean(system, metric, column[inside])
                for system, columns in scores.items()
                for metric, column in columns.items()
            ),
        )


def _mean(system: str, metric: str, scores: Vector) -> LengthMean:
    scored = scores[np.isfinite(scores)]
    mean = float(scored.mean()) if scored.size else None
    low = high = None
    if mean is not None and scored.size > 1:
        margin = Z * float(scored.std(ddof=1)) / float(np.sqrt(scored.size))
        low, high = mean - margin, mean + margin
    return LengthMean(
        system=system, metric=metric, mean=mean, low=low, high=high, scored=scored.size
    )
