"""Apertium's own server on loopback, beside Apertium on this machine."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.services import build, outcomes

MODES = Path("/usr/share/apertium/modes")
SOURCES = [
    "The house is red.",
    "",
    "The cats drink milk",
    "Where is the station?",
    "emoji 👩‍👩‍👧 and <b>tags</b> and [brackets] and ^signs$",
    "I have two dogs.\nThey are big.",
    "The house is red.",
]

pytestmark = [
    pytest.mark.apertium,
    pytest.mark.skipif(
        shutil.which("apertium-apy") is None,
        reason="the server is not installed: apt-get install apertium-apy",
    ),
]


@contextmanager
def server(folder):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["apertium-apy", "-p", str(port), "-j", "1", str(MODES.parent)]
    with (
        (folder / "apy.log").open("wb") as log,
        subprocess.Popen(words, stdout=log, stderr=log, cwd=folder) as running,
    ):
        try:
            _wait(f"http://127.0.0.1:{port}/listPairs", running)
            yield f"http://127.0.0.1:{port}"
        finally:
            running.terminate()


def _wait(url, running):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and running.poll() is None:
        try:
            with urlopen(url) as reply:
                assert reply.status == 200
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail("apertium-apy didn't start")


def test_a_real_server_translates_every_segment(tmp_path):
    with server(tmp_path) as url:
        backend = build("apertium-apy", url, timeout=60.0)
        given = [outcome.text for outcome in outcomes(backend, SOURCES)]
        unknown = build("apertium-apy", url, pair="eng-xyz", attempts=1)
        failed = outcomes(unknown, ["The house is red."])
    local = [outcome.text for outcome in outcomes(build("apertium"), SOURCES)]
    assert given[0] == given[-1] == local[0] == "La casa es roja."
    assert given[1] == ""
    # The server leaves "#" before words that Apertium can't inflect; `apertium -u` takes it off.
    assert [text.replace("#", "") for text in given[2:4]] == local[2:4]
    assert "👩‍👩‍👧" in given[4]
    assert given[5].count("\n") == 1
    assert failed[0].reason == "the service answered 400 (That pair is not installed)"
