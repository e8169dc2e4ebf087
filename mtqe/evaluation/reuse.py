"""Evaluations found again whole when nothing that they depend on has changed.

One cache entry per file of the run, and one for what its report shows, all under the evaluation's
key: mtqe's version, the versions of the libraries, the settings, the test set and the translations.
"""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtqe.compare.settings import ComparisonSettings
from mtqe.corpus.base import Corpus, Failure
from mtqe.evaluation.score import fitted
from mtqe.evaluation.translate import Translated, performance
from mtqe.run import (
    FINDINGS,
    MANIFEST,
    SEGMENTS,
    SPANS,
    STATISTICS,
    Run,
    RunManifest,
    run_identity,
)
from mtqe.support.cache import Cache, cache_key
from mtqe.support.versions import own_version, versions

if TYPE_CHECKING:
    from mtqe.checks import Check
    from mtqe.config import NamedMetric

KIND = "evaluation"
FILES = (MANIFEST, SEGMENTS, STATISTICS, FINDINGS, SPANS)
AT_ONCE = 10_000
"""Texts that are hashed at once, so that those of a large corpus are never all copied."""
MOST_PACKED = 20
"""Tables that are more times as large as what is kept can't be packed so small: don't try."""
OWN = __name__.partition(".")[0]
MAX_BYTES = 64 * 2**20
"""Larger runs are computed again, from what the cache has of their parts."""


def evaluation_key(
    corpus: Corpus,
    translated: Sequence[Translated],
    metrics: Sequence[NamedMetric],
    checks: Sequence[Check],
) -> str:
    """A hash of all that an evaluation depends on."""
    parts: Iterable[Any] = chain(
        [[own_version(), versions(), repr(ComparisonSettings())]],
        [[corpus.name, corpus.hash, corpus.notes]],
        _in_parts([s.document, dict(s.metadata), s.place and s.place.label] for s in corpus),
        chain.from_iterable(map(_translations, translated)),
        [[_metric(named, corpus) for named in metrics]],
        [[[check.name, check.settings, _foreign(type(check))] for check in checks]],
    )
    digest = hashlib.sha256()
    for part in parts:
        digest.update(json.dumps(part, default=repr).encode("ascii"))
    return digest.hexdigest()


def recall(
    cache: Cache | None, key: str, corpus: str, translated: Sequence[Translated]
) -> Run | None:
    """The run of an equal evaluation, in memory, under an identity of its own."""
    keys = {name: part_key(key, name) for name in FILES}
    found = cache.get(list(keys.values())) if cache else {}
    if len(found) < len(FILES):
        return None
    files = {name: found[keys[name]] for name in FILES}
    manifest = RunManifest.model_validate_json(files.pop(MANIFEST))
    return Run(None, _renewed(manifest, corpus, translated), files, key)


def remember(cache: Cache | None, run: Run) -> None:
    """Keep a run that was evaluated now."""
    if cache is None:
        return
    if (
        sum(run.table_in_memory(name).nbytes for name in FILES if name != MANIFEST)
        > MOST_PACKED * MAX_BYTES
    ):
        return
    files = {name: run.encoded(name) for name in FILES}
    if sum(map(len, files.values())) <= MAX_BYTES:
        cache.put(KIND, ((part_key(run.key, name), data) for name, data in files.items()))


def part_key(key: str, part: str) -> bytes:
    """The cache key of one part of an evaluation: a file of its run, or its report's data."""
    return cache_key(KIND, key, part)


def _in_parts(items: Iterable[Any]) -> Iterator[list[Any]]:
    """Items in lists of `AT_ONCE`, and an empty list as their end."""
    rest = iter(items)
    while part := list(islice(rest, AT_ONCE)):
        yield part
    yield []


def _translations(item: Translated) -> Iterator[list[Any]]:
    found = item.translations
    lacking = item.without_counterpart
    facts = [sorted(lacking.omitted), dict(lacking.added)] if lacking else []
    yield [found.system, dict(found.identity), item.notes, facts]
    yield from _in_parts(
        ["failed", outcome.reason] if isinstance(outcome, Failure) else outcome.text
        for outcome in found.outcomes
    )


def _metric(named: NamedMetric, corpus: Corpus) -> list[Any]:
    signature = str(fitted(named.metric, corpus).signature(corpus.reference_count))
    return [named.name, signature, asdict(named.metric), _foreign(type(named.metric))]


def _foreign(kind: type) -> str:
    """What stands for the version of a class that is not mtqe's: a hash of its file."""
    if kind.__module__.partition(".")[0] == OWN:
        return ""
    return hashlib.sha256(Path(inspect.getfile(kind)).read_bytes()).hexdigest()


def _renewed(manifest: RunManifest, corpus: str, translated: Sequence[Translated]) -> RunManifest:
    """What was evaluated is the same; when, and how translating went this time, is not."""
    run_id, created = run_identity(corpus)
    systems = tuple(
        info.model_copy(update=performance(item))
        for info, item in zip(manifest.systems, translated, strict=True)
    )
    metrics = tuple(info.model_copy(update={"usage": None}) for info in manifest.metrics)
    return manifest.model_copy(
        update={"id": run_id, "created": created, "systems": systems, "metrics": metrics}
    )
