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
FLAGS = r"[-+0\#',]{0,5}(?:\d{1,5}|\*)?(?:\.(?:\d{1,5}|\*))?"
"""Flags, width and precision of printf."""
PLACEHOLDER = re.compile(
    rf"""
    \{{\{{[^{{}}\n]{{1,60}}\}}\}}                   # {{{{name}}}}, {{{{ count }}}}
  | \$\{{[^{{}}\n]{{1,60}}\}}                      # ${{name}}
  | [%\#]\{{[^{{}}\n]{{1,60}}\}}                   # %{{name}}, Ruby's #{{name}}
  | \$t\([^()\n]{{1,100}}\)                       # i18next's $t(key)
  | \{{[A-Za-z_0-9][\w.\-\[\]:!,]{{0,60}}\}}|\{{\}} # {{0}}, {{name}}, {{x:.2f}}, {{}}
  | \{{[A-Za-z_0-9][\w.-]{{0,60}}\s?,\s?[A-Za-z]{{1,20}}(?:\s?,[^{{}}\n]{{1,60}})?\}}
                                             # ICU's {{d, date, short}}
  | %\([A-Za-z_]\w{{0,60}}\){FLAGS}[sdifgueExXorc] # Python's %(name)s
  | %<[A-Za-z_]\w{{0,60}}>{FLAGS}[sdifgu]       # Ruby's %<name>s
  | %\#@\w{{1,60}}@                             # Apple's %#@name@
  | (?<!\d)%(?:\d{{1,3}}\$)?t[A-Za-z](?![A-Za-z])
                                             # Java's %tY, %1$tB
  | (?<!\d)%(?:\d{{1,3}}\$)?{FLAGS}(?:hh|h|ll|l|q|j|z|L)?[sSdDifFuUxXcCeEgGop@](?![A-Za-z])
                                             # %s, %1$s, %.2f, %lu, %@
  | (?<![\w%])%L?(?:[1-9]\d?(?![\w%$])|n(?![A-Za-z]))
                                             # Qt's %1, %L1, %n
  | <\d+/?>|</\d+>                            # <1>, </1>, <1/>
  | (?<![\w$])\$[A-Za-z_]\w*\b(?!\$)         # $name
    """,
    re.VERBOSE,
)
