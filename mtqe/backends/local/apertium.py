"""Apertium, the rule-based engine of Debian's packages."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from typing_extensions import override

from mtqe.backends.base import Backend, BackendContext
from mtqe.backends.local.apertium_pairs import package_of, pair_of
from mtqe.backends.local.batches import Batches
from mtqe.backends.local.process import ProcessFailed, check_timeout, run_process
from mtqe.corpus.base import Corpus, Outcome, Segment
from mtqe.errors import BackendError
from mtqe.support.options import parse_options

BATCH = 1000
LINE_END = ".[]"
"""What apertium-destxt puts behind a text: an end of sentence that is not in the source."""


@dataclass(frozen=True)
class ApertiumOptions:
    """Options of a ``backend = "apertium"`` system.

    Attributes:
        pair: the direction as ``apertium -l`` lists it; from the languages if not given.
        mark_unknown: whether to keep Apertium's ``*`` before words that it doesn't know.
        timeout: seconds that a batch of 1,000 segments may take.
    """

    pair: str | None = None
    mark_unknown: bool = False
    timeout: float = 600.0


class ApertiumBackend(Backend):
    """All segments through one pipeline, flushed after each, so that none leaks into the next.

    Apertium's plain line mode moves words across line ends where a sentence lacks its full stop.
    The segments are therefore sent in Apertium's stream format with a null byte after each (its
    null-flush mode). Its tagger keeps some state all the same: a word choice may depend on the
    segment before.
    """

    name = "apertium"
    summary = "rules, with Debian's packages"
    portable = True

    def __init__(self, options: Mapping[str, Any], context: BackendContext) -> None:
        where = f"systems.{context.system}"
        self._options = parse_options(ApertiumOptions, options, where)
        check_timeout(self._options.timeout, where)
        languages = context.languages
        self._pair = self._options.pair or pair_of(languages.source, languages.target)
        self._package = package_of(self._pair)

    @classmethod
    @override
    def readiness(cls) -> str:
        """The installed pairs."""
        if shutil.which("apertium") is None:
            raise BackendError(
                "not installed; run `apt-get install apertium` and the package of a pair, such as "
                "apertium-eng-spa."
            )
        pairs = installed_pairs()
        if not pairs:
            fix = "run `apt-get install apertium-eng-spa` or another pair"
            raise BackendError(f"no pair is installed; {fix}.")
        return f"pairs {', '.join(pairs)}"

    def identity(self) -> Mapping[str, str]:
        """The pair with the versions of the program and of the Debian package of its data."""
        return {
            "backend": self.name,
            "pair": self._pair,
            "mark_unknown": str(self._options.mark_unknown).lower(),
            "version": _package_version("apertium"),
            "data": _package_version(self._package) if self._package else "unknown",
        }

    def check(self, corpus: Corpus) -> None:
        """See that Apertium and the pair are installed.

        Raises:
            BackendError: they are not; names the Debian package.
        """
        if shutil.which("apertium") is None:
            packages = " ".join(filter(None, ("apertium", self._package)))
            raise BackendError(f"Apertium is not installed; run `apt-get install {packages}`.")
        pairs = installed_pairs()
        if self._pair not in pairs:
            fix = f"run `apt-get install {self._package}`"
            raise BackendError(
                f"Apertium has no pair {self._pair!r} here, only {', '.join(pairs) or 'none'}; "
                f"{fix if self._package else 'Debian has no package for it: set `pair`'} "
                "or use another backend."
            )

    @override
    def blocks(self, segments: Sequence[Segment]) -> Iterator[Sequence[Segment]]:
        """The batches."""
        return Batches(BATCH, self._stream).cut(segments)

    def translate(self, segments: Sequence[Segment]) -> Iterator[Outcome]:
        """Translate in batches of 1,000, one pipeline each."""
        yield from Batches(BATCH, self._stream).translate(segments)

    def _stream(self, segments: Sequence[Segment]) -> Sequence[str]:
        unknown = [] if self._options.mark_unknown else ["-u"]
        command = ["apertium", "-z", *unknown, "-f", "none", self._pair]
        text = "".join(f"{to_stream(segment.source)}\0" for segment in segments)
        texts = run_process(command, text, self._options.timeout).split("\0")
        if len(texts) < len(segments) or any(rest.strip() for rest in texts[len(segments) :]):
            raise ProcessFailed(f"Apertium gave {len(texts)} texts for {len(segments)} segments")
        return [from_stream(text) for text in texts[: len(segments)]]


def installed_pairs() -> tuple[str, ...]:
    """The translation directions that ``apertium -l`` lists."""
    listed = subprocess.run(["apertium", "-l"], capture_output=True, text=True, check=False)
    return tuple(listed.stdout.split())


def to_stream(text: str) -> str:
    """Text in Apertium's stream format: reserved characters escaped, blanks, tildes set aside."""
    escaped = re.sub(r"[\[\]{}^$/\\@<>]", r"\\\g<0>", text)
    return re.sub(r"\s{2,}|[^\S ]|~+", r"[\g<0>]", escaped) + LINE_END


def from_stream(stream: str) -> str:
    """The text that `to_stream` would have made this stream of."""
    return re.sub(r"\\(.)|[\[\]]", r"\1", stream.removesuffix(LINE_END), flags=re.DOTALL)


def _package_version(package: str) -> str:
    query = ["dpkg-query", "-W", "-f", "${Version}", package]
    try:
        found = subprocess.run(query, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "unknown"
    return found.stdout or "unknown"
