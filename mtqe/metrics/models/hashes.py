"""Hashes of large files, computed once and kept in the cache under what tells a file from others.

A file whose path, size, times and inode are those of then has not been written to since: the time
of its last change (ctime) can't be set by a program. A file that was written a moment ago is hashed
again the next time, as another write could fall into the same tick of the clock.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from mtqe.metrics.models.assembly import sha256_file
from mtqe.support.cache import Cache, cache_key
from mtqe.support.paths import cache_folder, real_path

KIND = "sha256"
LARGE = 32 * 1024**2
"""Bytes from which on looking a hash up is faster than computing it."""
SETTLED = 2.0
"""Seconds after which a file's times tell of any further write."""


def kept_sha256(path: Path) -> str:
    """The hex SHA-256 of a file's bytes, from the cache if they were hashed before."""
    real = real_path(path)
    before = real.stat()
    if before.st_size < LARGE:
        return sha256_file(real)
    cache = Cache(cache_folder())
    try:
        key = _key(real, before)
        if found := cache.get([key]).get(key):
            return found.decode("ascii")
        sha256 = sha256_file(real)
        latest = max(before.st_mtime, before.st_ctime)
        if _key(real, real.stat()) == key and time.time() - latest > SETTLED:
            cache.put(KIND, [(key, sha256.encode("ascii"))])
        return sha256
    finally:
        cache.close()


def _key(path: Path, stat: os.stat_result) -> bytes:
    identity = (stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino, stat.st_dev)
    return cache_key(KIND, str(path), *map(str, identity))
