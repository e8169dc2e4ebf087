"""Letters of a script that neither the target's language nor the source has."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import numpy as np
from typing_extensions import override

from mtqe.checks.alphabet import Sign
from mtqe.checks.base import Problem, Severity, Span, TranslationCheck
from mtqe.checks.language import OTHER_SCRIPTS
from mtqe.checks.texts import Mask, Texts
from mtqe.corpus.base import Corpus
from mtqe.support.languages import primary, says_script
from mtqe.support.scripts import RANGES, scripts_of

SHOWN = 3
LATIN, CYRILLIC, GREEK = "A-Za-zÀ-ÖØ-öø-ɏ", "Ѐ-ԯ", "Ͱ-Ͽ"
SEAM = re.compile(
    f"[{LATIN}][{CYRILLIC}{GREEK}]|[{CYRILLIC}{GREEK}][{LATIN}]|[{CYRILLIC}][{GREEK}]|[{GREEK}][{CYRILLIC}]"
)
"""Where a letter of one script touches one of another."""
WITH_ENDING = re.compile(f"[A-ZÀ-Þ]{{2,}}[{CYRILLIC}{GREEK}]+")
"""An acronym with the ending of another script, such as SMSка, which is meant as it is."""
MIXED_WORD = re.compile(rf"[{LATIN}{CYRILLIC}{GREEK}]+")
LOOKALIKES = {
    "Latn": frozenset("aceopxyijsABCEHIKMOPTXYSJ"),
    "Cyrl": frozenset("асеорхуіјѕАВСЕНІКМОРТХУЅЈгкптмиё"),
    "Grek": frozenset("ονικυρχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"),
}
"""Letters that look like one of another script."""
SCRIPT_OF = {"Latn": re.compile(f"[{LATIN}]"), "Cyrl": re.compile(f"[{CYRILLIC}]"),
             "Grek": re.compile(f"[{GREEK}]")}  # fmt: skip
SHARED = {"ja": ("Hani", "Kana"), "ko": ("Hani",), "yue": ("Hani",)}


@dataclass(frozen=True, kw_only=True)
class StrayLetters(TranslationCheck):
    """Letters of a foreign script that the source hasn't either, and words of two scripts.

    Latin letters may stand in any text, and single Greek ones as signs. A word of two scripts is a
    finding if the fewer letters look like letters of the other script, as a Cyrillic ``а`` in a
    Latin word does: it is invisible, and breaks searching and scoring.
    """

    name = "stray-letters"
    summary = "letters of a foreign script"

    severity: Severity = "major"

    @override
    def suspects(self, texts: Texts) -> Mask:
        flags = texts.looks.flags
        present = [
            (flags & np.uint32(sign)) != 0 for sign in (Sign.LATIN, Sign.CYRILLIC, Sign.GREEK)
        ]
        suspects = np.sum(present, axis=0) > 1
        pattern = _foreign(texts.corpus.languages.target)
        if pattern is not None:
            suspects |= texts.having(pattern.fullmatch)
        found: Mask = suspects[texts.translations]
        return found

    @override
    def look(self, source: str, hypothesis: str, corpus: Corpus) -> Problem | None:
        if hypothesis.isascii():
            return None
        pattern = _foreign(corpus.languages.target)
        if pattern is not None and pattern.search(hypothesis):
            known = set(source)
            places = [
                match.span()
                for match in pattern.finditer(hypothesis)
                if not known.issuperset(match.group()) and not _is_sign(match, hypothesis)
            ]
            if places:
                return _problem("Letters of a foreign script", places, hypothesis)
        if SEAM.search(hypothesis) is None:
            return None
        places = [
            match.span()
            for match in MIXED_WORD.finditer(hypothesis)
            if _is_disguised(match.group()) and match.group() not in source
        ]
        return _problem("Letters of two scripts in", places, hypothesis) if places else None


def _problem(what: str, places: list[tuple[int, int]], text: str) -> Problem:
    shown = ", ".join(dict.fromkeys(text[start:end] for start, end in places[:SHOWN]))
    spans: tuple[Span, ...] = tuple(("hypothesis", start, end) for start, end in places)
    return Problem(f"{what}: {shown}.", spans)


@cache
def _foreign(language: str) -> re.Pattern[str] | None:
    """Runs of letters of scripts that a language isn't written in; None if its own isn't known."""
    own = scripts_of(language)
    if not own:
        return None
    code = primary(language)
    others = () if says_script(language) else OTHER_SCRIPTS.get(code, ())
    allowed = {*own, *others, *SHARED.get(code, ()), "Latn"}
    ranges = "".join(ranges for name, ranges in RANGES.items() if name not in allowed)
    return re.compile(f"(?:(?![\\d_\u30fb\u30fc])(?=\\w)[{ranges}])+")


def _is_sign(match: re.Match[str], text: str) -> bool:
    """Whether a Greek letter stands alone, as in formulas and units."""
    return len(match.group()) == 1 and SCRIPT_OF["Grek"].match(match.group()) is not None


def _is_disguised(word: str) -> bool:
    """Whether a word's fewer letters are of another script and look like letters of the word's."""
    letters = {name: pattern.findall(word) for name, pattern in SCRIPT_OF.items()}
    present = sorted((name for name in letters if letters[name]), key=lambda n: len(letters[n]))
    if len(present) != 2 or 2 * len(letters[present[0]]) >= len(word):
        return False
    if WITH_ENDING.fullmatch(word):
        return False
    return LOOKALIKES[present[0]].issuperset(letters[present[0]])
