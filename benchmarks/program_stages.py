"""Seconds and memory of each stage of `mtqe score` itself, as a user runs it.

    python benchmarks/program_stages.py texts FOLDER SEGMENTS SYSTEMS   # random texts, line by line
    python benchmarks/program_stages.py copies FOLDER OTHER TIMES       # a larger set from them
    python benchmarks/program_stages.py score --reference … --no-report --no-checks --no-cache

Whatever follows `score` is what `mtqe score` takes. A line a stage on standard error: processor
seconds of all threads, the memory (resident set) before and after it, and its peak inside.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

PAGE = os.sysconf("SC_PAGE_SIZE")
LOOKS = 0.02
"""Seconds between two looks at the memory."""
STAGES = {
    "mtqe.evaluation.existing": ("read_scoring_input", "read_scoring_dataset"),
    "mtqe.evaluation.evaluate": ("check_metrics", "check_systems", "translate_all"),
    "mtqe.evaluation.score_and_check": (
        *("score_metric", "run_manifest", "segments_table", "statistics_table"),
        "with_comparison",
    ),
    "mtqe.checks.runner": ("run_checks",),
    "mtqe.compare.comparison": ("score_alike", "compare_scored"),
    "mtqe.compare.paired_tests": ("bootstraps", "permutations"),
    "mtqe.run": ("write_run",),
}
"""Functions by the module that calls them."""


def resident() -> float:
    """The memory of this process, in MB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE / 2**20


class Watch:
    """The peak of the memory since it was last asked."""

    def __init__(self) -> None:
        """Begin to look."""
        self.peak = resident()
        threading.Thread(target=self._look, daemon=True).start()

    def _look(self) -> None:
        while True:
            self.peak = max(self.peak, resident())
            time.sleep(LOOKS)


def told(watch: Watch, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that says what it took."""

    def call(*args: Any, **named: Any) -> Any:  # noqa: ANN401 - any function's
        seconds, before = time.process_time(), resident()
        watch.peak = before
        try:
            return function(*args, **named)
        finally:
            took = time.process_time() - seconds
            sys.stderr.write(
                f"{name}: {took:.2f} s, {before:.0f} -> {resident():.0f} MB, "
                f"peak {watch.peak:.0f} MB\n"
            )

    return call


def copies(folder: Path, other: Path, times: int) -> None:
    """Each file of a folder so many times over, with a word more in each copy."""
    other.mkdir(parents=True, exist_ok=True)
    for file in folder.glob("*.txt"):
        with (other / file.name).open("wb") as target:
            for number in range(times):
                with file.open("rb") as lines:
                    target.writelines(b"%d %b" % (number, line) for line in lines)


def main() -> None:
    """Make texts, or score with every stage told."""
    if sys.argv[1] == "texts":
        from scale import write_texts

        folder = Path(sys.argv[2])
        folder.mkdir(parents=True, exist_ok=True)
        write_texts(folder, int(sys.argv[3]), int(sys.argv[4]))
        return
    if sys.argv[1] == "copies":
        copies(Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
        return
    watch = Watch()
    for module, names in STAGES.items():
        owner = import_module(module)
        for name in names:
            setattr(owner, name, told(watch, name, getattr(owner, name)))
    from mtqe.cli.app import main as program

    program()


if __name__ == "__main__":
    main()
