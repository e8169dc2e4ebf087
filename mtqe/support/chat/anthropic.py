"""Anthropic's models: `POST /v1/messages` (https://docs.anthropic.com/en/api/messages)."""

from __future__ import annotations

from typing import NotRequired

from pydantic import TypeAdapter
from typing_extensions import TypedDict, override

from mtqe.support.chat.base import Chat, Protocol, Reading, cut_off
from mtqe.support.http.faults import BadAnswer, Fault, Stopped
from mtqe.support.http.messages import Call, Reply, json_call
from mtqe.support.http.parsing import parsed

API_VERSION = "2023-06-01"
OUT_OF_CREDIT = b"credit balance"


class _Block(TypedDict):
    type: str
    text: NotRequired[str]


class _Usage(TypedDict):
    input_tokens: int
    output_tokens: int


class _Answer(TypedDict):
    content: list[_Block]
    stop_reason: str | None
    model: str
    usage: _Usage


ANSWER = TypeAdapter(_Answer)


class AnthropicProtocol(Protocol):
    """``POST /v1/messages``."""

    name = "anthropic"
    default_url = "https://api.anthropic.com"
    key_variable = "ANTHROPIC_API_KEY"
    key_needed = True

    @staticmethod
    @override
    def call(url: str, key: str, chat: Chat) -> Call:
        """Instructions as the system's text, the rest as the user's message."""
        body = {
            "model": chat.model,
            "system": chat.system,
            "messages": [{"role": "user", "content": chat.user}],
            **chat.common,
        }
        headers = {"x-api-key": key, "anthropic-version": API_VERSION}
        return json_call(f"{url}/v1/messages", body, headers)

    @staticmethod
    @override
    def reading(data: object) -> Reading:
        """All text, if it came to its end."""
        answer = parsed(ANSWER, data)
        if answer["stop_reason"] == "refusal":
            raise BadAnswer("a refusal")
        if answer["stop_reason"] != "end_turn":
            raise cut_off(str(answer["stop_reason"]))
        texts = (block.get("text", "") for block in answer["content"] if block["type"] == "text")
        return Reading("".join(texts), answer["model"])

    @staticmethod
    @override
    def tokens_used(data: object) -> tuple[int, int]:
        usage = parsed(ANSWER, data)["usage"]
        return usage["input_tokens"], usage["output_tokens"]

    @staticmethod
    @override
    def sharpened(fault: Fault, reply: Reply) -> Fault:
        """A bad request may also mean that all credit is used up."""
        if reply.status == 400 and OUT_OF_CREDIT in reply.body:
            return Stopped(f"{fault}; see to your plan and billing")
        return fault
