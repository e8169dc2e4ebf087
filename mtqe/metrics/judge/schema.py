"""The form of a judge's answer as a JSON schema, and the ways to tell a server."""

from __future__ import annotations

from typing import Any

from mtqe.corpus.mqm import CATEGORIES
from mtqe.metrics.judge.options import MOST_SCORE, JudgeOptions, SchemaForm
from mtqe.metrics.judge.prompts import SEVERITIES

FORMS: tuple[SchemaForm, ...] = ("json_schema", "json_object", "none")
"""From the strictest: OpenAI, vLLM, llama.cpp and Ollama; llama-cpp-python; all others."""


def answer_schema(options: JudgeOptions, *, several: bool) -> dict[str, Any]:
    """What an answer must be, in the part of JSON schema that servers have in common.

    They differ in bounds of numbers and lists, so these are left to `mtqe.metrics.judge.answers`,
    but for the score, whose values are listed: a small model that may write any number writes
    1000000000000000.
    """
    one = _one(options)
    if not several:
        return _object(one)
    entries = {"type": "array", "items": _object({"id": {"type": "string"}, **one})}
    return _object({"judgements": entries})


def response_format(form: SchemaForm, options: JudgeOptions, *, several: bool) -> dict[str, Any]:
    """Fields of a request's body that ask for the schema; none for form ``none``."""
    if form == "none":
        return {}
    schema = answer_schema(options, several=several)
    if form == "json_object":
        return {"response_format": {"type": "json_object", "schema": schema}}
    named = {"name": "judgement", "strict": True, "schema": schema}
    return {"response_format": {"type": "json_schema", "json_schema": named}}


def _one(options: JudgeOptions) -> dict[str, Any]:
    errors = {"errors": {"type": "array", "items": _object(_error(options))}}
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


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
