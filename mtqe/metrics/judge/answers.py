"""A judge's answer, believed only as far as it is what was asked for."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mtqe.corpus.mqm import CATEGORIES, NON_TRANSLATION, penalty
from mtqe.corpus.spans import NOWHERE, FoundSpan, SpanSide
from mtqe.metrics.base import Sample
from mtqe.metrics.judge.options import MOST_SCORE, JudgeOptions
from mtqe.metrics.judge.prompts import SEVERITIES
from mtqe.support.chat.text import REFUSAL, shown, unfenced, without_thoughts
from mtqe.support.http.faults import BadAnswer
from mtqe.support.json_text import strict_json

MOST_ERRORS = 200
LONGEST_EXPLANATION = 1000
SIDES: Mapping[str, SpanSide] = {"translation": "target", "source": "source"}
KNOWN = {name.lower(): name for name in CATEGORIES} | {
    name.rpartition("/")[2].lower(): name
    for name in CATEGORIES
    if sum(other.rpartition("/")[2] == name.rpartition("/")[2] for other in CATEGORIES) == 1
}
"""Categories by their names in lower case, whole or without the part before the stroke."""


@dataclass(frozen=True)
class Judgement:
    """What a judge says of one translation.

    Attributes:
        score: from 0 to 100; by ``mqm`` the penalties of the errors as a negative number.
        spans: errors; those with `NOWHERE` for a place quote what the text does not have.
    """

    score: float
    spans: tuple[FoundSpan, ...] = ()

    @property
    def misquoted(self) -> tuple[FoundSpan, ...]:
        """The errors that no place can be found for."""
        return tuple(span for span in self.spans if span.start == NOWHERE)


@dataclass(frozen=True)
class Reader:
    """Reads answers to one kind of request.

    Attributes:
        options: what was asked for.
        lenient: whether errors that quote what the text does not have are left out, and not a
            fault of the answer.
    """

    options: JudgeOptions
    lenient: bool = False

    def read(self, answer: str, samples: Mapping[str, Sample]) -> dict[str, Judgement | BadAnswer]:
        """What an answer says of each translation, or why that can't be used.

        Translations are told by their ids alone. One that is missing, or that the answer has
        twice, gets a `BadAnswer`.

        Args:
            answer: all that the model wrote.
            samples: what the request held, by id.

        Raises:
            BadAnswer: nothing of the answer can be used.
        """
        data = _json(answer)
        if len(samples) == 1:
            ((name, sample),) = samples.items()
            return {name: self._judgement(data, sample)}
        entries = _list(_dict(data, "the answer"), "judgements")
        found: dict[str, list[dict[str, Any]]] = {name: [] for name in samples}
        for entry in entries:
            item = _dict(entry, "judgements")
            given = item.get("id")
            if isinstance(given, str) and given in found:
                found[given].append(item)
        if not any(found.values()):
            raise BadAnswer("an answer without any of the ids that were given")
        return {name: self._of_several(found[name], samples, name) for name in samples}

    def _of_several(
        self, entries: list[dict[str, Any]], samples: Mapping[str, Sample], name: str
    ) -> Judgement | BadAnswer:
        if len(entries) != 1:
            return BadAnswer(f"{len(entries) or 'no'} judgements with its id among several")
        try:
            return self._judgement(entries[0], samples[name])
        except BadAnswer as fault:
            return fault

    def _judgement(self, data: object, sample: Sample) -> Judgement:
        fields = _dict(data, "the answer")
        options = self.options
        if options.kind == "da":
            return Judgement(_score(fields))
        errors = _list(fields, "errors")
        if len(errors) > MOST_ERRORS:
            raise BadAnswer(f"{len(errors)} errors in one translation")
        spans = tuple(self._span(_dict(error, "errors"), sample) for error in errors)
        _check_distinct(span for span in spans if span.start != NOWHERE)
        placed = tuple(span for span in spans if span.start != NOWHERE)
        score = _score(fields) if options.kind == "esa" else _mqm_score(placed)
        judged = Judgement(score, spans)
        if judged.misquoted and not self.lenient:
            raise BadAnswer(_misquotes(judged))
        return judged

    def _span(self, error: dict[str, Any], sample: Sample) -> FoundSpan:
        side = self._side(error)
        text = sample.source if side == "source" else sample.hypothesis
        category = _category(error) if self.options.kind == "mqm" else None
        quote = _string(error, "text")
        if category == NON_TRANSLATION and side == "target":
            start, end = 0, len(text)
        else:
            start, end = _place(quote, _occurrence(error), text)
        return FoundSpan(
            side=side,
            start=start,
            end=end,
            text=quote if start == NOWHERE else text[start:end],
            category=category,
            severity=_severity(error, SEVERITIES[self.options.kind]),  # type: ignore[arg-type]
            explanation=_string(error, "explanation", "")[:LONGEST_EXPLANATION],
        )

    def _side(self, error: dict[str, Any]) -> SpanSide:
        side = SIDES.get(_string(error, "side", "translation"))
        if side is None or (side == "source" and not self.options.source):
            raise BadAnswer(f"an error on a side that was not shown: {shown(repr(error['side']))}")
        return side


def _json(answer: str) -> object:
    text = without_thoughts(answer)
    if not text:
        raise BadAnswer("an empty answer")
    try:
        return strict_json(unfenced(text))
    except ValueError as error:
        if REFUSAL.match(text):
            raise BadAnswer(f"a refusal: {shown(text)}") from None
        raise BadAnswer(f"not the JSON alone that was asked for ({error}): {shown(text)}") from None


def _score(fields: dict[str, Any]) -> float:
    value = fields.get("score")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadAnswer(f"a score that is not a number: {shown(repr(value))}")
    if not (0 <= value <= MOST_SCORE) or not math.isfinite(value):
        raise BadAnswer(f"a score outside 0 to {MOST_SCORE}: {shown(repr(value))}")
    return float(value) + 0.0  # which makes 0 of -0


def _mqm_score(spans: Iterable[FoundSpan]) -> float:
    return 0.0 - sum(penalty(span.category, span.severity) for span in spans)


def _place(quote: str, occurrence: int, text: str) -> tuple[int, int]:
    """Where the text has a quote for the n-th time; `NOWHERE` if it has not."""
    if not quote.strip():
        return NOWHERE, NOWHERE
    start = -1
    for _ in range(occurrence):
        start = text.find(quote, start + 1)
        if start < 0:
            return NOWHERE, NOWHERE
    return start, start + len(quote)


def _check_distinct(spans: Iterable[FoundSpan]) -> None:
    """See that no error is there twice, as where a model goes round in circles."""
    counted = Counter((s.side, s.start, s.end, s.category, s.severity) for s in spans)
    if counted and max(counted.values()) > 1:
        raise BadAnswer("the same error twice")


def _misquotes(judged: Judgement) -> str:
    first = judged.misquoted[0]
    where = "source" if first.side == "source" else "translation"
    return (
        f"{len(judged.misquoted)} of {len(judged.spans)} errors quote what the {where} does not "
        f"have (the first: {shown(repr(first.text))})"
    )


def _occurrence(error: dict[str, Any]) -> int:
    value = error.get("occurrence", 1)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 10_000:
        raise BadAnswer(f"an occurrence that is not a number from 1: {shown(repr(value))}")
    return value


def _severity(error: dict[str, Any], known: tuple[str, ...]) -> str:
    value = _string(error, "severity").strip().lower()
    if value not in known:
        raise BadAnswer(f"a severity that was not asked for: {shown(repr(value))}")
    return value


def _category(error: dict[str, Any]) -> str:
    value = _string(error, "category")
    name = KNOWN.get(" ".join(value.lower().split()))
    if name is None:
        raise BadAnswer(f"a category that was not asked for: {shown(repr(value))}")
    return name


def _string(fields: dict[str, Any], name: str, default: str | None = None) -> str:
    value = fields.get(name, default)
    if name not in fields and default is None:
        raise BadAnswer(f"an error without {name!r}")
    if not isinstance(value, str):
        raise BadAnswer(f"{name} is not a text: {shown(repr(value))}")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise BadAnswer(f"{name} has half a character (a lone surrogate)")
    return value


def _dict(value: object, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadAnswer(f"{what}: not an object: {shown(repr(value))}")
    return value


def _list(fields: dict[str, Any], name: str) -> list[Any]:
    value = fields.get(name)
    if not isinstance(value, list):
        raise BadAnswer(f"{name} is not a list: {shown(repr(value))}")
    return value
