"""Files of a run folder, changed one at a time, read as a report and a comparison read them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from random import Random

from mtqe.api import score
from mtqe.compare import ComparisonSettings, compare_run
from mtqe.compare.own_comparison import COMPARISON, encoded_comparison, own_comparison
from mtqe.report.page.data import report_data
from mtqe.run import (
    FINDINGS,
    MANIFEST,
    SEGMENTS,
    SPANS,
    STATISTICS,
    Run,
    corpus_of,
    translations_of,
)
from tests.engines import corpus
from tests.fuzz.case import Case, Kind, Kinds
from tests.fuzz.mutate import mutated_parquet

FEW = ComparisonSettings(resamples=50, trials=200)
"""As few draws as a comparison can be made with: what is attacked is what it reads."""
PIECES = [b"0", b'"', b"[", b"-", b"\xff", b"\\ud800", b"1e999", b"null", b"{}", b"true", b"9" * 30]


def runs() -> Kinds:
    """The manifest and the tables of a run."""
    return {
        name: Kind(_prepare(name)) for name in (MANIFEST, SEGMENTS, STATISTICS, FINDINGS, SPANS)
    }


def use(folder: Path, *, tables_first: bool = False) -> None:
    """Read all of a run, as a report, a comparison and a check do.

    Args:
        folder: of the run.
        tables_first: read the tables before anything else, so that a damaged one costs little.
    """
    run = Run.read(folder)
    if tables_first:
        run.tables()
    report_data(run)
    compare_run(run, settings=FEW)
    _ = run.spans
    translations_of(run, corpus_of(run))


def sound_run(folder: Path) -> Path:
    """A run of two systems with findings, and its comparison, as commands keep it."""
    texts = ["uno 12", None, "tres <b>"]
    sample = corpus(["one 11", "two", "three <b>"], ["uno 11", "dos", "tres <b>"])
    run = score(sample, dict.fromkeys(["a", "b"], texts), ["bleu", "chrf"], output=folder)
    assert len(run.findings)
    own_comparison(run)
    (folder / COMPARISON).write_bytes(encoded_comparison(run) or b"")
    return folder


def _prepare(name: str) -> Callable[[Path, ExitStack], Case]:
    def prepare(folder: Path, stack: ExitStack) -> Case:
        run = sound_run(folder / "run")

        def read(changed: bytes, number: int) -> None:
            (run / name).write_bytes(changed)
            use(run, tables_first=number % 8 > 0)

        change = mutated_parquet if name.endswith(".parquet") else mutated
        return Case(name, (run / name).read_bytes(), read, change)

    return prepare


def mutated(data: bytes, chance: Random) -> bytes:
    """A few bytes changed, cut out, put in or written twice."""
    bad = bytearray(data)
    for _ in range(chance.choice([1, 1, 2, 8])):
        place = chance.randrange(len(bad) + 1)
        length = chance.choice([1, 2, 4, 30])
        kind = chance.randrange(4)
        if kind == 0:
            bad[place : place + length] = chance.randbytes(length)
        elif kind == 1:
            del bad[place : place + length]
        elif kind == 2:
            bad[place:place] = chance.choice(PIECES)
        else:
            bad[place:place] = bad[place : place + length]
    return bytes(bad)
