"""Texts that are not in the language they should be in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mtqe.checks.base import Check, Finding, Problem, Severity, Side
from mtqe.checks.identify import cld2_code, identify, language_name
from mtqe.checks.scripts import count_in, count_letters, main_script, scripts_of
from mtqe.corpus.base import Corpus, Translations

MIN_LETTERS = 8
"""Letters below which a script says little: names and units stay as they are."""
MIN_SHARE = 0.25
"""Share of letters in the language's own scripts below which a text is in another one."""
SOURCE_LETTERS = 40
"""Letters from which the source's language is believed without the help of a hint."""
SOURCE_PERCENT = 95


@dataclass(frozen=True, kw_only=True)
class WrongLanguage(Check):
    """A translation, reference or source in another language or script than it should be in."""

    name = "language"
    summary = "texts in a wrong language or script"

    severity: Severity = "critical"

    def findings(self, corpus: Corpus, systems: Sequence[Translations]) -> Iterator[Finding]:  # noqa: D102
        source, target = corpus.languages.source, corpus.languages.target
        in_source, in_target = _Judge(source, target), _Judge(target, source)
        hypotheses = [(system.system, system.hypotheses) for system in systems]
        for row, segment in enumerate(corpus):
            own = in_source.problem(segment.source, "source")
            for text in segment.present_references[:1]:
                own = own or in_target.problem(text, "reference")
            if own:
                yield self.finding(segment, None, own)
            for system, texts in hypotheses:
                hypothesis = texts[row]
                if hypothesis is not None and (
                    problem := in_target.problem(hypothesis, "hypothesis")
                ):
                    yield self.finding(segment, system, problem)


class _Judge:
    """Tells whether texts are in one language; each distinct text is looked at once."""

    def __init__(self, language: str, other: str) -> None:
        self._language = language
        self._code = cld2_code(language)
        self._other = cld2_code(other)
        self._scripts = scripts_of(language)
        self._known: dict[str, str | None] = {}

    def problem(self, text: str, side: Side) -> Problem | None:
        if text not in self._known:
            self._known[text] = self._found(text)
        found = self._known[text]
        if found is None:
            return None
        wanted = language_name(self._code or self._language)
        return Problem(
            f"The {_NOUNS[side]} looks like {found}; it should be {wanted}.",
            ((side, 0, len(text)),),
        )

    def _found(self, text: str) -> str | None:
        """What a text is in, if not in the language."""
        letters = count_letters(text)
        if letters < MIN_LETTERS:
            return None
        if self._scripts and count_in(text, self._scripts) < MIN_SHARE * letters:
            return self._foreign_script(text)
        return self._foreign_language(text, letters) if self._code else None

    def _foreign_script(self, text: str) -> str | None:
        """Another script, unless all is in capitals as acronyms and codes are."""
        if text.isupper() or not any(
            character.islower() or not character.isascii() for character in text
        ):
            return None
        found = identify(text)
        script = main_script(text)
        return language_name(found[0].code) if found else f"{script} script"

    def _foreign_language(self, text: str, letters: int) -> str | None:
        found = identify(text, self._code)
        if not found:
            return None
        codes = [language.code for language in found]
        if not any(_same(code, self._code) for code in codes):
            return language_name(codes[0])
        if letters >= SOURCE_LETTERS and self._other and not _same(self._other, self._code):
            plain = identify(text)
            if plain and plain[0].code == self._other and plain[0].percent >= SOURCE_PERCENT:
                return language_name(self._other)
        return None


_NOUNS = {"source": "source", "reference": "reference", "hypothesis": "translation"}


def _same(code: str, other: str | None) -> bool:
    """Whether two codes are one language; Chinese in either script counts as one."""
    return other is not None and code.split("-")[0] == other.split("-")[0]
