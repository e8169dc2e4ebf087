"""The process that serves: its address, its token, and how Ctrl-C ends it."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

import uvicorn
from typing_extensions import override

from mtqe.errors import ConfigError, MtqeError
from mtqe.service.app import create_app
from mtqe.service.jobs import Jobs
from mtqe.service.limits import Limits
from mtqe.support.redaction import remember_key

TOKEN = "MTQE_API_TOKEN"
SHORTEST_TOKEN = 16
ENDING_SECONDS = 5
"""Seconds that answers may take once the service was told to end."""


def token_from_environment(host: str) -> str | None:
    """The token that clients must send.

    Args:
        host: where the service will listen.

    Raises:
        ConfigError: it is too short, or other machines can reach the service and there is none.
    """
    token = os.environ.get(TOKEN, "")
    if not token and is_loopback(host):
        return None
    if len(token) < SHORTEST_TOKEN or not (token.isascii() and token.isprintable()):
        why = "other machines can reach" if not token else "its token guards"
        raise ConfigError(
            f"{why} {host}; set {TOKEN} to a secret of at least {SHORTEST_TOKEN} ASCII characters, "
            "which clients send."
        )
    remember_key(token)
    return token


def is_loopback(host: str) -> bool:
    """Whether an address is one that only this machine reaches."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def check_address(host: str, port: int) -> socket.socket:
    """A socket that listens there.

    Raises:
        MtqeError: the address or the port can't be had.
    """
    try:
        family, kind, _, _, place = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind)
        try:
            if os.name == "posix":  # elsewhere it would let two services share a port
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(place)
            listener.listen(128)
        except OSError:
            listener.close()
            raise
    except (OSError, OverflowError, UnicodeError) as error:
        raise MtqeError(
            f"{host} port {port} can't be used ({error}); give others with --host and --port."
        ) from error
    return listener


class ApiServer(uvicorn.Server):
    """A uvicorn server that ends its work when it is told to end."""

    def __init__(self, config: uvicorn.Config, jobs: Jobs, listener: socket.socket) -> None:
        """Serve on a socket that listens already."""
        super().__init__(config)
        self._jobs = jobs
        self._listener = listener
        host, port = listener.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        self.address = f"http://{shown}:{port}/"

    def serve_until_ended(self) -> None:
        """Serve until Ctrl-C or a signal to end; raises no `KeyboardInterrupt`."""
        try:
            self.run(sockets=[self._listener])
        except KeyboardInterrupt:
            return
        finally:
            self._jobs.end()
            self._listener.close()

    @override
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End the work of requests too, so that nobody waits for it."""
        self._jobs.end()
        super().handle_exit(sig, frame)


def api_server(
    folder: Path,
    listener: socket.socket,
    *,
    offered: Sequence[str],
    limits: Limits,
    token: str | None,
) -> ApiServer:
    """A server that is ready to serve.

    Args:
        folder: where runs are kept, and read from.
        listener: from `check_address`.
        offered: names of metrics that requests may use.
        limits: what a request may have.
        token: what clients must send; None where none is needed.
    """
    jobs = Jobs(limits)
    only_loopback = is_loopback(listener.getsockname()[0])
    app = create_app(
        folder,
        offered=offered,
        limits=limits,
        token=token,
        only_loopback=only_loopback,
        jobs=jobs,
    )
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        http="h11",
        loop="asyncio",
        timeout_graceful_shutdown=ENDING_SECONDS,
    )
    return ApiServer(config, jobs, listener)
