"""A backend for mtqe that looks up every word in a list."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from typing import Any

from mtqe.backends.base import Backend, BackendContext
from mtqe.corpus.base import Corpus, Failure, Outcome, Segment, Translation
from mtqe.errors import BackendError
from mtqe.support.options import parse_options


@dataclass(frozen=True)
class WordlistOptions:
    """Options of a ``backend = "wordlist"`` system: its keys, their types and defaults.

    Attributes:
        path: a text file with a word, a tab and its translation a line.
        strict: fail a segment that has a word which is not in the list.
    """

    path: str
    strict: bool = False


class WordlistBackend(Backend):
    """Replaces words, and leaves all else as it is."""

    name = "wordlist"

    def __init__(self, options: Mapping[str, Any], context: BackendContext) -> None:
        """Check the options; nothing is read yet.

        Raises:
            ConfigError: a key that is unknown, missing or of the wrong type.
        """
        self._options = parse_options(WordlistOptions, options, f"systems.{context.system}")
        self._path = context.folder / self._options.path

    def identity(self) -> Mapping[str, str]:
        """All that a translation depends on beside the source; the cache is keyed by it."""
        return {
            "backend": self.name,
            "version": version("mtqe-wordlist"),
            "words": hashlib.sha256(self._path.read_bytes()).hexdigest()[:12],
            "strict": str(self._options.strict).lower(),
        }

    def check(self, corpus: Corpus) -> None:
        """See that this can translate here, before anything else is done.

        Raises:
            BackendError: it can't; one sentence with the fix.
        """
        if not self._path.is_file():
            raise BackendError(f"there is no word list {self._path}; correct `path`.")

    def translate(self, segments: Sequence[Segment]) -> Iterator[Outcome]:
        """Give each segment's outcome as soon as it is known; what was given is never lost."""
        for segment in segments:
            missing = [w for w in _words(segment.source) if w.lower() not in self._list]
            if missing and self._options.strict:
                yield Failure(segment.id, f"{missing[0]!r} is not in the list")
            else:
                yield Translation(segment.id, self._replaced(segment.source))

    @cached_property
    def _list(self) -> Mapping[str, str]:
        lines = self._path.read_text(encoding="utf-8").splitlines()
        return dict(line.split("\t", 1) for line in lines if "\t" in line)

    def _replaced(self, text: str) -> str:
        return re.sub(r"\w+", lambda match: self._list.get(match[0].lower(), match[0]), text)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)
