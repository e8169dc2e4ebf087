"""What does refusing a small file that would become gigabytes cost the whole program?

    python benchmarks/bombs.py [NAME ...]     # needs a repository, for the bombs are its tests'

Runs `mtqe check FILE` for each bomb of tests/unit/corpus/test_bombs.py, and `mtqe report RUN` for a
run folder whose tables are bombs. Prints Markdown: processor seconds of the program and of the
processes that it started, the least of two runs, and the peak memory of the largest of them.
Wall time says nothing on a busy machine. The first row is a file of two segments: what any
command costs.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from mtqe.run import SEGMENTS, STATISTICS
from tests.unit.corpus.test_bombs import BOMBS
from tests.unit.run.test_damaged_runs import enlarged, sound_run

TIMES = 2
CHECK = ("check", "--source-language", "en", "--target-language", "de")


MEASURE = """
import os, resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(code, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
"""
"""Run by a small Python, as a process counts the memory that it was forked from as its own."""


def cost(arguments: Sequence[str]) -> tuple[int, float, float, str]:
    """Exit status, processor seconds, peak memory in MB, and what is said."""
    command = [sys.executable, "-I", "-S", "-c", MEASURE, sys.executable, "-m", "mtqe", *arguments]
    place = tempfile.gettempdir()
    found = subprocess.run(command, capture_output=True, text=True, check=True, cwd=place)
    *said, last = found.stdout.splitlines()
    code, seconds, memory = last.split()
    return int(code), float(seconds), float(memory), "\n".join([*said, found.stderr]).strip()


def row(name: str, size: int, arguments: Sequence[str]) -> str:
    """A line of the table."""
    found = [cost(arguments) for _ in range(TIMES)]
    code, _, _, text = found[0]
    seconds, memory = min(one[1] for one in found), max(one[2] for one in found)
    said = text.splitlines()[-1].replace(arguments[-1], name)[:90].replace("|", "\\|")
    return f"| {name} | {size:,} | {code} | {seconds:.2f} | {memory:.0f} | {said} |"


def main(names: list[str]) -> None:
    """Print the table, of all bombs if none is named."""
    print("| file | bytes | exit | processor s | peak MB | said |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "two.tsv").write_text("source\treference\none\teins\ntwo\tzwei\n")
        print(row("two segments, no bomb", 38, [*CHECK, str(folder / "two.tsv")]), flush=True)
        for name, (make, _) in BOMBS.items():
            if not names or name in names:
                path = folder / name
                path.write_bytes(make())
                size = path.stat().st_size
                print(row(name, size, [*CHECK, str(path)]), flush=True)
        if not names or "run" in names:
            run = sound_run(folder / "run")
            print(row("a run folder, no bomb", _size(run), ["report", str(run)]), flush=True)
            enlarged(run, SEGMENTS, "q" * 8_000)
            enlarged(run, STATISTICS)
            print(row("a run folder", _size(run), ["report", str(run)]), flush=True)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


if __name__ == "__main__":
    main(sys.argv[1:])
