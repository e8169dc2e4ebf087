"""The demonstration set: part of the package in a wheel, the references/ folder in a checkout."""

from __future__ import annotations

from pathlib import Path

from mtqe.errors import ConfigError

PACKAGE = Path(__file__).parents[1]
SET = Path("references") / "en-es"
SYSTEMS = ("apertium-recorded", "careless")
"""Systems of the set whose translations are recorded, so that no engine is needed."""


def demo_folder() -> Path:
    """Where the demonstration set lies.

    Raises:
        ConfigError: it is not there.
    """
    for place in (PACKAGE / SET, PACKAGE.parent / SET):
        if (place / "mtqe.toml").is_file():
            return place
    raise ConfigError(f"{PACKAGE / SET} is missing; install mtqe again.")
