"""Versions of mtqe and of the libraries that scores depend on, without importing them."""

from __future__ import annotations

import os
import platform
import re
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

CODE = (".json", ".py", ".tsv")
BYTE_CODE = "__pycache__"
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


VERSION = re.compile(r"^Version: *(\S+)", re.MULTILINE)


def versions() -> dict[str, str]:
    """Name to version; libraries that are not installed are left out."""
    found = {name: version for name in LIBRARIES if (version := version_of(name))}
    return {"python": platform.python_version(), **found}


@cache
def version_of(library: str) -> str | None:
    """As its package says, whose description is not parsed for it: 80 ms for all of them."""
    try:
        found = distribution(library)
    except PackageNotFoundError:
        return None
    line = VERSION.search(found.read_text("METADATA") or "")
    return line[1] if line else found.version


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
    return f"{number}+{_last_change(root)}"


def _last_change(folder: str | os.PathLike[str]) -> int:
    """When a file of code below a folder was last changed, in nanoseconds; 0 without any."""
    with os.scandir(folder) as entries:
        return max(
            (
                _last_change(entry) if entry.is_dir() else entry.stat().st_mtime_ns
                for entry in entries
                if entry.name.endswith(CODE) or (entry.name != BYTE_CODE and entry.is_dir())
            ),
            default=0,
        )
