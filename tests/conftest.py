"""What every test may rely on: a home of its own, so that none sees or touches the user's files."""

from __future__ import annotations

import shutil
import signal

import pytest
from hypothesis import settings

from mtqe.support.redaction import forget_keys

# How long an example takes says something of the machine and its other work, not of the code.
settings.register_profile("mtqe", deadline=None)
settings.load_profile("mtqe")


def pytest_configure():
    """Let programs under test be interrupted, also when we run in a shell's background."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _no_keys():
    """Forget keys that the last test read: a path that served as one would be redacted here."""
    yield
    forget_keys()


@pytest.fixture(scope="session", autouse=True)
def _home(tmp_path_factory):
    patch = pytest.MonkeyPatch()
    patch.setenv("MTQE_HOME", str(tmp_path_factory.mktemp("mtqe-home")))
    yield
    patch.undo()


@pytest.fixture(scope="session")
def marian(tmp_path_factory, worker_id):
    """The folder of a small trained Marian model; see tests/translation_models.py."""
    from tests.translation_models import shared, train_marian

    base = tmp_path_factory.getbasetemp()
    return shared((base if worker_id == "master" else base.parent) / "marian", train_marian)


@pytest.fixture(scope="session")
def converted(marian):
    """The same for CTranslate2, in 8 bits."""
    from tests.translation_models import convert, shared

    return shared(marian.with_name("converted"), lambda folder: convert(marian, folder))


SLOW = {"integration", "parity"}
"""Folders of tests that start programs, or compute with other libraries: all of them are slow."""


def pytest_collection_modifyitems(items):
    for item in items:
        if SLOW & {parent.name for parent in item.path.parents}:
            item.add_marker(pytest.mark.slow)
    if shutil.which("apertium") is None:
        reason = "Apertium is not installed: apt-get install apertium apertium-eng-spa"
        for item in items:
            if item.get_closest_marker("apertium"):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture
def one_thread():
    """Let PyTorch use one thread, as workers do: several threads sum in another order."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
