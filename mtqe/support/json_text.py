"""JSON from strangers."""

from __future__ import annotations

import json
from typing import Any


def json_value(text: str | bytes) -> Any:  # noqa: ANN401 - whatever the text holds
    """What a JSON text holds.

    Raises:
        ValueError: it is not JSON, not UTF-8, or nested beyond all sense, where `json` alone would
            raise a RecursionError.
    """
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
