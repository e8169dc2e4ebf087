"""Getting every system's translations, from the cache where it has them."""

from __future__ import annotations

import json
import textwrap
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mtqe.backends.base import Backend
from mtqe.backends.cost import Estimate, Usage
from mtqe.corpus.base import Corpus, Failure, Outcome, Segment, Translation, Translations
from mtqe.errors import BackendError
from mtqe.support.cache import Cache, cache_key
from mtqe.support.progress import Progress, Task
from mtqe.support.words import count

REASONS_SHOWN = 3
REASON_WIDTH = 300


@dataclass(frozen=True)
class Translated:
    """A system's translations and what they cost.

    Attributes:
        translations: one outcome a segment.
        newly_translated: outcomes made now; the others came from the cache.
        seconds: time that making them took.
        notes: what the backend found and counted without objecting, and why segments failed.
        usage: requests, tokens and cost, from backends that count them.
        estimate: what translating the whole corpus would take; None for recorded translations.
        prompts: texts that the engine was shown beside the segments.
        speed: segments a second, as measured in the run that had most to translate.
    """

    translations: Translations
    newly_translated: int = 0
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
    usage: Usage | None = None
    estimate: Estimate | None = None
    prompts: tuple[str, ...] = ()
    speed: float | None = None


def performance(item: Translated) -> dict[str, Any]:
    """The fields of `SystemInfo` on how translating went this time."""
    return {
        "translated": item.newly_translated,
        "seconds": round(item.seconds, 3),
        "usage": item.usage,
        "estimate": item.estimate,
        "speed": item.speed,
    }


def translate(
    system: str, backend: Backend, corpus: Corpus, *, cache: Cache | None, progress: Progress
) -> Translated:
    """Translate a corpus with one system; what the cache has is not translated again.

    Equal sources are translated once. Failures are not cached: the next run tries them again. When
    the engine as a whole stops, the segments still open become failures and the run goes on.

    Args:
        system: its name.
        backend: already checked (`Backend.check`).
        corpus: the segments.
        cache: None to translate everything.
        progress: told of each segment.
    """
    started = time.monotonic()
    task = progress.task(f"translate {system}", len(corpus))
    if not backend.cacheable:
        outcomes = list(_outcomes(backend, corpus.segments, task))
        newly_translated = 0
    else:
        outcomes, newly_translated = _distinct_outcomes(backend, corpus, cache, task)
    task.done()
    aligned = Translations.align(system, corpus, outcomes, backend.identity())
    notes = (*backend.notes, *_reasons(aligned.failures))
    seconds = time.monotonic() - started
    whole = open_segments(backend, corpus, cache=None)
    estimate = backend.estimate(whole) if backend.cacheable else None
    usage = backend.usage if newly_translated else None
    made = newly_translated - len(aligned.failures)
    speed = _speed(backend, corpus, cache, made, seconds) if backend.cacheable else None
    return Translated(
        aligned, newly_translated, seconds, notes, usage, estimate, backend.prompts, speed
    )


def _speed(
    backend: Backend, corpus: Corpus, cache: Cache | None, made: int, seconds: float
) -> float | None:
    """Segments a second: of this run, or of an earlier one that had more to translate."""
    key = cache_key("speed", _identity(backend), str(corpus.languages))
    known = cache.get([key]).get(key) if cache else None
    segments, taken = json.loads(known) if known else (0, 0.0)
    if made > 0 and made >= segments:
        segments, taken = made, seconds
        if cache:
            cache.put("speed", [(key, json.dumps([segments, taken]).encode("ascii"))])
    return segments / taken if taken else None


def _distinct_outcomes(
    backend: Backend, corpus: Corpus, cache: Cache | None, task: Task
) -> tuple[list[Outcome], int]:
    """Outcomes of all segments, and for how many distinct sources the backend was asked."""
    keys = _keys(backend, corpus)
    texts = _kept(keys, cache)
    first = _open(corpus, keys, texts)
    task.advance(len(corpus) - len(first))
    failures: dict[bytes, str] = {}
    for outcome in _outcomes(backend, tuple(first.values()), task):
        key = keys[outcome.segment_id]
        if isinstance(outcome, Failure):
            failures[key] = outcome.reason
            continue
        texts[key] = outcome.text
        if cache:
            # One by one: whatever was paid for is kept, whenever a run is killed.
            cache.put("translation", [(key, outcome.text.encode("utf-8"))])
    return [_outcome(segment, keys[segment.id], texts, failures) for segment in corpus], len(first)


def open_segments(backend: Backend, corpus: Corpus, cache: Cache | None) -> tuple[Segment, ...]:
    """The segments that `translate` would ask for: of equal ones the first, none in the cache."""
    if not backend.cacheable:
        return corpus.segments
    keys = _keys(backend, corpus)
    return tuple(_open(corpus, keys, _kept(keys, cache)).values())


def _kept(keys: Mapping[str, bytes], cache: Cache | None) -> dict[bytes, str]:
    found = cache.get(list(dict.fromkeys(keys.values()))) if cache else {}
    return {key: value.decode("utf-8") for key, value in found.items()}


def _open(
    corpus: Corpus, keys: Mapping[str, bytes], texts: Mapping[bytes, str]
) -> dict[bytes, Segment]:
    first: dict[bytes, Segment] = {}
    for segment in corpus:
        if (key := keys[segment.id]) not in texts:
            first.setdefault(key, segment)
    return first


def _outcome(
    segment: Segment, key: bytes, texts: Mapping[bytes, str], failures: Mapping[bytes, str]
) -> Outcome:
    if key in texts:
        return Translation(segment.id, texts[key])
    return Failure(segment.id, failures[key])


def _outcomes(backend: Backend, segments: Sequence[Segment], task: Task) -> Iterator[Outcome]:
    """What the backend gives; where it breaks off, failures for the rest."""
    open_ids = dict.fromkeys(segment.id for segment in segments)
    reason = "the backend gave nothing for this segment"
    try:
        for outcome in backend.translate(segments) if segments else ():
            _close(open_ids, outcome)
            task.advance(1)
            yield outcome
    except BackendError as error:
        reason = str(error)
    for segment_id in open_ids:
        yield Failure(segment_id, reason)


def _reasons(failures: Sequence[Failure]) -> Iterator[str]:
    """The commonest reasons, each on one line."""
    reasons = Counter(" ".join(failure.reason.split()) for failure in failures)
    for reason, number in reasons.most_common(REASONS_SHOWN):
        yield f"{count(number, 'segment')} failed: {textwrap.shorten(reason, REASON_WIDTH)}"


def _close(open_ids: dict[str, None], outcome: Outcome) -> None:
    if outcome.segment_id not in open_ids:
        raise BackendError("the backend gave a segment twice, or one that it was not asked for")
    del open_ids[outcome.segment_id]


def _identity(backend: Backend) -> str:
    return json.dumps(dict(backend.identity()), sort_keys=True)


def _keys(backend: Backend, corpus: Corpus) -> dict[str, bytes]:
    identity, languages = _identity(backend), str(corpus.languages)
    inputs = backend.inputs(corpus)
    return {s.id: cache_key("translation", identity, languages, inputs[s.id]) for s in corpus}
