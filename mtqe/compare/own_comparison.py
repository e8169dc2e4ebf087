"""A run's own comparison of its systems, put into its manifest."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
from pydantic import BaseModel

from mtqe.compare import Comparison, ComparisonSettings, material_of_run
from mtqe.compare.comparison import compare_material
from mtqe.run import STATISTICS, Run, RunManifest, Score
from mtqe.stats.summing import SumResamples, sum_here
from mtqe.support.arrow import array_of
from mtqe.support.versions import own_version

_latest: dict[str, Comparison] = {}


COMPARISON = "comparison.json"
"""A file of the run folder; a run without it, or with another one's, is compared again."""


class _Kept(BaseModel):
    """What the file holds.

    Attributes:
        version: of mtqe; another one may compare in another way.
        key: of what was compared.
        digest: of the outcome, so that one that was damaged is not taken for it.
        comparison: the outcome.
    """

    version: str
    key: str
    digest: str
    comparison: Comparison


def own_comparison(run: Run, sums: SumResamples = sum_here) -> Comparison:
    """Compare a run's systems, or take what its folder holds; the latest result is kept.

    Args:
        run: the run.
        sums: who sums statistics under resamples.
    """
    key = _key(run)
    found = _latest.get(key) or _from_folder(run, key) or _compare(run, sums)
    _latest.clear()
    _latest[key] = found
    return found


def _compare(run: Run, sums: SumResamples) -> Comparison:
    material = replace(material_of_run(run), sums=sums)
    return compare_material(material, None, (), ComparisonSettings())


def encoded_comparison(run: Run) -> bytes | None:
    """The run's comparison as its folder keeps it; None where it was not made in this process."""
    if not _latest or not run.manifest.verdict:
        return None
    key = _key(run)
    found = _latest.get(key)
    if found is None:
        return None
    kept = _Kept(version=own_version(), key=key, digest=_digest(found), comparison=found)
    return kept.model_dump_json().encode("utf-8", "surrogatepass")


def _from_folder(run: Run, key: str) -> Comparison | None:
    if run.folder is None:
        return None
    try:
        kept = _Kept.model_validate_json((run.folder / COMPARISON).read_bytes())
    except (OSError, ValueError):  # there is none, or it is damaged
        return None
    found = kept.comparison
    if (kept.key, kept.version, kept.digest) != (key, own_version(), _digest(found)):
        return None
    if not _is_of(run.manifest, found):
        return None
    update = {"tests": found.tests}  # which JSON has once for all metrics
    metrics = tuple(metric.model_copy(update=update) for metric in found.metrics)
    return found.model_copy(update={"metrics": metrics})


def _digest(comparison: Comparison) -> str:
    data = comparison.model_dump_json().encode("utf-8", "surrogatepass")
    return hashlib.sha256(data).hexdigest()


def _is_of(manifest: RunManifest, comparison: Comparison) -> bool:
    """Whether a comparison tells of a run's systems and metrics, and says what the run says."""
    systems = {info.name for info in manifest.systems}
    return (
        comparison.verdict == manifest.verdict
        and [m.info.name for m in comparison.metrics] == [m.name for m in manifest.metrics]
        and all({item.system for item in m.standings} == systems for m in comparison.metrics)
    )


def _key(run: Run) -> str:
    """A hash of what the comparison depends on: segments, documents, systems and statistics."""
    manifest = run.manifest
    documents = run.segments_of(manifest.systems[0].name)["document"]
    told = (
        manifest.corpus.hash,
        [metric.model_dump_json() for metric in manifest.metrics],
        [system.name for system in manifest.systems],
        documents.to_pylist() if documents.null_count < len(documents) else None,
    )
    digest = hashlib.sha256(repr(told).encode("utf-8", "surrogatepass"))
    table = run.table_in_memory(STATISTICS)
    for name in table.column_names:
        if "/" in name:  # the others are the segments' ids and the systems
            digest.update(np.ascontiguousarray(array_of(table[name]), np.float64).data)
    return digest.hexdigest()


def with_comparison(run: Run, sums: SumResamples = sum_here) -> RunManifest:
    """The manifest of a run with intervals, ranks and a verdict.

    Args:
        run: the run.
        sums: who sums statistics under resamples.
    """
    comparison = own_comparison(run, sums)
    standings = {
        (metric.info.name, standing.system): standing
        for metric in comparison.metrics
        for standing in metric.standings
    }

    def judge(system: str, score: Score) -> Score:
        standing = standings[score.metric, system]
        return score.model_copy(
            update={
                "low": standing.low,
                "high": standing.high,
                "rank": standing.cluster,
                "ranks": standing.ranks,
                "behind": standing.behind,
            }
        )

    systems = tuple(
        info.model_copy(update={"scores": tuple(judge(info.name, s) for s in info.scores)})
        for info in run.manifest.systems
    )
    return run.manifest.model_copy(
        update={"systems": systems, "verdict": comparison.verdict, "remarks": comparison.remarks}
    )


def current_manifest(run: Run) -> RunManifest:
    """The manifest of a run, compared again if a version before 0.2 compared it.

    Those versions called systems of one WMT-style cluster equally good, which tests do not say.
    """
    scores = [score for system in run.manifest.systems for score in system.scores]
    outdated = any(s.rank is not None and s.ranks is None for s in scores)
    return with_comparison(run) if outdated else run.manifest
