"""Options that all engines behind HTTP share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

Count = Annotated[int, Field(ge=1, le=10**9)]
Concurrency = Annotated[int, Field(ge=1, le=1000)]
Positive = Annotated[float, Field(gt=0, le=10**6, allow_inf_nan=False)]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]


@dataclass(frozen=True, kw_only=True)
class ServiceOptions:
    """What every ``[systems.NAME]`` of an engine behind HTTP may say.

    Attributes:
        url: the server, where it is not the service's own.
        key_variable: the environment variable, or keyring entry, that holds the key.
        source_code: the service's own code of the source language, where it isn't the usual one.
        target_code: the service's code of the target language, likewise.
        version: part of the identity; change it when the engine changes, so that cached
            translations are not reused.
        concurrency: requests under way at once.
        requests_per_second: largest number of requests begun per second.
        batch_size: segments a request; the service's own limit if not given.
        batch_characters: characters a request; the service's own limit if not given.
        timeout: seconds that one request may take, all in all.
        attempts: largest number of times that a request is sent.
        backoff: seconds before the first repetition, about; they double each time.
        max_wait: the longest wait that a service may ask for, in seconds.
        price: price of a million characters, by your contract; without it no cost is known.
        currency: currency of the price.
        max_cost: a run that would cost more is asked about, or refused.
        max_characters: a run that would send more is asked about, or refused.
    """

    url: str | None = None
    key_variable: str | None = None
    source_code: str | None = None
    target_code: str | None = None
    version: str = ""
    concurrency: Concurrency = 8
    requests_per_second: Positive | None = None
    batch_size: Count | None = None
    batch_characters: Count | None = None
    timeout: Positive = 60.0
    attempts: Count = 6
    backoff: Positive = 0.5
    max_wait: Positive = 120.0
    price: Amount | None = None
    currency: str = "USD"
    max_cost: Amount | None = None
    max_characters: Count | None = None
