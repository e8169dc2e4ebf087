"""When the next request of a system may begin."""

from __future__ import annotations

import asyncio


class RateLimiter:
    """Spreads requests by a rate limit, and holds all of them back when a service asks for it."""

    def __init__(self, requests_per_second: float | None) -> None:
        """At most so many requests a second; None for no limit."""
        self._interval = 1 / requests_per_second if requests_per_second else 0.0
        self._next = 0.0
        self._held = 0.0

    async def turn(self) -> None:
        """Wait until one more request may begin."""
        clock = asyncio.get_running_loop().time
        slot = max(clock(), self._next)
        self._next = slot + self._interval
        while (wait := max(slot, self._held) - clock()) > 0:
            await asyncio.sleep(wait)

    def hold(self, seconds: float) -> None:
        """Let no request begin for so long."""
        self._held = max(self._held, asyncio.get_running_loop().time() + seconds)
