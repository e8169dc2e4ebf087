"""Libraries that tests compare with, and that not every Python has."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

NO_COMET = "unbabel-comet is not installed: it needs numpy < 2, and so Python before 3.13"
needs_comet = pytest.mark.skipif(find_spec("comet") is None, reason=NO_COMET)


def require_comet() -> None:
    """Skip the test that calls this where unbabel-comet is missing."""
    pytest.importorskip("comet", reason=NO_COMET)
