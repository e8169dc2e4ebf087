"""The executor that settings ask for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from mtqe.evaluation.executors.base import Executor, Local
from mtqe.metrics.pool import LOCAL, Compute


@contextmanager
def open_executor(compute: Compute) -> Iterator[Executor]:
    """The executor for some devices; what it starts ends with the context, whatever happens.

    Raises:
        ConfigError: a device is not here, or has no such name; a cluster can't be had.
    """
    executor = _executor(compute)
    try:
        yield executor
    finally:
        executor.close()


def _executor(compute: Compute) -> Executor:
    compute.check_executor()
    if compute.executor != LOCAL:
        from mtqe.evaluation.executors.cluster.executor import RayExecutor

        return RayExecutor(compute.executor, compute.device, compute.threads, compute.batch_tokens)
    devices = compute.devices()
    if len(devices) == 1:
        return Local(compute.pool())
    from mtqe.evaluation.executors.devices import DeviceWorkers

    return DeviceWorkers(devices, compute.threads, compute.batch_tokens)
