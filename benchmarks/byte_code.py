"""Byte code for the programs that benchmarks start, as programs that are installed have it.

A shell may forbid Python to write byte code. mtqe's own files, which nobody has installed, would
then be compiled at every start, while a peer's byte code came with its package.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

FORBIDS = "PYTHONDONTWRITEBYTECODE"
FOLDER = "PYTHONPYCACHEPREFIX"


def as_installed(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Variables of a program whose byte code is kept; its first start, which writes it, is slow.

    Args:
        environment: what else it gets; this process's variables if None.
    """
    kept = {**(os.environ if environment is None else environment)}
    kept.pop(FORBIDS, None)
    return {**kept, FOLDER: str(Path(tempfile.gettempdir()) / f"mtqe-byte-code-{os.getuid()}")}
