"""What runs in the processes of a cluster: it computes blocks and sends back what was said."""

from __future__ import annotations

import logging
import os
import pickle
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from mtqe.errors import ConfigError
from mtqe.evaluation.executors.worker import sendable
from mtqe.metrics.pool import ModelPool

THREADS = "OMP_NUM_THREADS"


@dataclass(frozen=True)
class Settings:
    """How the processes of a cluster compute.

    Attributes:
        version: of mtqe where it was started.
        tokens: tokens to compute at once; None for what suits the device.
        threads: CPU threads of a process with models; None for as many as PyTorch takes by itself.
        log_level: records of this level and above are sent back.
    """

    version: str
    tokens: int | None
    threads: int | None
    log_level: int


@dataclass(frozen=True)
class Answer:
    """What came of a block.

    Attributes:
        value: what `Block.compute` gave.
        error: what it raised instead.
        records: what was logged meanwhile.
    """

    value: Any = None
    error: Exception | None = None
    records: tuple[logging.LogRecord, ...] = ()


class Worker:
    """A process that keeps models loaded; Ray makes an actor of it."""

    def __init__(self, settings: Settings, device: str, cores: int) -> None:
        """Load nothing yet.

        Args:
            settings: how to compute.
            device: ``cpu``, or ``cuda``, which is the GPU that Ray gave to this process.
            cores: CPUs that Ray gave to this process.
        """
        if settings.threads is None and os.environ.get(THREADS) == str(cores) == str(
            os.cpu_count()
        ):
            # Ray set it; alone with a machine, models compute as they do without Ray.
            os.environ.pop(THREADS)
        self._settings = settings
        self._pool = ModelPool(device, settings.threads, settings.tokens)

    def ready(self) -> None:
        """Return once the process is there."""

    def answer(self, message: bytes) -> Answer:
        """What comes of a pickled block."""
        return answer(message, self._settings, self._pool)


def answer(message: bytes, settings: Settings, pool: ModelPool | None = None) -> Answer:
    """What comes of a pickled block; a block that fails is an answer too.

    Args:
        message: the block.
        settings: how to compute.
        pool: models that are loaded; None where none are needed.
    """
    return _answer(message, settings, pool or ModelPool("cpu"))


def answer_about(shared: Any, message: bytes, settings: Settings) -> Answer:  # noqa: ANN401
    """What comes of a pickled block that needs what many blocks share, which a node gets once.

    Args:
        shared: what `compute` of the block takes.
        message: the block.
        settings: how to compute.
    """
    return _answer(message, settings, shared)


def _answer(message: bytes, settings: Settings, given: Any) -> Answer:  # noqa: ANN401
    with _recorded(settings.log_level) as records:
        try:
            _check_version(settings.version)
            value = pickle.loads(message).compute(given)
        except Exception as error:  # whoever asked raises it
            return Answer(error=sendable(error), records=tuple(records))
    return Answer(value, records=tuple(records))


def _check_version(wanted: str) -> None:
    if (here := version("mtqe")) != wanted:
        raise ConfigError(
            f"the node {socket.gethostname()} has mtqe {here}, and mtqe {wanted} was "
            "started: install the same version on every node."
        )


@contextmanager
def _recorded(level: int) -> Iterator[list[logging.LogRecord]]:
    """What is logged within, with its arguments put in."""
    records: list[logging.LogRecord] = []
    handler = _Collector(records)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(level)
    try:
        yield records
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


class _Collector(logging.Handler):
    """Keeps records in a form that can be pickled."""

    def __init__(self, records: list[logging.LogRecord]) -> None:
        super().__init__()
        self._records = records

    def emit(self, record: logging.LogRecord) -> None:
        said = {"name": record.name, "levelno": record.levelno, "levelname": record.levelname}
        self._records.append(logging.makeLogRecord({**said, "msg": record.getMessage()}))
