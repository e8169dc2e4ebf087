"""Every comparison with a peer's own program, one after the other, into one Markdown page.

    python benchmarks/all.py [--rounds N] [--output FILE]

Each benchmark alternates mtqe and its peer and prints ratios; this runs them all and keeps what
they print, with the machine and the versions. Five rounds of everything take hours, most of them
comet-score's. Needs ../shared/data.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from mtqe.versions import versions

FOLDER = Path(__file__).parent
BENCHMARKS = (
    ("surface.py", "peer"),
    ("neural.py", "comet", "--systems", "5"),
    ("neural.py", "comet", "--systems", "13"),
    ("neural.py", "bertscore", "--systems", "5"),
    ("resampling.py", "peer"),
    ("rerun.py", "--systems", "13"),
    ("surface.py", "large"),
    ("neural.py", "large"),
    ("report.py",),
)
TAKES_ROUNDS = ("neural.py", "rerun.py")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--output", type=Path, default=Path("benchmarks.md"))
    options = parser.parse_args()
    with options.output.open("w", encoding="utf-8") as page:
        page.write(f"# Benchmarks of {datetime.now(UTC):%Y-%m-%d}\n\n{machine()}\n")
        for script, *arguments in BENCHMARKS:
            rounds = ["--rounds", str(options.rounds)] if script in TAKES_ROUNDS else []
            command = [script, *arguments, *rounds]
            page.write(f"\n## `{' '.join(command)}`\n\n```\n{run(command)}```\n")
            page.flush()
    print(options.output)


def machine() -> str:
    """Processor, cores, load and versions in one line."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line for line in lines if line.startswith("model name")]
    name = names[0].partition(":")[2].strip() if names else platform.processor()
    libraries = ", ".join(f"{name} {version}" for name, version in versions().items())
    return f"{name}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; {libraries}."


def run(command: list[str]) -> str:
    """What a benchmark printed, or how it failed."""
    script, *arguments = command
    done = subprocess.run(
        [sys.executable, str(FOLDER / script), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout if done.returncode == 0 else f"{done.stdout}{done.stderr[-2000:]}\n"


if __name__ == "__main__":
    main()
