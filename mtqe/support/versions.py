"""Versions of mtqe and of the libraries that scores depend on, without importing them."""

from __future__ import annotations

import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

CODE = (".json", ".py", ".tsv")
LIBRARIES = (
    "mtqe",
    "sacrebleu",
    "unbabel-comet",
    "bert-score",
    "torch",
    "transformers",
    "numpy",
    "pandas",
)


def versions() -> dict[str, str]:
    """Name to version; libraries that are not installed are left out."""
    found = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


@cache
def own_version() -> str:
    """The version of mtqe that computes here; in a checkout also when its files last changed.

    A release changes with its version alone. Whoever edits mtqe's code must not be shown what the
    code computed before.
    """
    root = Path(__file__).parents[1]
    number = versions().get("mtqe", "unknown")
    if not (root.parent / "pyproject.toml").is_file():
        return number
    changed = max(path.stat().st_mtime_ns for path in root.rglob("*") if path.suffix in CODE)
    return f"{number}+{changed}"
