"""Translations that came with a corpus, as in WMT's files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from mtqe.backends.base import Backend
from mtqe.corpus.base import Corpus, Failure, HeldOutcomes, Outcome, Segment, Translations
from mtqe.corpus.text import content_notes


class RecordedBackend(Backend):
    """Gives what a corpus's own file holds of a system; no engine is asked."""

    name = "corpus"
    cacheable = False

    def __init__(self, translations: Translations, file: str) -> None:
        """A system of the file of this name."""
        self._file = file
        self._translations = translations
        self.notes = tuple(content_notes(translations.hypotheses, "hypothesis", "hypotheses"))

    def identity(self) -> Mapping[str, str]:
        """The file's name; its content is in the run."""
        return {"backend": self.name, "file": self._file}

    def check(self, corpus: Corpus) -> None:
        """Nothing can be missing: corpus and translations were read together."""

    def recorded(self, segments: Sequence[Segment]) -> HeldOutcomes | None:
        """What was read, of a large corpus."""
        found = self._translations.outcomes
        return found if isinstance(found, HeldOutcomes) and found.are_of(segments) else None

    @cached_property
    def _outcomes(self) -> Mapping[str, Outcome]:
        return {outcome.segment_id: outcome for outcome in self._translations.outcomes}

    def translate(self, segments: Sequence[Segment]) -> Iterator[Outcome]:
        """Give what was read."""
        for segment in segments:
            reason = "the file has no translation of this segment"
            outcome = self._outcomes.get(segment.id)
            yield outcome if outcome is not None else Failure(segment.id, reason)
