"""Evaluations found again whole when nothing that they depend on has changed."""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mtqe.checks import Check
from mtqe.config import NamedMetric
from mtqe.corpus.base import Corpus, Failure
from mtqe.evaluation.translate import Translated, performance
from mtqe.run import FINDINGS, MANIFEST, SEGMENTS, STATISTICS, Run, RunManifest, run_identity
from mtqe.support.cache import Cache, cache_key
from mtqe.support.versions import code_hash, versions

KIND = "run"
FILES = (MANIFEST, SEGMENTS, STATISTICS, FINDINGS)
MAX_BYTES = 64 * 2**20
"""Larger runs are computed again, from what the cache has of their parts."""


def evaluation_key(
    corpus: Corpus,
    translated: Sequence[Translated],
    metrics: Sequence[NamedMetric],
    checks: Sequence[Check],
) -> str:
    """A hash of all that an evaluation depends on, mtqe's own code included."""
    references = [text for segment in corpus for text in segment.present_references]
    parts = (
        [code_hash(), versions(), corpus.name, corpus.hash, corpus.notes],
        [[segment.document, dict(segment.metadata)] for segment in corpus],
        [_translations(item) for item in translated],
        [_metric(named, references, corpus.reference_count) for named in metrics],
        [[check.name, check.settings, _source(type(check))] for check in checks],
    )
    digest = hashlib.sha256()
    for part in parts:
        digest.update(json.dumps(part, default=repr).encode("ascii"))
    return digest.hexdigest()


def recall(
    cache: Cache | None, key: str, corpus: str, translated: Sequence[Translated]
) -> Run | None:
    """The run of an equal evaluation, in memory, under an identity of its own."""
    keys = {name: cache_key(KIND, key, name) for name in FILES}
    found = cache.get(list(keys.values())) if cache else {}
    if len(found) < len(FILES):
        return None
    files = {name: found[keys[name]] for name in FILES}
    manifest = RunManifest.model_validate_json(files.pop(MANIFEST))
    return Run(None, _renewed(manifest, corpus, translated), files)


def remember(cache: Cache | None, key: str, run: Run) -> None:
    """Keep a run that was evaluated now."""
    if cache is None:
        return
    files = {name: run.encoded(name) for name in FILES}
    if sum(map(len, files.values())) <= MAX_BYTES:
        cache.put(KIND, ((cache_key(KIND, key, name), data) for name, data in files.items()))


def _translations(item: Translated) -> list[Any]:
    found = item.translations
    texts = [["failed", o.reason] if isinstance(o, Failure) else o.text for o in found.outcomes]
    return [found.system, dict(found.identity), item.notes, texts]


def _metric(named: NamedMetric, references: Sequence[str], reference_count: str) -> list[Any]:
    signature = str(named.metric.fitted(references).signature(reference_count))
    return [named.name, signature, asdict(named.metric), _source(type(named.metric))]


def _source(kind: type) -> str:
    """Hash of the file that a class comes from, which may be another package's."""
    return hashlib.sha256(Path(inspect.getfile(kind)).read_bytes()).hexdigest()


def _renewed(manifest: RunManifest, corpus: str, translated: Sequence[Translated]) -> RunManifest:
    """What was evaluated is the same; when, and how translating went this time, is not."""
    run_id, created = run_identity(corpus)
    systems = tuple(
        info.model_copy(update=performance(item))
        for info, item in zip(manifest.systems, translated, strict=True)
    )
    return manifest.model_copy(update={"id": run_id, "created": created, "systems": systems})
