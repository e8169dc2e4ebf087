"""What every test may rely on: a home of its own, so that none sees or touches the user's files."""

from __future__ import annotations

import shutil

import pytest


@pytest.fixture(scope="session", autouse=True)
def _home(tmp_path_factory):
    patch = pytest.MonkeyPatch()
    patch.setenv("MTQE_HOME", str(tmp_path_factory.mktemp("mtqe-home")))
    yield
    patch.undo()


def pytest_collection_modifyitems(items):
    if shutil.which("apertium") is None:
        reason = "Apertium is not installed: apt-get install apertium apertium-eng-spa"
        for item in items:
            if item.get_closest_marker("apertium"):
                item.add_marker(pytest.mark.skip(reason=reason))
