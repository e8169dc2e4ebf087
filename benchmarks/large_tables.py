"""Processor time and memory of reading large tables, and of checks of what they hold.

    python benchmarks/program_stages.py texts FOLDER SEGMENTS 2   # line files
    python benchmarks/large_tables.py make FOLDER                 # all.tsv, .csv, .jsonl, .parquet
    python benchmarks/large_tables.py read FOLDER/all.tsv         # in a process of its own each
    python benchmarks/large_tables.py checks FOLDER/all.tsv [CHECK …]

Memory is the resident set of this process, at most, in MB; Parquet is decoded by a child. The first
system stands for the sources. `checks` runs every check that needs no file, or those that are
named, on the second system twice.
"""

from __future__ import annotations

import csv
import json
import resource
import sys
import time
from dataclasses import replace
from pathlib import Path

from mtqe.corpus.base import Corpus, LanguagePair, Translations
from mtqe.corpus.dataset import Dataset
from mtqe.corpus.readers import ColumnMapping, read_dataset

MB = 1024
LANGUAGES = LanguagePair("de", "en")


def make(folder: Path) -> None:
    """Write the line files of a folder as one table of each format."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    files = {"source": "system0", "reference": "reference", "hypothesis:b": "system1"}
    columns = {
        name: (folder / f"{file}.txt").read_text("utf-8").split("\n")[:-1]
        for name, file in files.items()
    }
    rows = list(zip(*columns.values(), strict=True))
    with (folder / "all.tsv").open("w", encoding="utf-8", newline="\n") as out:
        out.writelines("\t".join(row) + "\n" for row in [tuple(columns), *rows])
    with (folder / "all.csv").open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([tuple(columns), *rows])
    with (folder / "all.jsonl").open("w", encoding="utf-8", newline="\n") as out:
        for row in rows:
            item = dict(zip(columns, row, strict=True))
            out.write(json.dumps(item, ensure_ascii=False) + "\n")
    pq.write_table(pa.table(columns), folder / "all.parquet", row_group_size=100_000)


def read(path: Path) -> Dataset:
    """Read a table, and tell what it took."""
    start = time.process_time()
    found = read_dataset(path, name="x", languages=LANGUAGES, columns=ColumnMapping())
    seconds, child = time.process_time() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"{path.suffix}: {len(found.corpus):,} segments, {seconds:.1f} s, at most {peak()} MB; "
        f"child {child.ru_utime + child.ru_stime:.1f} s, {child.ru_maxrss // MB} MB"
    )
    return found


def check(corpus: Corpus, systems: tuple[Translations, ...], names: list[str]) -> None:
    """Run checks, and tell what they took."""
    from mtqe.checks import CheckContext, run_checks
    from mtqe.checks.registry import CHECKS, ON_REQUEST
    from mtqe.config import build_checks

    chosen = names or [name for name in CHECKS if name not in ON_REQUEST]
    checks = build_checks({}, CheckContext(LANGUAGES, Path()), chosen)
    start = time.process_time()
    found = run_checks(checks, corpus, systems)
    seconds = time.process_time() - start
    print(f"{len(checks)} checks: {len(found):,} findings, {seconds:.1f} s, at most {peak()} MB")


def peak() -> int:
    """The memory that this process had at most, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // MB


def main() -> None:
    """Do what the first argument says."""
    what, path = sys.argv[1], Path(sys.argv[2])
    if what == "make":
        make(path)
        return
    found = read(path)
    if what == "checks":
        second = [replace(system, system="c") for system in found.systems]
        check(found.corpus, (*found.systems, *second), sys.argv[3:])


if __name__ == "__main__":
    main()
