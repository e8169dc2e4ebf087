"""The executor that has blocks computed on a Ray cluster."""

from __future__ import annotations

import logging
import pickle
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from mtqe.backends.base import Backend
from mtqe.checks import Check, Finding, Texts
from mtqe.corpus.base import Corpus, Outcome, Segment
from mtqe.errors import BackendError, ConfigError
from mtqe.evaluation.executors.base import Local
from mtqe.evaluation.executors.cluster.blocks import (
    Block,
    Outcomes,
    ScoreBlock,
    TranslationBlock,
    check_block_count,
    check_blocks,
)
from mtqe.evaluation.executors.cluster.crew import Actors, Crew, Tasks, compute
from mtqe.evaluation.executors.cluster.joining import MTQE, Cluster, check_address, import_ray
from mtqe.evaluation.executors.cluster.remote import Settings
from mtqe.metrics.base import DetailedChunk, Metric, Sample
from mtqe.stats.resampling import Floats, UnitColumns
from mtqe.stats.summing import ResampleBlock, Resampling

DEVICES = ("auto", "cpu", "cuda")
FEWEST_SECONDS = 2.0
"""What takes a core less is summed here: a process takes about as long to start."""


class RayExecutor:
    """Blocks go to a cluster, results come back here, where the cache keeps them.

    Models, of metrics and engines, are in processes that keep them loaded. These end when another
    kind of work begins, as they hold processors. What asks a server stays here, where keys, budgets
    and limits are; so does work of a single block, and checks that look at a whole test set.
    """

    def __init__(self, address: str, device: str, threads: int | None, tokens: int | None) -> None:
        """Join nothing yet: the cluster is joined when there is work for it.

        Args:
            address: ``ray``, or ``ray://HOST:PORT``.
            device: ``auto`` (GPUs where the cluster has some), ``cpu`` or ``cuda``.
            threads: CPU threads of each process with models; None for one process per node.
            tokens: tokens to compute at once; None for what suits the device.

        Raises:
            ConfigError: Ray is not installed, nothing answers at the address, or a device that a
                cluster can't give.
        """
        if device not in DEVICES:
            raise ConfigError(
                f"--executor {address} can't take the device {device!r}: Ray gives out GPUs; write "
                f"{', '.join(DEVICES[:-1])} or {DEVICES[-1]}."
            )
        import_ray()
        check_address(address)
        level = logging.getLogger().getEffectiveLevel()
        self._address = address
        self._device = device
        self._settings = Settings(MTQE, tokens, threads, level)
        self._local = Local()
        self._actors: Actors | None = None

    def stream(self, metric: Metric, samples: Sequence[Sample]) -> Iterator[DetailedChunk]:
        """See `Executor.stream`."""
        blocks = [] if metric.server_url or metric.partial else list(metric.blocks(samples))
        if not blocks or not (metric.runs_model or len(blocks) > 1):
            yield from self._local.stream(metric, samples)
            return
        pickled = self._pickled(metric, f"the metric {metric.name!r}")
        work: Iterator[Block] = (
            ScoreBlock(pickled, tuple(samples[index] for index in indices)) for indices in blocks
        )
        crew = self._with_models() if metric.runs_model else self._without_models()
        for number, chunks in self._values(crew, work, f"the metric {metric.name!r}"):
            places = np.asarray(blocks[number], dtype=np.intp)
            for indices, rows, details in chunks:
                yield DetailedChunk(places[indices], rows, details)

    def translate(self, backend: Backend, segments: Sequence[Segment]) -> Iterator[Outcome]:
        """See `Executor.translate`.

        Raises:
            BackendError: the engine as a whole can't go on.
            ConfigError: a node has another engine.
        """
        blocks = list(backend.blocks(segments)) if backend.portable else []
        if len(blocks) < 2:
            yield from self._local.translate(backend, segments)
            return
        pickled = self._pickled(backend, f"the backend {backend.name!r}")
        identity = dict(backend.identity())
        work: Iterator[Block] = (
            TranslationBlock(pickled, identity, tuple(block)) for block in blocks
        )
        crew = self._with_models() if backend.runs_model else self._without_models()
        counted, found = 0, Outcomes((), None, 0)
        for _, found in self._values(crew, work, f"translations by {backend.name}"):
            yield from found.outcomes
            counted += found.counted
            if found.error is not None:
                raise BackendError(found.error)
        backend.note(counted)

    def look(
        self, checks: Sequence[Check], corpus: Corpus, texts: Texts
    ) -> Iterator[tuple[int, Sequence[Finding]]]:
        """See `Executor.look`; what must see the whole test set is looked for here."""
        apart = [place for place, check in enumerate(checks) if check.by_segment]
        pickled = self._pickled(tuple(checks[place] for place in apart), "a check")
        number_of_blocks = check_block_count(corpus) if apart else 0
        if number_of_blocks < 2:
            yield from self._local.look(checks, corpus, texts)
            return
        found: list[Sequence[Sequence[Finding]]] = [()] * number_of_blocks
        blocks = check_blocks(pickled, corpus, texts)  # as they are sent, not all at once
        for number, findings in self._values(self._without_models(), blocks, "checks"):
            found[number] = findings
        for column, place in enumerate(apart):
            yield place, [finding for block in found for finding in block[column]]
        whole = [place for place, check in enumerate(checks) if not check.by_segment]
        for place, more in self._local.look([checks[place] for place in whole], corpus, texts):
            yield whole[place], more

    def sum_resamples(
        self, columns: Sequence[UnitColumns], resampling: Resampling
    ) -> Iterator[tuple[int, list[Floats]]]:
        """See `Executor.sum_resamples`; what takes a few seconds is done here."""
        number = sum(len(item.chosen) for item in columns)
        if len(resampling.places) < 2 or resampling.seconds(number) < FEWEST_SECONDS:
            yield from self._local.sum_resamples(columns, resampling)
            return
        shared = self._cluster.ray.put([item.distinct() for item in columns])
        crew = self._without_models(shared)
        for place, sums in self._values(crew, resampling.blocks(), "resamples"):
            yield resampling.places[place], sums

    def close(self) -> None:
        """Leave the cluster; a cluster that was started here ends, with all that it does."""
        if "_cluster" in vars(self):
            self._end_actors()
            self._cluster.close()
            del self._cluster

    @cached_property
    def _cluster(self) -> Cluster:
        return Cluster(self._address)

    def _with_models(self) -> Crew:
        if self._actors is None:
            self._actors = Actors(self._cluster, self._settings, self._device)
        return self._actors

    def _without_models(self, shared: Any = None) -> Crew:  # noqa: ANN401 - Ray's reference
        self._end_actors()
        return Tasks(self._cluster, self._settings, shared)

    def _end_actors(self) -> None:
        actors, self._actors = self._actors, None
        if actors is not None:
            actors.close([])

    def _pickled(self, thing: object, what: str) -> bytes:
        """A thing as bytes; of a class that no module has, such as a notebook's, the class too.

        Raises:
            ConfigError: it can't be pickled.
        """
        dumps: Callable[[object], bytes] = self._cluster.ray.cloudpickle.dumps
        try:
            return dumps(thing)
        except Exception as error:  # whatever its own methods raise
            raise ConfigError(
                f"{what} can't be sent to other machines ({str(error)[:200]}): let it hold nothing "
                "but its options, and load what it needs when it is used, or use --executor local."
            ) from error

    def _values(
        self, crew: Crew, blocks: Iterator[Block] | Iterator[ResampleBlock], what: str
    ) -> Iterator[tuple[int, Any]]:
        """What blocks give, as they are done."""
        messages = (pickle.dumps(block) for block in blocks)
        for number, answer in compute(self._cluster, crew, messages, what):
            if answer.error is not None:
                raise answer.error
            yield number, answer.value
