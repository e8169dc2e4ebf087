"""What errors cost, and what they are called, in MQM.

Freitag et al. 2021, "Experts, Errors, and Context: A Large-Scale Study of Human Evaluation for
Machine Translation", TACL 9, section 3.3: a major error costs 5, a major non-translation 25, a
minor error 1, a minor error of punctuation 0.1, a neutral one nothing. They know no critical
errors; these cost 25, as in MQM's own scoring model (themqm.org) and in GEMBA-MQM (Kocmi and
Federmann 2023, WMT).
"""

from __future__ import annotations

from mtqe.corpus.spans import SpanSeverity

CRITICAL, MAJOR, MINOR = 25.0, 5.0, 1.0
NON_TRANSLATION_PENALTY, MINOR_PUNCTUATION = 25.0, 0.1

NON_TRANSLATION = "Non-translation"
PUNCTUATION = "Fluency/Punctuation"
CATEGORIES = (
    "Accuracy/Addition",
    "Accuracy/Omission",
    "Accuracy/Mistranslation",
    "Accuracy/Untranslated text",
    PUNCTUATION,
    "Fluency/Spelling",
    "Fluency/Grammar",
    "Fluency/Register",
    "Fluency/Inconsistency",
    "Fluency/Character encoding",
    "Terminology/Inappropriate for context",
    "Terminology/Inconsistent use",
    "Style/Awkward",
    "Locale convention/Address format",
    "Locale convention/Currency format",
    "Locale convention/Date format",
    "Locale convention/Name format",
    "Locale convention/Telephone format",
    "Locale convention/Time format",
    NON_TRANSLATION,
    "Other",
)
"""The kinds of errors of Freitag et al. (2021), but for errors of the source."""


def penalty(category: str | None, severity: SpanSeverity | None) -> float:
    """What an error costs, from 0 up; an unknown severity costs as much as a minor one."""
    kind = (category or "").lower()
    if severity == "neutral":
        return 0.0
    if severity == "critical":
        return CRITICAL
    if severity == "major":
        return NON_TRANSLATION_PENALTY if kind.startswith(NON_TRANSLATION.lower()) else MAJOR
    return MINOR_PUNCTUATION if kind == PUNCTUATION.lower() else MINOR
