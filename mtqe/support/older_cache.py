"""What the cache of versions before 0.2 has, so that nobody pays for a translation twice.

Its entries are not sealed. They are believed if the file is the user's own and nobody else could
write to it.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

FILE = "cache-v1.sqlite"
KINDS = ("translation", "statistics", "speed")
CHECKSUM = 8
WRITABLE = 0o022


def older_entries(folder: Path) -> Iterator[tuple[bytes, str, bytes, int]]:
    """Key, kind, value and day of each undamaged entry; none where the file is not believed."""
    path = folder / FILE
    try:
        if not _is_own(path):
            return
        path.chmod(0o600)
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as file:
            marks = ",".join("?" * len(KINDS))
            query = f"SELECT key, kind, value, day FROM entries WHERE kind IN ({marks})"
            for key, kind, value, day in file.execute(query, KINDS):
                if isinstance(value, bytes) and value[:CHECKSUM] == _checksum(key, value):
                    yield key, kind, value[CHECKSUM:], day
    except (OSError, sqlite3.Error):
        return


def _is_own(path: Path) -> bool:
    status = os.lstat(path)
    own = not hasattr(os, "getuid") or status.st_uid == os.getuid()
    return own and (os.name != "posix" or status.st_mode & WRITABLE == 0)


def _checksum(key: bytes, value: bytes) -> bytes:
    return hashlib.blake2b(key + value[CHECKSUM:], digest_size=CHECKSUM).digest()
