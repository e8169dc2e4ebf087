"""How long does the whole program take, beside sacreBLEU's, from its start to its last line?

    python benchmarks/whole_program.py [--rounds N] [WORK ...]

Both programs take turns on the same files; each is started anew, and everything counts: imports,
reading, scoring, the run folder. Cache and output are in a folder that is new for each start. A
first round, which is not counted, writes the byte code that an installed program has.
Prints Markdown: medians of processor and elapsed seconds, and of the ratios of each round.
"""

from __future__ import annotations

import argparse
import gzip
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from byte_code import as_installed

ROOT = Path(__file__).parents[1]
DATA = (ROOT / "../shared/data/systems/en-zh.tsv.gz").resolve()
TIMEOUT = 3_600
FEW = 500


class Files(NamedTuple):
    """Line-aligned files of a test set."""

    source: Path
    reference: Path
    systems: Sequence[Path]


class Work(NamedTuple):
    """One comparison.

    Attributes:
        name: what is done.
        ours: mtqe's command.
        theirs: the peer's command.
        segments: how many of the test set.
        systems: how many of its systems.
    """

    name: str
    ours: Callable[[Files, Path], list[str]]
    theirs: Callable[[Files], list[str]]
    segments: int | None
    systems: int | None


def score(files: Files, folder: Path, *more: str) -> list[str]:
    """`mtqe score` with sources, so that all checks run."""
    named = [part for path in files.systems for part in ("--hypothesis", f"{path.name}={path}")]
    return [
        sys.executable, "-m", "mtqe", "score", "--source", str(files.source),
        "--source-language", "en", "--target-language", "zh", "--reference", str(files.reference),
        *named, "-o", str(folder / "run"), *more,
    ]  # fmt: skip


def sacrebleu(files: Files, *more: str) -> list[str]:
    """`sacrebleu` on the same files."""
    systems = [str(path) for path in files.systems]
    program = str(Path(sys.executable).with_name("sacrebleu"))
    return [program, str(files.reference), "-i", *systems, "-l", "en-zh", *more]


BOTH = ("-m", "bleu", "-m", "chrf")
WORK = {
    "whole": Work(
        "BLEU + chrF, 15 systems, with intervals, p-values, checks and report",
        lambda files, folder: score(files, folder, *BOTH),
        lambda files: sacrebleu(files, "-m", "bleu", "chrf", "--paired-bs"),
        None, None,
    ),
    "scores": Work(
        "the same without report and checks",
        lambda files, folder: score(files, folder, *BOTH, "--no-report", "--no-checks"),
        lambda files: sacrebleu(files, "-m", "bleu", "chrf"),
        None, None,
    ),
    "one": Work(
        "BLEU, one system, 500 segments, without report and checks",
        lambda files, folder: score(files, folder, "-m", "bleu", "--no-report", "--no-checks"),
        lambda files: sacrebleu(files, "-m", "bleu"),
        FEW, 1,
    ),
}  # fmt: skip


def written(folder: Path, work: Work) -> Files:
    """The test set as files of lines."""
    with gzip.open(DATA, "rt", encoding="utf-8", newline="") as lines:
        head, *rows = (line.rstrip("\n").split("\t") for line in lines)
    columns = list(zip(*rows[: work.segments], strict=True))
    last = None if work.systems is None else 3 + work.systems
    paths = [folder / name for name in head[1:last]]
    for path, texts in zip(paths, columns[1:last], strict=True):
        path.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    return Files(paths[0], paths[1], paths[2:])


def timed(command: Sequence[str], folder: Path) -> tuple[float, float]:
    """Processor and elapsed seconds of a program that has to end well."""
    environment = {**as_installed(), "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(folder)}
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, timeout=TIMEOUT,
    )  # fmt: skip
    elapsed, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent, elapsed


def compared(work: Work, rounds: int) -> str:
    """A row of the table."""
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as texts:
        files = written(Path(texts), work)
        for warm in (True, *[False] * rounds):
            with tempfile.TemporaryDirectory() as folder:
                mine = timed(work.ours(files, Path(folder)), Path(folder))
                peers = timed(work.theirs(files), Path(folder))
            if not warm:
                ours.append(mine)
                theirs.append(peers)
    cells = []
    for kind in (0, 1):
        mine, peer = (median(pair[kind] for pair in side) for side in (ours, theirs))
        ratios = sorted(b[kind] / a[kind] for a, b in zip(ours, theirs, strict=True))
        spread = f"{median(ratios):.1f}x ({ratios[0]:.1f} to {ratios[-1]:.1f})"
        cells.append(f"{peer:.1f} s | {mine:.1f} s | {spread}")
    return f"| {work.name} | {' | '.join(cells)} |"


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("works", nargs="*", default=list(WORK))
    given = parser.parse_args()
    print("| work | sacreBLEU, processor | mtqe | ratio | sacreBLEU, elapsed | mtqe | ratio |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for name in given.works:
        print(compared(WORK[name], given.rounds), flush=True)


if __name__ == "__main__":
    if not DATA.exists():
        sys.exit("benchmarks/whole_program.py needs ../shared/data, which is not here.")
    main()
