"""Files of the user's own: others may not read them, and what others put there is not used."""

from __future__ import annotations

import os
import secrets
import time
from contextlib import suppress
from pathlib import Path

FILE_MODE = 0o600
FOLDER_MODE = 0o700
KEY_BYTES = 32
WAIT = 2.0
"""Seconds in which another process must have written the key that it began to write."""


def private_folder(folder: Path) -> None:
    """Make a folder, or take it from everybody else where it is the user's own.

    Raises:
        OSError: it can't be made.
    """
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    with suppress(OSError):  # somebody else's, which can't be changed
        if folder.stat().st_mode & 0o077:
            folder.chmod(FOLDER_MODE)


def private_file(path: Path) -> None:
    """Make a file if there is none, and take it from everybody else.

    Raises:
        OSError: it can't be made.
    """
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, FILE_MODE))
    with suppress(OSError):
        if path.stat().st_mode & 0o077:
            path.chmod(FILE_MODE)


def user_key(folder: Path) -> bytes:
    """A secret of this user in a folder, made on first use.

    A file that another user owns, or could read or write, is not believed: a new key takes its
    place, and whatever was sealed with the old one is not believed either.

    Raises:
        OSError: it can't be read or written.
    """
    path = folder / f"cache-{os.getuid() if hasattr(os, 'getuid') else 'user'}.key"
    ends = time.monotonic() + WAIT
    while True:
        try:
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE)
        except FileExistsError:
            content = _read(path)
            if content is not None and len(content) == KEY_BYTES:
                return content
            if content is None or time.monotonic() > ends:
                path.unlink(missing_ok=True)
            time.sleep(0.01)
        else:
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_bytes(KEY_BYTES))


def _read(path: Path) -> bytes | None:
    """The content, or None where the file is a link, somebody else's or open to others."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except FileNotFoundError:
        return b""
    except OSError:
        return None
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(file.fileno())
        foreign = hasattr(os, "getuid") and status.st_uid != os.getuid()
        shared = os.name == "posix" and status.st_mode & 0o077
        return None if foreign or shared else file.read(KEY_BYTES + 1)
