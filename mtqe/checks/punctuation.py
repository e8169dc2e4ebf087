"""How a text ends: its last mark, and the marks that open Spanish questions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from mtqe.checks.alphabet import Sign
from mtqe.checks.base import Problem, Severity, TranslationCheck
from mtqe.checks.masking import masked
from mtqe.checks.texts import Mask, Texts
from mtqe.corpus.base import Corpus
from mtqe.support.languages import primary

KINDS: Mapping[str, str] = {
    mark: kind
    for kind, marks in {
        ".": ".。．｡।॥۔։።᙮။៕᠃᱾",
        "?": "?？؟⁇՞፧\u2047",
        "!": "!！¡՜",
        "…": "…⋯",
        ":": ":：፡∶",
        ";": ";；؛",
    }.items()
    for mark in marks
}
"""Final marks of all scripts by what they mean."""
MARKS = tuple(dict.fromkeys(KINDS.values()))
OWN_KINDS: Mapping[str, Mapping[str, str]] = {
    "el": {";": "?", "\u037e": "?", "·": ";", "\u0387": ";"},
    "hy": {":": ".", "․": "."},
    "km": {"។": ".", "៖": ":"},
    "hi": {"|": "."}, "mr": {"|": "."}, "ne": {"|": "."}, "bn": {"|": "."}, "as": {"|": "."},
    "pa": {"|": "."}, "or": {"|": "."}, "sa": {"|": "."}, "mai": {"|": "."},
}  # fmt: skip
"""What a mark means in one language alone."""
AROUND = " \t\r\n\u00a0\u202f\u200b\u200e\u200f\u3000\"'“”„«»‘’‹›)]）」』】》〉*"
"""What may stand behind the last mark."""
ACCELERATOR_END = re.compile(r"\s?[(（][_&][^\W_][)）](?=\W{0,4}$)")
"""The accelerator that Chinese, Japanese and Korean texts have behind their words."""
ENTITY_END = re.compile(r"&(?:[a-zA-Z]{2,8}|\#\d{2,6});$")
OPTIONAL_STOP = frozenset({"zh", "ja", "yue", "th", "lo", "km", "my", "wuu"})
"""Languages whose headings and short sentences end with or without a full stop."""
LABEL = 60
"""Characters above which a source is running text, where translators add full stops."""
UNMARKED = frozenset({"bo", "dz"})
"""Languages that end whatever there is with one mark."""
OPENED = frozenset({"es", "ast"})
"""Languages that open questions and exclamations with a mark."""
QUESTION_WORDS = ("か。", "か」", "ですか", "ますか", "の。", "吗。", "呢。", "嗎。")
"""Ends of Japanese and Chinese questions that do without a question mark."""
CLOSED = re.compile(r"(?<=.)[?!]+")
NAMES = {"…": "an ellipsis", "": "no mark", ".": "a full stop", "?": "a question mark",
         "!": "an exclamation mark", ":": "a colon", ";": "a semicolon"}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class EndPunctuation(TranslationCheck):
    """A translation that ends with another mark than its source, such as a lost question mark.

    The marks of all scripts count by what they mean: ``。``, ``।`` and ``.`` are one, and so are
    ``؟``, the Greek ``;`` and ``?``. Spanish questions and exclamations need ``¿`` and ``¡``. In
    running text a full stop may be added, and may stand for an exclamation mark.
    """

    name = "end-punctuation"
    summary = "another mark at the end"

    severity: Severity = "minor"

    @override
    def suspects(self, texts: Texts) -> Mask:
        languages = texts.corpus.languages
        theirs = _plain_marks(texts, primary(languages.source))[texts.sources]
        ours = _plain_marks(texts, primary(languages.target))[texts.translations]
        suspects: Mask = texts.present & ((theirs != ours) | (theirs < 0))
        if primary(languages.target) in OPENED:
            suspects |= texts.translated(Sign.QUESTION)
        return suspects

    @override
    def look(self, source: str, hypothesis: str, corpus: Corpus) -> Problem | None:
        target = primary(corpus.languages.target)
        if target in OPENED and (problem := _unopened(hypothesis)):
            return problem
        if _plainly_equal(source, hypothesis):
            return None
        origin = primary(corpus.languages.source)
        theirs, ours = final_mark(source, origin), final_mark(hypothesis, target)
        if theirs == ours or theirs is None or ours is None or {origin, target} & UNMARKED:
            return None
        if _may_differ(theirs, ours, source, hypothesis, (origin, target)):
            return None
        place = len(hypothesis.rstrip(AROUND))
        message = f"The source ends with {NAMES[theirs]}, the translation with {NAMES[ours]}."
        return Problem(message, (("hypothesis", max(0, place - 1), place),))


def _plain_marks(texts: Texts, language: str) -> NDArray[np.intp]:
    """What `final_mark` says of texts whose end is plain: -1 of others [texts + 1].

    Plain is an end of a letter or digit, or of one behind which a single mark stands.
    """
    own = OWN_KINDS.get(language, {})
    ends = texts.looks.ends
    before, last = ends[:, 1], ends[:, 2]
    found = np.full(len(ends), -1, np.intp)
    for code in np.unique(last).tolist():
        character = chr(code)
        kind = own.get(character) or KINDS.get(character)
        if character.isalnum() and kind is None:
            found[last == code] = 0
        elif kind is not None and character not in AROUND and character not in ";|":
            found[(last == code) & _are_alphanumeric(before)] = 1 + MARKS.index(kind)
    return found


def _are_alphanumeric(codes: NDArray[np.uint32]) -> Mask:
    distinct = np.unique(codes).tolist()
    return np.isin(codes, [code for code in distinct if chr(code).isalnum()])


def _plainly_equal(source: str, hypothesis: str) -> bool:
    """A quick look: both end with the same single mark, or with a letter."""
    theirs, ours = source[-2:], hypothesis[-2:]
    if len(theirs) < 2 or len(ours) < 2 or not theirs[0].isalnum() or not ours[0].isalnum():
        return False
    return (theirs[1] == ours[1] and theirs[1] in ".?!") or (
        theirs[1].isalnum() and ours[1].isalnum()
    )


def final_mark(text: str, language: str) -> str | None:
    """What the last mark of a text means; empty without one, None without a letter or digit."""
    if "_" in text[-6:] or "&" in text[-6:]:
        text = ACCELERATOR_END.sub("", text.rstrip())
    end = text.rstrip(AROUND)
    if not end:
        return None
    own = OWN_KINDS.get(language, {})
    if (end[-1] not in KINDS and end[-1] not in own) or ENTITY_END.search(end):
        return ""
    kinds = []
    for mark in reversed(end):
        kind = own.get(mark) or KINDS.get(mark)
        if kind is None:
            break
        kinds.append(kind)
    return _strongest(kinds)


def _strongest(kinds: list[str]) -> str:
    """What several marks mean together: ``?!`` asks, ``...`` is an ellipsis."""
    for kind in ("?", "!", "…"):
        if kind in kinds:
            return kind
    if len(kinds) > 1 and set(kinds) == {"."}:
        return "…" if len(kinds) > 2 else "."
    return kinds[0] if kinds else ""


def _may_differ(
    theirs: str, ours: str, source: str, hypothesis: str, languages: tuple[str, str]
) -> bool:
    """Whether conventions of the two languages account for the difference."""
    both = {theirs, ours}
    if len(source) > LABEL and (both == {".", "!"} or (theirs, ours) == ("", ".")):
        return True
    if both == {".", ":"} and "hy" in languages:  # whose full stop looks like a colon
        return True
    if both == {".", ""} and OPTIONAL_STOP & {*languages}:
        return True
    if both <= {"?", ".", ""} and languages[0] != languages[1]:
        asked = source if theirs != "?" else hypothesis
        return asked.rstrip(AROUND).endswith(QUESTION_WORDS) or "՞" in asked
    return False


def _unopened(text: str) -> Problem | None:
    """A question or exclamation in Spanish that nothing opens."""
    if "?" not in text and "!" not in text:
        return None
    plain = masked(text)
    closed = [match for match in CLOSED.finditer(plain) if plain[match.start() - 1] not in " ([/"]
    if len(closed) <= plain.count("¿") + plain.count("¡"):
        return None
    for match in closed:
        opener = "¿" if "?" in match.group() else "¡"
        if opener not in plain:
            return Problem(f"{match.group()} without {opener}.", (("hypothesis", *match.span()),))
    return None
