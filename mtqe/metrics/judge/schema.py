"""The form of a judge's answer as a JSON schema."""

from __future__ import annotations

from typing import Any

from mtqe.corpus.mqm import CATEGORIES
from mtqe.metrics.judge.options import MOST_SCORE, JudgeOptions
from mtqe.metrics.judge.prompts import SEVERITIES
from mtqe.support.chat.forms import json_object

CHARACTERS_PER_ERROR = 16
LEAST_ERRORS, MOST_ERRORS = 8, 128


def answer_schema(options: JudgeOptions, longest: int, *, several: bool) -> dict[str, Any]:
    """What an answer must be, in the part of JSON schema that servers have in common.

    Two bounds are for small models. The values of the score are listed, since a model that may
    write any number writes 1000000000000000; and one that may list any number of errors repeats
    the same one without end. All else is left to `mtqe.metrics.judge.answers`.

    Args:
        options: of the judge.
        longest: characters of the longest text that is judged.
        several: whether the request holds several translations.
    """
    one = _one(options, most_errors(longest))
    if not several:
        return json_object(one)
    entries = {"type": "array", "items": json_object({"id": {"type": "string"}, **one})}
    return json_object({"judgements": entries})


def most_errors(characters: int) -> int:
    """How many errors an answer may list: at least one for every 16 characters, 8 to 128.

    A power of two, as some servers take their time with each schema that they have not seen.
    """
    most = LEAST_ERRORS
    while most * CHARACTERS_PER_ERROR < characters and most < MOST_ERRORS:
        most *= 2
    return most


def _one(options: JudgeOptions, most: int) -> dict[str, Any]:
    listed = {"type": "array", "items": json_object(_error(options)), "maxItems": most}
    errors = {"errors": listed}
    score = {"score": {"type": "integer", "enum": list(range(MOST_SCORE + 1))}}
    if options.kind == "da":
        return score
    return {**errors, **score} if options.kind == "esa" else errors


def _error(options: JudgeOptions) -> dict[str, Any]:
    sides = {"side": {"type": "string", "enum": ["translation", "source"]}}
    category = {"category": {"type": "string", "enum": list(CATEGORIES)}}
    return {
        **(sides if options.source else {}),
        "text": {"type": "string"},
        "occurrence": {"type": "integer"},
        **(category if options.kind == "mqm" else {}),
        "severity": {"type": "string", "enum": list(SEVERITIES[options.kind])},
        "explanation": {"type": "string"},
    }
