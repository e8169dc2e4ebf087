"""Which segments to show to people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from mtqe.compare import PairedScores, material_of_run
from mtqe.errors import ConfigError
from mtqe.metrics.base import Matrix
from mtqe.people.sampling.disagreement import disagreement
from mtqe.people.sampling.diversity import diverse_order
from mtqe.people.sampling.span_disagreement import span_disagreement
from mtqe.run import Run
from mtqe.support.options import suggestion

Rows = NDArray[np.intp]
Ranking = Callable[[Run, Rows, np.random.Generator, Sequence[str]], Rows]
"""Puts rows of the corpus in order, the most worthwhile first."""


def _by_disagreement(
    run: Run, rows: Rows, rng: np.random.Generator, origins: Sequence[str]
) -> Rows:
    """Highest disagreement first; ties in random order."""
    return _highest_first(disagreement(run), rows, rng)


def _by_spans(run: Run, rows: Rows, rng: np.random.Generator, origins: Sequence[str]) -> Rows:
    return _highest_first(span_disagreement(run, origins), rows, rng)


def _highest_first(scores: Matrix, rows: Rows, rng: np.random.Generator) -> Rows:
    order: Rows = np.lexsort((rng.random(len(rows)), -scores[rows]))
    return rows[order]


def _by_diversity(run: Run, rows: Rows, rng: np.random.Generator, origins: Sequence[str]) -> Rows:
    sources = [str(text) for text in run.segments["source"].iloc[rows]]
    return rows[diverse_order(sources, rng)]


def _at_random(run: Run, rows: Rows, rng: np.random.Generator, origins: Sequence[str]) -> Rows:
    shuffled: Rows = rng.permutation(rows)
    return shuffled


STRATEGIES: Mapping[str, Ranking] = MappingProxyType(
    {
        "disagreement": _by_disagreement,
        "spans": _by_spans,
        "diversity": _by_diversity,
        "random": _at_random,
    }
)


def choose(
    run: Run,
    count: int,
    *,
    by: str = "disagreement",
    origins: Sequence[str] = (),
    stratify: str | None = None,
    seed: int = 1,
) -> Rows:
    """Places in the corpus of the segments to rate, in the corpus's order.

    Args:
        run: a finished run.
        count: how many segments; all, if there are fewer that any system has translated.
        by: one of `STRATEGIES`.
        origins: of ``spans``: whose error spans to compare; all but those of checks if empty.
        stratify: a metadata column, ``document`` or ``length``: each of its values gets its share.
        seed: the same seed gives the same sample.

    Raises:
        ConfigError: no such strategy, origin or column.
    """
    if by not in STRATEGIES:
        raise ConfigError(f"--by {by}: {suggestion(by, STRATEGIES)}")
    rng = np.random.default_rng(seed)
    material = material_of_run(run)
    able = _translated(run)
    chosen = [
        STRATEGIES[by](run, rows, rng, origins)[:share]
        for rows, share in _shares(material, able, stratify, count)
    ]
    return np.sort(np.concatenate(chosen)) if chosen else np.empty(0, np.intp)


def _translated(run: Run) -> NDArray[np.bool_]:
    """Whether any system has a translation [segments]."""
    size = run.manifest.corpus.segments
    there = run.segments["hypothesis"].notna().to_numpy(bool)
    able: NDArray[np.bool_] = there.reshape(-1, size).any(axis=0)
    return able


def _shares(
    material: PairedScores, able: NDArray[np.bool_], stratify: str | None, count: int
) -> list[tuple[Rows, int]]:
    """Strata with how many segments each gives; shares by largest remainders."""
    everything = np.flatnonzero(able)
    if stratify is None:
        return [(everything, count)]
    strata = [rows[able[rows]] for rows in material.slices(stratify).values()]
    strata = [rows for rows in strata if len(rows)]
    rest = np.setdiff1d(everything, np.concatenate(strata)) if strata else everything
    if len(rest):  # segments without a value are a stratum too
        strata.append(rest)
    sizes = np.array([len(rows) for rows in strata])
    return list(zip(strata, apportion(sizes, min(count, int(sizes.sum()))), strict=True))


def apportion(sizes: Sequence[int] | NDArray[np.int_], count: int) -> list[int]:
    """Split a number in proportion to sizes, by largest remainders (Hamilton's method)."""
    weights = np.asarray(sizes, np.float64)
    exact = weights / weights.sum() * count
    shares = np.floor(exact).astype(int)
    order = np.argsort(-(exact - shares), kind="stable")
    shares[order[: count - int(shares.sum())]] += 1
    return [int(share) for share in shares]
