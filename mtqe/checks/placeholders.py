"""Placeholders of user interface texts, which must survive translation as they are."""

from __future__ import annotations

import re
from dataclasses import dataclass

from typing_extensions import override

from mtqe.checks.base import Severity
from mtqe.checks.tokens import Token, TokenCheck
from mtqe.support.patterns import PLACEHOLDER

HINT = re.compile(r"[{%<$]")


@dataclass(frozen=True, kw_only=True)
class Placeholders(TokenCheck):
    """Placeholders such as ``{name}``, ``%s``, ``${x}``, ``{{x}}`` and ``<1/>``."""

    name = "placeholders"
    summary = "placeholders lost, added or changed"
    noun = "placeholder"

    severity: Severity = "critical"

    @override
    def tokens(self, text: str, language: str) -> list[Token]:
        if HINT.search(text) is None:
            return []
        return [Token(m.group(), m.start(), m.end()) for m in PLACEHOLDER.finditer(text)]
