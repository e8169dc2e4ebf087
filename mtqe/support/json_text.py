"""JSON from strangers."""

from __future__ import annotations

import json
from typing import Any


def json_value(text: str | bytes, *, once: bool = False) -> Any:  # noqa: ANN401 - whatever it holds
    """What a JSON text holds.

    Args:
        text: the text.
        once: refuse an object with a key twice, where the last one would win in silence.

    Raises:
        ValueError: it is not JSON, not UTF-8, or nested beyond all sense, where `json` alone would
            raise a RecursionError; or a key is there twice.
    """
    return _loads(text, object_pairs_hook=_once if once else None)


def strict_json(text: str) -> Any:  # noqa: ANN401 - whatever the text holds
    """What a JSON text holds, by the letter of RFC 8259.

    Raises:
        ValueError: it is not JSON, has NaN or infinity, which Python would take, or a name twice in
            one object, of which Python would drop the first.
    """
    return _loads(text, parse_constant=_refuse_constant, object_pairs_hook=_once)


def _loads(text: str | bytes, **hooks: Any) -> Any:  # noqa: ANN401 - whatever it holds
    """`json.loads`, with words of our own for what Python says to programmers."""
    try:
        return json.loads(text, **hooks)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except ValueError as error:
        if "set_int_max_str_digits" in str(error):
            raise ValueError("a number of thousands of digits") from None
        raise


def _refuse_constant(name: str) -> Any:  # noqa: ANN401 - gives nothing
    raise ValueError(f"{name} is not a number of JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice!r:.60} stands there twice")
    return found
