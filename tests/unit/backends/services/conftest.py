"""Services on loopback, and a key for them."""

from __future__ import annotations

import pytest

from tests.service_protocols import running, set_keys


@pytest.fixture(autouse=True)
def _keys(monkeypatch):
    set_keys(monkeypatch)


@pytest.fixture
def service():
    """Gives a running service and its backend; every request must have been as documented."""
    return running
