"""A run's own comparison of its systems, put into its manifest."""

from __future__ import annotations

from mtqe.compare import compare_run
from mtqe.run import Run, RunManifest, Score


def with_comparison(run: Run) -> RunManifest:
    """The manifest of a run with intervals, ranks and a verdict."""
    comparison = compare_run(run)
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
