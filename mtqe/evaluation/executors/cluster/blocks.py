"""Blocks of work that can be pickled, and computed by any process that has mtqe.

What many blocks share (a metric, an engine, checks) lies in them as bytes, so that a process
unpickles it once, and does once what it needs for it, such as finding a model's files.
"""

from __future__ import annotations

import pickle
import socket
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from mtqe.backends.base import Backend
from mtqe.checks import Check, Finding, Texts, look_here
from mtqe.corpus.base import Corpus, Outcome, Segment, Translations
from mtqe.errors import BackendError, ConfigError
from mtqe.metrics.base import DetailedChunk, Metric, Sample
from mtqe.metrics.pool import ModelPool

CHECKED = 2048
"""Segments that are checked at once."""


class Block(Protocol):
    """Some work."""

    def compute(self, pool: ModelPool) -> Any:  # noqa: ANN401 - whatever the block is about
        """Do it.

        Args:
            pool: models that this process keeps.
        """


@dataclass(frozen=True)
class ScoreBlock:
    """Samples that are scored together.

    Attributes:
        metric: a pickled `Metric`.
        samples: what is scored.
    """

    metric: bytes
    samples: tuple[Sample, ...]

    def compute(self, pool: ModelPool) -> tuple[DetailedChunk, ...]:
        """Chunks with indices among these samples."""
        metric: Metric = _unpickled(self.metric)
        return tuple(metric.stream_details(self.samples, pool))


class Outcomes(NamedTuple):
    """What an engine gave.

    Attributes:
        outcomes: of the segments that it came to.
        error: why it stopped before the end; None if it did not.
        counted: what is added to `Backend.counted`.
    """

    outcomes: tuple[Outcome, ...]
    error: str | None
    counted: int


@dataclass(frozen=True)
class TranslationBlock:
    """Segments that are translated together.

    Attributes:
        backend: a pickled `Backend`, which has been checked where it comes from.
        identity: of the engine there; one with another identity gives other translations.
        segments: what is translated.
    """

    backend: bytes
    identity: Mapping[str, str]
    segments: tuple[Segment, ...]

    def compute(self, pool: ModelPool) -> Outcomes:
        """Outcomes of these segments.

        Raises:
            ConfigError: the engine here is not the same.
        """
        backend: Backend = _unpickled(self.backend)
        check_same(self.identity, _identity(self.backend))
        before, stopped = backend.counted, None
        outcomes: list[Outcome] = []
        try:
            outcomes.extend(backend.translate(self.segments))
        except BackendError as error:
            stopped = str(error)
        return Outcomes(tuple(outcomes), stopped, backend.counted - before)


@dataclass(frozen=True)
class CheckBlock:
    """A part of a test set with its translations, for checks of which each segment is apart.

    Attributes:
        checks: a pickled tuple of `Check`.
        corpus: the part.
        systems: translations of its segments.
    """

    checks: bytes
    corpus: Corpus
    systems: tuple[Translations, ...]

    def compute(self, pool: ModelPool) -> tuple[Sequence[Finding], ...]:
        """What each check finds."""
        checks: tuple[Check, ...] = _unpickled(self.checks)
        texts = Texts(self.corpus, self.systems)
        return tuple(found for _, found in look_here(checks, self.corpus, texts))


def check_block_count(corpus: Corpus) -> int:
    """How many blocks `check_blocks` cuts a test set into."""
    return len(range(0, len(corpus), CHECKED))


def check_blocks(
    checks: bytes, corpus: Corpus, systems: Sequence[Translations]
) -> Iterator[CheckBlock]:
    """Cut a test set and its translations."""
    for start in range(0, len(corpus), CHECKED):
        rows = slice(start, start + CHECKED)
        yield CheckBlock(
            checks,
            replace(corpus, segments=corpus.segments[rows]),
            tuple(replace(system, outcomes=system.outcomes[rows]) for system in systems),
        )


def check_same(wanted: Mapping[str, str], found: Mapping[str, str]) -> None:
    """See that the engine on this machine is the one that is wanted.

    Raises:
        ConfigError: it is another one, or is not here.
    """
    for key in wanted:
        if (here := found.get(key)) != wanted[key]:
            raise ConfigError(
                f"{wanted['backend']} on the node {socket.gethostname()} is another one: its "
                f"{key} is {here!r} there, and {wanted[key]!r} where mtqe was started; install "
                "the same on every node, or use --executor local."
            )


@lru_cache(maxsize=16)
def _unpickled(content: bytes) -> Any:  # noqa: ANN401 - whatever was pickled
    try:
        return pickle.loads(content)
    except ImportError as error:
        raise ConfigError(
            f"the node {socket.gethostname()} can't import what the work needs ({error}): install "
            "there what is installed where mtqe was started, plug-ins too."
        ) from error


@lru_cache(maxsize=16)
def _identity(backend: bytes) -> Mapping[str, str]:
    found: Backend = _unpickled(backend)
    try:
        return dict(found.identity())
    except BackendError as error:
        raise ConfigError(f"on the node {socket.gethostname()}: {error}") from error
