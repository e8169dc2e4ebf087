"""Placeholders of user interface texts, which must survive translation as they are."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mtqe.checks.base import Severity
from mtqe.checks.tokens import Token, TokenCheck

PLACEHOLDER = re.compile(
    r"""
    \{\{[^{}\n]{1,60}\}\}                        # {{name}}, {{ count }}
  | \$\{[^{}\n]{1,60}\}                           # ${name}
  | %\{[^{}\n]{1,60}\}                            # %{name}
  | \{[A-Za-z_0-9][\w.\-\[\]:!,]{0,60}\}|\{\}      # {0}, {name}, {x:.2f}, {}
  | %\([A-Za-z_]\w*\)[sdifgu]                    # %(name)s
  | %(?:\d+\$)?[-+0\#]*(?:\d+)?(?:\.\d+)?(?:hh|h|ll|l)?[sdifuxXc@](?![A-Za-z])   # %s, %1$s, %.2f
  | <\d+/?>|</\d+>                               # <1>, </1>, <1/>
  | (?<![\w$])\$[A-Za-z_]\w*\b(?!\$)              # $name
    """,
    re.VERBOSE,
)
HINT = re.compile(r"[{%<$]")


@dataclass(frozen=True, kw_only=True)
class Placeholders(TokenCheck):
    """Placeholders such as ``{name}``, ``%s``, ``${x}``, ``{{x}}`` and ``<1/>``."""

    name = "placeholders"
    summary = "placeholders lost, added or changed"
    noun = "placeholder"

    severity: Severity = "critical"

    def tokens(self, text: str, language: str) -> list[Token]:  # noqa: D102
        if HINT.search(text) is None:
            return []
        return [Token(m.group(), m.start(), m.end()) for m in PLACEHOLDER.finditer(text)]
