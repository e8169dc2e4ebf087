"""`kill -9` and Ctrl-C while a judge is asked, and the same command again."""

from __future__ import annotations

import signal
import subprocess
import time
from collections import Counter

import pytest

from mtqe.run import Run
from tests.command_line import command, mtqe
from tests.judge_servers import one, openai, shown
from tests.project import write_lines
from tests.services import Loopback

SEGMENTS = 60
REPEATS = 2
CONCURRENCY = 4


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_no_judgement_is_paid_for_twice_and_the_run_stays_whole(tmp_path, monkeypatch, end):
    monkeypatch.setenv("MTQE_HOME", str(tmp_path / "home"))
    sources = [f"sentence {number}" for number in range(SEGMENTS)]
    hypotheses = [f"frase {number}" + " bad" * (number % 4) for number in range(SEGMENTS)]
    rows = [f"{s}\t{h}" for s, h in zip(sources, hypotheses, strict=True)]
    write_lines(tmp_path / "corpus.tsv", ["source\thypothesis:system", *rows])
    languages = ("--source-language", "en", "--target-language", "es")
    score = ("score", "--corpus", tmp_path / "corpus.tsv", *languages, "-m", "judge")
    with Loopback(openai()) as loopback:
        options = ("--set", f"judge.url={loopback.url}", "--set", "judge.model=first")
        assert mtqe(*score, *options, "-o", tmp_path / "run").code == 0
    before = content(tmp_path / "run")
    with Loopback(openai(), delay=0.1) as loopback:
        words = (
            "judge", tmp_path / "run", "--name", "second", "--url", loopback.url, "--model", "m",
            "--repeats", REPEATS, "--set", "temperature=0.5", "--set", f"concurrency={CONCURRENCY}",
        )  # fmt: skip
        running = subprocess.Popen(
            command(*words), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 120
        while len(loopback.received) < 8 + CONCURRENCY:
            assert time.monotonic() < deadline
            assert running.poll() is None
            time.sleep(0.005)
        running.send_signal(end)
        running.wait(60)
        time.sleep(0.2)
        assert content(tmp_path / "run") == before
        half = len(loopback.received)
        assert half < SEGMENTS * REPEATS
        done = mtqe(*words)
        assert (done.code, loopback.complaints) == (0, []), done.err
    messages = [request.json["messages"][1]["content"] for request in loopback.received]
    asked = Counter(shown(message)["translation"] for message in messages)
    assert asked.keys() == set(hypotheses)
    again = sum(asked.values()) - SEGMENTS * REPEATS
    assert 0 <= again <= CONCURRENCY, "more than what was under way at the end"
    run = Run.read(tmp_path / "run")
    wanted = [one({"translation": text})["score"] for text in hypotheses]
    assert run.segments["second"].tolist() == wanted
    assert [info.name for info in run.manifest.metrics] == ["judge", "second"]
