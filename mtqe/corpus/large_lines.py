"""Lines of a text file that may be too large for memory."""

from __future__ import annotations

from dataclasses import dataclass

from mtqe.corpus.base import HeldTexts
from mtqe.corpus.containers import refuse_container
from mtqe.corpus.large_text import LargeText, opened
from mtqe.corpus.text import Lines, PathLike, label, lines_of


@dataclass(frozen=True, slots=True)
class HeldLines:
    """The lines of a text file that is too large to be Python objects.

    Attributes:
        texts: one text a line, without its line end.
        notes: as of `Lines`.
    """

    texts: HeldTexts
    notes: tuple[str, ...] = ()


def load_many_lines(path: PathLike, *, optional: bool = False) -> Lines | HeldLines:
    """Read a text file's lines as `load_lines` does; those of a large file are not held in memory.

    Args:
        path: as for `load_lines`, of any size.
        optional: whether an empty line of a large file stands for no text (None).

    Raises:
        DataError: as `load_lines`.
        MtqeError: there is no room on the disk.
    """
    refuse_container(path, label(path))
    with opened(path) as found:
        if isinstance(found, LargeText):
            return _large_lines(found, optional=optional)
        return lines_of(path, found)


def _large_lines(text: LargeText, *, optional: bool) -> HeldLines:
    """The lines of a file, in a scratch file.

    Args:
        text: the file.
        optional: whether an empty line stands for no text (None).

    Raises:
        DataError: as `load_lines`.
        MtqeError: there is no room on the disk.
    """
    from mtqe.corpus.stored import TextWriter  # brings numpy

    writer = TextWriter()
    for block in text.blocks(lines=True):
        found: list[bytes | None] = [*block.lines]
        writer.extend_encoded([line or None for line in found] if optional else found)
    text.faults.named()
    return HeldLines(writer.finish(), text.notes())
