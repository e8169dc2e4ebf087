"""Answers checked before they are believed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from mtqe.backends.services.faults import BadAnswer

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


def one_each(texts: Sequence[str], segments: Sequence[object]) -> Sequence[str]:
    """Check that there is one text per segment, and give the texts back.

    Raises:
        BadAnswer: not one for each segment, or one that is no Unicode text.
    """
    if len(texts) != len(segments):
        raise BadAnswer(f"{len(texts)} translations for {len(segments)} segments")
    for text in texts:
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise BadAnswer("a translation with half a character (a lone surrogate)")
    return texts
