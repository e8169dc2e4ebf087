"""docs/reference/checks.md has every check with its severity, and every option with its default."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import pytest

from mtqe.checks.evidence import SeverityOption
from mtqe.checks.registry import CHECKS, ON_REQUEST, check_class
from mtqe.checks.terms import GlossaryOptions, WatchListOptions
from mtqe.config import default_checks
from mtqe.corpus.base import LanguagePair

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "checks.md").read_text(encoding="utf-8")
OPTIONS = {
    "glossary": GlossaryOptions,
    "watch-list": WatchListOptions,
    "leakage": SeverityOption,
    "truncation": SeverityOption,
    "omission": SeverityOption,
    "addition": SeverityOption,
}


@pytest.mark.parametrize("name", CHECKS)
def test_every_check_with_its_severity(name):
    cls = check_class(name)
    assert cls.name == name
    table = PAGE.partition("## The checks")[2].partition("\n## ")[0]
    (severity,) = (
        row.split(" | ")[1] for row in table.splitlines()
        if row.startswith("| `") and f"`{name}`" in row.split(" | ")[0] and row.count(" | ") == 3
    )  # fmt: skip
    assert severity == cls.severity


@pytest.mark.parametrize("name", CHECKS)
def test_every_option_with_its_default(name):
    table = PAGE.partition("## Configuration")[2].partition("## ")[0]
    for field in dataclasses.fields(OPTIONS.get(name, check_class(name))):
        if field.name == "severity":
            continue
        assert f"`{field.name}`" in table
        if field.default is not dataclasses.MISSING:
            assert re.search(rf"`{re.escape(json.dumps(field.default))}`", table)


def test_checks_that_need_a_file_are_not_run_by_default():
    names = [check.name for check in default_checks(LanguagePair("en", "de"))]
    assert names == [name for name in CHECKS if name not in ON_REQUEST]
