"""Anthropic's models."""

from __future__ import annotations

from mtqe.backends.services.llm import LanguageModel
from mtqe.support.chat.anthropic import AnthropicProtocol


class AnthropicBackend(LanguageModel):
    """A model behind Anthropic's messages."""

    name = "anthropic"
    summary = "Anthropic's models"
    protocol = AnthropicProtocol
    default_url = AnthropicProtocol.default_url
    key_variable = AnthropicProtocol.key_variable
