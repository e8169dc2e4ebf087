"""Names of checks: one line per built-in check, then the entry points ``mtqe.checks``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from mtqe.support.plugins import load_plugin, plugin_names

if TYPE_CHECKING:
    from mtqe.checks.base import Check

CHECKS: Mapping[str, str] = {
    "empty": "mtqe.checks.content:Empty",
    "copy": "mtqe.checks.content:Copy",
    "language": "mtqe.checks.language:WrongLanguage",
    "repetition": "mtqe.checks.repetition:Repetition",
    "repeated-output": "mtqe.checks.repetition:RepeatedOutput",
    "length": "mtqe.checks.length:Length",
    "placeholders": "mtqe.checks.placeholders:Placeholders",
    "tags": "mtqe.checks.markup:Tags",
    "urls": "mtqe.checks.markup:Urls",
    "url-language": "mtqe.checks.markup:UrlLanguage",
    "emails": "mtqe.checks.markup:Emails",
    "numbers": "mtqe.checks.figures:Numbers",
    "dates": "mtqe.checks.dates:Dates",
    "untranslated": "mtqe.checks.untranslated:Untranslated",
    "glossary": "mtqe.checks.terms:Glossary",
    "watch-list": "mtqe.checks.terms:WatchList",
    "end-punctuation": "mtqe.checks.punctuation:EndPunctuation",
    "spaces": "mtqe.checks.spacing:Spaces",
    "no-break-spaces": "mtqe.checks.spacing:NoBreakSpaces",
    "doubled-words": "mtqe.checks.doubled:DoubledWords",
    "capitalisation": "mtqe.checks.capitals:Capitalisation",
    "stray-letters": "mtqe.checks.strays:StrayLetters",
    "accelerators": "mtqe.checks.accelerators:Accelerators",
    "max-length": "mtqe.checks.limits:MaxLength",
    "forbidden-characters": "mtqe.checks.limits:ForbiddenCharacters",
    "unequal-translations": "mtqe.checks.consistency:UnequalTranslations",
    "equal-translations": "mtqe.checks.consistency:EqualTranslations",
    "quotes": "mtqe.checks.balance:Quotes",
    "brackets": "mtqe.checks.balance:Brackets",
    "prompt-injection": "mtqe.checks.injection.check:PromptInjection",
    "characters": "mtqe.checks.characters:Characters",
    "normalisation": "mtqe.checks.characters:Normalisation",
    "tokenized": "mtqe.checks.style:Tokenized",
    "lower-cased": "mtqe.checks.style:LowerCased",
    "duplicates": "mtqe.checks.repetition:Duplicates",
    "misalignment": "mtqe.checks.misalignment:Misalignment",
    "reference-copy": "mtqe.checks.references:ReferenceCopy",
    "reference-output": "mtqe.checks.references:ReferenceOutput",
    "leakage": "mtqe.checks.evidence:Leakage",
    "truncation": "mtqe.checks.evidence:Truncation",
    "omission": "mtqe.checks.evidence:Omission",
    "addition": "mtqe.checks.evidence:Addition",
}

ON_REQUEST = (
    "glossary", "watch-list", "forbidden-characters", "no-break-spaces", "equal-translations",
)  # fmt: skip
"""Checks that run only where somebody names them.

They need a file or an option, or find much that is meant as it is.
"""


def check_names() -> tuple[str, ...]:
    """Every check that ``--checks`` and ``[checks.NAME]`` may name."""
    return plugin_names("mtqe.checks", CHECKS)


def check_class(name: str) -> type[Check]:
    """The class behind a check's name.

    Raises:
        ConfigError: no such check, or its package can't be imported.
    """
    return cast("type[Check]", load_plugin("mtqe.checks", CHECKS, name))
