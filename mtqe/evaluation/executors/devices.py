"""Several devices on this machine, with a worker process for each.

Blocks are those of `Metric.blocks`, so every block is computed as one device alone would compute
it, and the scores are the same. Workers are processes, as threads would wait for each other in
Python. They hold nothing but models: results go to the process that asked, which keeps them in the
cache.
"""

from __future__ import annotations

import logging
import os
import pickle
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from queue import Empty, Full, Queue
from threading import Event, Lock, Thread
from typing import Any, NamedTuple

import numpy as np

from mtqe.backends.base import Backend
from mtqe.checks import Check, Finding, Texts
from mtqe.corpus.base import Corpus, Outcome, Segment
from mtqe.errors import MetricError
from mtqe.evaluation.executors.base import Local
from mtqe.evaluation.executors.worker import START, Answer, Block, Settings
from mtqe.metrics.base import DetailedChunk, Metric, Sample
from mtqe.metrics.devices import CPU
from mtqe.stats.resampling import Floats, UnitColumns
from mtqe.stats.summing import Resampling

AHEAD = 2
"""Blocks that a worker has at once, so that it need not wait for the next one."""
LOOK = 0.5
"""Seconds between two looks at whether the user has pressed Ctrl-C, where waiting hides it."""
END = 5.0
"""Seconds that a worker has to end after it was killed."""


class DeviceWorkers:
    """An executor with a worker for each device; started when a metric first needs them."""

    def __init__(self, devices: Sequence[str], threads: int | None, tokens: int | None) -> None:
        """Start nothing yet.

        Args:
            devices: names as PyTorch has them; the processor may be named several times.
            threads: CPU threads, which workers on the processor share; None for one per core.
            tokens: tokens to compute at once; None for what suits each device.
        """
        shares = sum(device == CPU for device in devices)
        level = logging.getLogger().getEffectiveLevel()
        self._settings = [
            Settings(device, threads, shares if device == CPU else 0, tokens, level)
            for device in devices
        ]
        self._workers: list[_Worker] = []
        self._local = Local()

    def stream(self, metric: Metric, samples: Sequence[Sample]) -> Iterator[DetailedChunk]:
        """See `Executor.stream`; metrics without a model are computed in this process.

        Raises:
            MetricError: the metric can't be computed or sent, or a worker has died.
        """
        if not metric.runs_model:
            yield from self._local.stream(metric, samples)
            return
        _check_sendable(metric)
        if not self._workers:
            self._workers = [_Worker(settings) for settings in self._settings]
        turn = _Turn(metric, samples, self._workers)
        try:
            yield from turn.results()
        except BaseException:
            self.close()  # workers would go on with blocks that nobody waits for
            raise

    def translate(self, backend: Backend, segments: Sequence[Segment]) -> Iterator[Outcome]:
        """See `Executor.translate`; engines have a device of their own."""
        return self._local.translate(backend, segments)

    def look(
        self, checks: Sequence[Check], corpus: Corpus, texts: Texts
    ) -> Iterator[tuple[int, Sequence[Finding]]]:
        """See `Executor.look`; done in this process."""
        return self._local.look(checks, corpus, texts)

    def sum_resamples(
        self, columns: Sequence[UnitColumns], resampling: Resampling
    ) -> Iterator[tuple[int, list[Floats]]]:
        """See `Executor.sum_resamples`; done in this process, whose threads share the products."""
        return self._local.sum_resamples(columns, resampling)

    def close(self) -> None:
        """End all workers at once."""
        workers, self._workers = self._workers, []
        for worker in workers:
            worker.kill()
        for worker in workers:
            worker.wait()


def _check_sendable(metric: Metric) -> None:
    """See that another process can make the metric from its pickle.

    What a notebook or a script defines lies in a module that no other process has.

    Raises:
        MetricError: it can't.
    """
    reason = ""
    if type(metric).__module__ == "__main__":
        reason = "its class is defined in a notebook or script"
    else:
        try:
            pickle.dumps(metric)
        except Exception as error:  # whatever a plug-in's attributes raise
            reason = str(error)
    if reason:
        raise MetricError(
            f"{metric.name}: several devices need a process each, and the metric can't be sent to "
            f"them ({reason}); define it in a module of its own and import it, or name one device."
        )


class _Done(NamedTuple):
    """What came of a block with these indices among all samples."""

    indices: Sequence[int]
    answer: Answer


class _Turn:
    """The blocks of one metric, given out to workers as they have time for them."""

    def __init__(
        self, metric: Metric, samples: Sequence[Sample], workers: Sequence[_Worker]
    ) -> None:
        self._metric = metric
        self._samples = samples
        self._workers = workers
        self._blocks = iter(list(metric.blocks(samples)))
        self._lock = Lock()
        self._results: Queue[_Done | None] = Queue(len(workers))
        self._is_over = Event()

    def results(self) -> Iterator[DetailedChunk]:
        """Chunks as they are done, with indices among all samples."""
        threads = [
            Thread(target=self._drive, args=(worker,), daemon=True) for worker in self._workers
        ]
        for thread in threads:
            thread.start()
        left = len(threads)
        try:
            while left:
                done = self._take()
                if done is None:
                    left -= 1
                    continue
                if done.answer.error is not None:
                    raise done.answer.error
                places = np.asarray(done.indices, dtype=np.intp)
                for indices, rows, details in done.answer.chunks:
                    yield DetailedChunk(places[indices], rows, details)
        finally:
            self._is_over.set()

    def _take(self) -> _Done | None:
        while True:
            with suppress(Empty):
                return self._results.get(timeout=LOOK)

    def _give(self, done: _Done | None) -> None:
        """Hand a result over; wait while others are not yet taken."""
        while not self._is_over.is_set():
            with suppress(Full):
                self._results.put(done, timeout=LOOK)
                return

    def _drive(self, worker: _Worker) -> None:
        """Give a worker blocks and take its answers until there are no more."""
        open_blocks: deque[Sequence[int]] = deque()
        metric: Metric | None = self._metric
        try:
            while True:
                while len(open_blocks) < AHEAD and (indices := self._next()) is not None:
                    samples = tuple(self._samples[index] for index in indices)
                    worker.send(Block(metric, samples))
                    open_blocks.append(indices)
                    metric = None
                if not open_blocks:
                    break
                self._give(_Done(open_blocks.popleft(), worker.receive()))
            self._give(None)
        except Exception as error:  # what can't be pickled, or a worker that has died
            self._give(_Done((), Answer(error=error)))

    def _next(self) -> Sequence[int] | None:
        with self._lock:
            return next(self._blocks, None)


class _Worker:
    """One worker process."""

    def __init__(self, settings: Settings) -> None:
        self.device = settings.device
        apart: dict[str, Any] = {"start_new_session": True}
        if sys.platform == "win32":
            apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
        self._process = subprocess.Popen(  # apart, so that Ctrl-C reaches this process alone
            [sys.executable, "-P", "-c", START],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            **apart,
        )
        self._send(pickle.dumps(sys.path))
        self._send(pickle.dumps(settings))

    def send(self, block: Block) -> None:
        """Ask for a block.

        Raises:
            MetricError: the worker has died.
        """
        content = pickle.dumps(block)
        self._send(len(content).to_bytes(8, "big") + content)

    def receive(self) -> Answer:
        """The answer to the block that was asked for first; its log is shown here.

        Raises:
            MetricError: the worker has died.
        """
        assert self._process.stdout is not None
        while True:
            try:
                message = pickle.load(self._process.stdout)
            except (EOFError, pickle.UnpicklingError, OSError, ValueError) as error:
                raise self._dead() from error
            if not isinstance(message, logging.LogRecord):
                answer: Answer = message
                return answer
            logging.getLogger(message.name).handle(message)

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()

    def wait(self) -> None:
        """Wait until the process has ended, and close its pipes."""
        self._process.wait(END)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):  # what was not yet sent
                    pipe.close()

    def _send(self, content: bytes) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(content)
            self._process.stdin.flush()
        except (OSError, ValueError) as error:
            raise self._dead() from error

    def _dead(self) -> MetricError:
        try:
            code = self._process.wait(END)
        except subprocess.TimeoutExpired:
            code = 0
        how = f" with exit code {code}"
        if code < 0 and os.name == "posix":
            how = f" by {signal.Signals(-code).name}"
            if -code == signal.SIGKILL:
                how += ", as happens where memory runs out"
        return MetricError(
            f"the worker process for the device {self.device} has ended{how}; name fewer devices, "
            "or set a smaller --batch-tokens. What is done is in the cache."
        )
