"""How scores and p-values are written, the same in every output."""

from __future__ import annotations

SMALLEST_P = 0.001


def score_text(value: float | None, decimals: int, *, signed: bool = False) -> str:
    """A score or a difference with a metric's decimals; "unscored" where there is none."""
    if value is None:
        return "unscored"
    rounded = round(value, decimals) + 0.0  # no "-0.0"
    return f"{rounded:{'+' if signed and rounded else ''}.{decimals}f}"


def range_text(
    low: float | None, high: float | None, decimals: int, *, signed: bool = False
) -> str:
    """An interval; "unbounded" where the data can't bound it."""
    if low is None or high is None:
        return "unbounded"
    ends = (score_text(end, decimals, signed=signed) for end in (low, high))
    return " to ".join(ends)


def p_text(value: float) -> str:
    """A p-value with three decimals."""
    return f"<{SMALLEST_P}" if value < SMALLEST_P else f"{value:.3f}"


def rank_text(ranks: tuple[int, int] | None) -> str:
    """A range of ranks, such as "1-4"; empty where there is none."""
    if ranks is None:
        return ""
    best, worst = ranks
    return str(best) if best == worst else f"{best}-{worst}"
