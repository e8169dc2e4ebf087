"""Files written whole or not at all."""

from __future__ import annotations

import gzip
import os
import sys
from pathlib import Path

from mtqe.corpus.base import Segment
from mtqe.corpus.segment_names import name_of
from mtqe.corpus.text import BYTE_ORDER_MARK, STDIN, PathLike, flaw
from mtqe.errors import DataError
from mtqe.support.files import write_whole


def write_text(path: PathLike, text: str) -> None:
    """Write text as UTF-8, gzip'd if the name ends in ``.gz``; ``-`` is standard output.

    The file appears under its name only when it is complete.

    Raises:
        DataError: the file can't be written.
    """
    # A reader takes the first U+FEFF for a byte order mark; where it is text, it needs one more.
    mark = BYTE_ORDER_MARK if text.startswith(BYTE_ORDER_MARK) else ""
    write_bytes(path, (mark + text).encode("utf-8"))


def write_bytes(path: PathLike, data: bytes) -> None:
    """Write bytes, gzip'd if the name ends in ``.gz``; ``-`` is standard output.

    A folder that is missing is made.

    Raises:
        DataError: the file can't be written.
    """
    if os.fspath(path) == STDIN:
        sys.stdout.buffer.write(data)
        return
    target = Path(path)
    if target.suffix.lower() == ".gz":
        data = gzip.compress(data, mtime=0)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, data)
    except OSError as error:
        raise DataError(
            f"{path}: cannot be written ({error.strerror}); check the folder, its permissions "
            "and the free space."
        ) from error


def refuse_flaws(path: PathLike, segment: Segment, text: str) -> None:
    """Stop before text is written that no reader could read back.

    Args:
        path: the file.
        segment: the text's segment.
        text: one of its texts.

    Raises:
        DataError: the text holds a NUL or half of a surrogate pair.
    """
    if problem := flaw(text):
        raise DataError(f"{path}: {name_of(segment)} holds {problem}; remove it.")
