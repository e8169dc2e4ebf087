"""Versions of mtqe and of the libraries that scores depend on, without importing them."""

from __future__ import annotations

import hashlib
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
def code_hash() -> str:
    """Hash of mtqe's code and small data files, which change more often than its version."""
    root = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in sorted(path for path in root.rglob("*") if path.suffix in CODE):
        digest.update(f"{path.relative_to(root)} ".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
