"""Addresses of servers."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from yarl import URL

from mtqe.errors import ConfigError


def checked_url(url: str | None, where: str) -> str:
    """The address of a server, without a slash at its end.

    Raises:
        ConfigError: there is none, or no request can be sent there.
    """
    if url is None:
        raise ConfigError(f"{where}: `url` is missing; give the address of the server.")
    if not _is_address(url):
        raise ConfigError(
            f"{where}.url must be an http or https address, such as https://host:8080/path, "
            "without user, password and `?`."
        )
    return url.rstrip("/")


def _is_address(url: str) -> bool:
    """Whether requests can be sent there: a host, and a port from 1 to 65535 if there is one."""
    if re.search(r"[\s\x00-\x1f\x7f\ud800-\udfff]", url):
        return False
    try:
        parts = urlsplit(url)
        port = parts.port
        host = URL(url).host
    except ValueError:
        return False
    extras = parts.username or parts.query or parts.fragment
    return parts.scheme in ("http", "https") and bool(host) and port != 0 and not extras
