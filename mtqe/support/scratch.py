"""Scratch files: what does not fit in memory, on disk without a name and mapped back.

A scratch file has no name in its folder (or, on Windows, is deleted as it is closed), so an
interrupted program leaves none behind. Pages of a mapping that were read stay in this process
until `release` gives them back; they are read again from the file when they are asked for.
"""

from __future__ import annotations

import errno
import mmap
import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING, Any, BinaryIO, cast
from weakref import WeakSet, finalize

from mtqe.errors import MtqeError

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

ALIGNED = 64
"""Bytes that each piece begins at a multiple of, as Arrow wants it."""

_mapped: WeakSet[mmap.mmap] = WeakSet()
_mapping = Lock()
"""Held while the set is changed or gone through: threads may read corpora at once."""


class ScratchFile:
    """A file that is written piece by piece and then read through memory."""

    def __init__(self) -> None:
        """Make one in the folder for temporary files, which ``TMPDIR`` names.

        Raises:
            MtqeError: it can't be made.
        """
        try:
            made = tempfile.TemporaryFile(prefix="mtqe-")  # noqa: SIM115
        except OSError as error:
            raise full(error) from error
        self._file = cast(BinaryIO, made)
        finalize(self, _close, self._file)  # where reading ends in an error
        self._size = 0
        self._map: mmap.mmap | None = None

    @property
    def file(self) -> BinaryIO:
        """The file, which somebody else may fill before it is mapped."""
        return self._file

    def write(self, data: Any) -> int:  # noqa: ANN401 - whatever has a buffer
        """Append a piece.

        Returns:
            Where it begins.

        Raises:
            MtqeError: the disk is full.
        """
        start = -(-self._size // ALIGNED) * ALIGNED
        self.append(bytes(start - self._size))
        self.append(data)
        return start

    def append(self, data: Any) -> None:  # noqa: ANN401 - whatever has a buffer
        """Append bytes right after the last ones.

        Raises:
            MtqeError: the disk is full.
        """
        view = memoryview(data).cast("B")
        try:
            self._file.write(view)
        except OSError as error:
            raise full(error) from error
        self._size += len(view)

    def map(self, *, write: bool = False) -> mmap.mmap:
        """The file as memory; nothing can be appended any more.

        Args:
            write: whether what is written there shall reach the file.

        Raises:
            MtqeError: the disk is full.
        """
        if self._map is None:
            try:
                self._file.seek(0, os.SEEK_END)  # where somebody else filled it
                self._file.write(bytes(ALIGNED))  # no file of no bytes can be mapped
                self._file.flush()
                access = mmap.ACCESS_WRITE if write else mmap.ACCESS_READ
                self._map = mmap.mmap(self._file.fileno(), 0, access=access)
            except OSError as error:
                raise full(error) from error
            self._file.close()  # the mapping has a handle of its own
            with _mapping:
                _mapped.add(self._map)
        return self._map


def kept(parts: Iterable[bytes]) -> ScratchFile:
    """A scratch file with these bytes, whose `file` stands at its start.

    Raises:
        MtqeError: the disk is full.
    """
    scratch = ScratchFile()
    for part in parts:
        scratch.append(part)
    try:
        scratch.file.seek(0)
    except OSError as error:
        raise full(error) from error
    return scratch


def release() -> None:
    """Give back the pages of every mapping that were read or written."""
    if not hasattr(mmap, "MADV_DONTNEED"):
        return
    with _mapping:
        mappings = tuple(_mapped)
    for mapping in mappings:
        mapping.madvise(mmap.MADV_DONTNEED)


def zeros(shape: tuple[int, ...], kind: DTypeLike) -> NDArray[Any]:
    """An array of zeros in a scratch file.

    Raises:
        MtqeError: the disk is full.
    """
    import numpy as np

    file = ScratchFile()
    size = int(np.prod(shape)) * np.dtype(kind).itemsize
    piece = bytes(min(size, 1 << 24))
    for start in range(0, size, len(piece) or 1):
        file.write(piece[: size - start])
    return np.frombuffer(file.map(write=True), kind, count=int(np.prod(shape))).reshape(shape)


def _close(file: BinaryIO) -> None:
    """Close a file; on a full disk, what it still has to write fails again, and is not wanted."""
    with suppress(OSError):
        file.close()


def is_full(error: OSError) -> bool:
    """Whether something could not be written for want of room."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def full(error: OSError) -> MtqeError:
    """What is said where a scratch file can't be made or written."""
    return MtqeError(
        f"texts could not be kept in {tempfile.gettempdir()} ({error.strerror or error}); free "
        "space there, or set TMPDIR to a folder on another disk."
    )
