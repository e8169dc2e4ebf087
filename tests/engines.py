"""Small real programs for the command backend, written where a test wants them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from mtqe.backends.base import BackendContext
from mtqe.backends.local.command import CommandBackend
from mtqe.corpus.base import Corpus, LanguagePair, Outcome, Segment

PAIR = LanguagePair("en", "es")

UPPER = "for line in lines: print(line.upper())"

PROLOGUE = """\
import os, sys, time
with open({log!r}, "a") as log: log.write("start\\n")
data = sys.stdin.buffer.read().decode("utf-8")
lines = data.split("\\n")[:-1]
sys.stdout.reconfigure(encoding="utf-8", newline="\\n")
"""


class Engine:
    """A Python program whose body sees `lines`, and a record of its starts."""

    def __init__(self, folder: Path, body: str, prologue: str = PROLOGUE) -> None:
        self.log = folder / "starts.log"
        self.program = folder / "engine.py"
        self.folder = folder
        self.program.write_text(prologue.format(log=str(self.log)) + body, encoding="utf-8")

    @property
    def command(self) -> list[str]:
        return [sys.executable, "-I", "-S", str(self.program)]

    @property
    def starts(self) -> int:
        return len(self.log.read_text().splitlines()) if self.log.exists() else 0

    def backend(self, **options) -> CommandBackend:
        context = BackendContext("engine", PAIR, self.folder)
        return CommandBackend({"command": self.command, **options}, context)

    def translate(self, sources: Sequence[str], **options) -> list[Outcome]:
        """Outcomes in the order of the sources."""
        segments = [Segment(str(number), source) for number, source in enumerate(sources)]
        outcomes = {o.segment_id: o for o in self.backend(**options).translate(segments)}
        assert len(outcomes) == len(segments)
        return [outcomes[segment.id] for segment in segments]


def corpus(sources: Sequence[str], references: Sequence[str | None] | None = None) -> Corpus:
    given = references if references is not None else sources
    segments = (
        Segment(f"s{number}", source, (reference,))
        for number, (source, reference) in enumerate(zip(sources, given, strict=True), start=1)
    )
    return Corpus("sample", PAIR, tuple(segments))
