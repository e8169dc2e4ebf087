"""What all engines with a neural model on this machine share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Protocol

from typing_extensions import override

from mtqe.backends.base import Backend, BackendContext
from mtqe.backends.local.batching import Encoded, LengthSorted, batch_size
from mtqe.backends.local.models import fingerprint, locate
from mtqe.corpus.base import Corpus, Failure, Outcome, Segment, Translation
from mtqe.errors import ConfigError
from mtqe.support.paths import real_path
from mtqe.support.words import count

BATCHES = 8
"""Batches that another machine gets at once."""
COUNTS = ("beams", "max_new_tokens", "max_source_tokens", "batch_tokens")


class Codec(Protocol):
    """What turns texts into a model's tokens and back."""

    def encode(self, text: str) -> Sequence[int]:
        """A source as tokens, with all that the model wants before and after."""
        ...


class Engine(Protocol):
    """A loaded model that can translate batches.

    Attributes:
        cut: translations so far that ended at the length limit instead of by themselves.
    """

    cut: int

    def generate(self, sources: Sequence[Sequence[int]]) -> Sequence[str]:
        """Translate a batch.

        Raises:
            OutOfMemory: it is too large.
        """
        ...


class NeuralBackend(Backend):
    """A model in a folder or from a hub; loaded when the first segment is translated.

    Attributes:
        weights: patterns of the files that such a model lies in.
    """

    portable = True
    runs_model = True

    weights: ClassVar[tuple[str, ...]]

    def __init__(self, model: str, batch_tokens: int, context: BackendContext) -> None:
        """Keep what to load, which happens when it is first needed.

        Args:
            model: a folder or a hub name.
            batch_tokens: source tokens a batch, padding counted.
            context: of the system.
        """
        self._model = model
        self._batch_tokens = batch_tokens
        self._context = context

    @property
    @abstractmethod
    def codec(self) -> Codec:
        """The tokenizer, loaded once.

        Raises:
            BackendError: it can't be loaded, or doesn't know the languages.
        """

    @property
    @abstractmethod
    def limit(self) -> int:
        """The longest source that the model takes, in tokens."""

    @abstractmethod
    def load(self) -> Engine:
        """Load the model.

        Raises:
            BackendError: it can't be loaded.
        """

    @cached_property
    def engine(self) -> Engine:
        """The model, loaded once."""
        return self.load()

    @cached_property
    def folder(self) -> Path:
        """Where the model lies; a model of a hub is downloaded first.

        Raises:
            BackendError: it can't be had.
        """
        return locate(self._model, self._context.folder, self.weights)

    @cached_property
    def model_identity(self) -> Mapping[str, str]:
        """The model's name, and a hash of its weights and settings, wherever it lies."""
        local = (self._context.folder / self._model).is_dir()
        name = real_path(self.folder).name if local else self._model
        return {"model": name, "weights": fingerprint(self.folder, self.weights)}

    def check(self, corpus: Corpus) -> None:
        """See that the model is here and knows the languages, without loading its weights.

        Raises:
            BackendError: it isn't or doesn't; names the fix.
        """
        _ = self.folder, self.codec

    @property
    @override
    def counted(self) -> int:
        """Translations that ended at the limit."""
        return self.engine.cut if "engine" in vars(self) else 0

    @override
    def note(self, counted: int) -> None:
        if counted:
            ended = count(counted, "translation")
            self.notes = (f"{ended} ended at the limit of max_new_tokens",)

    @override
    def blocks(self, segments: Sequence[Segment]) -> Iterator[Sequence[Segment]]:
        """Some batches of those that `translate` makes; before them, what needs no model."""
        lengths = {s.id: len(self.codec.encode(s.source)) for s in segments if s.source.strip()}
        without = [s for s in segments if not 0 <= lengths.get(s.id, -1) <= self.limit]
        if without:
            yield without
        waiting = sorted(
            (s for s in segments if 0 <= lengths.get(s.id, -1) <= self.limit),
            key=lambda segment: lengths[segment.id],
        )
        while waiting:
            start = len(waiting)
            for _ in range(BATCHES):
                if start:
                    longest = lengths[waiting[start - 1].id]
                    start -= batch_size(start, longest, self._batch_tokens)
            yield waiting[start:]
            del waiting[start:]

    def translate(self, segments: Sequence[Segment]) -> Iterator[Outcome]:
        """Translate in batches of about one length; a source without text is given back as it is.

        A source that is longer than the model's limit is a `Failure`: no source is ever cut.
        """
        sources = []
        for segment in segments:
            if not segment.source.strip():
                yield Translation(segment.id, segment.source)
                continue
            tokens = self.codec.encode(segment.source)
            if len(tokens) > self.limit:
                yield Failure(segment.id, self._too_long(len(tokens)))
            else:
                sources.append(Encoded(segment.id, tokens))
        if sources:
            yield from LengthSorted(self._batch_tokens, self.engine.generate).translate(sources)
            self.note(self.engine.cut)

    def _too_long(self, length: int) -> str:
        return (
            f"the source has {length:,} tokens and the model takes {self.limit:,}; "
            'set split = {by = "sentences"}'
        )


def check_counts(options: Any, where: str) -> None:  # noqa: ANN401 - any backend's options
    """See that counts are positive.

    Raises:
        ConfigError: one is not.
    """
    for key in COUNTS:
        value = getattr(options, key)
        if value is not None and value < 1:
            raise ConfigError(f"{where}.{key} must be at least 1, but it is {value}.")
