"""Pitfalls of translations and test sets, found without any model: one file a family."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mtqe.support.lazy import lazy_names

if TYPE_CHECKING:
    from mtqe.checks.base import (
        SEVERITIES,
        SIDES,
        Check,
        CheckContext,
        Evidence,
        Finding,
        Problem,
        Severity,
        Side,
        Span,
        TranslationCheck,
    )
    from mtqe.checks.runner import look_here, run_checks, why_not
    from mtqe.checks.texts import Texts

__all__ = [
    "SEVERITIES",
    "SIDES",
    "Check",
    "CheckContext",
    "Evidence",
    "Finding",
    "Problem",
    "Severity",
    "Side",
    "Span",
    "Texts",
    "TranslationCheck",
    "look_here",
    "run_checks",
    "why_not",
]

if not TYPE_CHECKING:  # which would take any name for one of the package's
    __getattr__ = lazy_names(
        __name__,
        {
            "mtqe.checks.base": (
                "SEVERITIES",
                "SIDES",
                "Check",
                "CheckContext",
                "Evidence",
                "Finding",
                "Problem",
                "Severity",
                "Side",
                "Span",
                "TranslationCheck",
            ),
            "mtqe.checks.runner": (
                "look_here",
                "run_checks",
                "why_not",
            ),
            "mtqe.checks.texts": ("Texts",),
        },
    )
