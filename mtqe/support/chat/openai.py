"""Servers that speak OpenAI's chat completions: its own, vLLM, llama.cpp, Ollama, LM Studio.

https://platform.openai.com/docs/api-reference/chat
"""

from __future__ import annotations

from typing import NotRequired

from pydantic import TypeAdapter
from typing_extensions import TypedDict, override

from mtqe.support.chat.base import Chat, Protocol, Reading, cut_off
from mtqe.support.http.faults import BadAnswer, Fault, Stopped
from mtqe.support.http.messages import Call, Reply, json_call
from mtqe.support.http.parsing import parsed

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


class OpenAIProtocol(Protocol):
    """``POST /chat/completions``."""

    name = "openai"
    default_url = "https://api.openai.com/v1"
    key_variable = "OPENAI_API_KEY"
    key_needed = True

    @staticmethod
    @override
    def call(url: str, key: str, chat: Chat) -> Call:
        """Instructions as the system's message, the rest as the user's."""
        messages = [
            {"role": "system", "content": chat.system},
            {"role": "user", "content": chat.user},
        ]
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        body = {"model": chat.model, "messages": messages, **chat.common}
        return json_call(f"{url}/chat/completions", body, headers)

    @staticmethod
    @override
    def reading(data: object) -> Reading:
        """The only choice, if it came to its end."""
        answer = parsed(ANSWER, data)
        if not answer["choices"]:
            raise BadAnswer("an answer without choices")
        if len(answer["choices"]) > 1:
            raise BadAnswer(f"{len(answer['choices'])} choices for one request")
        choice = answer["choices"][0]
        if refusal := choice["message"].get("refusal"):
            raise BadAnswer(f"a refusal: {refusal}")
        if (reason := choice.get("finish_reason")) not in (None, "stop"):
            raise cut_off(str(reason))
        return Reading(choice["message"]["content"] or "", answer.get("model", ""))

    @staticmethod
    @override
    def tokens_used(data: object) -> tuple[int, int]:
        usage = parsed(ANSWER, data).get("usage")
        return (usage["prompt_tokens"], usage["completion_tokens"]) if usage else (0, 0)

    @staticmethod
    @override
    def sharpened(fault: Fault, reply: Reply) -> Fault:
        """Too many requests may also mean that all credit is used up."""
        if reply.status == 429 and OUT_OF_CREDIT.encode() in reply.body:
            return Stopped(f"{fault}; see to your plan and billing")
        return fault
