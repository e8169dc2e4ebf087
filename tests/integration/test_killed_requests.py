"""`kill -9` in the middle of paid requests, and the same command again."""

from __future__ import annotations

import subprocess
import time
from collections import Counter

from tests.command_line import command, mtqe
from tests.project import write_lines
from tests.service_protocols import libretranslate
from tests.services import Loopback, translation

SEGMENTS = 200
BATCH = 5
CONCURRENCY = 4
CONFIG = """\
[corpus]
name = "killed"
source_language = "en"
target_language = "es"
path = "corpus.tsv"

[systems.paid]
backend = "libretranslate"
url = "{url}"
batch_size = {batch}
concurrency = {concurrency}
"""


def test_no_answered_request_is_paid_for_twice(tmp_path, monkeypatch):
    monkeypatch.setenv("MTQE_HOME", str(tmp_path / "home"))
    sources = [f"sentence {number}" for number in range(SEGMENTS)]
    write_lines(tmp_path / "corpus.tsv", ["source", *sources])
    with Loopback(libretranslate, delay=0.1) as service:
        text = CONFIG.format(url=service.url, batch=BATCH, concurrency=CONCURRENCY)
        (tmp_path / "mtqe.toml").write_text(text)
        words = ("translate", tmp_path / "mtqe.toml", "-o", tmp_path / "out")
        running = subprocess.Popen(command(*words), stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while len(service.received) < 8 + CONCURRENCY:
            assert time.monotonic() < deadline
            assert running.poll() is None
            time.sleep(0.005)
        running.kill()
        running.wait()
        time.sleep(0.2)
        assert mtqe(*words).code == 0
    asked = Counter(text for request in service.received for text in request.json["q"])
    assert asked.keys() == set(sources)
    repeated = [text for text, times in asked.items() if times > 1]
    assert max(asked.values()) <= 2
    assert len(repeated) <= BATCH * CONCURRENCY, "more than what was under way at the kill"
    lines = (tmp_path / "out" / "paid.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == SEGMENTS
    assert all(f'"{translation(s)}"' in line for s, line in zip(sources, lines, strict=True))
