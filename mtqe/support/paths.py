"""Where mtqe keeps its files: models that last and a cache that may go."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


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
