"""Keys taken out of texts, in every form in which a service may echo them.

A text is redacted before it is cut: a cut through a key would leave half of it behind.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from mtqe.support.key_shapes import KNOWN_FORMS

HIDDEN = "***"
SHORTEST = 8
"""Characters of a key from which on all its forms are looked for, and its beginning alone too."""
SHORTEST_INSIDE = 4
"""Characters of a key from which on it is taken out of words; a shorter one is part of many."""
SHORTEST_ECHO = 16
"""Characters of a key whose appearance in a translation is no coincidence."""
HINT = 4
"""Letters and digits of a form that a text without escapes must hold."""
PUNCTUATION = re.compile(r"[\W_]+")
CORE = 8
"""Characters of Base64 that are enough to tell a key by."""

BREAK = r"(?:\\[nrtbf]|[\s\\=\x00]|%0[AaDd]|&#1[03];){0,8}?"
"""What may stand between two characters of a text that was escaped or split over lines."""
ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"}
ESCAPES = ("%", "\\", "&")
"""Without any of them a text holds a key as it is, in Base64 or in hexadecimal digits alone."""
USER = re.compile(r"(?<=://)[^/\s@]+@")
VARIABLE = re.compile(r"(?:key|token|secret|passw(?:or)?d|passphrase)$", re.IGNORECASE)

_READ: set[str] = set()

Span = tuple[int, int]


class Redactor:
    """Finds keys in texts: as they are, percent-encoded, in Base64, escaped or split over lines."""

    def __init__(self, keys: Iterable[str]) -> None:
        """Prepare for these keys."""
        self._short = [_alone(key) for key in keys if 0 < len(key) < SHORTEST]
        self._forms = [form for key in keys if len(key) >= SHORTEST for form in _forms(key)]

    def redact(self, text: str) -> str:
        """The text without the keys, or the beginnings of keys, and without users of addresses."""
        parts, done = [], 0
        for start, end in _merged(span for form in self._forms for span in form.spans(text)):
            parts += [text[done:start], HIDDEN]
            done = end
        rest = "".join([*parts, text[done:]])
        for short in self._short:
            rest = short.sub(HIDDEN, rest)
        return USER.sub(f"{HIDDEN}@", rest)

    def holds(self, text: str) -> bool:
        """Whether a whole key is in the text, in any form."""
        bare = _bare(text)
        escaped = any(sign in text for sign in ESCAPES)
        return any(form.is_in(text) for form in self._forms if escaped or form.hint in bare)


@lru_cache(maxsize=64)
def redactor(keys: tuple[str, ...]) -> Redactor:
    """The redactor of these keys."""
    return Redactor(keys)


def redact(text: str, keys: Iterable[str]) -> str:
    """The text without any of the keys."""
    return redactor(tuple(keys)).redact(text)


def stand_in(text: str) -> str:
    """16 hexadecimal digits that stand for a text that is not to be stored."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def environment_keys() -> tuple[str, ...]:
    """Values of the environment that are keys by their variables' names, such as ``MT_KEY``."""
    found = {value for name, value in os.environ.items() if VARIABLE.search(name)}
    return tuple(sorted(v for v in found if len(v) >= SHORTEST and not v.startswith(("/", "."))))


def printable(text: str) -> str:
    """A text as it may be printed: without keys that this process knows or that look like keys."""
    return KNOWN_FORMS.sub(HIDDEN, redact(text, known_keys()))


def remember_key(key: str) -> None:
    """Count a key among those that this process has read, for the last look at what it prints."""
    _READ.add(key)


def forget_keys() -> None:
    """Forget the keys that were read, such as between two uses that share a process."""
    _READ.clear()


def known_keys() -> tuple[str, ...]:
    """Every key that this process has read, and those that its environment holds."""
    return tuple(sorted({*_READ, *environment_keys()}))


class _Form:
    """One way to write a key: a beginning that is looked for, and what may follow."""

    def __init__(
        self, text: str, characters: Sequence[str], separator: str, ends: tuple[str, str]
    ) -> None:
        self.hint = _bare(text)[:HINT]
        head = characters[:SHORTEST]
        self._head = re.compile(ends[0] + separator.join(head), re.IGNORECASE)
        self._rest = [re.compile(separator + c, re.IGNORECASE) for c in characters[SHORTEST:]]
        self._end = re.compile(ends[1])

    def spans(self, text: str) -> Iterator[Span]:
        """Where it stands, or as much of its beginning as there is."""
        for start, end, _ in self._found(text):
            yield start, end

    def is_in(self, text: str) -> bool:
        """Whether it stands there from beginning to end."""
        return any(whole for _, _, whole in self._found(text))

    def _found(self, text: str) -> Iterator[tuple[int, int, bool]]:
        for found in self._head.finditer(text):
            end, matched = found.end(), 0
            for pattern in self._rest:
                following = pattern.match(text, end)
                if following is None:
                    break
                end, matched = following.end(), matched + 1
            whole = matched == len(self._rest)
            last = self._end.match(text, end)
            yield found.start(), last.end() if whole and last else end, whole


def _alone(key: str) -> re.Pattern[str]:
    """A short key; the shortest only where neither letters nor digits stand beside it."""
    if len(key) >= SHORTEST_INSIDE:
        return re.compile(re.escape(key))
    return re.compile(rf"(?<![^\W_]){re.escape(key)}(?![^\W_])")


def _forms(key: str) -> Iterator[_Form]:
    yield _Form(key, [_written(character) for character in key], BREAK, ("", ""))
    around = r"[A-Za-z0-9+/_-]{0,3}"
    for core in _base64_cores(key.encode("utf-8")):
        written = [_written(c, {"+": "-", "/": "_"}.get(c, "")) for c in core]
        yield _Form(core, written, BREAK, (around, around + "={0,2}"))
    digits = key.encode("utf-8").hex()
    yield _Form(digits, list(digits), r"(?:[\s:\\-]|0x|\\x){0,4}?", ("", ""))


def _written(character: str, other: str = "") -> str:
    """A pattern of the ways to write a character in JSON, URLs, HTML and source code."""
    code = ord(character)
    ways = [
        *([ENTITIES[character]] if character in ENTITIES else []),
        f"&#0{{0,4}}{code};?",
        f"&#x0{{0,4}}{code:x};?",
        f"%(?:25){{0,3}}{code:02x}",
        rf"\\{{1,4}}(?:u\{{?0{{0,4}}{code:x}\}}?|x{code:02x})",
        *map(re.escape, character + other),
    ]
    return "(?:" + "|".join(ways) + ")"


def _base64_cores(key: bytes) -> Iterator[str]:
    """What Base64 makes of the key alone, wherever it stands in what is encoded."""
    for offset in range(3):
        encoded = base64.b64encode(bytes(offset) + key).decode("ascii")
        core = encoded[-(-offset * 8 // 6) : (offset + len(key)) * 8 // 6]
        if len(core) >= CORE:
            yield core


def _bare(text: str) -> str:
    """The letters and digits of a text, in lower case."""
    return PUNCTUATION.sub("", text).lower()


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    """The spans in order, overlapping ones as one."""
    last: Span | None = None
    for start, end in sorted(spans):
        if last is not None and start <= last[1]:
            last = last[0], max(last[1], end)
            continue
        if last is not None:
            yield last
        last = start, end
    if last is not None:
        yield last
