"""Hostile inputs of every kind: read or refused in one sentence, fast and in bounded memory.

`make fuzz` tries 10,000 per kind. Inputs that once broke a reader are in found/.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.fuzz.attack import Outcome, attack, try_one
from tests.fuzz.kinds import KINDS

COUNT = 300
FOUND = Path(__file__).parent / "found"


def kind_of(file: Path) -> str:
    """The kind that a kept input is of: the longest that its name begins with."""
    return max((name for name in KINDS if file.name.startswith(f"{name}-")), key=len)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.slow] if kind.cost > 1 else [])
        for name, kind in KINDS.items()
    ],
)
def test_no_mutation_ends_in_a_traceback(name, tmp_path):
    pytest.importorskip("openpyxl")
    pytest.importorskip("translate")
    outcome = attack(name, KINDS[name], range(COUNT // KINDS[name].cost), tmp_path)
    assert not outcome.faults


@pytest.mark.parametrize("file", sorted(FOUND.glob("*.*")), ids=lambda file: file.name)
def test_what_once_broke_a_reader_is_refused_or_read(file, tmp_path):
    pytest.importorskip("openpyxl")
    pytest.importorskip("translate")
    outcome = Outcome()
    with ExitStack() as stack:
        case = KINDS[kind_of(file)].prepare(tmp_path, stack)
        for number in range(4):  # each way to read it
            try_one(case, file.read_bytes(), number, outcome)
    assert not outcome.faults
