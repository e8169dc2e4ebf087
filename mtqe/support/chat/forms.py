"""JSON schemas for answers: the ways to tell a server, and which of them it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from mtqe.support.chat.base import Protocol
from mtqe.support.chat.openai import OpenAIProtocol

SchemaForm = Literal["json_schema", "json_object", "none"]
SchemaChoice = Literal["auto", "json_schema", "json_object", "none"]

FORMS: tuple[SchemaForm, ...] = ("json_schema", "json_object", "none")
"""From the strictest: OpenAI, vLLM, llama.cpp and Ollama; llama-cpp-python; all others."""


def forms_to_try(choice: SchemaChoice, protocol: type[Protocol]) -> tuple[SchemaForm, ...]:
    """The forms that an option allows, from the strictest; other protocols have none."""
    if not issubclass(protocol, OpenAIProtocol):
        return ("none",)
    return FORMS if choice == "auto" else (choice,)


def response_format(form: SchemaForm, name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a request's body that ask for the schema; none for form ``none``."""
    if form == "none":
        return {}
    if form == "json_object":
        return {"response_format": {"type": "json_object", "schema": schema}}
    named = {"name": name, "strict": True, "schema": schema}
    return {"response_format": {"type": "json_schema", "json_schema": named}}


def json_object(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of an object that has all these properties and no others."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


class Forms:
    """The form that a server's requests have now, by what it refused and took before."""

    def __init__(self, tried: Sequence[SchemaForm]) -> None:
        """Begin with the strictest of some forms, in the order of `FORMS`."""
        self._tried = tuple(tried)
        self._now = 0
        self._taken: set[int] = set()

    @property
    def now(self) -> SchemaForm:
        """The form to ask in."""
        return self._tried[self._now]

    def took(self, form: SchemaForm) -> None:
        """Keep in mind that the server takes a form."""
        self._taken.add(self._tried.index(form))

    def refused(self, form: SchemaForm) -> bool:
        """Whether the next form is worth a try after the server refused a request in this one.

        A form that it has taken before can't be why it refuses. If it refuses all of them, the
        form isn't the reason either, so the next request begins where this one did.
        """
        place = self._tried.index(form)
        if place in self._taken or place + 1 == len(self._tried):
            self._now = min(self._taken, default=0)
            return False
        self._now = max(self._now, place + 1)
        return True
