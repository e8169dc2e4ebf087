"""Options that all engines behind HTTP share."""

from __future__ import annotations

from dataclasses import dataclass

from mtqe.support.http.options import Amount, Count, RequestOptions


@dataclass(frozen=True, kw_only=True)
class ServiceOptions(RequestOptions):
    """What every ``[systems.NAME]`` of an engine behind HTTP may say.

    Attributes:
        source_code: the service's own code of the source language, where it isn't the usual one.
        target_code: the service's code of the target language, likewise.
        version: part of the identity; change it when the engine changes, so that cached
            translations are not reused.
        batch_size: segments a request; the service's own limit if not given.
        batch_characters: characters a request; the service's own limit if not given.
        price: price of a million characters, by your contract; without it no cost is known.
        max_characters: a run that would send more is asked about, or refused.
    """

    source_code: str | None = None
    target_code: str | None = None
    version: str = ""
    batch_size: Count | None = None
    batch_characters: Count | None = None
    price: Amount | None = None
    max_characters: Count | None = None
