"""Whether runs can be merged: alike in all but their segments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mtqe.errors import ConfigError, DataError, IncompatibleRuns
from mtqe.metrics.info import MetricInfo
from mtqe.run.manifest import RunManifest, SystemInfo
from mtqe.run.merging.people import comparable_options, comparable_signature
from mtqe.run.reading import Run

RECORDED = ("file", "corpus")
"""The backends of translations that were read from files, or came in the corpus's own."""


def label(run: Run, number: int) -> str:
    """What messages call a run: its folder, or its number from 1."""
    return f"run {number}" if run.folder is None else str(run.folder)


def check_alike(runs: Sequence[Run]) -> None:
    """See that the runs differ in nothing but their segments.

    Raises:
        ConfigError: a metric's scores depend on the whole test set.
        IncompatibleRuns: languages, systems or metrics differ; names the field.
    """
    first = runs[0].manifest
    for number, run in enumerate(runs[1:], 2):
        for field, ours, theirs in _facts(first, run.manifest):
            if ours != theirs:
                raise IncompatibleRuns(
                    f"{label(runs[0], 1)} and {label(run, number)} differ in {field} ({ours} and "
                    f"{theirs}); merge runs of the same systems, metrics and versions."
                )
    for info in first.metrics:
        metric = info.build()
        if metric.fitted(("a",)) is not metric:
            raise ConfigError(
                f"scores by {info.name} depend on all references of a test set, so runs of its "
                "parts can't be merged; score all segments at once, or without IDF."
            )


def _facts(first: RunManifest, other: RunManifest) -> Iterator[tuple[str, object, object]]:
    """What must be equal in two runs, as a field's name and both values."""
    for field in ("source_language", "target_language", "references"):
        yield f"corpus.{field}", getattr(first.corpus, field), getattr(other.corpus, field)
    for kind in ("systems", "metrics"):
        names = [sorted(item.name for item in getattr(run, kind)) for run in (first, other)]
        yield kind, names[0], names[1]
    metrics = {info.name: info for info in other.metrics}
    for info in first.metrics:
        same = metrics[info.name]
        options = comparable_options(info), comparable_options(same)
        yield f"the options of {info.name}", *options
        yield from _signatures(info, info.signature, same.signature)
    known = {info.name: info for info in first.metrics}
    systems = {info.name: info for info in other.systems}
    for system in first.systems:
        ours, theirs = _engine(system), _engine(systems[system.name])
        for key in {**ours, **theirs}:
            yield f"the {key} of {system.name}", ours.get(key), theirs.get(key)
        for score in system.scores:
            found = systems[system.name].score(score.metric).signature
            yield from _signatures(known[score.metric], score.signature, found)


def _signatures(metric: MetricInfo, first: str, other: str) -> Iterator[tuple[str, object, object]]:
    ours, theirs = (comparable_signature(metric, text) for text in (first, other))
    for field in ours.differences(theirs):
        values = dict(ours.fields).get(field), dict(theirs.fields).get(field)
        yield f"the field {field} of the signature of {metric.name}", *values


def _engine(system: SystemInfo) -> Mapping[str, str]:
    """What decides which translations a system gives; not where recorded ones lie."""
    recorded = system.identity.get("backend") in RECORDED
    return {key: v for key, v in system.identity.items() if not (recorded and key == "file")}


def check_apart(runs: Sequence[Run]) -> None:
    """See that no two runs are of the same segments.

    Raises:
        DataError: two are.
    """
    seen: dict[str, int] = {}
    for place, run in enumerate(runs):
        before = seen.setdefault(run.manifest.corpus.hash, place)
        if before != place:
            raise DataError(
                f"{label(runs[before], before + 1)} and {label(run, place + 1)} are of the same "
                "segments; merge runs of different parts of a test set."
            )
