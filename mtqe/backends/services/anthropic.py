"""Anthropic's models: `POST /v1/messages` (https://docs.anthropic.com/en/api/messages)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from mtqe.backends.base import BackendContext
from mtqe.backends.services.faults import BadAnswer, Fault, Stopped
from mtqe.backends.services.llm import LanguageModel, ModelOptions, Reading, cut_off
from mtqe.backends.services.messages import Call, Reply, json_call
from mtqe.backends.services.parsing import parsed
from mtqe.corpus.base import Segment
from mtqe.support.options import parse_options

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


class AnthropicBackend(LanguageModel):
    """A model behind Anthropic's messages."""

    name = "anthropic"
    summary = "Anthropic's models"
    default_url = "https://api.anthropic.com"
    key_variable = "ANTHROPIC_API_KEY"

    def __init__(self, options: Mapping[str, Any], context: BackendContext) -> None:
        super().__init__(parse_options(ModelOptions, options, f"systems.{context.system}"), context)

    def call(self, segments: Sequence[Segment]) -> Call:
        """Instructions as the system's text, segments as the user's message."""
        body = {
            "model": self._options.model,
            "system": self._system,
            "messages": [{"role": "user", "content": self._user(segments)}],
            "max_tokens": self._options.max_tokens,
            **self._sampling(),
            **self._options.parameters,
        }
        headers = {"x-api-key": self._key, "anthropic-version": API_VERSION}
        return json_call(f"{self._url}/v1/messages", body, headers)

    def reading(self, data: object) -> Reading:
        """All text, if it came to its end."""
        answer = parsed(ANSWER, data)
        if answer["stop_reason"] == "refusal":
            raise BadAnswer("a refusal")
        if answer["stop_reason"] != "end_turn":
            raise cut_off(str(answer["stop_reason"]))
        texts = (block.get("text", "") for block in answer["content"] if block["type"] == "text")
        return Reading("".join(texts), answer["model"])

    def tokens_used(self, data: object) -> tuple[int, int]:
        """As Anthropic counted them."""
        usage = parsed(ANSWER, data)["usage"]
        return usage["input_tokens"], usage["output_tokens"]

    def fault(self, reply: Reply) -> Fault:
        """A bad request may also mean that all credit is used up."""
        fault = super().fault(reply)
        if reply.status == 400 and OUT_OF_CREDIT in reply.body:
            return Stopped(f"{fault}; see to your plan and billing")
        return fault
