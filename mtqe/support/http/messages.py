"""Requests as services want them, replies as they send them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode

from mtqe.support.json_text import json_value

SHOWN = 200
READ = 16 * 1024
"""Characters of a body in which an explanation is looked for."""
WORDS = ("explanation", "message", "error_description", "detail", "error", "errors", "Message")
"""Where services put what they have to say about an error."""


@dataclass(frozen=True)
class Call:
    """One request; its headers and body may hold a key, so that they are never shown."""

    url: str
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    method: str = "POST"


def json_call(url: str, value: object, headers: Mapping[str, str] | None = None) -> Call:
    """A request with a JSON body."""
    body = json.dumps(value).encode("ascii")
    return Call(url, body, {"Content-Type": "application/json", **(headers or {})})


def form_call(
    url: str, fields: Mapping[str, object], headers: Mapping[str, str] | None = None
) -> Call:
    """A request with the body of an HTML form; a list becomes a field for each of its items."""
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return Call(url, urlencode(fields, doseq=True).encode("ascii"), {**kind, **(headers or {})})


@dataclass(frozen=True)
class Reply:
    """An HTTP response that was read to its end."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> object:
        """The body, parsed as JSON.

        Raises:
            ValueError: it is none, not UTF-8, or nested beyond all sense.
        """
        return json_value(self.body.decode("utf-8"))

    @property
    def retry_after(self) -> float | None:
        """Seconds that the service asks to wait, given as a number or as a date."""
        value = self.headers.get("Retry-After", "").strip()
        if re.fullmatch(r"\d+(\.\d+)?", value):
            return float(value)
        try:
            moment = parsedate_to_datetime(value)
        except (ValueError, TypeError, OverflowError):
            return None
        return max(0.0, (moment - datetime.now(UTC)).total_seconds()) if moment.tzinfo else None

    def explanation(self, hide: Callable[[str], str]) -> str:
        """What the service says in its body, on one short line.

        Args:
            hide: takes the keys out of a text; it sees the text before anything is cut off.
        """
        try:
            said = _said(self.json())
        except ValueError:
            said = ""
        text = hide(said[:READ] or self.body[:READ].decode("utf-8", "replace"))
        if not said:
            text = hide(re.sub(r"<[^<>]*>", " ", text))
        line = " ".join(text.split())
        return line if len(line) <= SHOWN else f"{line[:SHOWN]}…"


def _said(value: object) -> str:
    """The text of an error in JSON, wherever it is."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and value:
        return _said(value[0])
    if isinstance(value, dict):
        return next((text for word in WORDS if (text := _said(value.get(word)))), "")
    return ""
