"""How much memory is left, and whether an error means that it ran out."""

from __future__ import annotations

import re
from pathlib import Path

NO_MEMORY = ("out of memory", "can't allocate memory", "not enough memory", "bad_alloc")
MEMINFO = Path("/proc/meminfo")
GROUP = Path("/sys/fs/cgroup")
"""Where Linux tells the limits of a container, from inside of it."""
RESERVE = 512 * 1024**2
"""Bytes that are left for everything else."""
_AVAILABLE = re.compile(r"^MemAvailable:\s+(\d+) kB$", re.MULTILINE)
_DROPPABLE = re.compile(r"^(?:inactive_file|active_file) (\d+)$", re.MULTILINE)


def is_out_of_memory(error: Exception) -> bool:
    """Whether an error of Python's, PyTorch's or CTranslate2's says so, on whatever device."""
    kinds = {cls.__name__ for cls in type(error).__mro__}
    if kinds & {"MemoryError", "OutOfMemoryError"}:
        return True
    return any(words in str(error).lower() for words in NO_MEMORY)


def available_memory() -> int | None:
    """Bytes that a program can take without swapping or being ended; None if not on Linux."""
    try:
        found = _AVAILABLE.search(MEMINFO.read_text(encoding="ascii"))
    except OSError:
        return None
    if found is None:
        return None
    within = _left_in_group()
    available = int(found[1]) * 1024
    return max(0, (available if within is None else min(available, within)) - RESERVE)


def _left_in_group() -> int | None:
    """Bytes below the limit of a container (cgroup v2); None where there is no limit."""
    try:
        limit, used, details = (
            (GROUP / name).read_text(encoding="ascii").strip()
            for name in ("memory.max", "memory.current", "memory.stat")
        )
        droppable = sum(int(size) for size in _DROPPABLE.findall(details))
        return int(limit) - int(used) + droppable
    except (OSError, ValueError):  # not there, or "max"
        return None
