"""What the protocols of language models have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from mtqe.support.http.faults import BadAnswer, Fault
from mtqe.support.http.messages import Call, Reply

TOO_LONG = frozenset({"length", "max_tokens"})
"""How protocols say that an answer has reached its limit."""


@dataclass(frozen=True)
class Reading:
    """What a model's server answered.

    Attributes:
        text: text that the model wrote.
        model: the model's exact name.
    """

    text: str
    model: str


@dataclass(frozen=True, kw_only=True)
class Chat:
    """One request to a model.

    Attributes:
        model: name of the model on the server.
        system: instructions.
        user: what the instructions are about.
        max_tokens: that the answer may have.
        temperature: temperature of sampling; left out of the request where it is negative.
        parameters: further fields of the request's body.
    """

    model: str
    system: str
    user: str
    max_tokens: int
    temperature: float = 0.0
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def common(self) -> dict[str, Any]:
        """The fields that all protocols share."""
        sampling = {} if self.temperature < 0 else {"temperature": self.temperature}
        length = {"max_tokens": self.max_tokens}
        if "max_completion_tokens" in self.parameters:  # which OpenAI's later models want instead
            length = {}
        return {**length, **sampling, **self.parameters}


class Protocol(ABC):
    """How requests to a kind of server look, and what its answers say.

    Attributes:
        name: what users call it.
        default_url: the server of who made the protocol.
        key_variable: where its key is.
        key_needed: whether no server takes requests without a key.
    """

    name: ClassVar[str]
    default_url: ClassVar[str]
    key_variable: ClassVar[str]
    key_needed: ClassVar[bool]

    @staticmethod
    @abstractmethod
    def call(url: str, key: str, chat: Chat) -> Call:
        """The request.

        Args:
            url: the server's address.
            key: empty for none.
            chat: what is asked.
        """

    @staticmethod
    @abstractmethod
    def reading(data: object) -> Reading:
        """What the model wrote, from the JSON of a successful answer.

        Raises:
            BadAnswer: it refused, its answer was cut off, or it is not one answer.
        """

    @staticmethod
    @abstractmethod
    def tokens_used(data: object) -> tuple[int, int]:
        """Tokens read and written, as the server counted them; 0 where it did not.

        Raises:
            BadAnswer: the answer has another shape.
        """

    @staticmethod
    @abstractmethod
    def sharpened(fault: Fault, reply: Reply) -> Fault:
        """What an unsuccessful reply means, beyond its status."""


class CutOff(BadAnswer):
    """An answer that reached the request's `max_tokens`."""


def cut_off(reason: str) -> BadAnswer:
    """An answer that ended before its end, for a protocol's own reason."""
    said = f"the answer ended early ({reason})"
    return CutOff(said) if reason in TOO_LONG else BadAnswer(said)
