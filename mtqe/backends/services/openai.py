"""Servers that speak OpenAI's chat completions: its own, vLLM, llama.cpp, Ollama, LM Studio."""

from __future__ import annotations

from mtqe.backends.services.llm import LanguageModel
from mtqe.support.chat.openai import OpenAIProtocol
from mtqe.support.http.keys import find_key


class OpenAIBackend(LanguageModel):
    """A model behind ``/chat/completions``; without `url` OpenAI's own."""

    name = "openai"
    summary = (
        "OpenAI's models, and servers that speak its protocol: vLLM, llama.cpp, Ollama, LM Studio"
    )
    protocol = OpenAIProtocol
    default_url = OpenAIProtocol.default_url
    key_variable = OpenAIProtocol.key_variable

    @classmethod
    def readiness(cls) -> str:
        """Servers of one's own may need no key."""
        if find_key(cls.key_variable) is None:
            return f"ready for servers that want no key; none in {cls.key_variable}"
        return super().readiness()
