"""The service's addresses, and what each answers."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

import mtqe
from mtqe.errors import MtqeError
from mtqe.report.page.render import page_policy
from mtqe.report.serve import Folder
from mtqe.report.serve.runs_page import runs_policy
from mtqe.service import work
from mtqe.service.bodies import FORM, JSON, read_body
from mtqe.service.fields import (
    CheckAnswer,
    CheckRequest,
    Health,
    Problem,
    ScoreAnswer,
    ScoreRequest,
)
from mtqe.service.guard import Guard, refuse
from mtqe.service.jobs import Jobs
from mtqe.service.limits import Limits
from mtqe.service.page import render_api
from mtqe.service.problems import Refused, status_and_sentence
from mtqe.support.progress import Progress

PROBLEM = "#/components/schemas/Problem"
NO_PAGE = "there is no such address; the list is at /."
NO_METHOD = "this address doesn't answer {}; the list is at /."
NO_RUN = "there is no such run; it may have been moved or deleted."
REFUSALS = {
    HTTPStatus.BAD_REQUEST: "The body can't be read.",
    HTTPStatus.REQUEST_TIMEOUT: "The body did not arrive in time.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The request is larger than the service's limits.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is neither JSON nor a form.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "A field is wrong, or a metric can't work with it.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Too many requests wait; try again later.",
    HTTPStatus.GATEWAY_TIMEOUT: "There was no result in time.",
}
GUARDED = {
    HTTPStatus.UNAUTHORIZED: "The token is missing or wrong.",
    HTTPStatus.FORBIDDEN: "A page of another site asks.",
    HTTPStatus.MISDIRECTED_REQUEST: "The service was asked by a name that is not its own.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "The service failed.",
}

logger = logging.getLogger("mtqe.service")


def create_app(
    folder: Path,
    *,
    offered: Sequence[str],
    limits: Limits,
    token: str | None,
    only_loopback: bool,
    jobs: Jobs,
) -> Guard:
    """The service as an ASGI application.

    Args:
        folder: where runs are kept, and read from.
        offered: names of metrics that requests may use.
        limits: what a request may have.
        token: what clients must send; None where none is needed.
        only_loopback: whether to answer to names of the loopback interface alone.
        jobs: does the work.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> Any:  # noqa: ANN401 - FastAPI's type is a private one
        yield
        jobs.end()

    api = FastAPI(
        title="mtqe",
        version=mtqe.__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
    )
    _add_handlers(api)
    runs = Folder(folder)

    async def run(request: Request, task: Callable[..., BaseModel]) -> Response:
        answer = await jobs.run(task, request.is_disconnected)
        return Response(answer.model_dump_json().encode("utf-8"), media_type=JSON)

    @api.post(
        "/score",
        summary="Score translations",
        response_model=ScoreAnswer,
        responses=_refusals(*REFUSALS),
        openapi_extra=_accepts(ScoreRequest),
    )
    async def score(request: Request) -> Response:
        """Score the translations of one or several systems.

        Numbers are those of `mtqe score` on the same texts. Send JSON, or files with one text per
        line: `source`, `reference` (repeatable) and `hypothesis` (repeatable, named after its
        system), beside the other fields.
        """
        asked = await read_body(request, ScoreRequest)

        def task(pool: Any, progress: Progress) -> ScoreAnswer:  # noqa: ANN401
            return work.score(asked, folder, offered, limits, pool, progress)

        return await run(request, task)

    @api.post(
        "/check",
        summary="Find mistakes without scoring",
        response_model=CheckAnswer,
        responses=_refusals(*REFUSALS),
        openapi_extra=_accepts(CheckRequest),
    )
    async def check(request: Request) -> Response:
        """Find empty, copied, wrong-language and otherwise broken texts, as `mtqe check` does.

        Send JSON, or the same files as for /score.
        """
        asked = await read_body(request, CheckRequest)

        def task(_: Any, progress: Progress) -> CheckAnswer:  # noqa: ANN401
            return work.check(asked, limits, progress)

        return await run(request, task)

    @api.get(
        "/runs/{run:path}/report",
        summary="The HTML report of a run",
        response_class=HTMLResponse,
        responses=_refusals(HTTPStatus.NOT_FOUND),
    )
    async def report(run: str, request: Request) -> Response:
        """The report of a run that was kept: one HTML page that needs nothing else.

        `run` is the id that /score gave, or the path of a run in the service's folder.
        """

        def task(_: Any, progress: Progress) -> str:  # noqa: ANN401
            progress.task("report", 1)
            return runs.report(run)

        try:
            page = await jobs.run(task, request.is_disconnected)
        except KeyError as error:
            raise Refused(HTTPStatus.NOT_FOUND, NO_RUN) from error
        policy = f"{page_policy()}; frame-ancestors 'none'"
        content = page.encode("utf-8", "backslashreplace")
        return HTMLResponse(content, headers={"Content-Security-Policy": policy})

    @api.get("/health", summary="Whether the service answers", responses=_refusals())
    async def health() -> Health:
        """Needs no token."""
        return Health(status="ok", version=mtqe.__version__)

    @api.get("/", include_in_schema=False)
    async def page() -> Response:
        policy = f"{runs_policy()}; frame-ancestors 'none'"
        html = render_api(document, offered, limits, needs_token=token is not None)
        return HTMLResponse(html, headers={"Content-Security-Policy": policy})

    @api.get("/openapi.json", include_in_schema=False)
    async def openapi() -> dict[str, Any]:
        return document

    document = _document(api, needs_token=token is not None)
    return Guard(api, token=token, only_loopback=only_loopback, largest_body=limits.body)


def _document(api: FastAPI, *, needs_token: bool) -> dict[str, Any]:
    """The OpenAPI document."""
    document = get_openapi(
        title="mtqe",
        version=api.version,
        description="Score, check and report machine translation.",
        routes=api.routes,
    )
    schemas = document["components"]["schemas"]
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    schemas["Problem"] = Problem.model_json_schema()
    for cls in (ScoreRequest, CheckRequest):
        schema = cls.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(schema.pop("$defs", {}))
        schemas[cls.__name__] = schema
        schemas[f"{cls.__name__}Form"] = _form(schema)
    for path, operations in document["paths"].items():
        for operation in operations.values():
            operation["responses"].pop("422", None) if path.startswith("/runs") else None
    if needs_token:
        document["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        document["security"] = [{"token": []}]
        document["paths"]["/health"]["get"]["security"] = []
    return document


def _form(schema: dict[str, Any]) -> dict[str, Any]:
    """The fields of a form in place of those of JSON."""
    files = {"type": "string", "format": "binary"}
    fields = {
        name: field
        for name, field in schema["properties"].items()
        if name not in ("sources", "references", "systems")
    }
    return {
        "type": "object",
        "description": "UTF-8 files with one text per line, and the other fields.",
        "properties": {
            "source": {**files, "description": "Sources."},
            "reference": {
                "type": "array",
                "items": files,
                "description": "References; an empty line where a segment has none.",
            },
            "hypothesis": {
                "type": "array",
                "items": files,
                "description": "Translations; each file's name, without ending, is the system's.",
            },
            **fields,
        },
        "required": [
            *(["hypothesis"] if "systems" in schema.get("required", ()) else []),
            *(name for name in schema.get("required", ()) if name in fields),
        ],
        "additionalProperties": False,
    }


def _accepts(cls: type[BaseModel]) -> dict[str, Any]:
    reference = f"#/components/schemas/{cls.__name__}"
    return {
        "requestBody": {
            "required": True,
            "content": {
                JSON: {"schema": {"$ref": reference}},
                FORM: {"schema": {"$ref": f"{reference}Form"}},
            },
        }
    }


def _refusals(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    known = {**REFUSALS, **GUARDED, HTTPStatus.NOT_FOUND: "There is no such run."}
    return {
        int(status): {
            "description": known[status],
            "content": {JSON: {"schema": {"$ref": PROBLEM}}},
        }
        for status in (*statuses, *GUARDED)
    }


def _add_handlers(api: FastAPI) -> None:
    """Answer every error with a status and a sentence."""

    async def problem(_: Request, error: Exception) -> Response:
        status, sentence = status_and_sentence(error)
        if status == HTTPStatus.INTERNAL_SERVER_ERROR and not isinstance(error, MtqeError):
            logger.error("a request failed", exc_info=error)
        retry = error.retry_after if isinstance(error, Refused) else None
        return refuse(Refused(status, sentence, retry))

    async def unknown(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        no_method = error.status_code == HTTPStatus.METHOD_NOT_ALLOWED
        message = NO_METHOD.format(request.method) if no_method else NO_PAGE
        answer = refuse(Refused(HTTPStatus(error.status_code), message))
        if error.headers:
            answer.headers.update(error.headers)
        return answer

    api.add_exception_handler(HTTPException, unknown)
    for kind in (Refused, MtqeError, ValueError, Exception):
        api.add_exception_handler(kind, problem)


Gone = Callable[[], Awaitable[bool]]
