"""Placeholders of user interface texts, which must survive translation as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from babel import Locale, UnknownLocaleError
from typing_extensions import override

from mtqe.checks.alphabet import Sign
from mtqe.checks.base import Problem, Severity, Span
from mtqe.checks.printf import (
    conversions,
    has_numbers,
    is_date_pattern,
    lone_percents,
    same_arguments,
)
from mtqe.checks.tokens import Token, TokenCheck, spans
from mtqe.corpus.base import LanguagePair, Segment
from mtqe.corpus.plurals import may_omit_number
from mtqe.corpus.syntax import PRINTF, syntax_of
from mtqe.support.languages import canonical, language_name
from mtqe.support.message_format import (
    CATEGORIES,
    OTHER,
    Argument,
    MessageError,
    Variant,
    all_arguments,
    is_message,
    missing_categories,
)
from mtqe.support.patterns import PLACEHOLDER

HINT = re.compile(r"[{%<$]")
QT = re.compile(r"%L?(?:[1-9]\d?|n)")
NUMERIC = re.compile(
    r"\#|%L?(?:[1-9]\d?|n)|%(?:\d{1,3}\$)?[-+0\#',]{0,5}\d{0,5}(?:hh|h|ll|l|q|j|z)?[dDiuUs@]"
    r"|%\([a-z_]{0,60}(?:n|num|number|count|total|quantity)\w{0,60}\)[dis]"
    r"|[%$#]?\{{1,2}\s?(?:\d|[a-z_]{0,60}(?:n|num|number|count|total|quantity))\s?\}{1,2}",
    re.IGNORECASE,
)
"""Placeholders that can stand for the number of a plural."""
NUMBER_SIGN = re.compile(r"\#(?![\w{@])")
WITH_NUMBER = ("few", "many", OTHER)
"""Keywords of plurals whose texts need the number."""


@dataclass(frozen=True, kw_only=True)
class Placeholders(TokenCheck):
    """Placeholders such as ``{name}``, ``%s``, ``${x}``, ``{{x}}``, ``%1`` and ``<1/>``.

    In ICU messages, the arguments and keywords have to be the source's, a plural needs the
    keywords of its own language, and each case the placeholders of the source's case. Texts for
    one number alone, such as a singular, may leave out the number.
    """

    name = "placeholders"
    summary = "placeholders lost, added or changed"
    noun = "placeholder"
    subject = "placeholders"
    signs = Sign.BRACE | Sign.PERCENT | Sign.ANGLE | Sign.DOLLAR

    severity: Severity = "critical"

    @override
    def concerns(self, text: str) -> bool:
        if HINT.search(text) is None:
            return False
        return PLACEHOLDER.search(text) is not None or is_message(text)

    @override
    def tokens(self, text: str, language: str) -> list[Token]:
        if HINT.search(text) is None:
            return []
        return [Token(_key(m.group()), m.start(), m.end()) for m in PLACEHOLDER.finditer(text)]

    @override
    def look(
        self, segment: Segment, text: str, wanted: Sequence[Token], languages: LanguagePair
    ) -> Problem | None:
        syntax = syntax_of(segment)
        if syntax.startswith("no-") or (
            syntax not in PRINTF and is_date_pattern(segment.source) and is_date_pattern(text)
        ):
            return None
        if syntax == "java" and (quoted := quoted_arguments(segment.source, text)):
            return quoted
        found = super().look(segment, text, wanted, languages)
        if found is not None or syntax not in PRINTF:
            return found
        return _order(wanted, self.tokens(text, languages.target)) or _percent(
            segment.source, text, wanted
        )

    @override
    def differences(
        self,
        source: Sequence[Token],
        hypothesis: Sequence[Token],
        segment: Segment,
        languages: LanguagePair,
    ) -> tuple[list[Token], list[Token]]:
        if has_numbers(source) != has_numbers(hypothesis):
            numbered = same_arguments(source, hypothesis)
            if not any(super().differences(*numbered, segment, languages)):
                return [], []
        lost, added = super().differences(source, hypothesis, segment, languages)
        if percent_first(languages.source):
            lost = [token for token in lost if not _is_percentage(token)]
        if percent_first(languages.target) or not any(QT.fullmatch(t.key) for t in source):
            added = [token for token in added if not _is_percentage(token)]
        if may_omit_number(segment):
            lost, added = _without_number(lost), _without_number(added)
        return lost, added

    @override
    def compare_messages(
        self, segment: Segment, text: str, languages: LanguagePair
    ) -> Problem | None:
        problems = [*_structure(segment.source, text, languages.target)]
        tokens = super().compare_messages(segment, text, languages)
        problems += [tokens] if tokens else []
        if not problems:
            return None
        spans = tuple(span for problem in problems for span in problem.spans)
        return Problem(" ".join(problem.message for problem in problems), spans)

    @override
    def case_tokens(self, variant: Variant, language: str) -> list[Token]:
        signs = NUMBER_SIGN.finditer(variant.text) if variant.keys else ()
        numbers = [Token(m.group(), m.start(), m.end()) for m in signs]
        return [*super().case_tokens(variant, language), *numbers]

    @override
    def case_differences(
        self, lost: list[Token], added: list[Token], variant: Variant
    ) -> tuple[list[Token], list[Token]]:
        keys = set(variant.keys.values())
        if any((key in CATEGORIES and key not in WITH_NUMBER) or key[0] == "=" for key in keys):
            return _without_number(lost), _without_number(added)
        return lost, added


def _key(text: str) -> str:
    """What a placeholder is compared by: an expression without the words that it holds."""
    return re.sub(r"'[^'{}]*'", "''", text) if text.startswith("${") and "?" in text else text


def _order(source: Sequence[Token], hypothesis: Sequence[Token]) -> Problem | None:
    """Plain placeholders of different kinds in another order, which print the wrong things."""
    if has_numbers(source) or has_numbers(hypothesis):
        return None
    wanted, found = conversions(source), conversions(hypothesis)
    if len(wanted) != len(found) or wanted == found:
        return None
    keys = " ".join(token.key for token in hypothesis)
    return Problem(
        f"Placeholders in another order: {keys}; number them, as in %1${wanted[0]}.",
        spans("hypothesis", hypothesis),
    )


def _percent(source: str, text: str, wanted: Sequence[Token]) -> Problem | None:
    """Percent signs of a text with placeholders that have to stand twice."""
    if not (wanted or "%%" in source) or lone_percents(source):
        return None
    found = lone_percents(text)
    if not found:
        return None
    marks = tuple[Span, ...](("hypothesis", start, end) for start, end in found)
    return Problem("A percent sign has to stand twice here: %%.", marks)


MESSAGE_ARGUMENT = re.compile(r"\{\d{1,3}(?:,[^{}]*)?\}")


def quoted_arguments(source: str, text: str) -> Problem | None:
    """Arguments of a Java message that a lone apostrophe makes plain text.

    ``java.text.MessageFormat`` takes what stands between apostrophes as it is, and two of them for
    one.
    """
    if MESSAGE_ARGUMENT.search(source) is None or _quoted(source):
        return None
    found = _quoted(text)
    if not found:
        return None
    keys = ", ".join(text[start:end] for start, end in found)
    marks = tuple[Span, ...](("hypothesis", start, end) for start, end in found)
    return Problem(f"An apostrophe makes {keys} plain text; write two ('').", marks)


def _quoted(text: str) -> list[tuple[int, int]]:
    """Places of arguments between apostrophes."""
    found = []
    quoted = False
    for match in re.finditer(r"''|'|\{\d{1,3}(?:,[^{}]*)?\}", text):
        if match[0] == "'":
            quoted = not quoted
        elif quoted and match[0] != "''":
            found.append(match.span())
    return found


def _is_percentage(token: Token) -> bool:
    """Whether this may be a number of per cent, in languages that put the sign first."""
    return QT.fullmatch(token.key) is not None


@cache
def percent_first(language: str) -> bool:
    """Whether a language writes %50, as Turkish and Basque do."""
    try:
        pattern = Locale.parse(canonical(language), sep="-").percent_formats[None].pattern
    except (UnknownLocaleError, ValueError, KeyError):
        return False
    return str(pattern).startswith("%")


def _without_number(tokens: Sequence[Token]) -> list[Token]:
    """Tokens without the first that can stand for a number."""
    place = next((n for n, token in enumerate(tokens) if NUMERIC.fullmatch(token.key)), None)
    return [token for n, token in enumerate(tokens) if n != place]


def _structure(source: str, hypothesis: str, language: str) -> Iterator[Problem]:
    """What is wrong with the arguments and keywords of a translated ICU message."""
    try:
        wanted = all_arguments(source)
    except MessageError:
        return
    try:
        found = all_arguments(hypothesis)
    except MessageError as error:
        yield Problem(f"The message can't be read: {error}.", (("hypothesis", 0, len(hypothesis)),))
        return
    names = {argument.name for argument in wanted}
    for name in dict.fromkeys(argument.name for argument in wanted):
        if name not in {argument.name for argument in found}:
            others = dict.fromkeys(a.name for a in found if a.name not in names)
            instead = f"; {', '.join(others)} added" if others else ""
            yield Problem(f"Argument {name} lost{instead}.", tuple(map(_span, found)))
    for argument in found:
        partner = next((a for a in wanted if a.name == argument.name), None)
        yield from _keywords(argument, partner or (wanted[0] if wanted else None), language)


def _keywords(argument: Argument, partner: Argument | None, language: str) -> Iterator[Problem]:
    if partner is None or not partner.branches:
        return
    keys = [branch.key for branch in argument.branches]
    wanted = [branch.key for branch in partner.branches]
    spans = (_span(argument),)
    if argument.kind != partner.kind:
        yield Problem(f"Keyword {partner.kind} became {argument.kind}.", spans)
    if partner.kind == "select":
        if changed := [key for key in wanted if key not in keys]:
            yield Problem(f"Keywords of {argument.name} lost: {', '.join(changed)}.", spans)
        if changed := [key for key in keys if key not in wanted]:
            yield Problem(f"Keywords of {argument.name} added: {', '.join(changed)}.", spans)
        return
    if strange := [key for key in keys if key not in CATEGORIES and key[0] != "="]:
        yield Problem(
            f"Keywords {', '.join(strange)} are not {', '.join(wanted)} or another keyword of "
            "plurals.",
            spans,
        )
    elif len(wanted) > 1 and (missing := missing_categories(argument, language)):
        verb = "is" if len(missing) == 1 else "are"
        forms = " and ".join([", ".join(missing[:-1]), missing[-1]] if missing[1:] else missing)
        yield Problem(f"{forms} {verb} missing for {language_name(language)}.", spans)


def _span(argument: Argument) -> Span:
    return ("hypothesis", argument.start, argument.end)
