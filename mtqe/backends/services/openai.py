"""Servers that speak OpenAI's chat completions: its own, vLLM, llama.cpp, Ollama, LM Studio.

https://platform.openai.com/docs/api-reference/chat
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from mtqe.backends.base import BackendContext
from mtqe.backends.services.faults import BadAnswer, Fault, Stopped
from mtqe.backends.services.keys import find_key
from mtqe.backends.services.llm import LanguageModel, ModelOptions, Reading, cut_off
from mtqe.backends.services.messages import Call, Reply, json_call
from mtqe.backends.services.parsing import parsed
from mtqe.corpus.base import Segment
from mtqe.support.options import parse_options

OUT_OF_CREDIT = "insufficient_quota"


class _Message(TypedDict):
    content: str | None
    refusal: NotRequired[str | None]


class _Choice(TypedDict):
    message: _Message
    finish_reason: NotRequired[str | None]


class _Usage(TypedDict):
    prompt_tokens: int
    completion_tokens: int


class _Answer(TypedDict):
    choices: list[_Choice]
    model: NotRequired[str]
    usage: NotRequired[_Usage | None]


ANSWER = TypeAdapter(_Answer)


class OpenAIBackend(LanguageModel):
    """A model behind ``/chat/completions``; without `url` OpenAI's own."""

    name = "openai"
    summary = (
        "OpenAI's models, and servers that speak its protocol: vLLM, llama.cpp, Ollama, LM Studio"
    )
    default_url = "https://api.openai.com/v1"
    key_variable = "OPENAI_API_KEY"

    def __init__(self, options: Mapping[str, Any], context: BackendContext) -> None:
        super().__init__(parse_options(ModelOptions, options, f"systems.{context.system}"), context)

    @classmethod
    def readiness(cls) -> str:
        """Servers of one's own may need no key."""
        if find_key(cls.key_variable) is None:
            return f"ready for servers that want no key; none in {cls.key_variable}"
        return super().readiness()

    def call(self, segments: Sequence[Segment]) -> Call:
        """Instructions as the system's message, segments as the user's."""
        messages = [
            {"role": "system", "content": self._system},
            {"role": "user", "content": self._user(segments)},
        ]
        body = {
            "model": self._options.model,
            "messages": messages,
            "max_tokens": self._options.max_tokens,
            **self._sampling(),
            **self._options.parameters,
        }
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        return json_call(f"{self._url}/chat/completions", body, headers)

    def reading(self, data: object) -> Reading:
        """The first choice, if it came to its end."""
        answer = parsed(ANSWER, data)
        if not answer["choices"]:
            raise BadAnswer("an answer without choices")
        choice = answer["choices"][0]
        if refusal := choice["message"].get("refusal"):
            raise BadAnswer(f"a refusal: {refusal}")
        if (reason := choice.get("finish_reason")) not in (None, "stop"):
            raise cut_off(str(reason))
        return Reading(choice["message"]["content"] or "", answer.get("model", ""))

    def tokens_used(self, data: object) -> tuple[int, int]:
        """As the server counted them, if it did."""
        usage = parsed(ANSWER, data).get("usage")
        return (usage["prompt_tokens"], usage["completion_tokens"]) if usage else (0, 0)

    def fault(self, reply: Reply) -> Fault:
        """Too many requests may also mean that all credit is used up."""
        fault = super().fault(reply)
        if reply.status == 429 and OUT_OF_CREDIT.encode() in reply.body:
            return Stopped(f"{fault}; see to your plan and billing")
        return fault
