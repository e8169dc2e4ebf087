"""What texts hold beside words: tags, code, links, addresses and placeholders."""

from __future__ import annotations

import re

TAG = re.compile(
    r"<(/?)([A-Za-z][\w:.-]*)(?:\s[^<>]{0,2000}?)?(/?)>|\[(/?)(b|i|u|s|url|img|code|quote|color|size)(?:=[^\]\[\n]{0,200})?\]"
)
CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
URL = re.compile(
    r"(?:https?://|ftp://|www\.)[^\s<>\"'`，。；：！？、（）【】《》「」“”‘’|\\^{}]+", re.IGNORECASE
)
EMAIL = re.compile(
    r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+", re.ASCII
)
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
