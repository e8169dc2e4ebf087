"""The service's own page: every address with its fields, and how to ask it from a shell.

It is made from the OpenAPI document and has no script, so that nothing comes from anywhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from mtqe.report.page.render import environment
from mtqe.report.serve.runs_page import runs_policy, runs_style
from mtqe.service.limits import Limits

ASSETS = Path(__file__).parent / "assets"


@dataclass(frozen=True)
class Field:
    """A field of a body: its name, what it takes, and what it is."""

    name: str
    kind: str
    text: str
    required: bool


@dataclass(frozen=True)
class Operation:
    """An address and what it does."""

    method: str
    path: str
    summary: str
    text: str
    fields: tuple[Field, ...]
    answer: tuple[Field, ...]
    statuses: tuple[tuple[str, str], ...]


def render_api(
    document: Mapping[str, Any], offered: Sequence[str], limits: Limits, *, needs_token: bool
) -> str:
    """The page of an OpenAPI document.

    Args:
        document: what /openapi.json answers.
        offered: names of metrics that requests may use.
        limits: what a request may have.
        needs_token: whether clients must send a token.
    """
    template = environment(ASSETS).get_template("api.html.j2")
    return template.render(
        document=document,
        operations=tuple(_operations(document)),
        offered=offered,
        limits=limits,
        needs_token=needs_token,
        policy=runs_policy(),
        style=Markup(runs_style()),
    )


def _operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    schemas = document["components"]["schemas"]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            body = operation.get("requestBody", {}).get("content", {})
            answers = operation["responses"]
            statuses = [(code, one["description"]) for code, one in sorted(answers.items())]
            yield Operation(
                method.upper(),
                path,
                operation["summary"],
                operation.get("description", ""),
                tuple(_fields(body, schemas)),
                tuple(_fields(answers["200"].get("content", {}), schemas)),
                tuple(statuses),
            )


def _fields(content: Mapping[str, Any], schemas: Mapping[str, Any]) -> Iterator[Field]:
    """The fields of the JSON of a body or an answer."""
    schema = content.get("application/json", {}).get("schema", {})
    schema = schemas.get(schema.get("$ref", "").rpartition("/")[2], {})
    for name, field in schema.get("properties", {}).items():
        yield Field(
            name, _kind(field), field.get("description", ""), name in schema.get("required", ())
        )


def _kind(field: Mapping[str, Any]) -> str:
    """What a field takes, in a few words."""
    if "anyOf" in field:
        return " or ".join(dict.fromkeys(map(_kind, field["anyOf"])))
    if "$ref" in field:
        return str(field["$ref"]).rpartition("/")[2]
    if field.get("type") == "array":
        return f"list of {_kind(field.get('items', {}))}"
    if field.get("type") == "object":
        values = field.get("additionalProperties")
        return f"object of {_kind(values)}" if isinstance(values, Mapping) else "object"
    return str(field.get("type", "anything"))
