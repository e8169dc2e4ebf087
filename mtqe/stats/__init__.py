"""Is one system better than another, and how sure are we?

Everything here starts from the same two things a metric gives: its *sufficient statistics*, a
float64 array ``[systems, segments, k]``, and a ``score`` that reduces summed statistics
``[..., k]`` to corpus scores ``[...]``. Nothing is ever scored again, so a corpus of a million
segments is resampled by matrix products, in bounded memory.

    resampled = bootstrap(statistics, score, rng=np.random.default_rng(12345), clusters=documents)
    resampled.interval(system)                     # how well does it do, give or take?
    resampled.difference(system, baseline)         # and against the baseline?
    permuted = permutation(statistics, score, rng=np.random.default_rng(12345), clusters=documents)
    tested = permuted.difference(system, baseline)
    tested.p_value()                               # could labels drawn at random differ as much?
    tested.bounds(0.95)                            # and what differences would not be rejected?

Every difference is the first system's score minus the second's. Segments that a system or a
metric left unscored are the caller's to leave out, for all systems alike.
"""

from __future__ import annotations

from mtqe.stats.bootstrap import Bootstrap, Interval, MarginTest, PairedDifference, bootstrap
from mtqe.stats.correction import benjamini_hochberg, holm
from mtqe.stats.effect import PairedEffect, paired_effect
from mtqe.stats.influence import effective_units, half_carriers
from mtqe.stats.permutation import Permutation, SwappedDifference, permutation
from mtqe.stats.power import minimum_detectable_difference, segments_needed
from mtqe.stats.ranking import Rank, rank_systems
from mtqe.stats.resampling import Alternative, Score

__all__ = [
    "Alternative",
    "Bootstrap",
    "Interval",
    "MarginTest",
    "PairedDifference",
    "PairedEffect",
    "Permutation",
    "Rank",
    "Score",
    "SwappedDifference",
    "benjamini_hochberg",
    "bootstrap",
    "effective_units",
    "half_carriers",
    "holm",
    "minimum_detectable_difference",
    "paired_effect",
    "permutation",
    "rank_systems",
    "segments_needed",
]
