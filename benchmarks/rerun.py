"""What does a run cost again, when nothing changed and when three segments did?

    python benchmarks/rerun.py [--systems N] [--rounds N]

Whole processes of `mtqe score`, all four metrics on systems of WMT23 de-en, each round with a cache
of its own: first from nothing, then unchanged, then with three segments changed in every system.
Models are assembled and kernels compiled before the first round. Needs ../shared/data.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

from byte_code import as_installed
from neural import Timed, processor_seconds

DATA = Path(__file__).parents[2] / "shared/data/systems/de-en.tsv.gz"
METRICS = ("bleu", "chrf", "comet", "bertscore")
CHANGED = 3
SIDES = ("first", "three changed", "unchanged")


def columns(path: Path) -> dict[str, list[str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return {name: [row[i] for row in rows[1:]] for i, name in enumerate(rows[0])}


def write(folder: Path, texts: dict[str, list[str]], changed: int = 0) -> list[str]:
    """Write a file a column; the arguments that score them."""
    folder.mkdir()
    arguments = ["--source-language", "de", "--target-language", "en"]
    for name, lines in texts.items():
        altered = [f"{line} Indeed." for line in lines[:changed]]
        content = lines if name in ("src", "refA") else altered + lines[changed:]
        path = folder / f"{name}.txt"
        path.write_text("".join(f"{line}\n" for line in content), encoding="utf-8")
        option = {"src": "--source", "refA": "--reference"}.get(name)
        arguments += [option, str(path)] if option else ["--hypothesis", f"{name}={path}"]
    return arguments


def timed(arguments: Sequence[str], home: Path, output: Path) -> Timed:
    """Wall and processor time of one `mtqe score`."""
    command = [str(Path(sys.executable).with_name("mtqe")), "score", *arguments]
    command += [word for metric in METRICS for word in ("-m", metric)]
    used, started = processor_seconds(), perf_counter()
    subprocess.run(
        [*command, "--output", str(output)],
        check=True,
        capture_output=True,
        env={**as_installed(), "MTQE_HOME": str(home)},
    )
    return Timed(perf_counter() - started, processor_seconds() - used, ())


def one_round(root: Path, systems: int, segments: int | None = None) -> dict[str, Timed]:
    """From an empty cache, then unchanged, then with three segments changed, in an empty folder."""
    every = columns(DATA)
    names = [name for name in every if name not in ("seg_id", "src", "refA")][:systems]
    texts = {name: every[name][:segments] for name in ("src", "refA", *names)}
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    same, other = write(root / "same", texts), write(root / "other", texts, CHANGED)
    small = write(root / "small", {name: lines[:600:2] for name, lines in texts.items()})
    timed(small, root / "home", root / "warm")  # assembles models, compiles kernels
    shutil.rmtree(root / "home" / "cache")
    first = timed(same, root / "home", root / "run")
    again = timed(same, root / "home", root / "run")
    changed = timed(other, root / "home", root / "run")
    return dict(zip(SIDES, (first, changed, again), strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--systems", type=int, default=13)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--segments", type=int, help="fewer, for a quick look")
    options = parser.parse_args()
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores")
    print(f"{options.systems} systems, {', '.join(METRICS)}; wall seconds (processor seconds)")
    rounds = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(options.rounds):
            rounds.append(one_round(Path(folder) / "round", options.systems, options.segments))
            found = rounds[-1].items()
            print(", ".join(f"{side} {t.wall:.2f} ({t.processor:.2f})" for side, t in found))
    for side in SIDES[1:]:
        wall = median(times["first"].wall / times[side].wall for times in rounds)
        processor = median(times["first"].processor / times[side].processor for times in rounds)
        print(f"{side}: {wall:.1f} times faster than the first, {processor:.1f} in processor time")


if __name__ == "__main__":
    main()
