"""A run's own comparison of its systems, put into its manifest."""

from __future__ import annotations

import hashlib

from mtqe.compare import Comparison, compare_run
from mtqe.run import STATISTICS, Run, RunManifest, Score

_latest: dict[str, Comparison] = {}


def own_comparison(run: Run) -> Comparison:
    """Compare a run's systems; the latest result is kept, because a report needs it again."""
    key = _key(run)
    found = _latest.get(key) or compare_run(run)
    _latest.clear()
    _latest[key] = found
    return found


def _key(run: Run) -> str:
    """A hash of what the comparison depends on: segments, documents, systems and statistics."""
    manifest = run.manifest
    frame = run.segments.iloc[: manifest.corpus.segments]
    told = (
        manifest.corpus.hash,
        [metric.model_dump_json() for metric in manifest.metrics],
        [system.name for system in manifest.systems],
        list(frame["document"]),
    )
    digest = hashlib.sha256(repr(told).encode("utf-8", "surrogatepass"))
    for column in run.table(STATISTICS).columns:
        digest.update(column.to_numpy().tobytes())
    return digest.hexdigest()


def with_comparison(run: Run) -> RunManifest:
    """The manifest of a run with intervals, ranks and a verdict."""
    comparison = own_comparison(run)
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
