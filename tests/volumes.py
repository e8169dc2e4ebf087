"""A small file system of its own, for tests of full disks and read-only folders."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass
class Volume:
    path: Path

    def fill(self) -> None:
        """Leave no byte of room."""
        with (self.path / "ballast").open("wb", buffering=0) as file:
            for size in (65536, 4096, 1):
                try:
                    while True:
                        file.write(b"x" * size)
                except OSError:
                    continue

    def make_room(self) -> None:
        (self.path / "ballast").unlink()

    def make_read_only(self) -> None:
        subprocess.run(["mount", "-o", "remount,ro", str(self.path)], check=True)


@contextmanager
def small_volume(path: Path, kilobytes: int = 1024) -> Iterator[Volume]:
    """Mount a tmpfs at `path`; skips the test where that is not allowed."""
    path.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(path)]
    if os.name != "posix" or not Path("/bin/mount").exists() or os.geteuid() != 0:
        pytest.skip("mounting a small file system needs root on Linux")
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("mounting a small file system is not allowed here")
    try:
        yield Volume(path)
    finally:
        subprocess.run(["umount", "-l", str(path)], check=True)
