"""What looks like a key: by its own form, or by the name that it stands under.

A configuration must hold no key. These rules tell one from model names, ids of glossaries and plain
words; they say where it stands and never repeat it.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest

MARK = re.compile(r"\{(?:texts?|source|target|key(?::\w+)?)\}")
"""What a template's marks look like; they stand for something that is not in the template."""

KNOWN_FORMS = re.compile(
    r"\b(?:sk|pk|rk)[-_][A-Za-z0-9][\w-]{14,}"
    r"|\bgh[opsur]_[A-Za-z0-9]{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}"
    r"|\bhf_[A-Za-z0-9]{16,}|\bxox[abeoprs]-[\w-]{10,}"
    r"|\b(?:AKIA|ASIA)[A-Z0-9]{12,}|\bAIza[\w-]{20,}|\bya29\.[\w-]{10,}"
    r"|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"
    r"|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}:fx\b"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY"
)
"""Forms by which services mark their keys: OpenAI, Stripe, GitHub, Slack, AWS, Google, DeepL …"""

UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE)
"""The form of many ids that are not secret."""
PATH = re.compile(r"(?:(?<=\s)|^)(?:~|\.{1,2})?/[^\s\"']*")
SCHEME = re.compile(
    r"\b(?:bearer|basic|token|deepl-auth-key)\s+(?=[a-z+/=.~:-]*\d)[\w+/=.~:-]{8,}", re.IGNORECASE
)
CREDENTIALS = (
    "apikey", "authkey", "accesskey", "secretkey", "privatekey", "subscriptionkey", "secret",
    "password", "passwd", "passphrase", "token", "authorization", "cookie", "bearer",
)  # fmt: skip
"""How names of credentials end, without their punctuation."""
RANDOM_NAMES = ("id", "version", "revision", "model", "hash", "sha", "glossary", "category")
"""How names of values end that may be random without being secret."""
SHORT = ("key", "auth", "pw", "pwd", "sig", "signature")
"""Names of credentials that may be those of other things too."""

WORD = re.compile(r"[A-Za-z]{0,2}\d{0,4}|[A-Z]?[a-z]+\d{0,3}|[A-Z]+\d{0,3}")
LITERAL = re.compile(r"[\w+/=.~:-]{6,}")
RANDOM_RUN = 20
RANDOM_TOKEN = 32
BITS = 3.0
"""Bits of entropy per character beyond which a run of letters and digits is not a name."""


def has_known_form(text: str) -> bool:
    """Whether a text holds a key in a form by which services mark theirs."""
    rest = MARK.sub(" ", text)
    return bool(KNOWN_FORMS.search(rest) or SCHEME.search(rest))


def has_key_form(text: str) -> bool:
    """Whether a text holds a key in a known form, or something as random as a key."""
    rest = PATH.sub(" ", UUID.sub(" ", MARK.sub(" ", text)))
    tokens = re.findall(r"[A-Za-z0-9+/_=-]{20,}", rest)
    return has_known_form(text) or any(map(_is_random, tokens))


def is_credential(name: str, value: str) -> bool:
    """Whether a value is a literal key, by its form or by its name."""
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    if has_known_form(value) or (has_key_form(value) and not plain.endswith(RANDOM_NAMES)):
        return True
    if "{key" in value:
        return False
    rest = MARK.sub("", value).strip()
    if plain.endswith(CREDENTIALS):
        return LITERAL.fullmatch(rest.rpartition(" ")[2]) is not None
    mixed = re.search(r"\d", rest) and re.search(r"[A-Za-z]", rest)
    return plain in SHORT and len(rest) >= 8 and mixed is not None and " " not in rest


def literal_keys(options: Mapping[str, object]) -> Iterator[str]:
    """The places in an engine's options that hold a key, such as ``headers.Authorization``.

    Options of its own, such as the hash of a model, may be random; what is sent as it is may not.
    """
    for name, value in options.items():
        if not isinstance(value, str):
            yield from _literal_keys(value, name)
        elif has_known_form(value):
            yield name


def _literal_keys(value: object, place: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _literal_keys(part, f"{place}.{name}")
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _literal_keys(part, place)
    elif isinstance(value, str) and is_credential(place.rpartition(".")[2], value):
        yield place


def key_in_words(words: Sequence[str]) -> bool:
    """Whether a command line holds a key: ``--token VALUE``, ``TOKEN=VALUE`` or a key alone."""
    return any(map(has_key_form, words)) or any(
        is_credential(name, value.strip())
        for word, after in zip_longest(words, words[1:], fillvalue="")
        for name, value in (
            *(word.partition(sign)[::2] for sign in "=:" if sign in word),
            *([(word, after)] if word.startswith("-") and not after.startswith("-") else []),
        )
    )


def _is_random(token: str) -> bool:
    """Whether a run of characters is too random for a name or a number of a version."""
    parts = [part for part in re.split(r"[+/_=-]", token) if part]
    runs = [part for part in parts if len(part) >= RANDOM_RUN]
    if any(_mixed(run) and _entropy(run) >= BITS for run in runs):
        return True
    if len(token) < RANDOM_TOKEN or all(WORD.fullmatch(part) for part in parts):
        return False
    kinds = (r"[a-z]", r"[A-Z]", r"\d")
    return all(re.search(kind, token) for kind in kinds)


def _mixed(run: str) -> bool:
    return bool(re.search(r"\d", run) and re.search(r"[A-Za-z]", run))


def _entropy(text: str) -> float:
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())
