"""Options that all requests over HTTP share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

Count = Annotated[int, Field(ge=1, le=10**9)]
Concurrency = Annotated[int, Field(ge=1, le=1000)]
Positive = Annotated[float, Field(gt=0, le=10**6, allow_inf_nan=False)]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]


@dataclass(frozen=True, kw_only=True)
class RequestOptions:
    """Where requests go, how fast, and how often they are repeated.

    Attributes:
        url: the server, where it is not the service's own.
        key_variable: the environment variable, or keyring entry, that holds the key.
        concurrency: requests under way at once.
        requests_per_second: largest number of requests begun per second.
        timeout: seconds that one request may take, all in all.
        attempts: largest number of times that a request is sent.
        backoff: seconds before the first repetition, about; they double each time.
        max_wait: the longest wait that a service may ask for, in seconds.
        currency: currency of prices.
        max_cost: a run that would cost more is asked about, or refused.
    """

    url: str | None = None
    key_variable: str | None = None
    concurrency: Concurrency = 8
    requests_per_second: Positive | None = None
    timeout: Positive = 60.0
    attempts: Count = 6
    backoff: Positive = 0.5
    max_wait: Positive = 120.0
    currency: str = "USD"
    max_cost: Amount | None = None
