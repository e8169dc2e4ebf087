"""Where the pages of runs are: on the server, or in a folder of files."""

from __future__ import annotations

import hashlib
import re
from typing import Protocol
from urllib.parse import quote, urlencode

UNSAFE = re.compile(r"[^\w.-]+")


class Addresses(Protocol):
    """Addresses in the list of runs."""

    choosable: bool
    """Whether any two runs can be put side by side."""

    def run(self, path: str) -> str:
        """Where the report of a run is."""

    def pair(self, new: str, old: str) -> str:
        """Where the report of two runs is."""


class ServerAddresses:
    """What `mtqe serve` answers."""

    choosable = True

    def run(self, path: str) -> str:
        """Where the report of a run is."""
        return f"/run/{quote(path, safe='')}"

    def pair(self, new: str, old: str) -> str:
        """Where the report of two runs is."""
        return f"/compare?{urlencode({'new': new, 'old': old})}"


class SiteAddresses:
    """Files of a site, with addresses relative to its first page."""

    choosable = False

    def run(self, path: str) -> str:
        """Where the report of a run is."""
        return f"run/{file_name(path)}"

    def pair(self, new: str, old: str) -> str:
        """Where the report of two runs is."""
        return f"compare/{file_name(new + chr(0) + old)}"


def file_name(path: str) -> str:
    """A name for a run's page that any file system takes, the same for the same path."""
    digest = hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()[:8]
    return f"{UNSAFE.sub('-', path).strip('-.')[:80]}-{digest}.html"
