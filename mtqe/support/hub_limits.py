"""How long a hub may be silent, and what it did instead of sending."""

from __future__ import annotations

import os

CONNECT_SECONDS = 10.0
_LIMIT = os.environ.get("HF_HUB_DOWNLOAD_TIMEOUT", "")
SILENT_SECONDS = float(_LIMIT) if _LIMIT.isdecimal() and int(_LIMIT) else 20.0
SLOW_SECONDS = 30.0
SLOW_BYTES = 1_000
"""Bytes a second below which a server is as good as silent, over `SLOW_SECONDS`."""
PIECE = 1 << 16
SERVER_ERROR = 500


class Interrupted(Exception):  # noqa: N818 - becomes a HubFailed once the model's name is known
    """What the server did instead of sending: the end of a sentence that begins with it."""


def silence() -> str:
    """What a server did that sent nothing."""
    return f"sent nothing for {SILENT_SECONDS:g} seconds (HF_HUB_DOWNLOAD_TIMEOUT sets the limit)"
