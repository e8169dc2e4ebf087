"""The program of a worker process: it computes blocks on one device until nobody asks any more.

It reads pickled messages from standard input and writes pickled ones to what was its standard
output; whatever a library prints goes to standard error. When its input ends, since the process
that started it has closed it or has died, the worker ends at once, even in the middle of a block.
"""

from __future__ import annotations

import logging
import os
import pickle
import sys
import traceback
from dataclasses import dataclass
from queue import Queue
from threading import Lock, Thread
from typing import BinaryIO

from mtqe.metrics.base import DetailedChunk, Metric, Sample
from mtqe.metrics.pool import ModelPool

START = (
    "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); "
    "from mtqe.evaluation.executors import worker; worker.main()"
)
"""What ``python -c`` runs; the first message is the path on which modules are found."""


@dataclass(frozen=True)
class Settings:
    """How a worker computes.

    Attributes:
        device: as PyTorch names it.
        threads: CPU threads of all workers together; None for one per physical core.
        shares: among how many workers on the processor the threads are divided; 0 on a GPU.
        tokens: tokens to compute at once; None for what suits the device.
        log_level: records of this level and above are sent back.
    """

    device: str
    threads: int | None
    shares: int
    tokens: int | None
    log_level: int

    def pool(self) -> ModelPool:
        """An empty pool; imports PyTorch where it must ask for the number of threads."""
        threads = self.threads
        if self.shares and threads is None:
            import torch

            threads = torch.get_num_threads()
        if self.shares and threads is not None:
            threads = max(1, threads // self.shares)
        return ModelPool(self.device, threads, self.tokens)


@dataclass(frozen=True)
class Block:
    """What to compute.

    Attributes:
        metric: who computes it; None for the metric of the block before.
        samples: what is scored.
    """

    metric: Metric | None
    samples: tuple[Sample, ...]


@dataclass(frozen=True)
class Answer:
    """What came of a block: chunks, or an error."""

    chunks: tuple[DetailedChunk, ...] = ()
    error: Exception | None = None


class _Output:
    """Sends messages, whole ones, from any thread."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._lock = Lock()

    def send(self, message: Answer | logging.LogRecord) -> None:
        content = pickle.dumps(message)
        with self._lock:
            self._file.write(content)
            self._file.flush()


class _Records(logging.Handler):
    """Sends records of the log to the process that shows them."""

    def __init__(self, output: _Output) -> None:
        super().__init__()
        self._output = output

    def emit(self, record: logging.LogRecord) -> None:
        said = {"name": record.name, "levelno": record.levelno, "levelname": record.levelname}
        self._output.send(logging.makeLogRecord({**said, "msg": record.getMessage()}))


def main() -> None:
    """Compute blocks until standard input ends."""
    source = sys.stdin.buffer
    output = _Output(os.fdopen(os.dup(1), "wb"))
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    settings: Settings = pickle.load(source)
    logging.basicConfig(handlers=[_Records(output)], level=settings.log_level)
    blocks: Queue[bytes] = Queue()
    Thread(target=_read, args=(source, blocks), daemon=True).start()
    computer = _Computer(settings)
    while True:
        output.send(computer.answer(blocks.get()))


def _read(source: BinaryIO, blocks: Queue[bytes]) -> None:
    """Put messages into a queue; end the process when there are no more."""
    while size := source.read(8):
        blocks.put(source.read(int.from_bytes(size, "big")))
    os._exit(0)


class _Computer:
    """Computes blocks with models that stay loaded."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._pool: ModelPool | None = None
        self._metric: Metric | None = None

    def answer(self, message: bytes) -> Answer:
        """What comes of a block."""
        try:
            return Answer(self._compute(pickle.loads(message)))
        except Exception as error:  # the process that asked raises it
            return Answer(error=sendable(error))

    def _compute(self, block: Block) -> tuple[DetailedChunk, ...]:
        self._pool = self._pool or self._settings.pool()
        metric = block.metric or self._metric
        if metric is None:
            raise RuntimeError("the first block names no metric")
        self._metric = metric
        return tuple(metric.stream_details(block.samples, self._pool))


def sendable(error: Exception) -> Exception:
    """An error that can be pickled, with its traceback as a note."""
    note = f"in a worker process:\n{traceback.format_exc()}"
    error.add_note(note)
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:  # whatever its class makes of it
        error = RuntimeError(f"{type(error).__name__}: {error}")
        error.add_note(note)
    return error
