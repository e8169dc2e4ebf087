"""Requests to one server over HTTP: limits, deadlines, repetitions."""

from __future__ import annotations

import asyncio
import os
import time
import urllib.request
from collections.abc import Callable
from functools import lru_cache
from types import TracebackType
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

import aiohttp
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, wait_random_exponential
from yarl import URL

from mtqe.support.http.faults import BadAnswer, Fault, Stopped, Transient
from mtqe.support.http.messages import Call, Reply
from mtqe.support.http.options import RequestOptions
from mtqe.support.http.rate_limiter import RateLimiter
from mtqe.support.http.usage_meter import UsageMeter
from mtqe.support.versions import versions

ANSWER_ATTEMPTS = 3
"""How often an answer that can't be used is asked for again: each one is paid for."""
LONGEST_BACKOFF = 30.0
LARGEST_REPLY = 32 * 1024**2
"""Bytes: more than any service answers to one request."""
SUCCESS = range(200, 300)

T = TypeVar("T")


class Interpreter(Protocol):
    """Who knows what a service means."""

    def fault(self, reply: Reply) -> Fault:
        """What an unsuccessful reply means."""

    def hide(self, text: str) -> str:
        """The text without the keys that were sent."""


class Client:
    """Sends requests, no more at once and no faster than allowed, and repeats what may succeed.

    A place among the concurrent requests is held while a request is under way, not while it waits
    to be repeated. Redirections are not followed: they would carry a key to another server.
    """

    def __init__(
        self, options: RequestOptions, interpreter: Interpreter, meter: UsageMeter
    ) -> None:
        """Set up a client that is used as an asynchronous context."""
        self._options = options
        self._interpreter = interpreter
        self._meter = meter
        self._pace = RateLimiter(options.requests_per_second)
        self._slots = asyncio.Semaphore(options.concurrency)
        self._stopped: Stopped | None = None
        self._proxy = lru_cache(_proxy)

    async def __aenter__(self) -> Client:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self._options.concurrency),
            timeout=aiohttp.ClientTimeout(total=self._options.timeout),
            headers={"User-Agent": f"mtqe/{versions().get('mtqe', '0')}"},
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._session.close()
        await asyncio.sleep(0)  # connections end in the loop's next turn, which may be its last

    async def exchange(self, call: Callable[[], Call], read: Callable[[object], T]) -> T:
        """Send a request until it has a usable answer.

        Args:
            call: makes the request anew for each attempt.
            read: takes the answer's JSON, or raises `BadAnswer`.

        Raises:
            Fault: why there is no answer. After `Stopped`, every later call ends in it at once.
        """
        retrying = AsyncRetrying(
            retry=retry_if_exception_type((Transient, BadAnswer)),
            wait=wait_random_exponential(self._options.backoff, LONGEST_BACKOFF),
            stop=self._enough,
            reraise=True,
        )
        try:
            return await retrying(self._attempt, call, read)
        except Stopped as stopped:
            self._stopped = self._stopped or stopped
            raise

    def stop(self, reason: str) -> None:
        """Let every later call end in `Stopped`."""
        self._stopped = self._stopped or Stopped(reason)

    def _enough(self, state: RetryCallState) -> bool:
        error = state.outcome.exception() if state.outcome else None
        allowed = self._options.attempts
        if isinstance(error, BadAnswer):
            allowed = min(allowed, ANSWER_ATTEMPTS)
        enough = state.attempt_number >= allowed
        self._meter.retries += not enough
        return enough

    async def _attempt(self, call: Callable[[], Call], read: Callable[[object], T]) -> T:
        async with self._slots:
            await self._pace.turn()
            if self._stopped:
                raise self._stopped
            self._meter.check()
            started = time.monotonic()
            reply = await self._send(call())
            seconds = time.monotonic() - started
        if reply.status not in SUCCESS:
            raise self._hold_back(self._interpreter.fault(reply))
        try:
            data = reply.json()
        except ValueError:
            said = reply.explanation(self._interpreter.hide)
            raise Transient(f"an answer that is not JSON: {said}") from None
        self._meter.requests += 1
        self._meter.seconds.append(seconds)
        return read(data)

    def _hold_back(self, fault: Fault) -> Fault:
        if not isinstance(fault, Transient) or fault.wait is None:
            return fault
        if fault.wait > self._options.max_wait:
            return Stopped(f"{fault}; the service asks to wait {fault.wait:.0f} s, try again then")
        self._pace.hold(fault.wait)
        return fault

    async def _send(self, call: Call) -> Reply:
        try:
            async with self._session.request(
                call.method,
                URL(call.url, encoded=True),
                data=call.body,
                headers=call.headers,
                allow_redirects=False,
                proxy=self._proxy(call.url),
            ) as response:
                return Reply(response.status, response.headers, await _read(response))
        except TimeoutError:
            reason = f"no whole answer from {_host(call.url)} within {self._options.timeout:g} s"
            raise Transient(reason) from None
        except ValueError as error:
            reason = f"no request can be sent to {_host(call.url)} ({error})"
            raise Stopped(f"{reason}; check `url`, and HTTPS_PROXY in the environment") from None
        except (aiohttp.ClientError, OSError) as error:
            raise Transient(f"{_host(call.url)} can't be reached ({_why(error)})") from None


async def _read(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > LARGEST_REPLY:
            raise Transient(f"an answer of more than {LARGEST_REPLY // 1024**2} MB")
    return bytes(body)


def _host(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2]


def _why(error: Exception) -> str:
    if isinstance(error, aiohttp.ServerDisconnectedError | aiohttp.ClientPayloadError):
        return "it broke off the connection"
    number = getattr(error, "errno", None)
    if isinstance(number, int) and number > 0:
        return os.strerror(number)
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _proxy(url: str) -> str | None:
    """The proxy that the environment names for this URL (aiohttp's own way also reads ~/.netrc)."""
    parts = urlsplit(url)
    if urllib.request.proxy_bypass(parts.hostname or ""):
        return None
    return urllib.request.getproxies().get(parts.scheme)
