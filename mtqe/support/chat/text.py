"""What models write around and instead of an answer."""

from __future__ import annotations

import re

FENCE = re.compile(r"```\w*\Z")
REFUSAL = re.compile(
    r"\W*(as an ai\b|(i['’]?m|i am) (sorry|unable)\b.*\b(can['’]?t|cannot|unable|not able)\b"
    r"|i (can['’]?t|cannot|won['’]?t) (help|assist|translate|provide|comply|fulfil))",
    re.IGNORECASE,
)
THOUGHTS = ("<think>", "</think>")
"""Between these, local models write what they think before they answer."""
SHOWN = 80


def without_thoughts(answer: str) -> str:
    """An answer without blanks around it, and without the thoughts that it begins with."""
    text = answer.strip()
    begin, end = THOUGHTS
    if text.startswith(begin) and end in text:
        return text.partition(end)[2].strip()
    return text


def unfenced(answer: str) -> str:
    """What stands between a Markdown code fence's lines, if the whole answer is one.

    By whole lines: a pattern over the text takes time that grows with the square of its blanks.
    """
    first, _, rest = answer.strip().partition("\n")
    body, line_end, last = rest.rpartition("\n")
    fenced = line_end and FENCE.match(first) and last.strip() == "```"
    return body if fenced else answer


def shown(text: str) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else f"{line[:SHOWN]}…"
