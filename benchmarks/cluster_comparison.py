"""A comparison on a Ray cluster of two nodes, of which one is killed: equal to one machine.

    python benchmarks/cluster_comparison.py --segments 100000    # as root

The nodes are those of `cluster.py`. `mtqe score` compares three systems of random texts by BLEU and
chrF, without checks and without a report:

1. on this machine;
2. on the cluster;
3. on the cluster; when some blocks of swaps are there, every process of the second node is killed.

Each run must be the same as the first: tables, scores, intervals and p-values. Seconds are
processor time; on the cluster, of the driver and all processes of each node.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cluster import (
    HEAD,
    OTHER,
    RUN,
    Meter,
    Project,
    cluster,
    compare,
    content,
    inside,
    measure_local,
    network,
    processes,
    run,
    wait_for,
)
from scale import write_texts
from typing_extensions import override

SYSTEMS = 3
BLOCKS = 4
"""Blocks of swaps that are summed before the node is killed."""
DRIVER = """\
import sys, time
from mtqe.evaluation.executors.cluster.executor import RayExecutor
from mtqe.evaluation import score_and_check
told = sys.argv.pop(1)
def tell(*words):
    with open(told, "a") as file:
        print(*words, file=file)
sums = RayExecutor.sum_resamples
def sum_and_tell(self, columns, resampling):
    for start, found in sums(self, columns, resampling):
        tell(resampling.draw.__name__, start)
        yield start, found
RayExecutor.sum_resamples = sum_and_tell
compared = score_and_check.with_comparison
def compare_and_tell(*given):
    before = time.process_time()
    found = compared(*given)
    tell("comparison", round(time.process_time() - before, 2))
    return found
score_and_check.with_comparison = compare_and_tell
sys.argv[0] = "mtqe"
from mtqe.cli.app import main
main()
"""
"""The program, which also writes down each block that is summed, and the comparison's seconds."""


@dataclass(frozen=True)
class Comparison(Project):
    """A run of which little but the comparison is of interest."""

    @override
    def command(self) -> list[str]:
        texts = self.folder / "texts"
        words = ["score", "--reference", texts / "reference.txt"]
        for number in range(SYSTEMS):
            words += ["--hypothesis", f"system{number}={texts / f'system{number}.txt'}"]
        words += ["--target-language", "en", "-m", "bleu", "-m", "chrf", "-o", self.output]
        words += ["--no-report", "--no-checks", "--no-cache", "--executor", self.executor]
        return [sys.executable, "-c", DRIVER, *map(str, (self.told, *words))]

    def lines(self, begin: str) -> list[str]:
        """What was told of something."""
        lines = self.told.read_text().splitlines() if self.told.exists() else []
        return [line for line in lines if line.startswith(begin)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--segments", type=int, default=100_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mtqe-cluster-") as name:
        folder = Path(name)
        (folder / "texts").mkdir()
        write_texts(folder / "texts", given.segments, SYSTEMS)
        local = Comparison(folder, "local", "local", 1)
        seconds: dict[str, Any] = {"local": measure_local(local)}
        say(seconds | {"comparison": local.lines("comparison")})
        expected = everything(local)
        with network(), cluster(folder):
            whole = Comparison(folder, "cluster", "ray", 1)
            with Meter() as meter:
                run(inside(HEAD, whole.command()), whole.environment())
            seconds["cluster"] = meter.by_node
            say(seconds | {"driver's comparison": whole.lines("comparison")})
            killed = Comparison(folder, "killed", "ray", 1)
            say(kill(killed))
        for project in (whole, killed):
            compare(expected, everything(project), project.name)
            say({kind: len(project.lines(kind)) for kind in ("bootstrap", "swap")})


def say(found: dict[str, Any]) -> None:
    print(json.dumps(found), flush=True)


def kill(project: Comparison) -> dict[str, Any]:
    """Kill the second node while swaps are summed; what was done until then."""
    words = inside(HEAD, project.command())
    driver = subprocess.Popen(
        words, env=project.environment(), start_new_session=True, stdout=subprocess.DEVNULL
    )
    try:
        with Meter() as meter:
            wait_for(lambda: len(project.lines("swap")) >= BLOCKS, driver)
            for process in processes(OTHER):
                os.kill(process, signal.SIGKILL)
            at_node = len(project.lines("swap"))
            driver.wait(RUN)
    finally:
        if driver.poll() is None:
            os.killpg(driver.pid, signal.SIGKILL)
    return {"blocks of swaps when the node was killed": at_node, "seconds": meter.by_node}


def everything(project: Comparison) -> dict[str, Any]:
    """A run folder with the whole comparison."""
    kept = json.loads((project.output / "comparison.json").read_text())
    return {**content(project.output), "comparison.json": kept}


if __name__ == "__main__":
    main()
