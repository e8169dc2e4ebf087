"""Backslash escapes that several formats share."""

from __future__ import annotations

import re

ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{4,8})|(.))", re.S)
PLAIN = {"n": "\n", "t": "\t", "r": "\r", "f": "\f"}


def unescaped(text: str) -> str:
    r"""The text that escapes such as ``\n`` and ``\u00e4`` stand for."""

    def one(match: re.Match[str]) -> str:
        if digits := match[1] or match[2]:
            number = int(digits, 16)
            return chr(number) if number < 0x110000 else match[0]
        return PLAIN.get(match[3], match[3])

    if "\\" not in text:
        return text
    plain = ESCAPE.sub(one, text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def in_ascii(text: str) -> str:
    r"""The text with ``\uXXXX`` for characters beyond ASCII, in UTF-16 as Java has it."""
    if text.isascii():
        return text
    parts = []
    for character in text:
        if character.isascii():
            parts.append(character)
        else:
            data = character.encode("utf-16-be")
            parts += [f"\\u{data[n : n + 2].hex().upper()}" for n in range(0, len(data), 2)]
    return "".join(parts)
