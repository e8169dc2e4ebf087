"""What callers of the library pass, looked at once where it comes in."""

from __future__ import annotations

import os
from pathlib import Path

from mtqe.errors import ConfigError, MtqeError

LONGEST_NAME, LONGEST_PATH = 255, 4096
"""Bytes of a file's name and of a path on the usual file systems."""


def check_type(
    given: object,
    kind: type | tuple[type, ...],
    what: str,
    fix: str,
    error: type[MtqeError] = ConfigError,
) -> None:
    """See that an argument is of a type.

    Args:
        given: what the caller passed.
        kind: the type, or several.
        what: what messages call the argument.
        fix: what to pass instead, such as ``a text``.
        error: class of the error.

    Raises:
        MtqeError: it is not; says what it got.
    """
    if not isinstance(given, kind):
        raise error(f"{what}: {given!r:.60} is of type {type(given).__name__}; give {fix}.")


def path_argument(given: object, what: str) -> Path:
    """The path that a caller passed.

    Raises:
        ConfigError: this is not a path, or one that no file can have.
    """
    if not isinstance(given, str | os.PathLike):
        raise ConfigError(f"{what}: {given!r:.60} is not a path; give a text or a pathlib.Path.")
    path = Path(given)
    try:
        name = os.fsencode(path)
    except UnicodeEncodeError:
        name = b"\0"
    if b"\0" in name:
        raise ConfigError(
            f"{what}: {str(path)!r:.60} has a character that no path has; correct it."
        )
    longest = max(map(len, name.split(b"/")))
    if longest > LONGEST_NAME or len(name) > LONGEST_PATH:
        raise ConfigError(
            f"{what}: {str(path)[:40]}… is too long: a name has {LONGEST_NAME} bytes at most, and "
            f"a path {LONGEST_PATH:,}; give a shorter one."
        )
    return path
