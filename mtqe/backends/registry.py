"""Names of backends: one line per built-in backend, then the entry points ``mtqe.backends``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from mtqe.support.plugins import load_plugin, plugin_names

if TYPE_CHECKING:
    from mtqe.backends.base import Backend

BACKENDS: Mapping[str, str] = {
    "apertium": "mtqe.backends.local.apertium:ApertiumBackend",
    "argos": "mtqe.backends.local.argos:ArgosBackend",
    "command": "mtqe.backends.local.command:CommandBackend",
    "ctranslate2": "mtqe.backends.local.ctranslate2:CTranslate2Backend",
    "transformers": "mtqe.backends.local.transformers:TransformersBackend",
    "file": "mtqe.backends.existing.file:FileBackend",
    "amazon": "mtqe.backends.services.amazon:AmazonBackend",
    "anthropic": "mtqe.backends.services.anthropic:AnthropicBackend",
    "apertium-apy": "mtqe.backends.services.apy:ApyBackend",
    "azure": "mtqe.backends.services.azure:AzureBackend",
    "deepl": "mtqe.backends.services.deepl:DeepLBackend",
    "google": "mtqe.backends.services.google:GoogleBackend",
    "http": "mtqe.backends.services.generic:HttpBackend",
    "libretranslate": "mtqe.backends.services.libretranslate:LibreTranslateBackend",
    "openai": "mtqe.backends.services.openai:OpenAIBackend",
}


def backend_names() -> tuple[str, ...]:
    """Every backend that ``backend = "…"`` may name."""
    return plugin_names("mtqe.backends", BACKENDS)


def backend_class(name: str) -> type[Backend]:
    """The class behind a backend's name.

    Raises:
        ConfigError: no such backend, or its package can't be imported.
    """
    return cast("type[Backend]", load_plugin("mtqe.backends", BACKENDS, name))
