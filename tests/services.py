"""A real HTTP server on loopback that is strict about requests and misbehaves when told to."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from mtqe.backends.base import BackendContext
from mtqe.backends.registry import backend_class
from mtqe.corpus.base import LanguagePair, Outcome, Segment

PAIR = LanguagePair("en", "es")
QUICK = {"backoff": 0.01, "timeout": 20.0}
"""Options that keep misbehaviour short, and a busy machine's slowness from looking like it."""


@dataclass(frozen=True)
class Received:
    """One request as the server saw it."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def form(self):
        fields = parse_qs(self.body.decode("ascii"), keep_blank_values=True, strict_parsing=True)
        return {name: value for name, (value,) in fields.items()}


@dataclass(frozen=True)
class Reply:
    """What the server sends, and how badly.

    Attributes:
        manner: ``whole``, ``reset`` (broken off halfway with RST), ``slow`` (byte by byte), ``cut``
            (ends before its announced length) or ``slow head`` (the head byte by byte).
        delay: seconds before it.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    manner: str = "whole"
    delay: float = 0.0


def json_reply(value: object, status: int = 200, **headers: str) -> Reply:
    body = json.dumps(value).encode()
    return Reply(status, body, {"Content-Type": "application/json", **headers})


class WrongRequestError(AssertionError):
    """A request that the service's documentation doesn't describe."""


class Loopback:
    """A running service.

    Attributes:
        received: all requests, in order of arrival.
        complaints: what was wrong with any of them; a test must find it empty.
        faults: replies to give instead of answers, to the first requests in turn; None for none.
    """

    def __init__(
        self,
        answer: Callable[[Received], Reply],
        faults: Sequence[Callable[[Reply], Reply] | Reply | None] = (),
        delay: float = 0.0,
    ) -> None:
        self.received: list[Received] = []
        self.complaints: list[str] = []
        self.most_at_once = 0
        self._answer = answer
        self._faults = list(faults)
        self.delay = delay
        self._now = 0
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Loopback:
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def spoil(self, old: bytes, new: bytes) -> None:
        """From now on put `new` for `old` into every answer."""
        answer = self._answer

        def spoilt(request: Received) -> Reply:
            reply = answer(request)
            return replace(reply, body=reply.body.replace(old, new))

        self._answer = spoilt

    def reply(self, request: Received) -> Reply:
        with self._lock:
            self.received.append(request)
            fault = self._faults.pop(0) if self._faults else None
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        try:
            time.sleep(self.delay)
            answer = self._answer(request)
        except (AssertionError, KeyError, ValueError, TypeError) as wrong:
            self.complaints.append(f"{type(wrong).__name__}: {wrong}")
            return json_reply({"error": f"not as documented: {wrong!r}"}, 400)
        finally:
            with self._lock:
                self._now -= 1
        if callable(fault):
            return fault(answer)
        return fault or answer


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, address):
        """Clients that hang up are part of the tests."""


def _handler(service: Loopback) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, *_):
            pass

        def _serve(self):
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            query = parse_qs(parts.query)
            _send(self, service.reply(Received(self.command, parts.path, query, headers, body)))

        do_GET = do_POST = do_PUT = _serve  # noqa: N815 - the names that http.server calls

    return Handler


def _send(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    time.sleep(reply.delay)
    head = f"HTTP/1.1 {reply.status} Whatever\r\n"
    headers = {"Content-Length": str(len(reply.body)), **reply.headers}
    head += "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n"
    data = head.encode() + reply.body
    if reply.manner == "whole":
        handler.wfile.write(data)
        return
    handler.close_connection = True
    middle = len(head) + len(reply.body) // 2
    if reply.manner == "slow head":
        middle = 0
    handler.wfile.write(data[:middle])
    handler.wfile.flush()
    if reply.manner == "reset":
        linger = struct.pack("ii", 1, 0)
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        handler.connection.close()
    elif reply.manner.startswith("slow"):
        for byte in data[middle:]:
            handler.wfile.write(bytes([byte]))
            time.sleep(0.05)


def translation(text: str) -> str:
    """What every service here makes of a source: told from it, and no other source's."""
    return f"<{text}>"


def build(backend: str, service_url: str | None = None, folder: Path | None = None, **options):
    """A backend against a service on loopback."""
    context = BackendContext("engine", PAIR, folder or Path())
    where = {"url": service_url} if service_url else {}
    return backend_class(backend)({**where, **options}, context)


def outcomes(backend, sources: Sequence[str]) -> list[Outcome]:
    """Outcomes in the order of the sources, exactly one for each."""
    segments = [Segment(str(number), source) for number, source in enumerate(sources)]
    given = list(backend.translate(segments))
    assert sorted(outcome.segment_id for outcome in given) == sorted(s.id for s in segments)
    by_id = {outcome.segment_id: outcome for outcome in given}
    return [by_id[segment.id] for segment in segments]


@contextmanager
def closed_port():
    """The address of a port that nobody listens to."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"
