"""Text that people don't see and models read: invisible characters, and codes for letters."""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from mtqe.support.word_set import word_set

SHORTEST = 16
"""Characters without a space from which a word may be a code; no code has fewer in ASCII."""
LONGEST = 20_000
"""Characters of a code that are decoded."""
TAGS = re.compile("(?<!\U0001f3f4)(?<![\U000e0020-\U000e007e])[\U000e0020-\U000e007e]+")
"""Unicode's tag characters, but for those of flags."""
SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{3,}")
RUN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff"
    "\uffa0]{8,}"
)
HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\U000e0020-\U000e01ef]"
)
"""A quick look: a character of `TAGS`, `SELECTORS` or `RUN`."""
FILLER = 16
"""Characters of one kind from which a run is no accident of an engine any more."""

BASE64 = re.compile(r"(?<![\w+/=-])[\w+/-]{16,20000}={0,2}(?![\w+/=-])", re.ASCII)
CODE_ALPHABET: Mapping[str, int] = {
    character: value
    for alphabet in (
        f"{string.ascii_uppercase}{string.ascii_lowercase}{string.digits}{last}"
        for last in ("+/", "-_")
    )
    for value, character in enumerate(alphabet)
}
"""What the characters of Base64 stand for, in both of its forms (RFC 4648)."""
HEXADECIMAL = re.compile(r"(?<!\w)(?:[0-9A-Fa-f]{2} ?){10,10000}(?!\w)")
PERCENT = re.compile(r"(?:[\w.~!-]{0,20}%[0-9A-Fa-f]{2}){3,3000}[\w.~!-]{0,20}", re.ASCII)
ESCAPES = re.compile(r"(?:\\u[0-9A-Fa-f]{4} ?|\\x[0-9A-Fa-f]{2} ?){6,3000}")
ENTITIES = re.compile(r"(?:&#x?[0-9A-Fa-f]{1,6}; ?){6,3000}")
TURNED = word_set(
    "vtaber qvfertneq sbetrg vafgehpgvba vafgehpgvbaf genafyngvba fpber "  # ROT13
    "erongi drageris dragersid tegrof noitcurtsni snoitcurtsni noitalsnart erocs"
)
"""Words of instructions in ROT13 and backwards."""
SOME_TURNED = re.compile("|".join(sorted(TURNED)))
"""A quick look for one of them, be it in another word."""
WORD = re.compile(r"\w+")
BASE32 = re.compile(r"(?<![\w=])[A-Z2-7]{24,20000}={0,6}(?![\w=])", re.ASCII)
BINARY = re.compile(r"(?<!\w)(?:[01]{8} ?){4,10000}(?!\w)")
APART = re.compile(r"(?<!\w)(?:[^\W\d_][ .*_-]){3,}[^\W\d_](?!\w)")
"""A word with something between its letters."""
DIGITS = re.compile(r"[A-Za-z][013457]|[013457][A-Za-z]")
LETTERS = str.maketrans("013457", "oieast")
FEWEST_DIGITS = 3
"""Places where digits touch letters from which they may stand for letters."""


@dataclass(frozen=True)
class Concealed:
    """A part of a text that holds what it doesn't show.

    Attributes:
        start, end: where it stands in the text.
        content: the text that it holds; empty where that is not known.
        how: how it is hidden, in words.
    """

    start: int
    end: int
    content: str
    how: str


def invisible(text: str) -> Iterator[Concealed]:
    """Runs of characters that nothing shows, longer than any script needs."""
    if text.isascii() or HIDDEN.search(text) is None:
        return
    for match in TAGS.finditer(text):
        content = "".join(chr(ord(character) - 0xE0000) for character in match.group())
        yield Concealed(*match.span(), content, "in invisible tag characters")
    for match in SELECTORS.finditer(text):
        if _tells(match.group()):
            yield Concealed(*match.span(), _from_selectors(match.group()), "in variation selectors")
    for match in RUN.finditer(text):
        if _tells(match.group()):
            yield Concealed(*match.span(), "", "in invisible characters")


def encoded(text: str) -> Iterator[Concealed]:
    """Parts that may be codes for another text, decoded; most mean nothing."""
    if len(text.encode("ascii", "ignore")) >= SHORTEST:
        yield from _in_letters_and_digits(text)
    if "%" in text:
        for match in PERCENT.finditer(text):
            yield Concealed(*match.span(), unquote(match.group()), "percent-encoded")
    if "\\" in text:
        for match in ESCAPES.finditer(text):
            yield Concealed(*match.span(), _from_escapes(match.group()), "in escapes")
    if "&#" in text:
        for match in ENTITIES.finditer(text):
            yield Concealed(*match.span(), html.unescape(match.group()), "in HTML's references")


def _in_letters_and_digits(text: str) -> Iterator[Concealed]:
    if max(map(len, text.split()), default=0) >= SHORTEST:
        for match in BASE64.finditer(text):
            if content := _from_base64(match.group()):
                yield Concealed(*match.span(), content, "in Base64")
        for match in BASE32.finditer(text):
            if content := _from_base32(match.group()):
                yield Concealed(*match.span(), content, "in Base32")
    for match in BINARY.finditer(text):
        codes = match.group().replace(" ", "")
        data = bytes(int(codes[n : n + 8], 2) for n in range(0, len(codes), 8))
        yield Concealed(*match.span(), data.decode("utf-8", "replace"), "in binary digits")
    for match in HEXADECIMAL.finditer(text):
        digits = match.group().replace(" ", "")
        content = bytes.fromhex(digits).decode("utf-8", "replace")
        yield Concealed(*match.span(), content, "in hexadecimal digits")


def disguised(text: str) -> Iterator[Concealed]:
    """The whole text as it reads without a disguise, where something says that it may have one.

    Disguises are ROT13, letters in reverse, letters apart, and digits for letters.
    """
    lower = text.lower()
    if SOME_TURNED.search(lower) and not TURNED.isdisjoint(WORD.findall(lower)):
        yield Concealed(0, len(text), codecs.encode(text, "rot13"), "in ROT13")
        yield Concealed(0, len(text), text[::-1], "backwards")
    if APART.search(text):
        joined = APART.sub(lambda match: re.sub(r"[ .*_-]", "", match.group()), text)
        yield Concealed(0, len(text), joined, "with its letters apart")
    if len(DIGITS.findall(text)) >= FEWEST_DIGITS:
        yield Concealed(0, len(text), text.translate(LETTERS), "with digits for letters")


def _tells(run: str) -> bool:
    """Whether invisible characters may mean something: engines repeat one of them by accident."""
    return len(set(run)) > 1 or len(run) >= FILLER


def _from_selectors(run: str) -> str:
    """Bytes as variation selectors, of which there are 256."""
    codes = (ord(character) for character in run)
    data = bytes(c - 0xFE00 if c < 0xFE10 else c - 0xE0100 + 16 for c in codes)
    text = data.decode("utf-8", "replace")
    return text if text.isprintable() and "\ufffd" not in text else ""


def _from_base64(code: str) -> str:
    plain = code[:LONGEST].rstrip("=").replace("-", "+").replace("_", "/")
    if len(plain) % 4 == 1:
        return ""
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4)).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _from_base32(code: str) -> str:
    plain = code[:LONGEST].rstrip("=")
    try:
        return base64.b32decode(plain + "=" * (-len(plain) % 8)).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _from_escapes(code: str) -> str:
    digits = re.findall(r"\\[ux]([0-9A-Fa-f]+)", code)
    units = b"".join(int(digit, 16).to_bytes(2, "big") for digit in digits)
    return units.decode("utf-16-be", "replace")
