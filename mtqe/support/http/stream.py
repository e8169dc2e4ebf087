"""An event loop on a thread of its own, as an iterator for code that knows of no event loop."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from enum import Enum
from typing import Any, TypeVar

T = TypeVar("T")


class _End(Enum):
    END = "end"


def stream(produce: Callable[[Callable[[T], None]], Coroutine[Any, Any, None]]) -> Iterator[T]:
    """Give what `produce` emits as soon as it does.

    The loop has its own thread, so that this works where a loop is already running, as in
    notebooks. Closing the iterator ends the work.

    Args:
        produce: gets the function to emit with.

    Raises:
        Exception: whatever `produce` raised, after all that it emitted before.
    """
    items: queue.SimpleQueue[T | _End] = queue.SimpleQueue()
    with _loop() as loop:
        work = asyncio.run_coroutine_threadsafe(produce(items.put), loop)
        work.add_done_callback(lambda _: items.put(_End.END))
        while not isinstance(item := items.get(), _End):
            yield item
        work.result()


@contextmanager
def _loop() -> Iterator[asyncio.AbstractEventLoop]:
    """A running loop; what still runs in it at the end is cancelled."""
    runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
    loop = runner.get_loop()

    def run() -> None:
        with runner:
            loop.run_forever()

    thread = threading.Thread(target=run, name="mtqe-requests", daemon=True)
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
