"""Spaces at the ends of texts, doubled ones, and those that must not break."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from typing_extensions import override

from mtqe.checks.alphabet import Sign
from mtqe.checks.base import Problem, Severity, Span, TranslationCheck
from mtqe.checks.masking import masked
from mtqe.checks.texts import Mask, Texts
from mtqe.corpus.base import Corpus, Translations
from mtqe.support.languages import canonical, is_unspaced, primary

SHOWN = 3
SEVERAL = re.compile("(?<=[^\\s.!?:;…])[ \u00a0\u202f]{2,}(?=[^\\s])")
"""Several spaces inside a line; some put two behind a sentence."""
WIDE_END = re.compile("[\u3000-\u303f\uff01-\uff0f\uff1a-\uff20][^\\S\u3000]*+$")
"""Full-width marks, which hold the space that others have behind them."""


@dataclass(frozen=True, kw_only=True)
class Spaces(TranslationCheck):
    """A space or line break at the start or end that only one side has; several spaces in a row."""

    name = "spaces"
    summary = "spaces at the ends, doubled spaces"

    severity: Severity = "minor"

    @override
    def suspects(self, texts: Texts) -> Mask:
        signs = Sign.SPACES | Sign.NO_BREAK
        return texts.translated(signs) | (texts.present & _edged(texts))

    @override
    def look(self, source: str, hypothesis: str, corpus: Corpus) -> Problem | None:
        if not hypothesis or not source:
            return None
        if (hypothesis[0].isspace() or source[0].isspace()) and (
            problem := _start(source, hypothesis)
        ):
            return problem
        if (hypothesis[-1].isspace() or source[-1].isspace()) and (
            problem := _end(source, hypothesis, corpus.languages.target)
        ):
            return problem
        if "  " not in hypothesis and not ("\u00a0" in hypothesis or "\u202f" in hypothesis):
            return None
        places = [match.span() for match in SEVERAL.finditer(hypothesis)]
        if not places or SEVERAL.search(source):
            return None
        marks: tuple[Span, ...] = tuple(("hypothesis", start, end) for start, end in places)
        return Problem("Several spaces in a row.", marks)


def _edged(texts: Texts) -> Mask:
    """Which translations, or their sources, have white space at an end [systems, segments]."""
    ends = texts.looks.ends[:, [0, 2]]
    space = [code for code in np.unique(ends).tolist() if code and chr(code).isspace()]
    edged = np.isin(ends, space).any(axis=1)
    found: Mask = edged[texts.translations] | edged[texts.sources]
    return found


def _start(source: str, hypothesis: str) -> Problem | None:
    text = hypothesis.lstrip()
    theirs, ours = source[: len(source) - len(source.lstrip())], hypothesis[: -len(text) or None]
    if not text or not source.strip() or _kind(theirs) == _kind(ours):
        return None
    return _edge("start", theirs, ours, (0, len(ours)))


def _end(source: str, hypothesis: str, language: str) -> Problem | None:
    text = hypothesis.rstrip()
    theirs, ours = source[len(source.rstrip()) :], hypothesis[len(text) :]
    if not text or not source.strip() or _kind(theirs) == _kind(ours):
        return None
    if _kind(theirs) == "space" and not ours and (is_unspaced(language) or WIDE_END.search(text)):
        return None
    return _edge("end", theirs, ours, (len(text), len(hypothesis)))


def _kind(spaces: str) -> str:
    """``line break``, ``space`` or nothing."""
    return "line break" if "\n" in spaces else "space" if spaces else ""


def _edge(where: str, theirs: str, ours: str, place: tuple[int, int]) -> Problem:
    if _kind(theirs) and _kind(ours):
        change = f"{_kind(theirs)} became {_kind(ours)}"
    elif _kind(theirs):
        change = f"{_kind(theirs)} lost"
    else:
        change = f"{_kind(ours)} added"
    spans: tuple[Span, ...] = (("hypothesis", *place),) if place[0] < place[1] else ()
    return Problem(f"{change.capitalize()} at the {where}.", spans)


FRENCH_CLOSING = re.compile(r"(?<=[^\W_][^\s])([ ]?)([;!?»]|:(?![/\w]))")
FRENCH_OPENING = re.compile(r"«([ ]?)(?=\w)")
NARROW_REGIONS = ("CA",)
"""Regions whose French puts no space before ``;``, ``!`` and ``?``."""
UNIT = re.compile(
    r"\d( )(?=(?:[kcmµ]?m[²³]?|km/h|[kmµ]?g|[cmk]?[lL]|[kMGT]i?[BobW]|[kMG]?Hz|kWh|°C|°F|%|€|\$|£)"
    r"(?!\w))"
)
"""An ordinary space between a number and its unit."""


@dataclass(frozen=True, kw_only=True)
class NoBreakSpaces(TranslationCheck):
    """An ordinary space, or none, where the language wants one that does not break.

    French has it before ``; : ! ? »`` and behind ``«`` (in Canada not before ``; ! ?``), and every
    language with spaces between a number and its unit. Many good texts leave this to the layout, so
    this check runs only where it is asked for.
    """

    name = "no-break-spaces"
    summary = "spaces that may break a line"

    severity: Severity = "minor"

    @override
    def nothing_here(self, corpus: Corpus, systems: Sequence[Translations]) -> str | None:
        language = corpus.languages.target
        return f"no spaces in {language}" if is_unspaced(language) else None

    @override
    def look(self, source: str, hypothesis: str, corpus: Corpus) -> Problem | None:
        language = corpus.languages.target
        spans = tuple(_breaking(hypothesis, language))
        if not spans:
            return None
        places = ", ".join(
            f"“{hypothesis[max(0, a - 2) : b + 2].strip()}”" for _, a, b in spans[:3]
        )
        return Problem(f"A no-break space should stand in {places}.", spans)


def _breaking(text: str, language: str) -> Iterator[Span]:
    plain = masked(text)
    if primary(language) == "fr":
        narrow = any(region in canonical(language).split("-") for region in NARROW_REGIONS)
        for match in FRENCH_CLOSING.finditer(plain):
            if not (narrow and match[2] in ";!?"):
                yield ("hypothesis", match.start(1), match.end(2))
        for match in FRENCH_OPENING.finditer(plain):
            yield ("hypothesis", match.start(), match.end())
    for match in UNIT.finditer(plain):
        yield ("hypothesis", match.start(1), match.end(1))
