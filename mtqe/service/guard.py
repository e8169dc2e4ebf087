"""Who may ask, and how much they may send: looked at before anything of a request is read.

On the loopback interface the service answers to its own names there alone, so that no other site's
page can reach it by a name that it points at 127.0.0.1. Everywhere else a token is needed, which
such a page doesn't have. Requests that a page of another origin makes are refused in both cases.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import re
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mtqe.service.limits import BODY_SECONDS
from mtqe.service.problems import Refused, status_and_sentence
from mtqe.support.visible import one_line

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
PORT = re.compile(r":\d*\Z")
OPEN = ("/", "/openapi.json", "/health")
"""What can be read without the token: nothing of it is anybody's secret."""
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
NO_CONTENT_POLICY = "default-src 'none'; frame-ancestors 'none'"
FOREIGN_HOST = "this service is for this machine only; ask it by the name 127.0.0.1 or localhost."
FOREIGN_ORIGIN = "pages of other sites may not use this service; ask it from a program."
NO_TOKEN = "the token is missing or wrong; send it as `Authorization: Bearer TOKEN`."

logger = logging.getLogger("mtqe.service")


class Guard:
    """The outermost layer of the service; answers by itself what it refuses."""

    def __init__(
        self, app: ASGIApp, *, token: str | None, only_loopback: bool, largest_body: int
    ) -> None:
        """Guard an application.

        Args:
            app: what is guarded.
            token: what clients must send; None where none is needed.
            only_loopback: whether it answers to the names of the loopback interface alone.
            largest_body: bytes of a request's body.
        """
        self._app = app
        self._token = token
        self._only_loopback = only_loopback
        self._largest = largest_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.monotonic(), 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": _completed(message["headers"])}
            await send(message)

        try:
            headers = Headers(scope=scope)
            self._admit(scope["path"], headers)
            await self._app(scope, _Body(receive, headers, self._largest), answer)
        except Refused as refused:  # before the application had a look
            await refuse(refused)(scope, receive, answer)
        except ClientDisconnect:
            pass
        except Exception as error:
            if not status:
                logger.exception("a request failed")
                await refuse(Refused(*status_and_sentence(error)))(scope, receive, answer)
        finally:
            took = time.monotonic() - began
            path = one_line(scope["path"])[:200]
            logger.info("%s %s %s in %.2f s", scope["method"], path, status or "no answer", took)

    def _admit(self, path: str, headers: Headers) -> None:
        """See that this client may ask.

        Raises:
            Refused: it may not.
        """
        host = headers.get("host", "").lower()
        if self._only_loopback and PORT.sub("", host) not in LOOPBACK_NAMES:
            raise Refused(HTTPStatus.MISDIRECTED_REQUEST, FOREIGN_HOST)
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc.lower() != host:
            raise Refused(HTTPStatus.FORBIDDEN, FOREIGN_ORIGIN)
        if self._token is not None and path not in OPEN:
            scheme, _, given = headers.get("authorization", "").partition(" ")
            sent = given.strip().encode("utf-8", "surrogateescape")
            is_right = hmac.compare_digest(sent, self._token.encode("utf-8"))
            if scheme.lower() != "bearer" or not is_right:
                raise Refused(HTTPStatus.UNAUTHORIZED, NO_TOKEN)
        self._check_length(headers)

    def _check_length(self, headers: Headers) -> None:
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length[:20]) > self._largest:
            raise too_large(self._largest)


class _Body:
    """A request's body as it arrives: no more than so much of it, and without long pauses."""

    def __init__(self, receive: Receive, headers: Headers, largest: int) -> None:
        self._receive = receive
        self._left = largest
        self._largest = largest
        self._ended = False

    async def __call__(self) -> Message:
        if self._ended:
            return await self._receive()  # tells when the client goes away
        try:
            message = await asyncio.wait_for(self._receive(), BODY_SECONDS)
        except TimeoutError as error:
            raise Refused(
                HTTPStatus.REQUEST_TIMEOUT,
                f"nothing of the body came for {BODY_SECONDS:g} seconds; send it again.",
            ) from error
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise too_large(self._largest)
        self._ended = not message.get("more_body", False)
        return message


def too_large(largest: int) -> Refused:
    """The refusal of a body that is too large."""
    return Refused(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        f"the body has more than {largest / 1e6:g} MB; send fewer segments, or start the service "
        "with a larger --max-body.",
    )


def refuse(refused: Refused) -> Response:
    """A response that answers with a refusal."""
    extra = {} if refused.retry_after is None else {"Retry-After": str(refused.retry_after)}
    if refused.status == HTTPStatus.UNAUTHORIZED:
        extra["WWW-Authenticate"] = "Bearer"
    return _json({"error": str(refused)}, refused.status, extra)


def _json(content: object, status: int, headers: Mapping[str, str]) -> Response:
    text = json.dumps(content, ensure_ascii=False, allow_nan=False)
    return Response(
        text.encode("utf-8", "backslashreplace"),
        status,
        dict(headers),
        media_type="application/json",
    )


def _completed(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Headers with those that keep other sites out."""
    given = {name.lower() for name, _ in headers}
    more: dict[str, Any] = {**HEADERS, "Content-Security-Policy": NO_CONTENT_POLICY}
    return [
        *headers,
        *(
            (name.lower().encode(), value.encode())
            for name, value in more.items()
            if name.lower().encode() not in given
        ),
    ]
