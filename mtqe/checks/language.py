"""Texts that are not in the language they should be in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from typing_extensions import override

from mtqe.checks.alphabet import MASKABLE
from mtqe.checks.base import Check, Finding, Problem, Severity, Side
from mtqe.checks.identify import cld2_code, identify, is_in, warn_without_cld2
from mtqe.checks.masking import masked
from mtqe.checks.texts import Mask, Places, Texts
from mtqe.corpus.base import Corpus, Translations
from mtqe.support.languages import language_name, primary, says_script, script
from mtqe.support.scripts import (
    PATTERNS,
    WRITTEN_WITH,
    count_chinese,
    count_common_chinese,
    count_in,
    count_letters,
    main_script,
    scripts_of,
    traditional_alone,
)

RELATED = (
    frozenset({"es", "pt", "gl", "ca", "ast", "it", "oc"}),
    frozenset({"ru", "uk", "be", "bg", "mk", "sr"}),
    frozenset({"hr", "sr", "bs", "sl", "mk"}),
    frozenset({"cs", "sk", "pl"}),
    frozenset({"no", "nn", "da", "sv", "is", "fo"}),
    frozenset({"nl", "af", "de", "lb", "fy"}),
    frozenset({"id", "ms", "jw", "su"}),
    frozenset({"hi", "ne", "mr", "bh", "sa", "mai"}),
    frozenset({"bn", "as"}),
    frozenset({"zu", "xh", "ss", "nr"}),
    frozenset({"tr", "az", "tk", "uz", "kk", "ky", "tt"}),
    frozenset({"fi", "et"}),
)
"""Languages so close that CLD2, told to expect one, takes another for it."""
MIN_LETTERS = 8
"""Letters below which a script says little: names and units stay as they are."""
MIN_SHARE = 0.25
"""Share of letters in the language's own scripts below which a text is in another one."""
SOURCE_LETTERS = 40
"""Letters from which the source's language is believed without the help of a hint."""
SOURCE_PERCENT = 95
OTHER_SCRIPTS = {"sr": ("Latn",), "uz": ("Cyrl",), "az": ("Cyrl",), "kk": ("Latn",)}
"""Scripts that a language is also written in, where its tag says none."""
CHINESE = ("zh", "zh-Hant")
"""CLD2's codes of Chinese, simplified and traditional."""
CHINESE_SCRIPTS = ("Hans", "Hant")
MIN_CHINESE = 2
"""Characters of the other Chinese script alone from which a text is in it; one of daily use where
the text has none of its own script alone."""
SCRIPT_NAMES = {
    "Arab": "Arabic script", "Cyrl": "Cyrillic script", "Deva": "Devanagari script",
    "Grek": "Greek script", "Guru": "Gurmukhi script", "Hani": "Chinese characters",
    "Hans": "simplified Chinese characters", "Hant": "traditional Chinese characters",
    "Hebr": "Hebrew script", "Jpan": "Japanese script", "Kana": "Japanese script",
    "Kore": "Korean script", "Hang": "Korean script", "Latn": "Latin script",
    "Mong": "Mongolian script", "Thai": "Thai script", "Tibt": "Tibetan script",
}  # fmt: skip
NOUNS = {"source": "source", "reference": "reference", "hypothesis": "translation"}


@dataclass(frozen=True, kw_only=True)
class WrongLanguage(Check):
    """A translation, reference or source in another language or script than it should be in."""

    name = "language"
    summary = "texts in a wrong language or script"
    needs_translations = False
    by_segment = True

    severity: Severity = "critical"

    @override
    def findings(self, corpus: Corpus, systems: Sequence[Translations]) -> Iterator[Finding]:
        warn_without_cld2()
        source, target = corpus.languages.source, corpus.languages.target
        in_source, in_target = _Judge(source, target), _Judge(target, source)
        texts = Texts.of(corpus, systems)
        foreign = in_target.suspects(texts, texts.translations, texts.first_references)
        own = in_source.suspects(texts, texts.sources)[texts.sources]
        for row in np.flatnonzero(own | foreign[texts.first_references]).tolist():
            segment = corpus[row]
            problems = [in_source.problem(segment.source, "source")]
            problems += [
                in_target.problem(text, "reference") for text in segment.present_references[:1]
            ]
            if problem := _joined([problem for problem in problems if problem]):
                yield self.finding(segment, None, problem)
        for row, place in texts.pairs(foreign[texts.translations]):
            if problem := in_target.problem(texts.hypotheses[place][row] or "", "hypothesis"):
                yield self.finding(corpus[row], texts[place].system, problem)


def _joined(problems: Sequence[Problem]) -> Problem | None:
    """The problems of a segment's own texts as one."""
    if len(problems) < 2:
        return problems[0] if problems else None
    messages = " ".join(problem.message for problem in problems)
    spans = tuple(span for problem in problems for span in problem.spans)
    return Problem(f"{messages} Are the two swapped?", spans)


class _Judge:
    """Tells whether texts are in one language; each distinct text is looked at once."""

    def __init__(self, language: str, other: str) -> None:
        self._language = language
        self._code = cld2_code(language)
        self._other = cld2_code(other)
        # A hint would make one of two close relatives pass for the other.
        self._related = self._code is None or any(
            {self._code, self._other} <= family for family in RELATED
        )
        self._scripts = (*scripts_of(language), *OTHER_SCRIPTS.get(primary(language), ()))
        self._script = script(language) if says_script(language) else ""
        self._known: dict[str, str | None] = {}
        self._own = frozenset(CHINESE if self._code in CHINESE else (self._code or "",))

    def suspects(self, texts: Texts, *numbers: Places) -> Mask:
        """Which of a corpus's distinct texts are not as they should be [texts + 1].

        Args:
            texts: the texts.
            numbers: those to look at.
        """
        chosen = np.unique(np.concatenate([places.ravel() for places in numbers]))
        chosen = chosen[chosen >= 0]
        plain = ~texts.has(chosen, MASKABLE)
        simplified = np.zeros(len(chosen), np.bool_)
        if self._code in CHINESE:
            simplified = ~texts.having(traditional_alone().__contains__)[chosen]
        found = np.zeros(len(texts.strings) + 1, np.bool_)
        for number, is_plain, is_simplified in zip(
            chosen.tolist(), plain.tolist(), simplified.tolist(), strict=True
        ):
            text = texts.strings[number]
            hint = CHINESE[0] if is_simplified else None
            self._known[text] = self._found(text if is_plain else masked(text), hint)
            if self._known[text] is not None or (
                self._script and self._wrong_script(text, "hypothesis")
            ):
                found[number] = True
        return found

    def problem(self, text: str, side: Side) -> Problem | None:
        found = self._known[text]
        if problem := self._wrong_script(text, side):
            return problem
        if found is None:
            return None
        wanted = language_name(self._code or self._language)
        message = f"The {NOUNS[side]} looks like {found}; it should be {wanted}."
        return Problem(message, ((side, 0, len(text)),))

    def _wrong_script(self, text: str, side: Side) -> Problem | None:
        """A text in another script than the one that the tag says, itself or by its region."""
        if not self._script:
            return None
        found = other_script(masked(text), self._script)
        if found is None:
            return None
        wanted = SCRIPT_NAMES.get(self._script, self._script)
        message = f"The {NOUNS[side]} is in {found}; {self._language} means {wanted}."
        return Problem(message, ((side, 0, len(text)),))

    def _found(self, text: str, hint: str | None = None) -> str | None:
        """What a text is in, if not in the language."""
        if self._code is None:
            return self._relative(text)
        hint = hint or self._hint(text)
        if is_in(text, hint, self._own):
            return self._relative(text)
        found = identify(text, hint)
        if any(_same(language.code, self._code) for language in found):
            return self._relative(text)
        letters = count_letters(text)
        if letters < MIN_LETTERS:
            return None
        if self._scripts and count_in(text, self._scripts) < MIN_SHARE * letters:
            return _foreign_script(text)
        return language_name(found[0].code) if found else None

    def _hint(self, text: str) -> str | None:
        """The code to expect: Chinese in the script that the text is in."""
        if self._code not in CHINESE:
            return self._code
        simplified, traditional = count_chinese(text)
        return CHINESE[traditional > simplified]

    def _relative(self, text: str) -> str | None:
        """The other side's language, where it is a close relative or this one is not known."""
        if not self._related or count_letters(text) < SOURCE_LETTERS:
            return None
        plain = identify(text)
        if plain and plain[0].code == self._other and plain[0].percent >= SOURCE_PERCENT:
            return language_name(plain[0].code)
        return None


def other_script(text: str, wanted: str) -> str | None:
    """The name of the script that a text is in, if not the one that is wanted."""
    if wanted in CHINESE_SCRIPTS:
        simplified, traditional = count_chinese(text)
        ours, theirs = (simplified, traditional) if wanted == "Hans" else (traditional, simplified)
        common = count_common_chinese(text)[wanted == "Hans"]
        if theirs <= ours or (theirs < MIN_CHINESE and not common):
            return None
        return SCRIPT_NAMES["Hant" if wanted == "Hans" else "Hans"]
    scripts = WRITTEN_WITH.get(wanted, (wanted,))
    if not all(code in PATTERNS for code in scripts):
        return None
    letters = count_letters(text)
    if letters < MIN_LETTERS or count_in(text, scripts) >= MIN_SHARE * letters:
        return None
    found = main_script(text)
    return SCRIPT_NAMES.get(found, f"{found} script") if found else None


def _foreign_script(text: str) -> str | None:
    """Another script, unless all is in capitals as acronyms and codes are."""
    if text.upper() == text and text.isascii():
        return None
    found = identify(text)
    return language_name(found[0].code) if found else f"{main_script(text)} script"


@cache
def _same(code: str, other: str | None) -> bool:
    """Whether two codes are one language; Chinese in either script counts as one."""
    return other is not None and primary(code) == primary(other)
