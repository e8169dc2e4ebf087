"""What a system has to translate, worked out once: budget, translation and estimate read it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from mtqe.backends.base import Backend
from mtqe.corpus.base import Corpus, Segment
from mtqe.support.cache import Cache, cache_key
from mtqe.support.cost import Estimate

if TYPE_CHECKING:
    from mtqe.config import System


@dataclass(frozen=True)
class Pace:
    """How many segments were translated in one go, and in how many seconds."""

    segments: int = 0
    seconds: float = 0.0

    @property
    def speed(self) -> float | None:
        """Segments per second; None where nothing was measured."""
        return self.segments / self.seconds if self.seconds else None


@dataclass(frozen=True)
class TranslationPlan:
    """The translation work of one system.

    Attributes:
        system: the system's name.
        backend: the translator, already checked.
        corpus: the test set.
        identity: the backend's identity.
        keys: cache key of each segment's translation, by segment id; empty for recorded
            translations.
        texts: translations by cache key: what the cache had, and what has been translated since.
            Plans of one run share it, so that two systems with one engine translate once.
        pace_key: the cache key of the engine's speed.
        pace: the speed that an earlier run measured.
    """

    system: str
    backend: Backend
    corpus: Corpus
    identity: Mapping[str, str]
    keys: Mapping[str, bytes]
    texts: dict[bytes, str]
    pace_key: bytes
    pace: Pace

    @cached_property
    def distinct(self) -> Sequence[Segment]:
        """The first segment of each key: all that has to be translated without a cache."""
        if not self.backend.cacheable:
            return self.corpus.segments
        first: dict[bytes, Segment] = {}
        for segment in self.corpus:
            first.setdefault(self.keys[segment.id], segment)
        return tuple(first.values())

    @property
    def open(self) -> Sequence[Segment]:
        """The distinct segments that have no translation yet."""
        if not self.backend.cacheable:
            return self.corpus.segments
        return tuple(s for s in self.distinct if self.keys[s.id] not in self.texts)

    @cached_property
    def whole(self) -> Estimate | None:
        """What translating the whole test set takes; None for recorded translations."""
        return self.backend.estimate(self.distinct) if self.backend.cacheable else None

    @cached_property
    def estimate(self) -> Estimate:
        """What translating the rest takes, as the cache was when this was first asked."""
        waiting = self.open
        if self.whole is not None and len(waiting) == len(self.distinct):
            return self.whole
        return self.backend.estimate(waiting)

    @property
    def objection(self) -> str | None:
        """Why the estimate is over the system's budget, or None."""
        if not self.backend.cacheable:  # recorded translations cost nothing
            return None
        return self.backend.budget.objection(self.estimate)


def plan_translations(
    corpus: Corpus, systems: Iterable[System], cache: Cache | None
) -> tuple[TranslationPlan, ...]:
    """The work of every system; each source is prepared once, and nothing is sent."""
    texts: dict[bytes, str] = {}
    return tuple(
        plan_translation(s.name, s.backend, s.input(corpus), cache, texts) for s in systems
    )


def plan_translation(
    system: str,
    backend: Backend,
    corpus: Corpus,
    cache: Cache | None,
    texts: dict[bytes, str] | None = None,
) -> TranslationPlan:
    """The work of one system.

    Args:
        system: the system's name.
        backend: the translator.
        corpus: the test set.
        cache: asked once for everything that it may have.
        texts: translations by cache key that other plans of this run know.
    """
    shared = {} if texts is None else texts
    identity = dict(backend.identity())
    described, languages = json.dumps(identity, sort_keys=True), str(corpus.languages)
    pace_key = cache_key("speed", described, languages)
    if not backend.cacheable:
        return TranslationPlan(system, backend, corpus, identity, {}, shared, pace_key, Pace())
    inputs = backend.inputs(corpus)
    keys = {s.id: cache_key("translation", described, languages, inputs[s.id]) for s in corpus}
    wanted = [key for key in dict.fromkeys(keys.values()) if key not in shared]
    found = _found(cache, [*wanted, pace_key])
    pace = Pace(*json.loads(found.pop(pace_key, b"[0, 0.0]")))
    shared |= {key: value.decode("utf-8") for key, value in found.items()}
    return TranslationPlan(system, backend, corpus, identity, keys, shared, pace_key, pace)


def _found(cache: Cache | None, keys: Sequence[bytes]) -> dict[bytes, bytes]:
    return cache.get(keys) if cache else {}
