"""What translating and judging costs: estimated before the first request, and counted."""

from __future__ import annotations

from dataclasses import dataclass

MILLION = 1_000_000


@dataclass(frozen=True)
class Estimate:
    """What translating some segments is likely to take.

    Attributes:
        segments: number of segments that would be sent.
        characters: Unicode code points of their sources.
        cost: cost in `currency`; None where no price is known.
        currency: currency code, such as ``USD``.
    """

    segments: int
    characters: int
    cost: float | None = None
    currency: str = ""


@dataclass(frozen=True)
class Asking:
    """What judging some translations is likely to take.

    Attributes:
        judgements: number of judgements, each repetition counted.
        requests: number of requests.
        input_tokens: that the model would read, about.
        output_tokens: that it would write, about.
        cost: cost in `currency`; None where no price is known.
        currency: currency code, such as ``USD``.
    """

    judgements: int
    requests: int
    input_tokens: int
    output_tokens: int
    cost: float | None = None
    currency: str = ""


@dataclass(frozen=True)
class Usage:
    """What one translation of a system, or the judgements of a metric, took.

    Attributes:
        requests: answered ones.
        retries: requests sent again after a fault.
        characters: Unicode code points of the sources that were answered for.
        input_tokens: tokens that the service read, by its own count; 0 where it counts none.
        output_tokens: tokens that it wrote, likewise.
        cost: estimate of the bill by the configured price; None where no price is known.
        currency: currency code, such as ``USD``.
        latency: median seconds from a request to its whole answer; None without any.
        latency_p95: the 95th percentile of the same.
    """

    requests: int
    retries: int
    characters: int
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = None
    currency: str = ""
    latency: float | None = None
    latency_p95: float | None = None


@dataclass(frozen=True)
class Budget:
    """What one run may cost; None where there is no bound."""

    max_cost: float | None = None
    max_characters: int | None = None

    def objection(self, estimate: Estimate) -> str | None:
        """Why an estimate is over this budget, or None."""
        if self.max_characters is not None and estimate.characters > self.max_characters:
            return (
                f"{estimate.characters:,} characters to translate are more than "
                f"max_characters = {self.max_characters:,}"
            )
        if self.max_cost is not None and (estimate.cost or 0.0) > self.max_cost:
            return (
                f"translating {estimate.characters:,} characters costs about "
                f"{money(estimate.cost or 0.0, estimate.currency)}, more than "
                f"max_cost = {self.max_cost:g}"
            )
        return None


def money(amount: float, currency: str) -> str:
    """An amount with two decimals, or two significant digits where it is less than a cent."""
    shown = f"{amount:,.2f}" if amount >= 0.01 or amount == 0 else f"{amount:.2g}"
    return f"{shown} {currency}".strip()
