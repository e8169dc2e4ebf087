"""The work of requests: so much at once, with loaded models, ended when nobody waits any more.

Python can't end a thread, so work is ended where it reports progress: between two batches of a
model, two metrics or two checks. The answer comes in time all the same.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from http import HTTPStatus
from threading import Event, Lock
from typing import TypeVar

from mtqe.metrics.pool import ModelPool
from mtqe.service.limits import MOST_WAITING, Limits
from mtqe.service.problems import Refused
from mtqe.support.progress import Progress, Task

Result = TypeVar("Result")
Work = Callable[[ModelPool, Progress], Result]

POLL = 0.2
"""Seconds between two looks at whether the client is still there."""


class Ended(Exception):  # noqa: N818 - nobody waits for the result
    """Ends work whose result nobody will read."""


class Watch:
    """Progress that ends the work once it is told to; see `mtqe.support.progress`."""

    def __init__(self) -> None:
        self._ended = Event()

    def end(self) -> None:
        """Let the work end at its next step."""
        self._ended.set()

    def task(self, label: str, total: float) -> Task:
        """Begin something, unless the work is to end."""
        self.advance(0)
        return self

    def advance(self, amount: float) -> None:
        """Go on, unless the work is to end."""
        if self._ended.is_set():
            raise Ended

    def done(self) -> None:
        """Something has ended."""


class Jobs:
    """Runs work in threads, each with models of its own that stay loaded."""

    def __init__(self, limits: Limits) -> None:
        """Load nothing yet."""
        self._limits = limits
        self._threads = ThreadPoolExecutor(limits.parallel, thread_name_prefix="mtqe-api")
        self._pools = [ModelPool() for _ in range(limits.parallel)]
        self._watches: set[Watch] = set()
        self._lock = Lock()

    async def run(self, work: Work[Result], gone: Callable[[], Awaitable[bool]]) -> Result:
        """The result of work, in its turn.

        Args:
            work: gets models, and progress that it must report to.
            gone: whether the client has gone away.

        Raises:
            Refused: too many wait, or the time is over.
            Exception: what the work raised.
        """
        watch = self._enter()
        ends = time.monotonic() + self._limits.seconds
        try:
            handle = self._threads.submit(self._work, work, watch)
        except RuntimeError as error:  # the service is being stopped
            self._leave(watch)
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, "the service is ending.") from error
        handle.add_done_callback(lambda _: self._leave(watch))
        try:
            return await self._wait(handle, ends, gone)
        finally:
            watch.end()
            handle.cancel()

    def end(self) -> None:
        """End all work at its next step, and take no more."""
        with self._lock:
            for watch in self._watches:
                watch.end()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _wait(
        self, handle: Future[Result], ends: float, gone: Callable[[], Awaitable[bool]]
    ) -> Result:
        future = asyncio.wrap_future(handle)
        future.add_done_callback(_look)
        while True:
            left = ends - time.monotonic()
            await asyncio.wait({future}, timeout=max(0.0, min(POLL, left)))
            if future.done():
                return _result(future)
            if left <= 0:
                raise Refused(
                    HTTPStatus.GATEWAY_TIMEOUT,
                    f"there was no result within {self._limits.seconds:g} seconds; send fewer "
                    "segments or metrics, or start the service with a longer --time-limit.",
                )
            if await gone():
                raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, "the client has gone away.")

    def _enter(self) -> Watch:
        watch = Watch()
        with self._lock:
            if len(self._watches) >= self._limits.parallel + MOST_WAITING:
                raise Refused(
                    HTTPStatus.SERVICE_UNAVAILABLE,
                    f"{MOST_WAITING} requests wait for their turn already; try again later.",
                    retry_after=5,
                )
            self._watches.add(watch)
        return watch

    def _leave(self, watch: Watch) -> None:
        with self._lock:
            self._watches.discard(watch)

    def _work(self, work: Work[Result], watch: Watch) -> Result:
        watch.advance(0)
        with self._lock:
            pool = self._pools.pop()  # the one that was used last, so that few are filled
        try:
            return work(pool, watch)
        finally:
            with self._lock:
                self._pools.append(pool)


def _result(future: asyncio.Future[Result]) -> Result:
    try:
        return future.result()
    except (Ended, asyncio.CancelledError) as error:
        raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, "the service is ending.") from error


def _look(future: asyncio.Future[Result]) -> None:
    """Look at an outcome that nobody waits for, so that asyncio doesn't complain of it."""
    with suppress(asyncio.CancelledError):
        future.exception()
