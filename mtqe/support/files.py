"""Files and folders written whole or not at all."""

from __future__ import annotations

import os
import shutil
import uuid
from contextlib import suppress
from pathlib import Path

from mtqe.support.paths import WINDOWS, real_path

PARTIAL = ".partial"
"""How the names of files and folders end that are still being written."""


def write_whole(path: Path, data: bytes | str, *, durable: bool = False) -> None:
    """Write a file, text as UTF-8; it appears under its name only when it is complete.

    An existing file keeps its permissions, and a link its place. What is not a plain file, such as
    ``/dev/stdout``, has no other name to be written under and is written to directly.

    Args:
        path: the file; its folder must exist.
        data: its content.
        durable: wait until the content is on the disk.

    Raises:
        OSError: it can't be written; nothing is left behind, and an existing file is as it was.
    """
    content = data.encode("utf-8") if isinstance(data, str) else data
    if path.exists() and not path.is_file():
        path.write_bytes(content)
        return
    target = real_path(path)
    temporary = beside(target)
    try:
        with temporary.open("xb") as file:
            file.write(content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, temporary)
        temporary.replace(target)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def replace_folder(new: Path, old: Path) -> None:
    """Put the folder `new` in the place of `old`, which may exist.

    Raises:
        OSError: it can't be done; `old` is as it was.
    """
    if not old.exists():
        new.rename(old)
        return
    aside = new.with_name(f"{new.name}.old")
    old.rename(aside)
    try:
        new.rename(old)
    except OSError:
        aside.rename(old)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def sync(path: Path) -> None:
    """Wait until a file or folder that was written is on the disk.

    Raises:
        OSError: it can't be read, or the disk fails.
    """
    if WINDOWS:
        if path.is_dir():  # Windows opens no folder, and writes their entries by itself
            return
        flags = os.O_RDWR | getattr(os, "O_BINARY", 0)  # it flushes only what may be written
    else:
        flags = os.O_RDONLY
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def beside(path: Path) -> Path:
    """A hidden name in the same folder that nobody else uses."""
    return path.with_name(f".{path.name[:200]}.{uuid.uuid4().hex[:8]}{PARTIAL}")
