"""`mtqe run` on a Ray cluster of two nodes: equal to one machine, and nothing lost where nodes die.

    python benchmarks/cluster.py --segments 1000 --cut 10    # as root

It needs mtqe[ray], Apertium with English-Spanish, and iproute2. `--cut` makes blocks so many times
smaller than usual, so that a small test set has some of each kind.

The nodes are two raylets of one processor each, in two network namespaces that a veth pair joins;
they share nothing but files. What runs is the program itself: Apertium translates, BLEU and chrF,
comet-mini and all checks score it. Four runs, each with an empty cache but the last:

1. on this machine, with two workers of one thread (``device = "cpu,cpu"``);
2. on the cluster: the run must be the same but for times;
3. on the cluster; while COMET scores, every process of the second node is killed, and the driver
   when nine tenths of the scores are there, so that lost blocks were given out again;
4. the same command again, on the node that is left: the run must be the same, and no translation
   and no score may have come twice to the cache.

Seconds are processor time of the driver and, on the cluster, of all processes of both nodes, as
other programs may share the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from threading import Event, Thread
from typing import Any

import numpy as np
import pandas as pd

CORPUS = Path(__file__).parents[1] / "references" / "en-es" / "corpus.tsv"
NODES = {"mtqe-node-1": "10.77.0.1", "mtqe-node-2": "10.77.0.2"}
HEAD, OTHER = NODES
PORT = 6379
STORE = 200_000_000
"""Bytes of each node's store of objects."""
START = 300.0
"""Seconds that a node has to start."""
LATE = 0.9
"""Share of all scores at which the driver is killed."""
RUN = 3000.0
"""Seconds that a run may take on a busy machine."""
CONFIG = """\
[corpus]
name = "en-es"
source_language = "en"
target_language = "es"
path = "corpus.tsv"

[systems.apertium]
backend = "apertium"

[metrics]
bleu = {}
chrf = {}
comet = {}

[compute]
device = "DEVICE"
threads = THREADS
"""
DRIVER = """\
import sys
from mtqe.backends.local import apertium
from mtqe.evaluation.executors.cluster import blocks
from mtqe.metrics import base
from mtqe.metrics.neural.comet import Comet
from mtqe.support.cache import Cache
told, cut = sys.argv[1], int(sys.argv[2])
apertium.BATCH //= cut
base.BLOCK //= cut
blocks.CHECKED //= cut
Comet.block_tokens //= cut
put = Cache.put
def put_and_tell(self, kind, items):
    items = list(items)
    put(self, kind, items)
    with open(told, "a") as file:
        file.writelines(f"{kind} {key.hex()}\\n" for key, _ in items)
Cache.put = put_and_tell
del sys.argv[1:3]
sys.argv[0] = "mtqe"
from mtqe.cli.app import main
main()
"""
"""The program, which also writes down what comes to its cache, and takes smaller blocks."""


@dataclass(frozen=True)
class Project:
    """A folder with a configuration for each way to run it, and a cache.

    Attributes:
        folder: where all of it is.
        name: of this run.
        executor: of ``--executor``.
        cut: how many times smaller blocks are.
    """

    folder: Path
    name: str
    executor: str
    cut: int

    @property
    def told(self) -> Path:
        """What came to the cache, a line per entry."""
        return self.folder / f"{self.name}.txt"

    @property
    def output(self) -> Path:
        """The run folder."""
        return self.folder / self.name

    def command(self) -> list[str]:
        """The words that start the program."""
        config = "on-this-machine" if self.executor == "local" else "on-nodes"
        given = ["run", self.folder / config / "mtqe.toml", "-o", self.output]
        given += ["--no-report", "--executor", self.executor]
        return [sys.executable, "-c", DRIVER, *map(str, (self.told, self.cut, *given))]

    def environment(self) -> dict[str, str]:
        """With the address of the cluster."""
        return {**environment(self.folder), "RAY_ADDRESS": f"{NODES[HEAD]}:{PORT}"}

    def entries(self, kind: str) -> Counter[str]:
        """How often each key of a kind came to the cache."""
        lines = self.told.read_text().splitlines() if self.told.exists() else []
        return Counter(line for line in lines if line.startswith(f"{kind} "))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--segments", type=int, default=5000)
    parser.add_argument("--cut", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mtqe-cluster-") as name:
        folder = Path(name)
        prepare(folder)
        write_project(folder, given.segments)
        measured = {"local": measure_local(Project(folder, "local", "local", given.cut))}
        print(json.dumps(measured), flush=True)
        with network(), cluster(folder):
            measured["cluster"] = measure_cluster(Project(folder, "cluster", "ray", given.cut))
            print(json.dumps(measured), flush=True)
            size = scores(Project(folder, "local", "local", given.cut))
            told = kill(Project(folder, "killed", "ray", given.cut), size)
        expected = content(folder / "local")
        for run in ("cluster", "killed"):
            compare(expected, content(folder / run), run)
    overhead = measured["cluster"] / measured["local"] - 1
    print(json.dumps({"segments": given.segments, **measured, "overhead": round(overhead, 3)}))
    print(json.dumps(told, indent=1))


def prepare(folder: Path) -> None:
    """Have the built-in model assembled, which is done once on every machine."""
    (folder / "text.txt").write_text("a house\n")
    given = ["score", "--source", "text.txt", "--reference", "text.txt", "--hypothesis", "text.txt"]
    given += ["--source-language", "en", "--target-language", "es", "-m", "comet", "-m", "bleu"]
    words = [sys.executable, "-m", "mtqe", *given, "--no-report", "-o", "first"]
    run(words, environment(folder), folder)


def environment(folder: Path) -> dict[str, str]:
    """With models and a cache of its own; Ray asks for no token, as its network is its own."""
    own = {"MTQE_HOME": str(folder / "home"), "RAY_AUTH_MODE": "disabled"}
    return {**os.environ, **own}


def empty_cache(folder: Path) -> None:
    """Forget all translations and scores."""
    shutil.rmtree(folder / "home" / "cache", ignore_errors=True)


def write_project(folder: Path, size: int) -> None:
    """A test set of numbered copies of the reference corpus, and its two configurations."""
    rows = pd.read_csv(CORPUS, sep="\t", dtype=str, keep_default_na=False)
    many = pd.concat([rows] * (size // len(rows) + 1), ignore_index=True)[:size]
    numbers = many.index.astype(str)
    many["segment_id"] = "s" + numbers
    many["source"] = many["source"] + " (" + numbers + ")"
    for reference in ("reference", "reference_2"):
        has = many[reference] != ""
        many.loc[has, reference] += " (" + numbers[has] + ")"
    for name, device, threads in (("on-this-machine", "cpu,cpu", 2), ("on-nodes", "cpu", 1)):
        (folder / name).mkdir()
        many.to_csv(folder / name / "corpus.tsv", sep="\t", index=False)
        text = CONFIG.replace("DEVICE", device).replace("THREADS", str(threads))
        (folder / name / "mtqe.toml").write_text(text)


def measure_local(project: Project) -> float:
    """Processor seconds of a run on this machine."""
    empty_cache(project.folder)
    before = getrusage(RUSAGE_CHILDREN)
    run(project.command(), project.environment())
    after = getrusage(RUSAGE_CHILDREN)
    return round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 1)


def measure_cluster(project: Project) -> float:
    """Processor seconds of a run on the cluster, driver and nodes."""
    empty_cache(project.folder)
    with Meter() as meter:
        run(inside(HEAD, project.command()), project.environment())
    return round(meter.seconds, 1)


def kill(project: Project, size: int) -> dict[str, Any]:
    """Kill a node, then the driver, and run again; what came to the cache.

    Args:
        project: what to run.
        size: number of scores that the cache has in the end.
    """
    empty_cache(project.folder)
    words = inside(HEAD, project.command())
    driver = subprocess.Popen(words, env=project.environment(), start_new_session=True)
    try:
        wait_for(lambda: scores(project) > 0, driver)
        for process in processes(OTHER):
            os.kill(process, signal.SIGKILL)
        at_node = scores(project)
        print(f"killed {OTHER} after {at_node} scores", flush=True)
        wait_for(lambda: scores(project) >= LATE * size, driver)
    finally:
        os.killpg(driver.pid, signal.SIGKILL)
    driver.wait(60)
    at_driver, translations = scores(project), sum(project.entries("translation").values())
    print(f"killed the driver after {at_driver} scores", flush=True)
    run(words, project.environment())
    found = {kind: project.entries(kind) for kind in ("translation", "statistics")}
    twice = {kind: sum(n > 1 for n in keys.values()) for kind, keys in found.items()}
    if any(twice.values()):
        raise SystemExit(f"came twice to the cache: {twice}")
    return {
        "scores when the node was killed": at_node,
        "scores when the driver was killed": at_driver,
        "translations when the driver was killed": translations,
        "scores in the end": len(found["statistics"]),
        "translations in the end": len(found["translation"]),
        "twice": twice,
    }


def scores(project: Project) -> int:
    """Scores that are in the cache."""
    return len(project.entries("statistics"))


def wait_for(look: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + RUN
    while not look():
        if time.monotonic() > ends or process.poll() is not None:
            raise SystemExit("the run has ended, or takes too long")
        time.sleep(0.2)


def content(folder: Path) -> dict[str, Any]:
    """All of a run folder but its name, times and how much was translated anew."""
    manifest = json.loads((folder / "run.json").read_text())
    manifest = {key: value for key, value in manifest.items() if key not in ("id", "created")}
    for system in manifest["systems"]:
        for key in ("translated", "seconds", "speed"):
            system.pop(key, None)
    tables = {path.name: pd.read_parquet(path) for path in sorted(folder.glob("*.parquet"))}
    return {"run.json": manifest, **tables}


def compare(expected: dict[str, Any], found: dict[str, Any], name: str) -> None:
    """See that two runs are the same to the bit."""
    if expected.keys() != found.keys():
        raise SystemExit(f"{name}: other tables")
    for table, rows in expected.items():
        if isinstance(rows, pd.DataFrame):
            pd.testing.assert_frame_equal(found[table], rows, check_exact=True)
        elif rows != found[table]:
            raise SystemExit(f"{name}: other {table}")
    cells = sum(np.prod(rows.shape) for rows in expected.values() if isinstance(rows, pd.DataFrame))
    print(f"{name}: equal to local, {cells:,} cells in {len(expected) - 1} tables", flush=True)


def run(words: Sequence[str], variables: dict[str, str], folder: Path | None = None) -> None:
    output = subprocess.DEVNULL
    subprocess.run(words, env=variables, cwd=folder, check=True, timeout=RUN, stdout=output)


def inside(node: str, words: Sequence[str]) -> list[str]:
    """A command in a node's network, under the node's name."""
    named = 'hostname "$0" && exec "$@"'
    return ["ip", "netns", "exec", node, "unshare", "--uts", "sh", "-c", named, node, *words]


def wait_until(look: Callable[[], bool]) -> None:
    """Wait for the start of something.

    Raises:
        SystemExit: it takes too long.
    """
    ends = time.monotonic() + START
    while not look():
        if time.monotonic() > ends:
            raise SystemExit("the nodes don't start")
        time.sleep(1)


def listening(node: str) -> str:
    """What ``ss`` says of the ports that are open in a node's network."""
    words = ["ip", "netns", "exec", node, "ss", "-ltnH"]
    return subprocess.run(words, capture_output=True, text=True, check=True, timeout=60).stdout


def processes(node: str) -> list[int]:
    """Processes in a node's network."""
    listed = subprocess.run(
        ["ip", "netns", "pids", node], capture_output=True, text=True, check=True, timeout=60
    )
    return [int(word) for word in listed.stdout.split()]


class Meter(Thread):
    """Looks every fifth of a second at what the nodes' processes have taken, as many end early."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._before = _taken()
        self._last = {node: dict(found) for node, found in self._before.items()}
        self._is_over = Event()

    def run(self) -> None:
        """Look until it is over."""
        while not self._is_over.wait(0.2):
            for node, found in _taken().items():
                self._last[node] |= found

    @property
    def seconds(self) -> float:
        """Processor time since the beginning."""
        return sum(self.by_node.values())

    @property
    def by_node(self) -> dict[str, float]:
        """The same for each node, the driver's included."""
        ticks = {
            node: sum(last.values()) - sum(self._before[node].values())
            for node, last in self._last.items()
        }
        return {node: round(n / os.sysconf("SC_CLK_TCK"), 1) for node, n in ticks.items()}

    def __enter__(self) -> Meter:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self.join()


def _taken() -> dict[str, dict[int, int]]:
    """Ticks of each node's Python and Ray processes, with those of engines that they ran."""
    return {node: _ticks(processes(node)) for node in NODES}


def _ticks(those: Sequence[int]) -> dict[int, int]:
    found = {}
    for process in those:
        try:
            words = Path(f"/proc/{process}/cmdline").read_bytes()
            stat = Path(f"/proc/{process}/stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if b"ray" in words or b"python" in words:
            found[process] = sum(map(int, stat.rpartition(")")[2].split()[11:15]))
    return found


@contextmanager
def network() -> Iterator[None]:
    """Two namespaces, joined by a veth pair."""
    ip("link", "add", "mtqe-veth-1", "type", "veth", "peer", "name", "mtqe-veth-2")
    try:
        for number, (node, address) in enumerate(NODES.items(), 1):
            ip("netns", "add", node)
            ip("link", "set", f"mtqe-veth-{number}", "netns", node)
            ip("-n", node, "address", "add", f"{address}/24", "dev", f"mtqe-veth-{number}")
            ip("-n", node, "link", "set", f"mtqe-veth-{number}", "up")
            ip("-n", node, "link", "set", "lo", "up")
        yield
    finally:
        for node in NODES:
            subprocess.run(["ip", "netns", "delete", node], check=False, timeout=60)


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, timeout=60)


@contextmanager
def cluster(folder: Path) -> Iterator[None]:
    """A raylet in each namespace; every process there ends with the context."""
    usual = ["--num-cpus=1", f"--object-store-memory={STORE}", "--disable-usage-stats", "--block"]
    head = ["--head", f"--port={PORT}", "--include-dashboard=false"]
    log = (folder / "ray.log").open("w")
    try:
        for node, address in NODES.items():
            joins = head if node == HEAD else [f"--address={NODES[HEAD]}:{PORT}"]
            words = [sys.executable, "-m", "ray.scripts.scripts", "start", *joins, *usual]
            subprocess.Popen(
                inside(node, [*words, f"--node-ip-address={address}"]),
                stdout=log,
                stderr=log,
                env={
                    **environment(folder),
                    "RAY_worker_niceness": "0",  # else 15, and other programs come first
                },
                start_new_session=True,
            )
            wait_until(lambda: f":{PORT} " in listening(HEAD))
        look = "import ray, sys; ray.init(log_to_driver=False); sys.exit(len(ray.nodes()) != 2)"
        words = inside(HEAD, [sys.executable, "-c", look])
        variables = {**environment(folder), "RAY_ADDRESS": f"{NODES[HEAD]}:{PORT}"}
        wait_until(
            lambda: (
                not subprocess.run(
                    words, env=variables, check=False, capture_output=True, timeout=START
                ).returncode
            )
        )
        yield
    finally:
        for node in NODES:
            for process in processes(node):
                try:
                    os.kill(process, signal.SIGKILL)
                except ProcessLookupError:
                    continue
        log.close()


if __name__ == "__main__":
    main()
