"""mtqe: translate, score, compare, gate and review machine translation."""

__version__ = "0.1.0"
