"""Bodies of requests as typed fields: JSON, or files with one text per line."""

from __future__ import annotations

import json
from http import HTTPStatus
from pathlib import PurePath
from types import UnionType
from typing import Any, TypeVar, get_args

from pydantic import BaseModel
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from mtqe.corpus.text import lines_of
from mtqe.service.problems import Refused
from mtqe.support.json_text import json_value

JSON = "application/json"
FORM = "multipart/form-data"
MOST_PARTS = 200
FILES = {"source": "sources", "reference": "references", "hypothesis": "systems"}
"""Parts of a form that are files, and the fields that their lines become."""

Body = TypeVar("Body", bound=BaseModel)


async def read_body(request: Request, cls: type[Body]) -> Body:
    """The fields of a request.

    Raises:
        Refused: the body is of another kind, or not what its kind says.
        DataError: a file is not lines of UTF-8 text.
        ValidationError: a field is missing, unknown or of another type.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == JSON:
        return _from_json(await request.body(), cls)
    if kind == FORM:
        try:
            form = await request.form(max_files=MOST_PARTS, max_fields=MOST_PARTS)
        except HTTPException as error:
            raise Refused(
                HTTPStatus.BAD_REQUEST, f"the form can't be read ({error.detail}); correct it."
            ) from error
        try:
            return _from_form(form, {name: await _files(form, name) for name in FILES}, cls)
        finally:
            await form.close()
    raise Refused(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        f"the body is {kind or 'of no named type'}; send {JSON}, or files as {FORM}.",
    )


def _from_json(body: bytes, cls: type[Body]) -> Body:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused(HTTPStatus.BAD_REQUEST, "the body is not UTF-8; send UTF-8.") from error
    found = cls.model_validate_json(text)
    try:
        json_value(text, once=True)
    except ValueError as error:
        raise Refused(
            HTTPStatus.UNPROCESSABLE_ENTITY, f"the body: {error}; name each once."
        ) from error
    return found


async def _files(form: FormData, name: str) -> list[tuple[str, bytes]]:
    """Name and content of each file of one kind.

    Raises:
        Refused: a part that should be a file is a text.
    """
    found = []
    for part in form.getlist(name):
        if not isinstance(part, UploadFile):
            raise Refused(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                f"{name!r} is a text; send a file, as curl does with -F {name}=@FILE.",
            )
        found.append((part.filename or name, await part.read()))
    return found


def _from_form(form: FormData, files: dict[str, list[tuple[str, bytes]]], cls: type[Body]) -> Body:
    fields: dict[str, Any] = {}
    for name in dict.fromkeys(form):
        if name not in FILES:
            fields[name] = _field(name, form.getlist(name), cls)
    if len(files["source"]) > 1:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "there are two 'source' files; send one.")
    for name, data in files["source"]:
        fields[FILES["source"]] = list(lines_of(name, data).texts)
    if files["reference"]:
        # An empty line means that a segment lacks this reference, as on the command line.
        fields[FILES["reference"]] = {
            f"{number}": [text or None for text in lines_of(name, data).texts]
            for number, (name, data) in enumerate(files["reference"], start=1)
        }
    if files["hypothesis"]:
        fields[FILES["hypothesis"]] = _systems(files["hypothesis"])
    return cls.model_validate_json(json.dumps(fields))


def _systems(files: list[tuple[str, bytes]]) -> dict[str, list[str]]:
    systems: dict[str, list[str]] = {}
    for name, data in files:
        system = PurePath(name).stem
        if system in systems:
            raise Refused(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                f"two 'hypothesis' files are called {system!r}; name them after their systems.",
            )
        systems[system] = list(lines_of(name, data).texts)
    return systems


def _field(name: str, given: list[UploadFile | str], cls: type[Body]) -> object:
    """A text part as the JSON field of its name: lists may be repeated, options are JSON.

    Raises:
        Refused: it is a file, is given twice, or is not the JSON that it should be.
    """
    texts = [part for part in given if isinstance(part, str)]
    if len(texts) < len(given):
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, f"{name!r} is a file; send a text.")
    info = cls.model_fields.get(name)
    kind = None if info is None else info.annotation
    kinds = get_args(kind) if isinstance(kind, UnionType) else (kind,)
    if list[str] in kinds:
        return texts
    if len(texts) > 1:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, f"{name!r} is given twice; give it once.")
    if str in kinds or info is None:
        return texts[0]
    try:
        return json_value(texts[0])
    except ValueError as error:
        raise Refused(
            HTTPStatus.UNPROCESSABLE_ENTITY, f"{name!r} is not JSON ({error}); correct it."
        ) from error
