"""What the package says of itself: its version, and the libraries that it imports."""

from __future__ import annotations

import ast
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import mtqe

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
OWN = {"mtqe", "training", "tests"}
BY_LIBRARY = {
    "pytest": "the plugin is loaded by pytest alone",
    "httpx": "loaded by huggingface_hub from version 1 on alone, which brings it",
}


def names(requirements):
    return {canonicalize_name(Requirement(text).name) for text in requirements}


DECLARED = names(PROJECT["dependencies"])
EXTRAS = names(
    text
    for extra, requirements in PROJECT["optional-dependencies"].items()
    if extra != "test"
    for text in requirements
)


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def libraries(folder):
    """Top-level packages that are neither Python's nor ours, with a file that imports each."""
    found = {}
    for file in sorted((ROOT / folder).rglob("*.py")):
        for module in imported(ast.parse(file.read_text(encoding="utf-8"))):
            found.setdefault(module.partition(".")[0], str(file.relative_to(ROOT)))
    ours = {*sys.stdlib_module_names, *OWN, *BY_LIBRARY}
    return {name: file for name, file in found.items() if name not in ours}


@pytest.mark.parametrize("folder", ["mtqe", "training"])
def test_what_is_imported_is_declared(folder):
    providers = packages_distributions()
    found = libraries(folder)
    assert {"numpy", "torch"} <= found.keys()
    undeclared = {
        name: file
        for name, file in found.items()
        if not {canonicalize_name(d) for d in providers.get(name, [name])} & (DECLARED | EXTRAS)
    }
    assert undeclared == {}


def test_the_version_stands_in_one_place():
    assert "version" in PROJECT["dynamic"]
    assert "version" not in PROJECT
    assert mtqe.__version__.count(".") == 2
