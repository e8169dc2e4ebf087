"""Whether two runs may be compared: the only place that says so, in one wording."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mtqe.errors import IncompatibleRuns
from mtqe.metrics.base import Signature
from mtqe.run import Run

Rows = NDArray[np.intp]

CORPUS_FIELDS = ("source_language", "target_language", "segments", "hash")
SAME_CORPUS = (
    "use runs of the same test set: evaluate the older one again or save a new baseline, or "
    "compare the segments that both have with `mtqe compare --intersect`."
)
SAME_METRIC = (
    "score both with the same metric and version: evaluate the older one again, save a new "
    "baseline, or score a baseline's texts again with --rescore."
)


def check_corpus(run: Run, older: Run) -> None:
    """Check that two runs have the same segments.

    Raises:
        IncompatibleRuns: they don't; names the field and the fix.
    """
    for name in CORPUS_FIELDS:
        ours, theirs = (getattr(side.manifest.corpus, name) for side in (run, older))
        if ours != theirs:
            raise IncompatibleRuns(
                f"the two runs differ in corpus.{name} ({ours} and {theirs}); {SAME_CORPUS}"
            )


def check_metric(run: Run, older: Run, metric: str) -> None:
    """Check that two runs were scored alike by a metric that the first one has.

    Raises:
        IncompatibleRuns: they weren't; names the field and the fix.
    """
    ours, theirs = (
        {info.name: info.signature for info in side.manifest.metrics} for side in (run, older)
    )
    if metric not in theirs:
        raise IncompatibleRuns(
            f"the older run has no metric {metric!r}; choose others with --metric, or {SAME_METRIC}"
        )
    fields = Signature.parse(ours[metric]).differences(Signature.parse(theirs[metric]))
    if fields:
        raise IncompatibleRuns(
            f"the two runs differ in the signature of {metric}: {', '.join(fields)}; {SAME_METRIC}"
        )


def is_comparable(run: Run, older: Run, metric: str) -> bool:
    """Whether two runs were scored alike by a metric that the first one has."""
    try:
        check_metric(run, older, metric)
    except IncompatibleRuns:
        return False
    return True


def shared_rows(run: Run, older: Run, *, intersect: bool) -> tuple[Rows, Rows]:
    """Rows of the segments that two runs have in common, in the first one's order.

    Args:
        run: the run in question.
        older: the run that it is compared with.
        intersect: accept runs of different test sets, and take the segments that both have.

    Raises:
        IncompatibleRuns: the test sets differ, or share no segment.
    """
    if not intersect or run.manifest.corpus.hash == older.manifest.corpus.hash:
        check_corpus(run, older)
        rows = np.arange(run.manifest.corpus.segments)
        return rows, rows
    ours, theirs = _contents(run), _contents(older)
    shared = [key for key in ours if key in theirs]
    if not shared:
        raise IncompatibleRuns("the runs share no segment of the same id, source and references.")
    return np.array([ours[key] for key in shared]), np.array([theirs[key] for key in shared])


def _contents(run: Run) -> dict[tuple[object, ...], int]:
    """Row numbers by what makes a segment the same one."""
    frame = run.segments.iloc[: run.manifest.corpus.segments]
    rows = zip(frame["segment_id"], frame["source"], frame["references"], strict=True)
    return {(name, source, *refs): index for index, (name, source, refs) in enumerate(rows)}
