"""Processor seconds until the first loop runs, with machine code that lies on disk.

    python benchmarks/native.py [--rounds N]

TER's loops are loaded by numba, those of BLEU and chrF by LLVM's binding alone
(`mtqe.support.native`). Each is timed in a process of its own, after numpy and sacreBLEU are
imported, and both take turns. Prints the lowest of the rounds, which other work disturbs least.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

BEFORE = """
import sys, time
import numpy as np
import mtqe.metrics.surface
from mtqe.metrics.surface.kernels.texts import pack
texts = pack(["one 1-2, two", "one 1-2 two"])
started = time.process_time()
from mtqe.metrics.surface.kernels import tokens
"""
AFTER = "\nprint(time.process_time() - started, 'numba' in sys.modules)"
ROW, COLUMN = "np.array([0])", "np.array([[1]])"
LOOPS = {
    "BLEU and chrF, by llvmlite": f"""
from mtqe.metrics.surface.kernels.ngrams import matches
words = tokens.words(tokens.chinese(texts))
matches(words.units, words.offsets, {ROW}, {COLUMN}, 4)""",
    "TER, by numba": f"""
from mtqe.metrics.surface.kernels.shifts import edits
words = tokens.words(texts)
edits(words.units, words.offsets, {ROW}, {COLUMN})""",
}
TIMEOUT = 600


def seconds(code: str) -> tuple[float, bool]:
    """What a process needs, and whether it has loaded numba."""
    command = [sys.executable, "-c", BEFORE + code + AFTER]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=TIMEOUT)
    took, loaded = done.stdout.split()
    return float(took), loaded == "True"


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    for code in LOOPS.values():
        seconds(code)  # compiles
    found = {name: [] for name in LOOPS}
    for _ in range(rounds):
        for name, code in LOOPS.items():
            found[name].append(seconds(code))
    print("| loops | seconds | numba loaded |\n|---|---:|---|")
    for name, rows in found.items():
        print(f"| {name} | {min(rows)[0]:.3f} | {'yes' if rows[0][1] else 'no'} |")


if __name__ == "__main__":
    main()
