"""Tags, placeholders and the like hidden from an engine behind masks, and put back afterwards."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from mtqe.errors import ConfigError
from mtqe.support.patterns import CODE, EMAIL, PLACEHOLDER, TAG, URL

Kind = Literal["tags", "placeholders", "links", "code"]
PATTERNS: Mapping[Kind, tuple[re.Pattern[str], ...]] = {
    "tags": (TAG,),
    "placeholders": (PLACEHOLDER,),
    "links": (URL, EMAIL),
    "code": (CODE,),
}
"""The same that the checks look for in translations."""
NUMBER = "{n}"


@dataclass(frozen=True)
class ProtectOptions:
    """The key ``protect`` of a system.

    Attributes:
        kinds: kinds of text to protect.
        patterns: further regular expressions of text to protect.
        mask: text that the engine sees instead; ``{n}`` is a number. It must be something that the
            engine leaves as it is.
    """

    kinds: list[Kind] = field(default_factory=lambda: ["tags", "placeholders"])
    patterns: list[str] = field(default_factory=list)
    mask: str = "__{n}__"

    def __str__(self) -> str:
        return " ".join([*self.kinds, *self.patterns, "as", self.mask])


class Lost(Exception):  # noqa: N818 - it becomes a Failure
    """A translation that doesn't have every mask exactly once; says which text it stood for."""


@dataclass(frozen=True)
class Masked:
    """A source with masks.

    Attributes:
        text: text for the engine.
        hidden: mask to what it stands for, in the source's order.
    """

    text: str
    hidden: Mapping[str, str]

    def restore(self, translation: str) -> str:
        """Put back what was hidden.

        Raises:
            Lost: a mask is missing or there twice.
        """
        for mask, original in self.hidden.items():
            if (number := translation.count(mask)) != 1:
                there = "lost" if number == 0 else f"repeated {number} times"
                raise Lost(f"the engine {there} the mask {mask!r} of {original!r}")
        if not self.hidden:
            return translation
        masks = re.compile("|".join(map(re.escape, self.hidden)))
        return masks.sub(lambda match: self.hidden[match.group()], translation)


class Protection:
    """Hides what its options name."""

    def __init__(self, options: ProtectOptions, where: str) -> None:
        """Check the options.

        Raises:
            ConfigError: a pattern that can't be used, or a mask without a number.
        """
        if options.mask.count(NUMBER) != 1 or re.search(r"\s", options.mask):
            raise ConfigError(
                f'{where}.mask needs one {{n}} and no white space, as in mask = "__{{n}}__".'
            )
        own = (compiled for kind in options.kinds for compiled in PATTERNS[kind])
        self._mask = options.mask
        self._patterns = (*own, *(_compiled(pattern, where) for pattern in options.patterns))

    def mask(self, source: str) -> Masked:
        """Hide everything there is to hide; where patterns overlap, the first one wins."""
        spans: list[tuple[int, int]] = []
        for pattern in self._patterns:
            for match in pattern.finditer(source):
                start, end = match.span()
                if start < end and all(end <= s or e <= start for s, e in spans):
                    spans.append((start, end))
        return self._hide(source, sorted(spans))

    def _hide(self, source: str, spans: list[tuple[int, int]]) -> Masked:
        hidden: dict[str, str] = {}
        parts = []
        done = number = 0
        for start, end in spans:
            number = self._free(source, number + 1)
            mask = self._mask.replace(NUMBER, str(number))
            hidden[mask] = source[start:end]
            parts += [source[done:start], mask]
            done = end
        return Masked("".join([*parts, source[done:]]), hidden)

    def _free(self, source: str, number: int) -> int:
        """The first number from this one whose mask is not in the source by chance."""
        while self._mask.replace(NUMBER, str(number)) in source:
            number += 1
        return number


def _compiled(pattern: str, where: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise ConfigError(
            f"{where}.patterns: {pattern!r} is no regular expression ({error}); correct it."
        ) from error
