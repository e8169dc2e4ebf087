"""Any program that reads one source a line and writes one translation a line."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mtqe.backends.base import Backend, BackendContext
from mtqe.backends.local.batches import Batches
from mtqe.backends.local.process import ProcessFailed, check_timeout, run_process
from mtqe.corpus.base import Corpus, Failure, Outcome, Segment
from mtqe.errors import BackendError, ConfigError
from mtqe.support.key_shapes import key_in_words
from mtqe.support.options import parse_options
from mtqe.support.paths import WINDOWS
from mtqe.support.redaction import stand_in

LINE_BREAK = "the source has a line break, which a line-based command can't take"


@dataclass(frozen=True)
class CommandOptions:
    """Options of a ``backend = "command"`` system.

    Attributes:
        command: the program and its arguments, as a list or as a shell would split one string; no
            shell runs it. ``{source}`` and ``{target}`` become the languages. It runs in the
            configuration's folder, which relative paths are relative to.
        version: part of the identity; change it when the engine changes, so that cached
            translations are not reused.
        timeout: seconds that one batch may take.
        batch_size: segments that one process gets; a killed run resumes after its last batch.
    """

    command: str | list[str]
    version: str = ""
    timeout: float = 600.0
    batch_size: int = 10_000


class CommandBackend(Backend):
    """One process for a whole batch: a line in, a line out, in order."""

    name = "command"
    summary = "any program that reads one source per line and prints one translation per line"
    one_line = True

    def __init__(self, options: Mapping[str, Any], context: BackendContext) -> None:
        """Check the options.

        Raises:
            ConfigError: an unknown key, an empty command or a number that is not positive.
        """
        where = f"systems.{context.system}"
        self._options = parse_options(CommandOptions, options, where)
        self._command = _expand(self._options.command, context, where)
        self._folder = context.folder
        check_timeout(self._options.timeout, where)
        if self._options.batch_size < 1:
            raise ConfigError(f"{where}.batch_size must be greater than 0.")

    def identity(self) -> Mapping[str, str]:
        """The program, a hash of its command line, and the configured version."""
        return {
            "backend": self.name,
            "command": f"{Path(self._command[0]).name} {stand_in(shlex.join(self._command))}",
            "version": self._options.version,
        }

    def check(self, corpus: Corpus) -> None:
        """See that the program exists.

        Raises:
            BackendError: it is neither on the PATH nor a file that may be run.
        """
        program = self._command[0]
        if os.path.dirname(program):  # noqa: PTH120 - Path would take "./engine" for "engine"
            program = str(self._folder / program)
        if shutil.which(program) is None:
            raise BackendError(
                f"the program {program!r} is no executable on the PATH; install it or correct "
                "`command`."
            )

    def translate(self, segments: Sequence[Segment]) -> Iterator[Outcome]:
        """Run one process a batch; a source with a line break in it can't be sent and fails."""
        sendable = [segment for segment in segments if "\n" not in segment.source]
        for segment in segments:
            if "\n" in segment.source:
                yield Failure(segment.id, LINE_BREAK)
        yield from Batches(self._options.batch_size, self._lines).translate(sendable)

    def _lines(self, segments: Sequence[Segment]) -> Sequence[str]:
        text = "".join(f"{segment.source}\n" for segment in segments)
        output = run_process(self._command, text, self._options.timeout, self._folder)
        lines = output.removesuffix("\n").split("\n") if output else []
        if len(lines) != len(segments):
            raise ProcessFailed(
                f"{self._command[0]!r} gave {len(lines)} lines for {len(segments)} segments"
            )
        if all(line.endswith("\r") for line in lines):
            return [line.removesuffix("\r") for line in lines]
        return lines


def _words(command: str) -> list[str]:
    """The words of a command line; on Windows a backslash is part of a path.

    Raises:
        ValueError: a quotation mark is not closed.
    """
    if not WINDOWS:
        return shlex.split(command)
    lexer = shlex.shlex(command, posix=True, punctuation_chars=False)
    lexer.whitespace_split, lexer.commenters, lexer.escape = True, "", ""
    return list(lexer)


def _expand(command: str | list[str], context: BackendContext, where: str) -> list[str]:
    try:
        words = _words(command) if isinstance(command, str) else command
    except ValueError as error:
        raise ConfigError(
            f"{where}.command can't be split into words ({error}); give it as a list."
        ) from error
    if not words or not words[0]:
        raise ConfigError(f"{where}.command is empty; name a program.")
    if key_in_words(words):
        raise ConfigError(
            f"{where}.command holds what looks like a key; let the program read it from its "
            "environment, which it shares with mtqe."
        )
    languages = context.languages
    return [
        word.replace("{source}", languages.source).replace("{target}", languages.target)
        for word in words
    ]
