"""No regular expression of mtqe takes time that grows faster than its input."""

from __future__ import annotations

import ast
import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import mtqe
from tests.pumping import slowest_input

ROOT = Path(mtqe.__file__).parent
SEARCHING = {"search", "sub", "subn", "split", "findall", "finditer", "scanner"}
INLINE = {"search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"}


def trees() -> dict[str, ast.Module]:
    """The syntax trees of all modules, by the modules' names."""
    return {
        ".".join(path.relative_to(ROOT.parent).with_suffix("").parts).removesuffix(".__init__"): (
            ast.parse(path.read_text("utf-8"))
        )
        for path in sorted(ROOT.rglob("*.py"))
    }


TREES = trees()


def searched() -> set[tuple[str, str]]:
    """Modules and names in them on which a method is called that tries every place of a text."""
    found = set()
    for module, tree in TREES.items():
        home = {
            alias.asname or alias.name: (node.module or "", alias.name)
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in SEARCHING:
                owner = node.value
                while isinstance(owner, ast.Subscript | ast.Call):
                    owner = owner.value if isinstance(owner, ast.Subscript) else owner.func
                name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
                found.add(home.get(name, (module, name)))
    return found


def patterns() -> Iterator[tuple[str, re.Pattern[str] | re.Pattern[bytes], str]]:
    """Every pattern at the top of a module, and every one that stands in a call."""
    searching = searched()
    for info in pkgutil.walk_packages([str(ROOT)], "mtqe."):
        if info.name.endswith("__main__"):
            continue
        module = import_module(info.name)
        for name, value in vars(module).items():
            for place, pattern in _within(value):
                if isinstance(value, re.Pattern) and (info.name, name) not in searching:
                    yield f"{info.name}.{name}{place}", pattern, "match"
                else:
                    yield f"{info.name}.{name}{place}", pattern, "search"
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in INLINE
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "re"
                and isinstance(node.args[0], ast.Constant)
                and isinstance(node.args[0].value, str)
            ):
                method = "match" if node.func.attr in ("match", "fullmatch") else "search"
                yield f"{path}:{node.lineno}", re.compile(node.args[0].value), method


def _within(value: object) -> Iterator[tuple[str, re.Pattern[str] | re.Pattern[bytes]]]:
    """The patterns in a value, in tuples, lists and dictionaries too."""
    if isinstance(value, re.Pattern):
        yield "", value
    elif isinstance(value, dict):
        for key, item in value.items():
            for place, pattern in _within(item):
                yield f"[{key!r:.40}]{place}", pattern
    elif isinstance(value, tuple | list) and len(value) < 1000:
        for number, item in enumerate(value):
            for place, pattern in _within(item):
                yield f"[{number}]{place}", pattern


TRIED_AT_ONE_PLACE = "mtqe.corpus.containers.BEGINNINGS"
"""Patterns in a table that `match` alone is called on."""


@pytest.mark.slow
def test_no_pattern_backtracks():
    slow = {}
    distinct = {}
    for name, pattern, method in patterns():
        once = method == "match" or name.startswith(TRIED_AT_ONE_PLACE)
        distinct.setdefault((pattern, "match" if once else "search"), name)
    assert len(distinct) > 150
    for (pattern, method), name in distinct.items():
        if found := slowest_input(pattern, method):
            slow[name] = found
    assert not slow


@pytest.mark.parametrize(
    ("pattern", "method"),
    [
        (r"(a+)+b", "match"),
        (r"(a|a)*b", "match"),
        (r"(?:/\*.*?\*/\s*)*=", "match"),
        (r"\s*,", "search"),
        (r"[\w.-]+\s*=", "search"),
        (r"<[^>]*x", "search"),
        (rb'charset\s*=\s*["\']?\s*(\w+)', "search"),
    ],
)
def test_patterns_that_backtrack_are_found(pattern, method):
    assert slowest_input(re.compile(pattern), method)


@pytest.mark.parametrize("pattern", [r"a+b", r"(?<!\s)\s+,", r"<[^<>]{0,100}x", r"\w+\Z"])
def test_patterns_that_do_not_are_not(pattern):
    assert slowest_input(re.compile(pattern), "match") is None
