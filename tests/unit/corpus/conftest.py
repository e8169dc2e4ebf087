from __future__ import annotations

import pytest


@pytest.fixture
def write(tmp_path):
    """Write bytes to a file of this name, and give its path."""

    def write_bytes(name, data):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write_bytes
