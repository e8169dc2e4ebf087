"""Options of a judge."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import Field

from mtqe.support.chat.forms import SchemaChoice
from mtqe.support.http.options import Amount, Count, RequestOptions

Kind = Literal["esa", "mqm", "da"]
MOST_SCORE = 100
"""The best score of ``esa`` and ``da``."""


@dataclass(frozen=True, kw_only=True)
class JudgeOptions(RequestOptions):
    """Options of a ``[metrics.judge]`` table.

    Attributes:
        model: name of the model on the server.
        api: protocol of the server.
        kind: ``esa``: errors, then a score from 0 to 100; ``mqm``: errors with categories, scored
            by MQM's weights; ``da``: a score from 0 to 100 alone.
        source: whether the model is shown the source.
        reference: whether it is shown the references; segments without any are unscored.
        context: earlier segments of the document to show, with their translations.
        repeats: times that each translation is judged; the score is the mean.
        temperature: temperature of sampling; left out of the request where it is negative.
        max_tokens: that an answer may have for each translation in it.
        parameters: further fields of the request's body, such as ``top_p``; a ``seed`` is raised by
            one for each repetition.
        batch_size: translations per request.
        prompt: a file of instructions instead of mtqe's own; relative to where mtqe runs.
        schema: how the server is told the form of the answer; ``auto`` tries one after the other.
        misquoted: what to do about errors whose text the judged text does not have, once the answer
            was asked for again: ``fail`` leaves the translation unscored, ``drop`` leaves out
            these errors.
        input_price: price of a million tokens that the model reads.
        output_price: price of a million tokens that it writes.
    """

    model: str
    api: Literal["openai", "anthropic"] = "openai"
    kind: Kind = "esa"
    source: bool = True
    reference: bool = False
    context: Annotated[int, Field(ge=0, le=100)] = 0
    repeats: Annotated[int, Field(ge=1, le=100)] = 1
    temperature: Annotated[float, Field(le=10.0, allow_inf_nan=False)] = 0.0
    max_tokens: Count = 2048
    parameters: dict[str, Any] = field(default_factory=dict)
    batch_size: Annotated[int, Field(ge=1, le=100)] = 1
    prompt: str | None = None
    schema: SchemaChoice = "auto"
    misquoted: Literal["fail", "drop"] = "fail"
    input_price: Amount | None = None
    output_price: Amount | None = None
