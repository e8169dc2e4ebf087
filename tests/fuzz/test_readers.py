"""Hostile files: every reader reads or refuses them in one sentence, fast and in bounded memory.

`make fuzz` does the same 10,000 times per format. Inputs that once broke a reader are in found/.
"""

from __future__ import annotations

import os
import resource
import time
from pathlib import Path

import pytest

from mtqe.corpus.readers import load_hypotheses, read_dataset, read_lines
from mtqe.errors import MtqeError
from tests.fuzz.mutate import mutations
from tests.fuzz.seeds import CORPUS, NAMES, PAIR, seed

COUNT = int(os.environ.get("MTQE_FUZZ", "300"))
FOUND = Path(__file__).parent / "found"
KEPT = Path(os.environ.get("MTQE_FUZZ_FOUND", "/tmp"))
SLOW = 3.0
"""Seconds of processor time that no small file may take."""
GREEDY = 300 << 10
"""KiB by which no small file may enlarge this process."""


def read(path, languages=None):
    """Read a file in each way that a user can."""
    attempt(path, lambda: read_dataset(path, name="x", languages=languages))
    attempt(path, lambda: load_hypotheses(path, CORPUS))
    attempt(path, lambda: read_lines(path))


def attempt(path, reader):
    """Let a reader refuse a file, in one line that names it or the corpus that it makes."""
    message = ""
    try:
        reader()
    except MtqeError as error:
        message = str(error)
    assert "\n" not in message
    assert not message or path.name in message or "corpus" in message or message.startswith("x:")


@pytest.mark.parametrize("name", NAMES)
def test_no_mutation_ends_in_a_traceback(name, tmp_path):
    pytest.importorskip("openpyxl")
    pytest.importorskip("translate")
    file, data = seed(name, tmp_path)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    count = COUNT // 20 if name == "parquet" else COUNT  # each in a process of its own
    for number, changed in enumerate(mutations(data, count, name)):
        path = tmp_path / file
        path.write_bytes(changed)
        started = time.process_time()
        try:
            read(path, PAIR if number % 2 else None)
        except Exception as error:
            kept = (
                Path(os.environ.get("MTQE_FUZZ_FOUND", str(tmp_path))) / f"{name}-{number}-{file}"
            )
            kept.write_bytes(changed)
            pytest.fail(f"{type(error).__name__} of {kept}: {error!r:.300}")
        assert time.process_time() - started < SLOW, f"{name}, mutation {number}"
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < GREEDY, f"{name}: {grown >> 10} MiB more"


@pytest.mark.parametrize("file", sorted(FOUND.glob("*.*")), ids=lambda file: file.name)
def test_what_once_broke_a_reader_is_refused_or_read(file, tmp_path):
    pytest.importorskip("openpyxl")
    pytest.importorskip("translate")
    path = tmp_path / file.name
    path.write_bytes(file.read_bytes())
    started = time.process_time()
    read(path)
    read(path, PAIR)
    assert time.process_time() - started < SLOW
