"""Why a request gets no result: a status, and the sentence that the command line would print."""

from __future__ import annotations

from http import HTTPStatus

from pydantic import ValidationError

from mtqe.errors import ConfigError, DataError, IncompatibleRuns, MetricError, ModelError, MtqeError
from mtqe.support.redaction import printable
from mtqe.support.visible import one_line

BROKEN = "the service failed ({}); its log says more, so tell whoever runs it."
NO_MEMORY = "memory ran out; send fewer systems or segments."
UNUSABLE = (ConfigError, DataError, IncompatibleRuns, MetricError)
"""Errors that the request's content causes. A model that is missing is the service's trouble."""


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """A request that is not served.

    Attributes:
        status: of the answer.
        retry_after: seconds after which to try again, if that helps.
    """

    def __init__(self, status: HTTPStatus, message: str, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after


def status_and_sentence(error: BaseException) -> tuple[HTTPStatus, str]:
    """What to answer where work ended in an error; the sentence holds no key."""
    status, sentence = _status_and_sentence(error)
    return status, one_line(printable(sentence))


def _status_and_sentence(error: BaseException) -> tuple[HTTPStatus, str]:
    if isinstance(error, Refused):
        return error.status, str(error)
    if isinstance(error, ValidationError):
        return HTTPStatus.UNPROCESSABLE_ENTITY, validation_sentence(error)
    if isinstance(error, MtqeError):
        usable = isinstance(error, UNUSABLE) and not isinstance(error, ModelError)
        status = HTTPStatus.UNPROCESSABLE_ENTITY if usable else HTTPStatus.INTERNAL_SERVER_ERROR
        return status, str(error)
    if isinstance(error, MemoryError):
        return HTTPStatus.INTERNAL_SERVER_ERROR, NO_MEMORY
    return HTTPStatus.INTERNAL_SERVER_ERROR, BROKEN.format(type(error).__name__)


def validation_sentence(error: ValidationError) -> str:
    """The first thing that is wrong with a body, as a sentence."""
    problem = error.errors(include_url=False)[0]
    if problem["type"] == "json_invalid":
        return f"the body is not JSON ({problem['ctx']['error']}); correct it."
    # Names of types tell of alternatives that were tried, not of a place in the body.
    place = ".".join(str(part) for part in problem["loc"] if "[" not in str(part))
    if problem["type"] == "missing":
        return f"{place!r} is missing; add it."
    if problem["type"] == "extra_forbidden":
        return f"unknown key {place!r}; see the list of fields at /."
    if problem["type"] == "too_short":
        return f"{place!r} is empty; give at least one, or leave it out if it has a default."
    wanted = problem["msg"].removeprefix("Input should be ")
    return f"{place or 'the body'} should be {wanted}, but it is {problem['input']!r:.60}."
