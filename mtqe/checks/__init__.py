"""Pitfalls of translations and test sets, found without any model: one file a family."""

from __future__ import annotations

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
