"""HTTP clients for huggingface_hub from version 1 on, which end as `hub_sessions` has it."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, cast

import httpx
from typing_extensions import override

from mtqe.support import hub_limits as limits
from mtqe.support.hub_limits import Interrupted

_http: Any = import_module("huggingface_hub.utils._http")


class Lost(Interrupted, httpx.RemoteProtocolError):
    """A connection that ended amid a file: the hub's library asks for the rest of it."""


@contextmanager
def patient_clients() -> Iterator[None]:
    """Let the hub's library use `PatientClient` for all requests, then what it used before."""
    before = _http._GLOBAL_CLIENT_FACTORY
    _http.set_client_factory(_client)
    try:
        yield
    finally:
        _http.set_client_factory(before)  # closes ours


def _client() -> httpx.Client:
    hooks = {"request": [_http.hf_request_event_hook]}
    return PatientClient(event_hooks=hooks, follow_redirects=True)


class PatientClient(httpx.Client):
    """Raises `Interrupted`, which the hub's library does not catch to try again and again."""

    @override
    def send(
        self, request: httpx.Request, *, stream: bool = False, **options: Any
    ) -> httpx.Response:
        request.extensions["timeout"] = {
            "connect": limits.CONNECT_SECONDS,
            "read": limits.SILENT_SECONDS,
            "write": limits.SILENT_SECONDS,
            "pool": limits.SILENT_SECONDS,
        }
        with _explained(request.url.netloc.decode("ascii", "replace")):
            response = super().send(request, stream=True, **options)
        if response.status_code >= limits.SERVER_ERROR:
            response.close()
            raise Interrupted(f"answered with status {response.status_code}")
        response.stream = _Paced(cast(httpx.SyncByteStream, response.stream))
        if not stream:
            try:
                response.read()
            finally:
                response.close()
        return response


@contextmanager
def _explained(host: str) -> Iterator[None]:
    """Turn what goes wrong before an answer into `Interrupted`."""
    try:
        yield
    except httpx.ReadTimeout as error:
        raise Interrupted(limits.silence()) from error
    except httpx.ConnectTimeout as error:
        seconds = f"{limits.CONNECT_SECONDS:g} seconds"
        raise Interrupted(f"took no connection within {seconds}") from error
    except httpx.ProxyError as error:
        raise Interrupted(f"can't be reached through the proxy ({host})") from error
    except httpx.TransportError as error:
        if _is_about_certificates(error):
            raise Interrupted(f"has no certificate that is trusted here ({host})") from error
        raise Interrupted(f"can't be reached ({host}; is there a network?)") from error


def _is_about_certificates(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False


class _Paced(httpx.SyncByteStream):
    """A response's body that watches the pace."""

    def __init__(self, stream: httpx.SyncByteStream) -> None:
        self._stream = stream

    @override
    def __iter__(self) -> Iterator[bytes]:
        """Pieces as they come.

        Raises:
            Interrupted: nothing, or too little, came; or the connection was lost.
        """
        since, count = time.monotonic(), 0
        try:
            for piece in self._stream:
                yield piece
                count += len(piece)
                if (passed := time.monotonic() - since) >= limits.SLOW_SECONDS:
                    if count < limits.SLOW_BYTES * passed:
                        raise Interrupted(f"sent {count} bytes in {passed:.0f} seconds")
                    since, count = time.monotonic(), 0
        except httpx.ReadTimeout as error:
            raise Interrupted(limits.silence()) from error
        except (httpx.TransportError, OSError) as error:
            raise Lost("closed the connection") from error
        finally:
            self._stream.close()

    @override
    def close(self) -> None:
        self._stream.close()
