"""Requests as services want them, replies as they send them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode

SHOWN = 200
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
        try:
            return json.loads(self.body.decode("utf-8"))
        except RecursionError:
            raise ValueError("nested too deeply") from None

    @property
    def retry_after(self) -> float | None:
        """Seconds that the service asks to wait, given as a number or as a date."""
        value = self.headers.get("Retry-After", "").strip()
        if re.fullmatch(r"\d+(\.\d+)?", value):
            return float(value)
        try:
            moment = parsedate_to_datetime(value)
        except ValueError:
            return None
        return max(0.0, (moment - datetime.now(UTC)).total_seconds()) if moment.tzinfo else None

    @property
    def explanation(self) -> str:
        """What the service says in its body, shortened to a line."""
        try:
            said = _said(self.json())
        except ValueError:
            said = ""
        text = said or re.sub(r"<[^>]*>", " ", self.body[:4096].decode("utf-8", "replace"))
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
