"""What can go wrong with a request, by what is to be done about it."""

from __future__ import annotations


class Fault(Exception):  # noqa: N818 - data on its way to a Failure, not a bug
    """A request without a usable answer; its text is a reason for users."""


class Transient(Fault):
    """A fault that may pass, so that the request is worth repeating.

    Attributes:
        wait: seconds that the service asked to wait, if it did.
    """

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


class BadAnswer(Fault):
    """An answer that was paid for and can't be used: worth few repetitions, then smaller parts."""


class Unacceptable(Fault):
    """The service refuses this request whatever happens; others it may take."""


class Stopped(Fault):
    """The service takes no request from us any more: a wrong key, a quota used up, no server."""
