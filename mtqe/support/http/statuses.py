"""What the status of a reply means."""

from __future__ import annotations

from collections.abc import Callable

from mtqe.support.http.faults import Fault, Stopped, Transient, Unacceptable
from mtqe.support.http.messages import Reply

RETRIED = {408, 425, 429, *range(500, 600)}
REFUSED = {400, 411, 413, 414, 415, 422}
"""Statuses about the one request; those in neither set are about every request."""


def fault_of(reply: Reply, hide: Callable[[str], str], variable: str | None) -> Fault:
    """What an unsuccessful reply means, by its status.

    Args:
        reply: as it came.
        hide: takes the keys out of what the server says.
        variable: the environment variable with the key; None where none was sent.
    """
    reason = f"the service answered {reply.status}"
    if said := reply.explanation(hide):
        reason += f" ({said})"
    if reply.status in RETRIED:
        return Transient(reason, reply.retry_after)
    if reply.status in REFUSED:
        return Unacceptable(reason)
    return Stopped(f"{reason}; {_advice(reply.status, variable)}")


def _advice(status: int, variable: str | None) -> str:
    if status in (401, 403):
        if variable is None:
            return "set key_variable to the name of the environment variable with its key"
        return f"check the key in {variable}"
    return "check `url` and the engine's options"
