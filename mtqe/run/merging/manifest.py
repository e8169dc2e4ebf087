"""What `run.json` says of merged runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from functools import reduce
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from mtqe.corpus.base import HASHED_AT_ONCE, LanguagePair, content_hash
from mtqe.metrics.human import Human
from mtqe.metrics.info import MetricInfo
from mtqe.metrics.scores import MetricScores
from mtqe.run.manifest import CorpusInfo, RunManifest, Score, SystemInfo, run_identity
from mtqe.run.merging.notes import left_out, notes_of
from mtqe.run.merging.parts import Parts
from mtqe.run.merging.people import of_all_ratings
from mtqe.run.reading import Run
from mtqe.support.cost import Estimate, Usage

if TYPE_CHECKING:
    import pyarrow as pa

Counted = TypeVar("Counted", Usage, Estimate)


def merged_manifest(parts: Parts, segments: pa.Table, name: str | None) -> RunManifest:
    """The manifest of all parts, with corpus scores of all statistics; systems are not compared.

    Args:
        parts: the runs.
        segments: of all of them, once per system.
        name: what to call the test set; as the first one's if None.
    """
    first, *_ = manifests = parts.manifests
    corpora = [manifest.corpus for manifest in manifests]
    size = sum(corpus.segments for corpus in corpora)
    metrics = {
        info.name: [one for run in manifests for one in run.metrics if one.name == info.name]
        for info in first.metrics
    }
    whole = tuple(map(_metric, metrics.values()))
    checks = [check.name for check in parts.checks]
    run_id, created = run_identity(name or first.corpus.name)
    return first.model_copy(
        update={
            "id": run_id,
            "created": created,
            "verdict": "",
            "remarks": (),
            "corpus": CorpusInfo(
                name=name or first.corpus.name,
                source_language=first.corpus.source_language,
                target_language=first.corpus.target_language,
                hash=_hash(first.corpus, segments.slice(0, size)),
                segments=size,
                references=first.corpus.references,
                slices=tuple(dict.fromkeys(c for corpus in corpora for c in corpus.slices)),
                notes=(
                    *notes_of(corpus.notes for corpus in corpora),
                    *left_out(parts.left_out, [corpus.notes for corpus in corpora]),
                ),
                findings=_counts((corpus.findings for corpus in corpora), checks),
            ),
            "metrics": whole,
            "systems": tuple(
                _system(
                    [info for run in manifests for info in run.systems if info.name == system.name],
                    parts.runs,
                    whole,
                    checks,
                )
                for system in first.systems
            ),
            "checks": parts.checks,
            "origins": parts.origins,
        }
    )


def _hash(corpus: CorpusInfo, segments: pa.Table) -> str:
    """`Corpus.hash` of the segments of one system."""

    def rows() -> Iterator[tuple[str, str, Sequence[str | None]]]:
        columns = segments.select(["segment_id", "source", "references"])
        for batch in columns.to_batches(max_chunksize=HASHED_AT_ONCE):
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)

    return content_hash(LanguagePair(corpus.source_language, corpus.target_language), rows())


def _counts(several: Iterable[Mapping[str, int]], names: Sequence[str]) -> Mapping[str, int]:
    total: Counter[str] = Counter()
    for counts in several:
        total.update(counts)
    return {name: total[name] for name in names if total[name]}


def _metric(same: Sequence[MetricInfo]) -> MetricInfo:
    return of_all_ratings(same).model_copy(
        update={
            "notes": notes_of(info.notes for info in same),
            "failures": notes_of(info.failures for info in same),
            "usage": _summed([info.usage for info in same]),
            "caution": " ".join(notes_of([info.caution] if info.caution else [] for info in same)),
        }
    )


def _system(
    same: Sequence[SystemInfo],
    runs: Sequence[Run],
    metrics: Sequence[MetricInfo],
    checks: Sequence[str],
) -> SystemInfo:
    """One system on all segments."""
    first = same[0]
    usual = max(same, key=lambda info: info.translated)
    files = dict.fromkeys(info.identity["file"] for info in same if "file" in info.identity)
    return first.model_copy(
        update={
            "identity": {**first.identity, **({"file": ", ".join(files)} if files else {})},
            "translated": sum(info.translated for info in same),
            "seconds": round(sum(info.seconds for info in same), 3),
            "failures": sum(info.failures for info in same),
            "scores": tuple(
                _score(info, first.name, _signature(info, first), runs) for info in metrics
            ),
            "notes": notes_of(info.notes for info in same),
            "findings": _counts((info.findings for info in same), checks),
            "usage": _summed([info.usage for info in same]),
            "estimate": _summed([info.estimate for info in same]),
            "speed": usual.speed,
        }
    )


def _signature(info: MetricInfo, system: SystemInfo) -> str:
    """Of a system's scores; those by people are of all parts' ratings."""
    return info.signature if info.metric == Human.name else system.score(info.name).signature


def _score(info: MetricInfo, system: str, signature: str, runs: Sequence[Run]) -> Score:
    rows = np.concatenate([run.statistics(info.name, system) for run in runs])
    return Score.of(info.name, signature, MetricScores(info.build(), rows))


def _summed(several: Sequence[Counted | None]) -> Counted | None:
    """What all parts took; None where one does not tell, or in another currency."""
    known = [item for item in several if item is not None]
    if len(known) < len(several) or len({item.currency for item in known}) > 1:
        return None
    return reduce(_sum, known)


def _sum(first: Counted, other: Counted) -> Counted:
    """Numbers added; what one of the two does not know, and medians, are not known of both."""
    totals: dict[str, Any] = {}
    for field in fields(first):
        ours, theirs = getattr(first, field.name), getattr(other, field.name)
        if field.name.startswith("latency") or ours is None or theirs is None:
            totals[field.name] = None
        elif field.name != "currency":
            totals[field.name] = ours + theirs
    return replace(first, **totals)
