"""Answers checked before they are believed."""

from __future__ import annotations

from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from mtqe.support.http.faults import BadAnswer

T = TypeVar("T")


def parsed(adapter: TypeAdapter[T], data: object) -> T:
    """JSON as what it should be.

    Raises:
        BadAnswer: it has another shape.
    """
    try:
        return adapter.validate_python(data, strict=True)
    except ValidationError as error:
        problem = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, problem["loc"])) or "the answer"
        raise BadAnswer(f"an unexpected answer: {place}: {problem['msg']}") from None
