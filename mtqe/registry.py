"""Names of backends and metrics: the built-in ones, then those that other packages register."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, cast

from mtqe.errors import ConfigError
from mtqe.options import suggestion

if TYPE_CHECKING:
    from mtqe.backends.base import Backend
    from mtqe.checks import Check
    from mtqe.metrics.base import Metric

BACKENDS: Mapping[str, str] = {
    "apertium": "mtqe.backends.apertium:ApertiumBackend",
    "argos": "mtqe.backends.local.argos:ArgosBackend",
    "command": "mtqe.backends.command:CommandBackend",
    "ctranslate2": "mtqe.backends.local.ctranslate2:CTranslate2Backend",
    "transformers": "mtqe.backends.local.transformers:TransformersBackend",
    "file": "mtqe.backends.file:FileBackend",
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

METRICS: Mapping[str, str] = {
    "bleu": "mtqe.metrics.surface:BLEU",
    "chrf": "mtqe.metrics.surface:CHRF",
    "chrf++": "mtqe.metrics.surface:CHRFPlusPlus",
    "ter": "mtqe.metrics.surface:TER",
    "comet": "mtqe.metrics.comet:Comet",
    "comet-qe": "mtqe.metrics.comet:CometQE",
    "human": "mtqe.metrics.human:Human",
    "bertscore": "mtqe.metrics.bertscore:BERTScore",
}

CHECKS: Mapping[str, str] = {
    "empty": "mtqe.checks.content:Empty",
    "copy": "mtqe.checks.content:Copy",
    "language": "mtqe.checks.language:WrongLanguage",
    "repetition": "mtqe.checks.repetition:Repetition",
    "repeated-output": "mtqe.checks.repetition:RepeatedOutput",
    "length": "mtqe.checks.length:Length",
    "placeholders": "mtqe.checks.placeholders:Placeholders",
    "tags": "mtqe.checks.markup:Tags",
    "urls": "mtqe.checks.markup:Urls",
    "emails": "mtqe.checks.markup:Emails",
    "numbers": "mtqe.checks.figures:Numbers",
    "dates": "mtqe.checks.dates:Dates",
    "untranslated": "mtqe.checks.untranslated:Untranslated",
    "glossary": "mtqe.checks.terms:Glossary",
    "watch-list": "mtqe.checks.terms:WatchList",
    "quotes": "mtqe.checks.balance:Quotes",
    "brackets": "mtqe.checks.balance:Brackets",
    "characters": "mtqe.checks.characters:Characters",
    "normalisation": "mtqe.checks.characters:Normalisation",
    "tokenized": "mtqe.checks.style:Tokenized",
    "lower-cased": "mtqe.checks.style:LowerCased",
    "duplicates": "mtqe.checks.repetition:Duplicates",
    "misalignment": "mtqe.checks.misalignment:Misalignment",
    "reference-copy": "mtqe.checks.references:ReferenceCopy",
    "reference-output": "mtqe.checks.references:ReferenceOutput",
    "leakage": "mtqe.checks.evidence:Leakage",
    "truncation": "mtqe.checks.evidence:Truncation",
}

ON_REQUEST = ("glossary", "watch-list")
"""Checks that need a file, and so run only where the configuration names one."""

DEFAULT_METRICS = ("bleu", "chrf", "comet", "bertscore")


def backend_names() -> tuple[str, ...]:
    """Every backend that ``backend = "…"`` may name."""
    return _names("mtqe.backends", BACKENDS)


def metric_names() -> tuple[str, ...]:
    """Every metric that ``-m`` and ``[metrics.NAME]`` may name."""
    return _names("mtqe.metrics", METRICS)


def check_names() -> tuple[str, ...]:
    """Every check that ``--checks`` and ``[checks.NAME]`` may name."""
    return _names("mtqe.checks", CHECKS)


def backend_class(name: str) -> type[Backend]:
    """The class behind a backend's name.

    Raises:
        ConfigError: no such backend, or its package can't be imported.
    """
    return cast("type[Backend]", _load("mtqe.backends", BACKENDS, name, "backend"))


def metric_class(name: str) -> type[Metric]:
    """The class behind a metric's name.

    Raises:
        ConfigError: no such metric, or its package can't be imported.
    """
    return cast("type[Metric]", _load("mtqe.metrics", METRICS, name, "metric"))


def check_class(name: str) -> type[Check]:
    """The class behind a check's name.

    Raises:
        ConfigError: no such check, or its package can't be imported.
    """
    return cast("type[Check]", _load("mtqe.checks", CHECKS, name, "check"))


def _names(group: str, builtin: Mapping[str, str]) -> tuple[str, ...]:
    registered = (point.name for point in entry_points(group=group))
    return tuple(dict.fromkeys([*builtin, *registered]))


def _load(group: str, builtin: Mapping[str, str], name: str, kind: str) -> type[object]:
    target = builtin.get(name)
    if target is None:
        points = {point.name: point.value for point in entry_points(group=group)}
        target = points.get(name)
    if target is None:
        hint = suggestion(name, _names(group, builtin))
        raise ConfigError(f"no {kind} is called {name!r}; {hint}")
    module, _, attribute = target.partition(":")
    try:
        return cast("type[object]", getattr(import_module(module), attribute))
    except ImportError as error:
        raise ConfigError(
            f"{kind} {name!r} can't be imported ({error}); install the package that it needs."
        ) from error
