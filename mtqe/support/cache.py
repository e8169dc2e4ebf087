"""Content-addressed store of translations and statistics, so that nothing is computed twice.

One SQLite file, shared by any number of processes, in a folder that only the user may read. An
entry's key is a hash of all that it depends on. Its value is sealed with a secret of the user's,
so that a damaged entry, or one that somebody else put there, is a miss and never a wrong score.
Trouble with the file (damage, a full disk, no permission) costs the cache and one warning, never
the run.

Versions of mtqe whose files differ in form have a file each, side by side; a new file begins with
what the older one has.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from mtqe.errors import MtqeError
from mtqe.support.older_cache import older_entries
from mtqe.support.private import private_file, private_folder, user_key

VERSION = 2
FILE = f"cache-v{VERSION}.sqlite"
ALL_FILES = ("cache-v*.sqlite*", "cache-*.key")
DEFAULT_LIMIT = 2 * 1024**3
SEAL = 16
"""Bytes of an entry's seal: a keyed hash of key and value."""
DAMAGED_DAYS = 7
"""Days for which a damaged file is kept beside its successor."""
DAY = 86_400
VARIABLES = 500
"""Keys a query: below the 999 variables that every SQLite allows."""

log = logging.getLogger(__name__)
T = TypeVar("T")

SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
    key BLOB PRIMARY KEY, kind TEXT NOT NULL, value BLOB NOT NULL, day INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entries_by_day ON entries (day);
"""


def cache_key(kind: str, *parts: str | None) -> bytes:
    """16 bytes that stand for `kind` and `parts`; unambiguous however the parts are cut."""
    text = json.dumps([kind, *parts], ensure_ascii=True)
    return hashlib.blake2b(text.encode("ascii"), digest_size=16).digest()


@dataclass(frozen=True)
class CacheInfo:
    """What a cache holds.

    Attributes:
        path: the file.
        bytes: size of the file, with what SQLite has not yet merged into it.
        entries: number of entries of each kind.
    """

    path: Path
    bytes: int
    entries: Mapping[str, int]


class Cache:
    """The store in one folder.

    Attributes:
        path: the SQLite file.
    """

    def __init__(self, folder: Path, *, limit: int = DEFAULT_LIMIT) -> None:
        """Use the cache in `folder`, made on first use.

        Args:
            folder: the cache folder.
            limit: bytes beyond which `prune` drops the entries longest unused.
        """
        self.path = folder / FILE
        self._limit = limit
        self._connection: sqlite3.Connection | None = None
        self._disabled = False
        self._secret = b""

    def get(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """The values of those keys that the cache holds, undamaged."""
        return self._guard(lambda connection: self._read(connection, keys)) or {}

    def put(self, kind: str, entries: Iterable[tuple[bytes, bytes]]) -> None:
        """Store values under their keys, all or none, at once visible to other processes."""
        today = int(time.time() // DAY)
        held = list(entries)

        def write(connection: sqlite3.Connection) -> None:
            statement = "INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?)"
            rows = [(key, kind, self._seal(key, value) + value, today) for key, value in held]
            _write(connection, statement, rows)

        self._guard(write)

    def info(self) -> CacheInfo:
        """How much the cache holds."""
        query = "SELECT kind, COUNT(*) FROM entries GROUP BY kind ORDER BY kind"
        counts = self._guard(lambda connection: connection.execute(query).fetchall()) or []
        files = (self.path, self.path.with_name(f"{FILE}-wal"))
        size = sum(path.stat().st_size for path in files if path.exists())
        return CacheInfo(self.path, size, dict(counts))

    def clear(self) -> None:
        """Drop everything, with files set aside as damaged and those of other versions.

        Raises:
            MtqeError: the files can't be deleted.
        """
        self.close()
        try:
            for pattern in ALL_FILES:
                for path in self.path.parent.glob(pattern):
                    path.unlink(missing_ok=True)
        except OSError as error:
            raise MtqeError(
                f"{error.filename} can't be deleted ({error.strerror}); see to its permissions."
            ) from error

    def prune(self, limit: int | None = None) -> int:
        """Drop the entries longest unused until what is left is within `limit` bytes.

        Returns:
            How many entries were dropped.
        """
        bound = self._limit if limit is None else limit
        return self._guard(lambda connection: _prune(connection, bound)) or 0

    def keep_bounded(self) -> None:
        """Drop a fifth once the file has outgrown the cache's limit, so that this stays rare."""
        if self.path.exists() and self.path.stat().st_size > self._limit:
            self.prune(self._limit * 4 // 5)

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __del__(self) -> None:
        """Close the file where nobody did, of which Python 3.13 warns."""
        with suppress(sqlite3.ProgrammingError):  # another thread's
            self.close()

    def _read(self, connection: sqlite3.Connection, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        found: dict[bytes, bytes] = {}
        today = int(time.time() // DAY)
        stale: list[tuple[int, bytes]] = []
        for start in range(0, len(keys), VARIABLES):
            part = keys[start : start + VARIABLES]
            marks = ",".join("?" * len(part))
            query = f"SELECT key, value, day FROM entries WHERE key IN ({marks})"
            for key, value, day in connection.execute(query, part):
                if isinstance(value, bytes) and self._is_sealed(key, value):
                    found[key] = value[SEAL:]
                if day != today:
                    stale.append((today, key))
        _write(connection, "UPDATE entries SET day = ? WHERE key = ?", stale)
        return found

    def _guard(self, action: Callable[[sqlite3.Connection], T]) -> T | None:
        """Do `action`; on trouble with the file say so once and go on without it."""
        if self._disabled:
            return None
        try:
            return action(self._open())
        except sqlite3.OperationalError as error:
            self._go_without(error)
        except sqlite3.DatabaseError as error:
            return self._start_anew(action, error)
        except OSError as error:
            self._go_without(error)
        return None

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            private_folder(self.path.parent)
            private_file(self.path)
            self._secret = user_key(self.path.parent)
            self._remove_old_damage()
            connection = sqlite3.connect(self.path, timeout=60, isolation_level=None)
            connection.text_factory = _decode
            try:
                if _initialise(connection):
                    self._adopt_older(connection)
            except sqlite3.Error:
                connection.close()
                raise
            self._connection = connection
        return self._connection

    def _seal(self, key: bytes, value: bytes) -> bytes:
        return hashlib.blake2b(key + value, key=self._secret, digest_size=SEAL).digest()

    def _is_sealed(self, key: bytes, value: bytes) -> bool:
        return hmac.compare_digest(value[:SEAL], self._seal(key, value[SEAL:]))

    def _adopt_older(self, connection: sqlite3.Connection) -> None:
        rows = [
            (key, kind, self._seal(key, value) + value, day)
            for key, kind, value, day in older_entries(self.path.parent)
        ]
        _write(connection, "INSERT OR IGNORE INTO entries VALUES (?, ?, ?, ?)", rows)

    def _remove_old_damage(self) -> None:
        """Delete files that were set aside as damaged, once nobody can still want them."""
        for path in self.path.parent.glob("cache-v*.sqlite.damaged-*"):
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > DAMAGED_DAYS * DAY:
                    path.unlink()

    def _go_without(self, error: Exception) -> None:
        log.warning("Going on without the cache: %s can't be used (%s).", self.path, error)
        self._disabled = True
        self.close()

    def _start_anew(self, action: Callable[[sqlite3.Connection], T], error: Exception) -> T | None:
        """Set a damaged file aside and use a new one."""
        self.close()
        aside = self.path.with_name(f"{FILE}.damaged-{int(time.time())}")
        try:
            self.path.replace(aside)
            for rest in ("-wal", "-shm"):
                self.path.with_name(FILE + rest).unlink(missing_ok=True)
            log.warning(
                "The cache was damaged (%s); mtqe keeps it as %s for %d days and starts a new one.",
                error,
                aside,
                DAMAGED_DAYS,
            )
            return action(self._open())
        except (OSError, sqlite3.Error) as again:
            self._go_without(again)
            return None


def _decode(data: bytes) -> str:
    """Text of a damaged row must not stop a query."""
    return data.decode("utf-8", "replace")


def _initialise(connection: sqlite3.Connection) -> bool:
    """Make the tables; whether the file is a new one."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version not in (0, VERSION):
        raise sqlite3.DatabaseError(f"version {version} instead of {VERSION}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.executescript(SCHEMA)
    connection.execute(f"PRAGMA user_version = {VERSION}")
    return bool(version == 0)


def _write(
    connection: sqlite3.Connection, statement: str, rows: Sequence[tuple[object, ...]]
) -> None:
    if not rows:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.executemany(statement, rows)
        connection.execute("COMMIT")
    except sqlite3.Error:
        connection.rollback()
        raise


def _prune(connection: sqlite3.Connection, limit: int) -> int:
    (held,) = connection.execute(
        "SELECT COALESCE(SUM(LENGTH(value) + 48), 0) FROM entries"
    ).fetchone()
    used = float(_bytes_used(connection))
    share = used / max(held, 1)
    dropped = 0
    while used > limit:
        query = "SELECT key, LENGTH(value) + 48 FROM entries ORDER BY day, key LIMIT 1000"
        oldest = connection.execute(query).fetchall()
        if not oldest:
            break
        keys: list[tuple[object, ...]] = []
        for key, size in oldest:
            if used <= limit:
                break
            keys.append((key,))
            used -= size * share
        _write(connection, "DELETE FROM entries WHERE key = ?", keys)
        dropped += len(keys)
    if dropped:
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return dropped


def _bytes_used(connection: sqlite3.Connection) -> int:
    """Bytes of the file's pages that hold something."""
    pages, free, size = (
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)
