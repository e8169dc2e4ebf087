"""Getting every system's translations, from the cache where it has them."""

from __future__ import annotations

import json
import textwrap
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mtqe.backends.base import Backend
from mtqe.corpus.base import Corpus, Failure, Outcome, Segment, Translation, Translations
from mtqe.corpus.segment_names import name_of
from mtqe.errors import BackendError
from mtqe.evaluation.executors import Executor, Local
from mtqe.evaluation.plan import Pace, TranslationPlan
from mtqe.support.cache import Cache
from mtqe.support.cost import Estimate, Usage
from mtqe.support.progress import Progress, Task
from mtqe.support.words import count

REASONS_SHOWN = 3
REASON_WIDTH = 300


@dataclass(frozen=True)
class WithoutCounterpart:
    """What translations of whole documents leave out and add.

    Attributes:
        omitted: ids of segments that the translation has nothing of.
        added: by segment id, characters of its translation that have no counterpart.
    """

    omitted: frozenset[str] = frozenset()
    added: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)


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
        without_counterpart: what was left out and added, where documents were translated whole.
    """

    translations: Translations
    newly_translated: int = 0
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
    usage: Usage | None = None
    estimate: Estimate | None = None
    prompts: tuple[str, ...] = ()
    speed: float | None = None
    without_counterpart: WithoutCounterpart | None = None


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
    plan: TranslationPlan,
    cache: Cache | None,
    progress: Progress,
    executor: Executor | None = None,
) -> Translated:
    """Translate what a plan has open, and put all of it together.

    Equal sources are translated once. Failures are not cached: the next run tries them again. When
    the engine as a whole stops, the segments still open become failures and the run goes on.

    Args:
        plan: the work of one system.
        cache: keeps each translation as soon as it is made; None keeps nothing.
        progress: told of each segment.
        executor: who has the engine translate; None does it in this process.
    """
    backend, works = plan.backend, executor or Local()
    started = time.monotonic()
    task = progress.task(f"translate {plan.system}", len(plan.corpus))
    recorded = backend.recorded(plan.corpus.segments)
    outcomes: Sequence[Outcome]
    if recorded is not None:
        outcomes, asked, made = recorded, 0, 0
        task.advance(len(plan.corpus))
    elif backend.cacheable:
        outcomes, asked, made = _distinct_outcomes(plan, cache, task, works)
    else:
        outcomes, asked, made = list(_outcomes(backend, plan.corpus.segments, task, works)), 0, 0
    task.done()
    aligned = (
        Translations.align(plan.system, plan.corpus, outcomes, plan.identity)
        if recorded is None
        else Translations(plan.system, recorded, plan.identity)
    )
    seconds = time.monotonic() - started
    return Translated(
        translations=aligned,
        newly_translated=asked,
        seconds=seconds,
        notes=(*backend.notes, *_reasons(plan.corpus, aligned)),
        usage=backend.usage if asked else None,
        estimate=plan.whole,
        prompts=backend.prompts,
        speed=_measured(plan, Pace(made, seconds), cache).speed,
    )


def _measured(plan: TranslationPlan, pace: Pace, cache: Cache | None) -> Pace:
    """The pace of this run, or of an earlier one that had more to translate."""
    if pace.segments == 0 or pace.segments < plan.pace.segments:
        return plan.pace
    if cache:
        value = json.dumps([pace.segments, pace.seconds]).encode("ascii")
        cache.put("speed", [(plan.pace_key, value)])
    return pace


def _distinct_outcomes(
    plan: TranslationPlan, cache: Cache | None, task: Task, executor: Executor
) -> tuple[list[Outcome], int, int]:
    """Outcomes of all segments; how many distinct sources were asked for, and were translated."""
    waiting = plan.open
    task.advance(len(plan.corpus) - len(waiting))
    failures: dict[bytes, str] = {}
    for outcome in _outcomes(plan.backend, waiting, task, executor):
        key = plan.keys[outcome.segment_id]
        if isinstance(outcome, Failure):
            failures[key] = outcome.reason
            continue
        plan.texts[key] = outcome.text
        if cache:
            # One by one: whatever was paid for is kept, whenever a run is killed.
            cache.put("translation", [(key, outcome.text.encode("utf-8"))])
    outcomes = [_outcome(s, plan.keys[s.id], plan.texts, failures) for s in plan.corpus]
    return outcomes, len(waiting), len(waiting) - len(failures)


def _outcome(
    segment: Segment, key: bytes, texts: Mapping[bytes, str], failures: Mapping[bytes, str]
) -> Outcome:
    if key in texts:
        return Translation(segment.id, texts[key])
    return Failure(segment.id, failures[key])


def _outcomes(
    backend: Backend, segments: Sequence[Segment], task: Task, executor: Executor
) -> Iterator[Outcome]:
    """What the backend gives; where it breaks off, failures for the rest."""
    open_ids = dict.fromkeys(segment.id for segment in segments)
    reason = "the backend gave nothing for this segment"
    try:
        for outcome in backend.translate_by(executor.translate, segments) if segments else ():
            _close(open_ids, outcome)
            task.advance(1)
            yield outcome
    except BackendError as error:
        reason = str(error)
    for segment_id in open_ids:
        yield Failure(segment_id, reason)


def _reasons(corpus: Corpus, translations: Translations) -> Iterator[str]:
    """The commonest reasons, each on one line with the first segment that failed for it."""
    rows: dict[str, list[int]] = {}
    for row, outcome in enumerate(translations.outcomes) if translations.failures else ():
        if isinstance(outcome, Failure):
            rows.setdefault(" ".join(outcome.reason.split()), []).append(row)
    for reason, failed in sorted(rows.items(), key=lambda item: -len(item[1]))[:REASONS_SHOWN]:
        name = name_of(corpus[failed[0]], failed[0])
        where = name if len(failed) == 1 else f"first {name}"
        number = count(len(failed), "segment")
        yield f"{number} failed: {textwrap.shorten(reason, REASON_WIDTH)} ({where})"


def _close(open_ids: dict[str, None], outcome: Outcome) -> None:
    if outcome.segment_id not in open_ids:
        raise BackendError("the backend gave a segment twice, or one that it was not asked for")
    del open_ids[outcome.segment_id]
