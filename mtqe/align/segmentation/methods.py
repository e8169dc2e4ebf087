"""How a document's translation can be cut."""

from __future__ import annotations

from typing import Literal

from mtqe.errors import ConfigError
from mtqe.support.options import suggestion

Method = Literal["align", "words", "mwer", "meaning"]
METHODS: tuple[Method, ...] = ("align", "words", "mwer", "meaning")
"""The first one is the default; `mtqe.align.segmentation.segment.Segmenter` says what they are."""


def parse_method(given: object, where: str) -> Method:
    """The method of a name.

    Args:
        given: what a user gave.
        where: names the setting in messages.

    Raises:
        ConfigError: there is no such method.
    """
    if given not in METHODS:
        raise ConfigError(
            f"{where}: {given!r:.60} is not a way to cut; {suggestion(str(given), METHODS)}"
        )
    return given
