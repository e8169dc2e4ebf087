"""Versions of mtqe and of the libraries that scores depend on, without importing them."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

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
