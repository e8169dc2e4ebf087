"""Runs of disjoint parts of a test set as the run of all their segments; nothing is written."""

from __future__ import annotations

from collections.abc import Sequence

from mtqe.errors import ConfigError
from mtqe.run.merging.alike import check_alike, check_apart
from mtqe.run.merging.manifest import merged_manifest
from mtqe.run.merging.parts import Parts
from mtqe.run.reading import Run
from mtqe.run.soundness import FINDINGS, SEGMENTS, SPANS, STATISTICS

__all__ = ["merged"]


def merged(runs: Sequence[Run], name: str | None = None) -> Run:
    """The runs as one, in memory; systems are not compared yet.

    Segments follow each other in the order of the runs. Corpus scores are computed from all
    statistics, so they are those of a run of all segments. Findings of checks that look at the
    whole test set, such as repeated sources, are left out, and the run's notes say so.

    Args:
        runs: of the same systems and metrics, on different segments.
        name: what to call the test set; as the first one's if None.

    Raises:
        ConfigError: fewer than two runs, or a metric whose scores depend on the whole test set.
        IncompatibleRuns: languages, systems or metrics differ; names the field.
        DataError: a segment is in two of them.
    """
    if len(runs) < 2:
        raise ConfigError("give two or more runs to merge.")
    check_alike(runs)
    check_apart(runs)
    parts = Parts(runs)
    tables = {
        SEGMENTS: parts.by_system(SEGMENTS),
        STATISTICS: parts.by_system(STATISTICS),
        FINDINGS: parts.findings(),
        SPANS: parts.spans(),
    }
    return Run(None, merged_manifest(parts, tables[SEGMENTS], name), tables)
