"""The quantiles of Student's distribution, the same to the last bit on every machine.

scipy's function gives the same to a unit or two of the last place at the levels of intervals (right
next to the median, it has as few as five digits), but importing it takes a third of the time of a
small evaluation.
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from functools import cache
from itertools import count
from statistics import NormalDist

DIGITS = 34
"""Decimal digits that are computed with; twice as many as a double has."""
SMALL_STEP = Decimal("1e-12")
"""Newton's method doubles the digits that are right: behind so small a step, all are."""
LAST = Decimal("1e-30")
"""A factor that is so close to 1 changes nothing any more."""
PI = Decimal("3.141592653589793238462643383279502884197")
LARGE = 40
"""From here on Stirling's series, with the terms below, is right to 25 digits."""
STIRLING = [
    Decimal(above) / below
    for above, below in (
        (1, 12), (-1, 360), (1, 1260), (-1, 1680), (1, 1188), (-691, 360_360), (1, 156),
        (-3617, 122_400), (43_867, 244_188), (-174_611, 125_400),
    )
]  # fmt: skip


@cache
def student_quantile(level: float, freedom: int) -> float:
    """The point below which a t-distributed variable lies with this probability.

    Newton's method on the probability of the tail. That is convex, and Student's quantile lies
    further out than the normal one, so every step from there goes outwards, and none too far.

    Args:
        level: the probability, at least 0.5 and below 1.
        freedom: the degrees of freedom, at least 1.

    Returns:
        The double that is nearest to the quantile.
    """
    with localcontext() as context:
        context.prec = DIGITS
        beyond, half = 1 - Decimal(level), Decimal(freedom) / 2
        ratio = _gamma_ratio(half)
        peak = ratio / (2 * half * PI).sqrt()
        point, step = Decimal(NormalDist().inv_cdf(level)), Decimal(1)
        while step > SMALL_STEP * point:
            density = peak * ((half + Decimal("0.5")) * -(1 + point * point / freedom).ln()).exp()
            step = (_tail(point, half, ratio) - beyond) / density
            point += step
        return float(point)


def _tail(point: Decimal, a: Decimal, ratio: Decimal) -> Decimal:
    """The probability that a t-distributed variable exceeds a point that is 0 or more.

    It is half of an incomplete beta function (DLMF 8.17.22, https://dlmf.nist.gov/8.17), or of
    what that leaves of 1, whichever continued fraction converges fast at this point.

    Args:
        point: where the tail begins.
        a: half of the degrees of freedom.
        ratio: Gamma(a + 1/2) / Gamma(a).
    """
    b, square = Decimal("0.5"), point * point
    near, far = square / (2 * a + square), 2 * a / (2 * a + square)
    power = (a * far.ln()).exp() * (near / PI).sqrt() * ratio
    if far < (a + 1) / (a + b + 2):
        return power / _fraction(a, b, far, near) / 2
    return (1 - power / _fraction(b, a, near, far)) / 2


def _gamma_ratio(a: Decimal) -> Decimal:
    """Gamma(a + 1/2) / Gamma(a), where a > 0."""
    half, factor = Decimal("0.5"), Decimal(1)
    while a < LARGE:
        factor *= a / (a + half)
        a += 1
    remainder = _remainder(a + half) - _remainder(a)
    return factor * a.sqrt() * (a * (1 + half / a).ln() - half + remainder).exp()


def _remainder(z: Decimal) -> Decimal:
    """What Stirling's formula lacks of ln Gamma(z) (DLMF 5.11.1, https://dlmf.nist.gov/5.11)."""
    terms = (term / z ** (2 * place + 1) for place, term in enumerate(STIRLING))
    return sum(terms, Decimal(0))


def _fraction(a: Decimal, b: Decimal, x: Decimal, y: Decimal) -> Decimal:
    """The continued fraction b0 + a1/(b1 + a2/(b2 + ...)) of I_x(a, b), where y is 1 - x.

    That of DLMF 8.17.22 loses digits where a is large; this one, which has half as many steps, does
    not (DiDonato and Morris, 1992, Algorithm 708, formula 9). Evaluated from its front by Lentz's
    method (Press et al., 2007, Numerical Recipes, section 5.2).
    """
    value = above = a * (a * y - b * x + 1) / (a + 1)
    below = Decimal(0)
    for m in count(1):
        top = (a + m - 1) * (a + b + m - 1) * m * (b - m) * (x / (a + 2 * m - 1)) ** 2
        bottom = (
            m
            + m * (b - m) * x / (a + 2 * m - 1)
            + (a + m) * (a * y - b * x + 1 + m * (1 + y)) / (a + 2 * m + 1)
        )
        above = bottom + top / above
        below = 1 / (bottom + top * below)
        factor = above * below
        value *= factor
        if abs(factor - 1) <= LAST:
            break
    return value
