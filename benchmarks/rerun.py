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

DATA = Path(__file__).parents[2] / "shared/data/systems/de-en.tsv.gz"
METRICS = ("bleu", "chrf", "comet", "bertscore")
CHANGED = 3


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


def seconds(arguments: Sequence[str], home: Path, output: Path) -> float:
    """The wall time of one `mtqe score`."""
    command = [str(Path(sys.executable).with_name("mtqe")), "score", *arguments]
    command += [word for metric in METRICS for word in ("-m", metric)]
    started = perf_counter()
    subprocess.run(
        [*command, "--output", str(output)],
        check=True,
        capture_output=True,
        env={**os.environ, "MTQE_HOME": str(home)},
    )
    return perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--systems", type=int, default=13)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    every = columns(DATA)
    names = [name for name in every if name not in ("seg_id", "src", "refA")][: options.systems]
    texts = {name: every[name] for name in ("src", "refA", *names)}
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores")
    print(f"{len(names)} systems x {len(texts['src'])} segments, {', '.join(METRICS)}")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        same = write(root / "same", texts)
        other = write(root / "other", texts, CHANGED)
        small = write(root / "small", {name: lines[:600:2] for name, lines in texts.items()})
        seconds(small, root / "home", root / "warm")
        rounds = []
        for _ in range(options.rounds):
            shutil.rmtree(root / "home" / "cache")
            first = seconds(same, root / "home", root / "run")
            again = seconds(same, root / "home", root / "run")
            changed = seconds(other, root / "home", root / "run")
            rounds.append((first, changed, again))
            print(f"first {first:.1f} s, three changed {changed:.2f} s, unchanged {again:.2f} s")
    print(f"three changed: {median(a / b for a, b, _ in rounds):.1f} times faster than the first")
    print(f"unchanged:     {median(a / c for a, _, c in rounds):.1f} times faster than the first")


if __name__ == "__main__":
    main()
