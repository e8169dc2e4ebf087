"""A run's own comparison of its systems, put into its manifest."""

from __future__ import annotations

import hashlib

from mtqe.compare import Comparison, ComparisonSettings, compare_run
from mtqe.run import Run, RunManifest, Score
from mtqe.support.cache import Cache, cache_key
from mtqe.support.versions import versions

KIND = "comparison"


def with_comparison(run: Run, cache: Cache | None) -> RunManifest:
    """The manifest of a run with intervals, ranks and a verdict.

    The same statistics have the same comparison, so it is kept in the cache.
    """
    comparison = _comparison(run, cache)
    standings = {
        (metric.info.name, standing.system): standing
        for metric in comparison.metrics
        for standing in metric.standings
    }

    def judge(system: str, score: Score) -> Score:
        standing = standings[score.metric, system]
        return score.model_copy(
            update={"low": standing.low, "high": standing.high, "rank": standing.cluster}
        )

    systems = tuple(
        info.model_copy(update={"scores": tuple(judge(info.name, s) for s in info.scores)})
        for info in run.manifest.systems
    )
    return run.manifest.model_copy(
        update={"systems": systems, "verdict": comparison.verdict, "remarks": comparison.remarks}
    )


def _comparison(run: Run, cache: Cache | None) -> Comparison:
    if cache is None:
        return compare_run(run)
    key = _key(run)
    known = cache.get([key]).get(key)
    if known is not None:
        return Comparison.model_validate_json(known)
    comparison = compare_run(run)
    cache.put(KIND, [(key, comparison.model_dump_json().encode("utf-8"))])
    return comparison


def _key(run: Run) -> bytes:
    """Everything that the comparison depends on: statistics, segments, metrics and settings."""
    manifest = run.manifest
    digest = hashlib.sha256(manifest.corpus.hash.encode())
    for document in run.segments["document"].iloc[: manifest.corpus.segments]:
        digest.update(repr(document).encode())
    for metric in manifest.metrics:
        digest.update(metric.model_dump_json().encode())
        for system in manifest.systems:
            digest.update(system.name.encode())
            digest.update(run.statistics(metric.name, system.name).tobytes())
    return cache_key(KIND, versions()["mtqe"], repr(ComparisonSettings()), digest.hexdigest())
