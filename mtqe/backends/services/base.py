"""What all engines behind HTTP share: from segments to requests, and from answers to outcomes."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from pydantic import SecretStr

from mtqe.backends.base import Backend, BackendContext
from mtqe.backends.services.batching import Limits, cut
from mtqe.backends.services.job import TranslationJob
from mtqe.backends.services.options import ServiceOptions
from mtqe.corpus.base import Corpus, Failure, Outcome, Segment, Translation
from mtqe.errors import BackendError, ConfigError
from mtqe.support.chat.forms import Forms
from mtqe.support.cost import Budget, Estimate
from mtqe.support.http.addresses import checked_url
from mtqe.support.http.faults import Fault, Stopped
from mtqe.support.http.keys import (
    chosen_variable,
    find_key,
    redact,
    refuse_literal_keys,
    repeats_key,
    require_key,
)
from mtqe.support.http.messages import READ, Call, Reply
from mtqe.support.http.statuses import fault_of
from mtqe.support.http.stream import stream
from mtqe.support.http.usage_meter import Price, UsageMeter


class Service(Backend):
    """An engine behind HTTP: says how a request and an answer look, and does nothing else.

    Empty sources are their own translation and are never sent. A source that fits into no request
    fails. A request that the service refuses, or answers unusably, is halved until the segments at
    fault stand alone. A service that takes no request any more ends the system's work; what it gave
    before is kept.

    Attributes:
        default_url: the service's own server; None where every user has their own.
        limits: limits of one request.
        forms: the forms of answer that a request can ask for; engines but language models have one.
        key_variable: where the key is if the options don't say; None if there is none by default.
        key_needed: whether nothing works without a key.
    """

    default_url: str | None = None
    limits: ClassVar[Limits] = Limits()
    key_variable: ClassVar[str | None] = None
    key_needed: ClassVar[bool] = True

    def __init__(self, options: ServiceOptions, context: BackendContext) -> None:
        """Check what all services share.

        Raises:
            ConfigError: a wrong value, or one that another needs is missing.
        """
        where = f"systems.{context.system}"
        self._common = options
        self._languages = context.languages
        self._url = checked_url(options.url or self.default_url, where)
        self._variable = chosen_variable(options, self.key_variable, where)
        refuse_literal_keys({**vars(options), "key_variable": None}, where)
        self._keys: tuple[SecretStr, ...] = ()
        self._price = self._find_price(options)
        self._limits = _narrowed(self.limits, options)
        self.forms = Forms(("none",))
        self.budget = Budget(options.max_cost, options.max_characters)
        if options.max_cost is not None and self._price is None:
            raise ConfigError(f"{where}.max_cost needs a price; set `price` beside it.")

    @classmethod
    def readiness(cls) -> str:
        """Whether the key is there that the service's own server wants; asks no server."""
        if cls.key_variable is None:
            return "ready, needs a server"
        if find_key(cls.key_variable) is not None:
            return f"ready, key in {cls.key_variable}"
        if cls.key_needed:
            require_key(cls.key_variable)
        return f"ready; no key in {cls.key_variable}"

    def identity(self) -> Mapping[str, str]:
        """Server and version, and what the engine adds by `settings`; never a key."""
        return {
            "backend": self.name,
            "url": self._url,
            "version": self._common.version,
            **self.settings(),
        }

    def check(self, corpus: Corpus) -> None:
        """See that the key is there.

        Raises:
            BackendError: it is missing; names the environment variable.
        """
        self._unlock()

    def estimate(self, segments: Sequence[Segment]) -> Estimate:
        """Characters that would be sent, and their price where it is known."""
        sent = [segment for segment in segments if segment.source.strip()]
        characters = sum(len(segment.source) for segment in sent)
        if self._price is None:
            return Estimate(len(sent), characters)
        cost = self._price.cost(characters, *self.tokens(sent))
        return Estimate(len(sent), characters, cost, self._price.currency)

    def translate(self, segments: Sequence[Segment]) -> Iterator[Outcome]:
        """Give each outcome as soon as its request is answered.

        Raises:
            BackendError: the service takes no request any more, or the budget is used up.
        """
        self._unlock()
        meter = UsageMeter(self._price, self.budget)
        sendable = []
        for segment in segments:
            if (outcome := self._unsent(segment)) is None:
                sendable.append(segment)
            else:
                yield outcome
        try:
            if sendable:
                yield from stream(
                    TranslationJob(self, self.batches(sendable), self._common, meter).run
                )
        except Stopped as stopped:
            raise BackendError(self.hide(str(stopped))) from None
        finally:
            self.usage = meter.usage()

    def hide(self, text: str) -> str:
        """The text without the keys, in whatever form the service repeats them.

        What a service says at length is cut off; a key that the cut goes through is taken out too.
        """
        return redact(text[:READ], self._keys)

    def repeats_key(self, text: str) -> bool:
        """Whether a translation has a key in it, so that it must not be kept."""
        return repeats_key(text, self._keys)

    def batches(self, segments: Sequence[Segment]) -> Iterator[Sequence[Segment]]:
        """The segments of each request, in order."""
        return cut(segments, self._limits)

    @abstractmethod
    def settings(self) -> Mapping[str, str]:
        """Every option of this engine that changes the output."""

    @abstractmethod
    def call(self, segments: Sequence[Segment]) -> Call:
        """The request for these segments."""

    @abstractmethod
    def read(self, data: object, segments: Sequence[Segment]) -> Sequence[str]:
        """The translations in the JSON of a successful answer, one a segment, in their order.

        Raises:
            BadAnswer: not what was asked for.
        """

    def fault(self, reply: Reply) -> Fault:
        """What an unsuccessful reply means; by its status unless a service has its own ways."""
        return fault_of(reply, self.hide, self._variable)

    def tokens(self, segments: Sequence[Segment]) -> tuple[float, float]:
        """Tokens that a model will about read and write; none where no model is paid by token."""
        return 0.0, 0.0

    def tokens_used(self, data: object) -> tuple[int, int]:
        """Tokens read and written, as an answer counts them."""
        return 0, 0

    def _find_price(self, options: ServiceOptions) -> Price | None:
        return None if options.price is None else Price(options.price, currency=options.currency)

    def _unlock(self) -> None:
        if self._variable is not None:
            if self.key_needed or self._common.key_variable:
                self._keys = (require_key(self._variable),)
            elif key := find_key(self._variable):
                self._keys = (key,)

    @property
    def _key(self) -> str:
        """The key, or nothing where none is needed."""
        return self._keys[0].get_secret_value() if self._keys else ""

    def _unsent(self, segment: Segment) -> Outcome | None:
        if not segment.source.strip():
            return Translation(segment.id, segment.source)
        objection = self._limits.objection(segment.source)
        return None if objection is None else Failure(segment.id, objection)


def _narrowed(limits: Limits, options: ServiceOptions) -> Limits:
    return Limits(
        options.batch_size or limits.segments,
        options.batch_characters or limits.characters,
        limits.utf8,
    )
