"""`mtqe.toml` as typed, checked objects."""

from __future__ import annotations

from mtqe.config.checks import build_checks, default_checks, parse_checks
from mtqe.config.locale import DEFAULT_SOURCE, LocaleFolder, read_locale
from mtqe.config.objects import Config, NamedMetric, System, build_metrics
from mtqe.config.read import load_config, nearest_config
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
