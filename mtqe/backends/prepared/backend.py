"""A backend whose sources are split or masked first and whose translations are mended after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from typing_extensions import override

from mtqe.backends.base import Backend, BackendContext, Translator
from mtqe.backends.prepared.protection import Lost, Masked, Protection, ProtectOptions
from mtqe.backends.prepared.splitting import SplitOptions, SplitText, split
from mtqe.corpus.base import Corpus, Failure, LanguagePair, Outcome, Segment, Translation
from mtqe.errors import ConfigError
from mtqe.support.cost import Estimate
from mtqe.support.options import parse_options

Options = TypeVar("Options", SplitOptions, ProtectOptions)


def build_backend(
    cls: type[Backend], options: Mapping[str, Any], context: BackendContext
) -> Backend:
    """A backend, prepared if its system's options have ``split`` or ``protect``.

    Raises:
        ConfigError: options that can't be used, or that have no effect on such a backend.
    """
    where = f"systems.{context.system}"
    own = {key: value for key, value in options.items() if key not in ("split", "protect")}
    splitting = _parse(SplitOptions, options.get("split", False), f"{where}.split")
    protecting = _parse(ProtectOptions, options.get("protect", False), f"{where}.protect")
    backend = cls(own, context)
    if splitting is None and protecting is None:
        return backend
    if not cls.cacheable:
        raise ConfigError(
            f'{where}: backend = "{cls.name}" translates nothing; remove `split` and `protect`.'
        )
    if splitting is not None and splitting.over < 0:
        raise ConfigError(f"{where}.split.over must be 0 or more characters.")
    return PreparedBackend(backend, context, splitting, protecting)


def _parse(cls: type[Options], value: object, where: str) -> Options | None:
    if isinstance(value, bool):
        return cls() if value else None
    if not isinstance(value, Mapping):
        raise ConfigError(f"{where} must be true, false or a table of options.")
    return parse_options(cls, value, where)


@dataclass(frozen=True)
class Prepared:
    """A segment as the engine gets it.

    Attributes:
        masked: its source with masks.
        pieces: that, split.
        segments: one a piece.
    """

    masked: Masked
    pieces: SplitText
    segments: tuple[Segment, ...]

    def finish(self, texts: Sequence[str], languages: LanguagePair) -> str:
        """The translation of the whole segment.

        Raises:
            Lost: what was protected is not there exactly once.
        """
        return self.masked.restore(self.pieces.join(texts, languages))


class PreparedBackend(Backend):
    """Stands before another backend; everything that it does is in the identity."""

    def __init__(
        self,
        backend: Backend,
        context: BackendContext,
        splitting: SplitOptions | None,
        protecting: ProtectOptions | None,
    ) -> None:
        """Put two steps before a backend.

        Args:
            backend: who translates.
            context: of the system.
            splitting: how to split; None keeps sources whole.
            protecting: what to hide; None hides nothing.
        """
        self._inner = backend
        self._languages = context.languages
        self._splitting = splitting
        self._protecting = protecting
        where = f"systems.{context.system}.protect"
        self._protection = Protection(protecting, where) if protecting else None
        self._texts: dict[str, tuple[Masked, SplitText]] = {}
        self.name = backend.name  # type: ignore[misc]
        self.one_line = backend.one_line and splitting is None  # type: ignore[misc]
        self.prompts = backend.prompts
        self.budget = backend.budget

    def identity(self) -> Mapping[str, str]:
        """The backend's, with what is done before and after."""
        steps = {"split": self._splitting, "protect": self._protecting}
        ours = {key: str(options) for key, options in steps.items() if options is not None}
        return {**self._inner.identity(), **ours}

    def check(self, corpus: Corpus) -> None:
        """The backend's own, on what it will get.

        Raises:
            BackendError: it can't translate here.
        """
        self._inner.check(self._prepared_corpus(corpus))
        self.notes = self._inner.notes

    def inputs(self, corpus: Corpus) -> Mapping[str, str]:
        """A segment's source, and all else that a translation of its pieces depends on."""
        inner = self._inner.inputs(self._prepared_corpus(corpus))
        return {
            segment.id: "\0".join(
                [segment.source, *(inner[piece.id] for piece in self._prepare(segment).segments)]
            )
            for segment in corpus
        }

    def estimate(self, segments: Sequence[Segment]) -> Estimate:
        """What translating the pieces is likely to take."""
        pieces = [piece for segment in segments for piece in self._prepare(segment).segments]
        return replace(self._inner.estimate(pieces), segments=len(segments))

    def translate(self, segments: Sequence[Segment]) -> Iterator[Outcome]:
        """Give a segment's outcome as soon as all its pieces have theirs."""
        return self.translate_by(lambda backend, pieces: backend.translate(pieces), segments)

    @override
    def translate_by(
        self, translator: Translator, segments: Sequence[Segment]
    ) -> Iterator[Outcome]:
        """The pieces go to the translator, and are put together here."""
        jobs = {segment.id: self._prepare(segment) for segment in segments}
        for segment_id, job in jobs.items():
            if not job.segments:
                yield self._finish(segment_id, job, [])
        owners = {piece.id: key for key, job in jobs.items() for piece in job.segments}
        pieces = [piece for job in jobs.values() for piece in job.segments]
        done: dict[str, dict[str, Outcome]] = {segment_id: {} for segment_id in jobs}
        self._inner.budget = self.budget
        try:
            for outcome in translator(self._inner, pieces) if pieces else ():
                owner = owners[outcome.segment_id]
                done[owner][outcome.segment_id] = outcome
                if len(done[owner]) == len(jobs[owner].segments):
                    found = [done[owner][piece.id] for piece in jobs[owner].segments]
                    yield self._finish(owner, jobs[owner], found)
        finally:
            self.notes, self.usage = self._inner.notes, self._inner.usage

    def _finish(self, segment_id: str, job: Prepared, outcomes: Sequence[Outcome]) -> Outcome:
        texts = []
        for outcome in outcomes:
            if isinstance(outcome, Failure):
                return Failure(segment_id, outcome.reason)
            texts.append(outcome.text)
        try:
            return Translation(segment_id, job.finish(texts, self._languages))
        except Lost as lost:
            return Failure(segment_id, f"{lost}; set another `mask`, or remove `protect`")

    def _prepare(self, segment: Segment) -> Prepared:
        masked, pieces = self._prepared_text(segment.source)
        numbered = enumerate(pieces.texts, start=1)
        return Prepared(
            masked,
            pieces,
            tuple(
                replace(segment, id=f"{segment.id}\0{number}", source=text)
                for number, text in numbered
            ),
        )

    def _prepared_text(self, source: str) -> tuple[Masked, SplitText]:
        """A source masked and split; check, keys, estimates and translation share it."""
        known = self._texts.get(source)
        if known is None:
            masked = self._protection.mask(source) if self._protection else Masked(source, {})
            pieces = (
                split(masked.text, self._splitting, self._languages.source)
                if self._splitting
                else SplitText((masked.text,), ("", ""))
            )
            known = self._texts[source] = masked, pieces
        return known

    def _prepared_corpus(self, corpus: Corpus) -> Corpus:
        pieces = (piece for segment in corpus for piece in self._prepare(segment).segments)
        return replace(corpus, segments=tuple(pieces))
