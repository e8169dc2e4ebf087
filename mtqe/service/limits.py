"""How much one request may ask for, and how much of it is served at once."""

from __future__ import annotations

from dataclasses import dataclass

OFFERED = ("bleu", "chrf", "chrf++", "ter", "comet", "comet-qe", "bertscore")
"""Metrics that read no file of the service's machine and ask no other service."""
MOST_SYSTEMS = 32
"""Every pair of systems is compared, so their number counts twice."""
MOST_REFERENCES = 32
MOST_WORDS = 1_000
"""Words of a text that `ter` may see: its time grows with the square, and nothing can stop it."""
MOST_WAITING = 16
"""Requests that wait for their turn before further ones are refused."""
BODY_SECONDS = 30.0
"""Seconds that may pass between two parts of a request's body."""


@dataclass(frozen=True)
class Limits:
    """What the service takes.

    Attributes:
        segments: segments of one request.
        body: bytes of one request.
        parallel: requests that are worked on at once; each has models of its own in memory.
        seconds: seconds from a request to its answer, waiting included.
    """

    segments: int = 10_000
    body: int = 20_000_000
    parallel: int = 1
    seconds: float = 600.0
