"""Standard streams that may be closed, full, or of another encoding than the texts."""

from __future__ import annotations

import codecs
import io
import os
import sys
from typing import Literal, TextIO

from mtqe.support.paths import WINDOWS

ESCAPE = "mtqe.escape"
"""Name of the way to write characters that an encoding lacks."""


def open_streams() -> None:
    """Let standard streams take every text, and be there even where the caller closed them.

    Without this, the next file that is opened would get the number of a closed stream, and
    whatever a library prints.
    """
    sys.stdin = sys.stdin or _nothing("r")
    sys.stdout = sys.stdout or _nothing("w")
    sys.stderr = sys.stderr or _nothing("w")
    codecs.register_error(ESCAPE, _escaped)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=ESCAPE)  # an odd locale must not end a run
            if WINDOWS and not stream.isatty() and "PYTHONIOENCODING" not in os.environ:
                stream.reconfigure(encoding="utf-8")  # files and pipes would get the ANSI code page


def _escaped(error: UnicodeError) -> tuple[str, int]:
    r"""What stands for characters that an encoding lacks: ``\uXXXX``, as JSON has it too."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end]
    units = text.encode("utf-16-be", "surrogatepass")
    escapes = (f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
    return "".join(escapes), error.end


def flush() -> str | None:
    """See that everything printed has arrived, before Python ends and can only complain.

    Returns:
        Why it hasn't; None where it has, or where nobody reads on.
    """
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        sys.stdout = _nothing("w")
    except (OSError, ValueError) as error:
        sys.stdout = _nothing("w")
        return error.strerror if isinstance(error, OSError) else str(error)
    return None


def odd_words(words: list[str]) -> list[str]:
    """Arguments that are not UTF-8, as they can be shown; no file of a run could hold them."""
    return [
        word.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        for word in words
        if any("\udc80" <= character <= "\udcff" for character in word)
    ]


def _nothing(mode: Literal["r", "w"]) -> TextIO:
    return open(os.devnull, mode, encoding="utf-8")  # noqa: PTH123 - open to the end
