"""The contract of a backend."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

from mtqe.corpus.base import Corpus, LanguagePair, Outcome, Segment
from mtqe.support.cost import Budget, Estimate, Usage


@dataclass(frozen=True)
class BackendContext:
    """What a backend may know beside its own options.

    Attributes:
        system: the name of the system that it translates for.
        languages: the direction of translation.
        folder: relative paths in the options are relative to this folder.
    """

    system: str
    languages: LanguagePair
    folder: Path


Translator = Callable[["Backend", Sequence[Segment]], Iterator[Outcome]]
"""Who has a backend translate segments, here or elsewhere; gives what `Backend.translate` does."""


class Backend(ABC):
    """Makes one system translate.

    A backend is built from the options of its ``[systems.NAME]`` table and checks them at once
    (`ConfigError`); it touches no engine before `check` or `translate` is called.

    Attributes:
        name: name in ``backend = "…"``.
        summary: what it translates with, in a few words; the lists in docs/ repeat it.
        one_line: whether a source must be one line.
        cacheable: whether an outcome depends on the source text and the identity alone, so that
            it may be kept and used again. False for recorded translations, which cost nothing.
        portable: whether another machine with an engine of the same `identity` translates just
            as this one does, and a copy of this object is all that it needs. False for programs
            that only this machine may have, and for services, whose keys and limits are here.
        runs_model: whether it keeps a model loaded in the process that translates.
        notes: what `check` and `translate` found and counted without objecting, such as "2 empty
            hypotheses".
        prompts: texts that the engine is shown beside the segments, such as few-shot examples.
        budget: limit of what one run may cost; the caller compares it with `estimate`.
        usage: usage of the last `translate`, from engines that count.
    """

    name: ClassVar[str]
    summary: ClassVar[str] = ""
    one_line: ClassVar[bool] = False
    cacheable: ClassVar[bool] = True
    portable: ClassVar[bool] = False
    runs_model: ClassVar[bool] = False
    notes: tuple[str, ...] = ()
    prompts: tuple[str, ...] = ()
    budget: Budget = Budget()
    usage: Usage | None = None

    @abstractmethod
    def __init__(self, options: Mapping[str, Any], context: BackendContext) -> None:
        """Check the options of a ``[systems.NAME]`` table; touch no engine.

        Raises:
            ConfigError: an unknown key or a wrong value.
        """

    @classmethod
    def readiness(cls) -> str:
        """What `mtqe doctor` says: that it can work here, as far as that doesn't need a system.

        Raises:
            BackendError: a package or key is missing; names the command that mends it.
        """
        return "ready"

    @abstractmethod
    def identity(self) -> Mapping[str, str]:
        """Name, version and every option that changes the output; it keys the cache."""

    @abstractmethod
    def check(self, corpus: Corpus) -> None:
        """Raise `BackendError`, naming the command that mends it, if this can't translate here."""

    def inputs(self, corpus: Corpus) -> Mapping[str, str]:
        """By segment id, all of the corpus that a translation depends on; it keys the cache.

        The source alone, unless the engine sees more, such as the sentences before it.
        """
        return {segment.id: segment.source for segment in corpus}

    def estimate(self, segments: Sequence[Segment]) -> Estimate:
        """What translating these segments is likely to take; a price where it is known."""
        return Estimate(len(segments), sum(len(segment.source) for segment in segments))

    def blocks(self, segments: Sequence[Segment]) -> Iterator[Sequence[Segment]]:
        """Segments that are translated together, in blocks that can be translated apart.

        Every segment occurs in exactly one block, and `translate` gives a block by itself what it
        gives it among all segments.
        """
        yield segments

    @property
    def counted(self) -> int:
        """What `translate` has counted in this process so far for a note; 0 for most."""
        return 0

    def note(self, counted: int) -> None:  # noqa: B027 - most count nothing
        """Put into `notes` what other processes have counted, all of them together."""

    def translate_by(
        self, translator: Translator, segments: Sequence[Segment]
    ) -> Iterator[Outcome]:
        """`translate`, where somebody else has the engine do it."""
        return translator(self, segments)

    def __getstate__(self) -> dict[str, Any]:
        """What was not worked out on this machine: no loaded engine goes to another process."""
        cls = type(self)
        return {
            name: value
            for name, value in vars(self).items()
            if not isinstance(getattr(cls, name, None), cached_property)
        }

    def recorded(self, segments: Sequence[Segment]) -> Sequence[Outcome] | None:
        """Outcomes of all segments, one by one and in order, where they are known to be just that.

        None where they have to be asked for, by `translate`.
        """
        return None

    @abstractmethod
    def translate(self, segments: Sequence[Segment]) -> Iterator[Outcome]:
        """Give one `Translation` or `Failure` a segment, in any order, as soon as it is known.

        Raises:
            BackendError: the engine as a whole can't go on; what was given before stays valid.
        """
