"""Whether a run and its baseline may be compared at all."""

from __future__ import annotations

from mtqe.errors import IncompatibleRuns
from mtqe.metrics.base import Signature
from mtqe.run import Run

CORPUS_FIELDS = ("source_language", "target_language", "segments", "hash")


def check_corpus(run: Run, baseline: Run) -> None:
    """See that both have the same segments.

    Raises:
        IncompatibleRuns: they don't; names the field and the fix.
    """
    for name in CORPUS_FIELDS:
        ours, theirs = (getattr(side.manifest.corpus, name) for side in (run, baseline))
        if ours != theirs:
            raise IncompatibleRuns(
                f"the run and its baseline differ in corpus.{name} ({ours} and {theirs}); "
                "run the baseline's test set, or save a new baseline."
            )


def check_signature(run: Run, baseline: Run, metric: str) -> None:
    """See that both were scored alike by a metric that the run has.

    Raises:
        IncompatibleRuns: they weren't; names the field and the fix.
    """
    ours, theirs = (
        {info.name: info.signature for info in side.manifest.metrics} for side in (run, baseline)
    )
    fix = "save a new baseline, or score its translations again with --rescore."
    if metric not in theirs:
        raise IncompatibleRuns(f"the baseline has no scores by {metric!r}; {fix}")
    fields = Signature.parse(ours[metric]).differences(Signature.parse(theirs[metric]))
    if fields:
        raise IncompatibleRuns(
            f"the run and its baseline differ in the signature of {metric}: "
            f"{', '.join(fields)}; {fix}"
        )
