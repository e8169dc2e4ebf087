"""The form of a judge's answer as a JSON schema."""

from __future__ import annotations

from typing import Any

from mtqe.corpus.mqm import CATEGORIES
from mtqe.metrics.judge.options import MOST_SCORE, JudgeOptions
from mtqe.metrics.judge.prompts import SEVERITIES
from mtqe.support.chat.forms import json_object


def answer_schema(options: JudgeOptions, *, several: bool) -> dict[str, Any]:
    """What an answer must be, in the part of JSON schema that servers have in common.

    They differ in bounds of numbers and lists, so these are left to `mtqe.metrics.judge.answers`,
    but for the score, whose values are listed: a small model that may write any number writes
    1000000000000000.
    """
    one = _one(options)
    if not several:
        return json_object(one)
    entries = {"type": "array", "items": json_object({"id": {"type": "string"}, **one})}
    return json_object({"judgements": entries})


def _one(options: JudgeOptions) -> dict[str, Any]:
    errors = {"errors": {"type": "array", "items": json_object(_error(options))}}
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
