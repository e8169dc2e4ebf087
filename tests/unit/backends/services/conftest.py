"""Services on loopback, and a key for them."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from tests.service_protocols import KEY, KEYLESS, SERVICES
from tests.services import QUICK, Loopback, build


@pytest.fixture(autouse=True)
def _keys(monkeypatch):
    monkeypatch.setenv("TEST_KEY", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", KEY)
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)


@pytest.fixture
def service():
    """Gives a running service and its backend; every request must have been as documented."""

    @contextmanager
    def run(name, faults=(), folder=None, **options):
        answer, needed = SERVICES[name]
        key = {} if name in KEYLESS else {"key_variable": "TEST_KEY"}
        path = "/mt" if name == "http" else ""
        with Loopback(options.pop("answer", answer), faults) as loopback:
            form = {"answer": options.pop("answer_form")} if "answer_form" in options else {}
            given = {**QUICK, **needed, **key, **options, **form}
            yield loopback, build(name, loopback.url + path, folder, **given)
            assert loopback.complaints == []

    return run
