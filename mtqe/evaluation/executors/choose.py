"""The executor that settings ask for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from mtqe.evaluation.executors.base import Executor, Local
from mtqe.metrics.pool import Compute


@contextmanager
def open_executor(compute: Compute) -> Iterator[Executor]:
    """The executor for some devices; what it starts ends with the context, whatever happens.

    Raises:
        ConfigError: a device is not here, or has no such name.
    """
    devices = compute.devices()
    executor: Executor
    if len(devices) == 1:
        executor = Local(compute.pool())
    else:
        from mtqe.evaluation.executors.devices import DeviceWorkers

        executor = DeviceWorkers(devices, compute.threads, compute.batch_tokens)
    try:
        yield executor
    finally:
        executor.close()
