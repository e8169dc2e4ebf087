"""HTTP sessions for a hub that end when the hub sends nothing, or next to nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mtqe.support import hub_limits
from mtqe.support.hub_limits import PIECE, SERVER_ERROR, Interrupted, silence

if TYPE_CHECKING:
    from requests import PreparedRequest, Response, Session
    from requests.adapters import HTTPAdapter
    from urllib3 import HTTPResponse

    Cert = str | tuple[str, str] | None


def patient_connections() -> AbstractContextManager[None]:
    """Let the hub's library ask with our time limits: over requests, or httpx from version 1 on."""
    import huggingface_hub

    if hasattr(huggingface_hub, "configure_http_backend"):
        return _patient_sessions()
    from mtqe.support.hub_clients import patient_clients

    return patient_clients()


@contextmanager
def _patient_sessions() -> Iterator[None]:
    """Let the hub's library use `_adapter` for all requests, then what it used before."""
    import requests
    from huggingface_hub import configure_http_backend
    from huggingface_hub.utils import _http

    made: list[Session] = []

    def session() -> Session:
        made.append(requests.Session())
        for scheme in ("http://", "https://"):
            made[-1].mount(scheme, _adapter())
        return made[-1]

    before = _http._GLOBAL_BACKEND_FACTORY
    configure_http_backend(session)
    try:
        yield
    finally:
        configure_http_backend(before)
        for each in made:
            each.close()


def _adapter() -> HTTPAdapter:
    from requests import exceptions
    from requests.adapters import HTTPAdapter

    class PatientAdapter(HTTPAdapter):
        """Raises `Interrupted`, which the hub's library does not catch to try again and again."""

        def send(
            self, request: PreparedRequest, stream: bool = False, timeout: object = None,
            verify: bool | str = True, cert: Cert = None, proxies: dict[str, str] | None = None,
        ) -> Response:  # fmt: skip
            host = urlsplit(request.url or "").netloc
            limits = (hub_limits.CONNECT_SECONDS, hub_limits.SILENT_SECONDS)
            try:
                response = super().send(request, stream, limits, verify, cert, proxies)
            except exceptions.ReadTimeout as error:
                raise Interrupted(silence()) from error
            except exceptions.ConnectTimeout as error:
                seconds = f"{hub_limits.CONNECT_SECONDS:g} seconds"
                raise Interrupted(f"took no connection within {seconds}") from error
            except exceptions.ProxyError as error:
                raise Interrupted(f"can't be reached through the proxy ({host})") from error
            except exceptions.SSLError as error:
                raise Interrupted(f"has no certificate that is trusted here ({host})") from error
            except exceptions.ConnectionError as error:
                raise Interrupted(f"can't be reached ({host}; is there a network?)") from error
            if response.status_code >= SERVER_ERROR:
                response.close()
                raise Interrupted(f"answered with status {response.status_code}")
            response.raw = _Paced(response.raw)
            return response

    return PatientAdapter()


class _Paced:
    """A response's body that gives what has arrived at once, and watches the pace."""

    def __init__(self, raw: HTTPResponse) -> None:
        self._raw = raw

    def __getattr__(self, name: str) -> object:
        return getattr(self._raw, name)

    def stream(self, amt: int = PIECE, decode_content: bool | None = None) -> Iterator[bytes]:
        """Pieces as they come.

        Raises:
            Interrupted: nothing, or too little, came; or the connection was lost.
        """
        from urllib3.exceptions import HTTPError, ReadTimeoutError

        since, count = time.monotonic(), 0
        read = getattr(self._raw, "read1", self._raw.read)  # urllib3 before 2.1 has no read1
        try:
            while piece := read(min(amt, PIECE), decode_content=decode_content):
                yield piece
                count += len(piece)
                if (passed := time.monotonic() - since) >= hub_limits.SLOW_SECONDS:
                    if count < hub_limits.SLOW_BYTES * passed:
                        raise Interrupted(f"sent {count} bytes in {passed:.0f} seconds")
                    since, count = time.monotonic(), 0
        except ReadTimeoutError as error:
            raise Interrupted(silence()) from error
        except (HTTPError, OSError) as error:
            raise Interrupted("closed the connection") from error
        finally:
            self._raw.close()
