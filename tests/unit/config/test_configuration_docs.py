"""docs/reference/configuration.md has every option there is, with its default."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import pytest

from mtqe.backends.existing.file import FileOptions
from mtqe.backends.local.apertium import ApertiumOptions
from mtqe.backends.local.argos import ArgosOptions
from mtqe.backends.local.command import CommandOptions
from mtqe.backends.local.ctranslate2 import CTranslate2Options
from mtqe.backends.local.transformers import TransformersOptions
from mtqe.backends.services.amazon import AmazonOptions
from mtqe.backends.services.apy import ApyOptions
from mtqe.backends.services.azure import AzureOptions
from mtqe.backends.services.deepl import DeepLOptions
from mtqe.backends.services.generic import HttpOptions
from mtqe.backends.services.google import GoogleOptions
from mtqe.backends.services.llm import ModelOptions
from mtqe.backends.services.options import ServiceOptions
from mtqe.config.objects import ColumnNames, CorpusConfig
from mtqe.metrics.human import HumanOptions
from mtqe.metrics.judge.options import JudgeOptions
from mtqe.metrics.pool import Compute
from mtqe.metrics.registry import METRICS, metric_class
from mtqe.metrics.terms import TermsOptions

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "configuration.md").read_text(
    encoding="utf-8"
)
BACKENDS = {
    "apertium": ApertiumOptions,
    "argos": ArgosOptions,
    "command": CommandOptions,
    "ctranslate2": CTranslate2Options,
    "file": FileOptions,
    "transformers": TransformersOptions,
    "amazon": AmazonOptions,
    "anthropic": ModelOptions,
    "apertium-apy": ApyOptions,
    "azure": AzureOptions,
    "deepl": DeepLOptions,
    "google": GoogleOptions,
    "http": HttpOptions,
    "libretranslate": ServiceOptions,
    "openai": ModelOptions,
}
METRIC_OPTIONS = {
    **{name: metric_class(name) for name in METRICS},
    "human": HumanOptions,
    "judge": JudgeOptions,
    "terms": TermsOptions,
}
FROM_LANGUAGE = {"tokenize", "language"}
"""Defaults that the target language decides."""
PROMPTED = ("anthropic", "openai")
"""Backends with a default that is too long for a table."""


def documented():
    """Backend or metric to option to default, as the page's tables have them."""
    found = {}
    names = []
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if len(cells) != 4 or not cells[1].startswith("`"):
            continue
        first = cells[0].lstrip("| ")
        if first:
            names = ["comet", "comet-qe"] if first == "both" else first.replace("`", "").split(", ")
        for name in names:
            found.setdefault(name, {})[cells[1].strip("`")] = cells[2]
    return found


def options():
    classes = BACKENDS | METRIC_OPTIONS
    return [
        pytest.param(name, field, id=f"{name}.{field.name}")
        for name, cls in classes.items()
        for field in dataclasses.fields(cls)
    ]


@pytest.mark.parametrize(("name", "field"), options())
def test_every_option_of_backends_and_metrics(name, field):
    default = documented()[name][field.name]
    if field.default_factory is not dataclasses.MISSING:
        assert default == "empty"
    elif field.default is dataclasses.MISSING:
        assert default == "required"
    elif name in PROMPTED and field.name == "prompt":
        assert default == "a plain instruction"
    elif field.default is not None and field.name not in FROM_LANGUAGE:
        shown = json.dumps(field.default)
        assert f"`{shown}`" in default.split("; ") or default.endswith(f"`{name}`: `{shown}`")


def test_no_option_that_is_not_there():
    known = BACKENDS | METRIC_OPTIONS
    assert documented().keys() == known.keys()
    for name, table in documented().items():
        assert table.keys() == {field.name for field in dataclasses.fields(known[name])}


@pytest.mark.parametrize("cls", [CorpusConfig, ColumnNames])
def test_every_key_of_the_corpus(cls):
    table = PAGE.partition("## `[corpus]`")[2].partition("## ")[0]
    for field in dataclasses.fields(cls):
        assert f"`{field.name}`" in table


def test_every_key_of_compute():
    table = PAGE.partition("## `[compute]`")[2].partition("## ")[0]
    assert re.findall(r"^\| `(\w+)`", table, flags=re.MULTILINE) == [
        field.name for field in dataclasses.fields(Compute)
    ]
