"""Runs that are killed, interrupted or out of room, and the same command again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from mtqe.run import Run
from tests.command_line import command, mtqe
from tests.engines import Engine
from tests.project import write_lines
from tests.volumes import small_volume

SEGMENTS = 60
BATCH = 4
SLOW = (
    "for line in lines:\n"
    "    time.sleep({delay})\n"
    "    with open({asked!r}, 'a') as asked: asked.write(line + '\\n')\n"
    "    print(line.upper())"
)


class Project:
    """A corpus of distinct sources and a slow engine that records what it was asked."""

    def __init__(self, folder: Path, delay: float) -> None:
        self.folder = folder
        self.asked_file = folder / "asked.txt"
        body = SLOW.format(delay=delay, asked=str(self.asked_file))
        engine = Engine(folder, body)
        rows = [f"s{n}\tsentence number {n} is here\tSENTENCE {n} IS HERE" for n in range(SEGMENTS)]
        write_lines(folder / "corpus.tsv", ["id\tsource\treference", *rows])
        words = ", ".join(json.dumps(word) for word in engine.command)
        (folder / "mtqe.toml").write_text(
            '[corpus]\nname = "slow"\nsource_language = "en"\ntarget_language = "es"\n'
            f'path = "corpus.tsv"\n[systems.slow]\nbackend = "command"\ncommand = [{words}]\n'
            f"batch_size = {BATCH}\n[metrics]\nbleu = {{}}\nchrf = {{}}\nter = {{}}\n"
        )

    @property
    def arguments(self) -> tuple[object, ...]:
        return ("run", self.folder / "mtqe.toml", "-o", self.folder / "out", "--json")

    @property
    def asked(self) -> list[str]:
        return self.asked_file.read_text().splitlines() if self.asked_file.exists() else []

    def start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command(*self.arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )


def scores(output: str):
    return [
        (score["metric"], score["score"], score["segments"])
        for system in json.loads(output)["systems"]
        for score in system["scores"]
    ]


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("MTQE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def uninterrupted(tmp_path, monkeypatch):
    folder = tmp_path / "uninterrupted"
    folder.mkdir()
    project = Project(folder, delay=0)
    result = mtqe(*project.arguments, "--no-cache")
    return scores(result.out)


def wait_until_asked(project, count):
    deadline = time.monotonic() + 30
    while len(project.asked) < count:
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.usefixtures("home")
def test_a_run_killed_while_translating_goes_on_where_it_stopped(tmp_path, uninterrupted):
    project = Project(tmp_path, delay=0.02)
    running = project.start()
    wait_until_asked(project, 5 * BATCH)
    running.kill()
    running.communicate()
    assert not (tmp_path / "out").exists()
    time.sleep(0.3)  # the orphaned engine may still write down its last batch
    before = project.asked
    result = mtqe(*project.arguments)
    assert scores(result.out) == uninterrupted
    again = set(before) & set(project.asked[len(before) :])
    assert len(again) <= 2 * BATCH, "finished batches were translated again"
    assert set(project.asked) == {f"sentence number {n} is here" for n in range(SEGMENTS)}
    assert [p.name for p in tmp_path.iterdir() if p.name.endswith((".partial", ".old"))] == []


@pytest.mark.usefixtures("home")
def test_ctrl_c_says_that_work_is_kept_and_ends_with_130(tmp_path):
    project = Project(tmp_path, delay=0.02)
    running = project.start()
    wait_until_asked(project, 2 * BATCH)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=10)
    assert (running.returncode, out) == (130, b"")
    assert err == b"mtqe: interrupted; repeat the command to go on from the cache.\n"


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no terminals here")
@pytest.mark.usefixtures("home")
def test_ctrl_c_gives_the_terminal_its_cursor_back(tmp_path):
    project = Project(tmp_path, delay=0.02)
    ours, theirs = os.openpty()
    shown: list[bytes] = []
    reader = threading.Thread(target=_read_terminal, args=(ours, shown), daemon=True)
    with subprocess.Popen(
        command(*project.arguments[:-1]),  # without --json
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm"},
    ) as running:
        os.close(theirs)
        reader.start()
        wait_until_asked(project, 2 * BATCH)
        running.send_signal(signal.SIGINT)
        assert running.wait(60) == 130
    reader.join(60)
    os.close(ours)
    hidden, _, rest = b"".join(shown).rpartition(b"\x1b[?25l")
    assert b"translate slow" in hidden + rest
    assert b"\x1b[?25h" in rest
    assert rest.endswith(b"mtqe: interrupted; repeat the command to go on from the cache.\r\n")


def _read_terminal(terminal: int, shown: list[bytes]) -> None:
    with suppress(OSError):  # how Linux tells that the program has ended
        while part := os.read(terminal, 1 << 16):
            shown.append(part)


KILLER = """
import os, random, signal, sys, time
import mtqe.evaluation.evaluate, mtqe.compare, mtqe.metrics.surface, mtqe.report.page.render, pandas
from mtqe.cli.app import main
moments, ends = random.Random(4), []
for _ in range(20):
    if (child := os.fork()) == 0:
        main()
    time.sleep(moments.uniform(0.05, 0.6))
    os.kill(child, signal.SIGKILL)
    ends.append(os.WIFSIGNALED(os.waitpid(child, 0)[1]))
print(sum(ends), file=sys.stderr)
"""


@pytest.mark.usefixtures("home")
def test_twenty_kills_at_random_moments_change_nothing(tmp_path, uninterrupted):
    project = Project(tmp_path, delay=0.005)
    words = [sys.executable, "-c", KILLER, *map(str, project.arguments)]
    killed = subprocess.run(words, capture_output=True, check=True)
    assert int(killed.stderr.split()[-1]) > 5, "hardly any run was killed before its end"
    result = mtqe(*project.arguments)
    assert (result.code, result.err) == (0, "")
    assert scores(result.out) == uninterrupted
    run = Run.read(tmp_path / "out")
    assert run.segments["hypothesis"].tolist() == [
        f"SENTENCE NUMBER {number} IS HERE" for number in range(SEGMENTS)
    ]


@pytest.mark.usefixtures("home")
def test_nothing_is_translated_twice(tmp_path):
    project = Project(tmp_path, delay=0)
    first, second = mtqe(*project.arguments), mtqe(*project.arguments)
    assert scores(first.out) == scores(second.out)
    assert len(project.asked) == SEGMENTS
    rows = (tmp_path / "corpus.tsv").read_text().replace("number 7 is", "number seven is")
    (tmp_path / "corpus.tsv").write_text(rows)
    mtqe(*project.arguments)
    assert project.asked[SEGMENTS:] == ["sentence number seven is here"]


def test_a_full_disk_is_one_line_and_the_next_run_finds_the_work(tmp_path, home):
    project = Project(tmp_path, delay=0)
    with small_volume(tmp_path / "volume") as volume:
        arguments = ("run", tmp_path / "mtqe.toml", "-o", volume.path / "out", "--json")
        volume.fill()
        result = mtqe(*arguments)
        assert (result.code, result.out, result.err.count("\n")) == (1, "", 1)
        assert "No space left on device" in result.err
        assert os.listdir(volume.path) == ["ballast"]  # noqa: PTH208 - hidden files too
        volume.make_room()
        assert mtqe(*arguments).code == 0
        assert len(project.asked) == SEGMENTS


def test_a_full_disk_under_the_cache_never_stops_a_run(tmp_path, monkeypatch, uninterrupted):
    project = Project(tmp_path, delay=0)
    with small_volume(tmp_path / "volume") as volume:
        monkeypatch.setenv("MTQE_HOME", str(volume.path))
        volume.fill()
        running = project.start()
        out, err = running.communicate()
        assert running.returncode == 0
        assert scores(out.decode()) == uninterrupted
        assert err.decode().count("\n") == 1
        assert err.startswith(b"mtqe: Going on without the cache")


@pytest.mark.usefixtures("home")
def test_two_runs_at_once_share_a_cache_and_a_folder(tmp_path, uninterrupted):
    project = Project(tmp_path, delay=0)
    runs = [project.start() for _ in range(2)]
    for running in runs:
        out, err = running.communicate()
        assert (running.returncode, err) == (0, b"")
        assert scores(out.decode()) == uninterrupted
    assert len(Run.read(tmp_path / "out").segments) == SEGMENTS
