"""An HTTP server for this machine's browsers.

It listens on the loopback interface and answers only to its own names there, so that neither the
network nor another site's page (by a name that it points at 127.0.0.1) can read the runs.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

from mtqe.errors import MtqeError
from mtqe.report.page.render import page_policy
from mtqe.report.serve.folder import Folder
from mtqe.report.serve.runs_page import render_problem, runs_policy
from mtqe.support.visible import one_line

LOOPBACK = "127.0.0.1"
NAMES = (LOOPBACK, "localhost")
BROKEN = "This page could not be made ({}); the run may be damaged: make it again."
UNKNOWN = "There is no such page; the run may have been moved or deleted."

logger = logging.getLogger(__name__)


def server(folder: Folder, port: int) -> ThreadingHTTPServer:
    """A server that is ready to `serve_forever`.

    Args:
        folder: what it shows.
        port: 0 for any that is free.

    Raises:
        MtqeError: the port can't be had.
    """

    class Handler(_Handler):
        runs = folder

    try:
        return _Server((LOOPBACK, port), Handler)
    except (OSError, OverflowError) as error:
        raise MtqeError(
            f"port {port} can't be used ({error}); give another one with --port."
        ) from error


class _Server(ThreadingHTTPServer):
    daemon_threads = True


class _Handler(BaseHTTPRequestHandler):
    runs: Folder

    server_version = "mtqe"
    sys_version = ""
    timeout = 30

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        logger.debug(format, *args)

    def _answer(self, *, body: bool) -> None:
        status, policy, page = self._page()
        content = page.encode("utf-8", errors="backslashreplace")
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Content-Security-Policy", f"{policy}; frame-ancestors 'none'")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if body:
            self.wfile.write(content)

    def _page(self) -> tuple[HTTPStatus, str, str]:
        """Status, content security policy and page of the address that was asked for."""
        if self._host() not in NAMES:
            return _problem(HTTPStatus.MISDIRECTED_REQUEST, "This server is for this machine only.")
        address = urlsplit(self.path)
        try:
            if address.path == "/":
                return HTTPStatus.OK, runs_policy(), self.runs.runs_page()
            return HTTPStatus.OK, page_policy(), self._report(address.path, address.query)
        except KeyError:
            return _problem(HTTPStatus.NOT_FOUND, UNKNOWN)
        except MtqeError as error:
            return _problem(HTTPStatus.CONFLICT, one_line(str(error)))
        except Exception as error:
            logger.exception("a page could not be made")
            reason = one_line(f"{type(error).__name__}: {error}")[:300]
            return _problem(HTTPStatus.INTERNAL_SERVER_ERROR, BROKEN.format(reason))

    def _report(self, path: str, query: str) -> str:
        """The page of a run or of two.

        Raises:
            KeyError: there is none at this address.
        """
        if path.startswith("/run/"):
            return self.runs.report(unquote(path.removeprefix("/run/")))
        if path == "/compare":
            names = parse_qs(query)
            return self.runs.comparison(names["new"][0], names["old"][0])
        raise KeyError(path)

    def _host(self) -> str:
        return self.headers.get("Host", "").rsplit(":", 1)[0].lower()


def _problem(status: HTTPStatus, message: str) -> tuple[HTTPStatus, str, str]:
    return status, runs_policy(), render_problem(message)
