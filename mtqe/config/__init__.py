"""`mtqe.toml` as typed, checked objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mtqe.support.lazy import lazy_names

if TYPE_CHECKING:
    from mtqe.config.checks import build_checks, default_checks, parse_checks
    from mtqe.config.locale import DEFAULT_SOURCE, LocaleFolder, read_locale
    from mtqe.config.metrics import NamedMetric, build_metrics
    from mtqe.config.objects import Config
    from mtqe.config.read import load_config, nearest_config
    from mtqe.config.systems import System
    from mtqe.corpus.languages import parse_languages
    from mtqe.support.languages import language

__all__ = [
    "DEFAULT_SOURCE",
    "Config",
    "LocaleFolder",
    "NamedMetric",
    "System",
    "build_checks",
    "build_metrics",
    "default_checks",
    "language",
    "load_config",
    "nearest_config",
    "parse_checks",
    "parse_languages",
    "read_locale",
]

if not TYPE_CHECKING:  # which would take any name for one of the package's
    __getattr__ = lazy_names(
        __name__,
        {
            "mtqe.config.checks": (
                "build_checks",
                "default_checks",
                "parse_checks",
            ),
            "mtqe.config.locale": (
                "DEFAULT_SOURCE",
                "LocaleFolder",
                "read_locale",
            ),
            "mtqe.config.metrics": ("NamedMetric", "build_metrics"),
            "mtqe.config.objects": ("Config",),
            "mtqe.config.read": (
                "load_config",
                "nearest_config",
            ),
            "mtqe.config.systems": ("System",),
            "mtqe.corpus.languages": ("parse_languages",),
            "mtqe.support.languages": ("language",),
        },
    )
