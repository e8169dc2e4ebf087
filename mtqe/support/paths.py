"""Where mtqe keeps its files: models that last and a cache that may go."""

from __future__ import annotations

import os
import re
from pathlib import Path

import platformdirs

WINDOWS = os.name == "nt"
DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)", re.IGNORECASE)
"""Names that Windows gives to devices, whatever ending follows."""
UNSAFE = re.compile(r"[^\w.+-]+")


def safe_name(name: str) -> str:
    """A name for a file or folder that every platform takes, made from any text."""
    safe = UNSAFE.sub("_", name).strip(".") or "run"
    return f"_{safe}" if DEVICE.match(safe) else safe


def models_folder() -> Path:
    """``$MTQE_HOME/models``, or the platform's folder for user data."""
    home = os.environ.get("MTQE_HOME")
    return Path(home) / "models" if home else platformdirs.user_data_path("mtqe") / "models"


def cache_folder() -> Path:
    """``$MTQE_HOME/cache``, or the platform's cache folder."""
    home = os.environ.get("MTQE_HOME")
    return Path(home) / "cache" if home else platformdirs.user_cache_path("mtqe")


def real_path(path: Path) -> Path:
    """The absolute path without links; a link that leads to itself stays, and using it fails."""
    return Path(os.path.realpath(path))


def is_same_file(first: str | os.PathLike[str], second: str | os.PathLike[str]) -> bool:
    """Whether two paths lead to one file that is there."""
    try:
        return Path(first).samefile(second)
    except (OSError, ValueError):  # one is not there, or can't be
        return False
