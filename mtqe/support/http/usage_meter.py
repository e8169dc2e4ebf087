"""Counting what requests take, and stopping where the budget ends."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from mtqe.support.cost import MILLION, Budget, Usage
from mtqe.support.http.faults import Stopped


@dataclass(frozen=True)
class Price:
    """What a million of something costs.

    Attributes:
        characters: a million characters of source.
        input_tokens: a million tokens that a model reads.
        output_tokens: a million tokens that it writes.
        currency: currency code, such as ``USD``.
    """

    characters: float = 0.0
    input_tokens: float = 0.0
    output_tokens: float = 0.0
    currency: str = "USD"

    def cost(self, characters: int, input_tokens: float, output_tokens: float) -> float:
        """Price of so many characters and tokens, in `currency`."""
        return (
            characters * self.characters
            + input_tokens * self.input_tokens
            + output_tokens * self.output_tokens
        ) / MILLION


@dataclass
class UsageMeter:
    """What has been used so far.

    Attributes:
        price: price per million; None where none is known.
        budget: limits that stop the work.
    """

    price: Price | None
    budget: Budget
    requests: int = 0
    retries: int = 0
    characters: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    seconds: list[float] = field(default_factory=list)

    def check(self) -> None:
        """See that the budget isn't used up.

        Raises:
            Stopped: it is.
        """
        limit = self.budget.max_cost
        if limit is not None and self._cost is not None and self._cost >= limit > 0:
            raise Stopped(f"max_cost = {limit:g} is used up; raise it to go on")

    def answered(self, characters: int, tokens: tuple[int, int]) -> None:
        """Count an answer: the characters that it is for, and the tokens that it took."""
        self.characters += characters
        self.input_tokens += tokens[0]
        self.output_tokens += tokens[1]

    def usage(self) -> Usage:
        """What has been counted, with the latency's median and 95th percentile."""
        median, high = np.percentile(self.seconds, (50, 95)) if self.seconds else (None, None)
        return Usage(
            requests=self.requests,
            retries=self.retries,
            characters=self.characters,
            input_tokens=self.input_tokens,
            output_tokens=self.output_tokens,
            cost=self._cost,
            currency="" if self.price is None else self.price.currency,
            latency=None if median is None else round(float(median), 4),
            latency_p95=None if high is None else round(float(high), 4),
        )

    @property
    def _cost(self) -> float | None:
        if self.price is None:
            return None
        return self.price.cost(self.characters, self.input_tokens, self.output_tokens)
