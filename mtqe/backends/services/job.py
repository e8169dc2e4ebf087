"""One `translate` of a service: requests under way, answers put to segments, when to give up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from mtqe.backends.services.alignment import one_each
from mtqe.backends.services.options import ServiceOptions
from mtqe.corpus.base import Failure, Outcome, Segment, Translation
from mtqe.support.chat.forms import Forms
from mtqe.support.http.client import Client, Interpreter
from mtqe.support.http.faults import BadAnswer, Fault, Transient, Unacceptable
from mtqe.support.http.messages import Call
from mtqe.support.http.usage_meter import UsageMeter

WAITING = 3
"""Requests that may wait to be repeated for each one that is under way."""
LONGEST_REASON = 1000
"""Characters of a failure's reason, without keys."""
PATIENCE = 8
"""Requests in a row, each with all its repetitions, whose failure proves a service broken."""


class Translator(Interpreter, Protocol):
    """What a job must know of a service: how its requests and answers look.

    Attributes:
        forms: the form in which the next request asks.
    """

    forms: Forms

    def call(self, segments: Sequence[Segment]) -> Call:
        """The request for these segments."""

    def read(self, data: object, segments: Sequence[Segment]) -> Sequence[str]:
        """The translations in the JSON of a successful answer."""

    def repeats_key(self, text: str) -> bool:
        """Whether a translation has a key in it."""

    def tokens_used(self, data: object) -> tuple[int, int]:
        """Tokens read and written, as an answer counts them."""


class TranslationJob:
    """All requests of one `translate`, and when to give up."""

    def __init__(
        self,
        service: Translator,
        batches: Iterator[Sequence[Segment]],
        options: ServiceOptions,
        meter: UsageMeter,
    ) -> None:
        """Set up a job that has sent nothing yet.

        Args:
            service: source of requests and reader of answers.
            batches: the segments of each request.
            options: limits that all services share.
            meter: counter of what is answered.
        """
        self._service = service
        self._batches = batches
        self._options = options
        self._meter = meter
        self._failures = 0

    async def run(self, emit: Callable[[Outcome], None]) -> None:
        """Translate everything.

        Raises:
            Stopped: the service takes no request any more; requests under way have ended.
        """
        async with Client(self._options, self._service, self._meter) as client:
            workers = self._options.concurrency * (1 + WAITING)
            ends = await asyncio.gather(
                *(self._drain(client, emit) for _ in range(workers)), return_exceptions=True
            )
        for end in ends:
            if end is not None:
                raise end

    async def _drain(self, client: Client, emit: Callable[[Outcome], None]) -> None:
        for batch in self._batches:
            await self._translate(batch, client, emit)

    async def _translate(
        self, batch: Sequence[Segment], client: Client, emit: Callable[[Outcome], None]
    ) -> None:
        try:
            texts = await self._ask(batch, client)
        except (BadAnswer, Unacceptable) as fault:
            if len(batch) > 1:
                middle = len(batch) // 2
                await self._translate(batch[:middle], client, emit)
                await self._translate(batch[middle:], client, emit)
            else:
                self._fail(batch, fault, client, emit)
        except Transient as fault:
            self._fail(batch, fault, client, emit)
        else:
            self._failures = 0
            for segment, text in zip(batch, texts, strict=True):
                emit(Translation(segment.id, text))

    async def _ask(self, batch: Sequence[Segment], client: Client) -> Sequence[str]:
        """The translations, by the strictest form of answer that the server takes."""
        forms = self._service.forms
        form = forms.now
        refused: Unacceptable | None = None

        def call() -> Call:
            nonlocal form
            form = forms.now
            return self._service.call(batch)

        def read(data: object) -> Sequence[str]:
            forms.took(form)
            return self._read(data, batch)

        while True:
            try:
                return await client.exchange(call, read)
            except Unacceptable as fault:
                refused = refused or fault
                if not forms.refused(form):
                    raise refused from None

    def _read(self, data: object, batch: Sequence[Segment]) -> Sequence[str]:
        self._meter.answered(
            sum(len(segment.source) for segment in batch), self._service.tokens_used(data)
        )  # usable or not: it is billed
        texts = one_each(self._service.read(data, batch), batch)
        if any(map(self._service.repeats_key, texts)):
            raise BadAnswer("a translation that repeats the key, which must not be kept")
        return texts

    def _fail(
        self,
        batch: Sequence[Segment],
        fault: Fault,
        client: Client,
        emit: Callable[[Outcome], None],
    ) -> None:
        reason = self._service.hide(str(fault))[:LONGEST_REASON]
        for segment in batch:
            emit(Failure(segment.id, reason))
        self._failures += 1
        if self._failures >= PATIENCE:
            client.stop(f"{reason}; given up after {self._failures} failed requests in a row")
