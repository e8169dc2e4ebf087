"""Errors that mean that memory ran out, whoever raises them."""

from __future__ import annotations

import pytest

from mtqe.support import memory
from mtqe.support.memory import available_memory, is_out_of_memory


class OutOfMemoryError(RuntimeError):
    """Torch's, by its name."""


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (MemoryError(), True),
        (OutOfMemoryError("Tried to allocate 2 GiB"), True),
        (RuntimeError("CUDA out of memory."), True),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"), True),
        (RuntimeError("std::bad_alloc"), True),
        (RuntimeError("shapes can't be multiplied"), False),
        (ValueError("memory"), False),
    ],
)
def test_memory_that_ran_out(error: Exception, expected: bool) -> None:
    assert is_out_of_memory(error) is expected


GIB = 1024**3
RESERVE = memory.RESERVE


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        (None, 8 * GIB - RESERVE),
        (("max", GIB, ""), 8 * GIB - RESERVE),
        ((6 * GIB, 2 * GIB, ""), 4 * GIB - RESERVE),
        (
            (6 * GIB, 4 * GIB, f"anon 5\ninactive_file {GIB}\nactive_file 7\n"),
            3 * GIB - RESERVE + 7,
        ),
        ((GIB, GIB, ""), 0),
    ],
)
def test_memory_that_is_left_of_the_machine_and_of_its_container(
    tmp_path, monkeypatch, group, expected
):
    (tmp_path / "meminfo").write_text(
        f"MemTotal: 9999999 kB\nMemFree: 1 kB\nMemAvailable:    {8 * GIB // 1024} kB\n"
    )
    for name, text in zip(("max", "current", "stat"), group or (), strict=False):
        (tmp_path / f"memory.{name}").write_text(f"{text}\n")
    monkeypatch.setattr(memory, "MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(memory, "GROUP", tmp_path)
    assert available_memory() == expected


def test_where_nobody_tells(tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "MEMINFO", tmp_path / "none")
    assert available_memory() is None
