"""How a model is told from which language to translate into which."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mtqe.backends.local.codes import check_code, find_code
from mtqe.corpus.base import LanguagePair
from mtqe.errors import BackendError
from mtqe.support.languages import primary

PREFIX_TOKENS = re.compile(r">>(?P<marian>[\w-]+)<<|<2(?P<madlad>[\w-]+)>")
"""Multilingual OPUS-MT models have a token such as ``>>spa<<``, MADLAD ones such as ``<2es>``."""
T5_LANGUAGES = {"en": "English", "de": "German", "fr": "French", "ro": "Romanian"}
"""The original T5 models were trained on translation between English and the other three."""


@dataclass(frozen=True)
class Wish:
    """What a configuration says of the direction, where the languages alone don't do.

    Attributes:
        source_code: the model's code of the source language.
        target_code: the model's code of the target language.
        prefix: text to put before every source.
    """

    source_code: str | None = None
    target_code: str | None = None
    prefix: str | None = None


@dataclass(frozen=True)
class Direction:
    """What a model is to be given.

    Attributes:
        prefix: text before every source.
        source_code: what the tokenizer's `src_lang` is set to.
        target_token: the token that every translation starts with.
    """

    prefix: str = ""
    source_code: str | None = None
    target_token: str | None = None

    def __str__(self) -> str:
        codes = f"{self.source_code}>{self.target_token}" if self.target_token else ""
        return " ".join(filter(None, (codes, self.prefix.strip()))) or "of the model"


def find_direction(tokenizer: Any, languages: LanguagePair, wish: Wish) -> Direction:  # noqa: ANN401 - transformers has no types
    """The direction for a transformers tokenizer.

    Args:
        tokenizer: of Marian, NLLB, M2M100, mBART-50, MADLAD, T5 or alike.
        languages: the direction of translation.
        wish: overrides what the tokenizer tells.

    Raises:
        BackendError: the model doesn't know a language, or a wish would have no effect.
    """
    if hasattr(tokenizer, "src_lang"):
        return _by_codes(tokenizer, languages, wish)
    if wish.source_code is not None:
        raise BackendError("the model has no codes for source languages; remove `source_code`.")
    if wish.prefix is not None:
        return Direction(_prefix(wish))
    tokens = _prefix_tokens(tokenizer.get_vocab())
    if tokens:
        return Direction(tokens[_choose(wish.target_code, languages.target, list(tokens))] + " ")
    if wish.target_code is not None:
        raise BackendError("the model has no codes for target languages; remove `target_code`.")
    return Direction(_instruction(languages) if "T5" in type(tokenizer).__name__ else "")


def _by_codes(tokenizer: Any, languages: LanguagePair, wish: Wish) -> Direction:  # noqa: ANN401 - transformers has no types
    by_code: dict[str, str] = getattr(tokenizer, "lang_code_to_token", {})
    codes = list(by_code) or [str(t) for t in _further_tokens(tokenizer) if "<" not in str(t)]
    target = _choose(wish.target_code, languages.target, codes)
    source = _choose(wish.source_code, languages.source, codes)
    return Direction(wish.prefix or "", source, by_code.get(target, target))


def _further_tokens(tokenizer: Any) -> Sequence[object]:  # noqa: ANN401 - as above
    """Special tokens beyond the usual ones, by their names before transformers 5 and since."""
    for name in ("additional_special_tokens", "extra_special_tokens"):
        if hasattr(tokenizer, name):
            return list(getattr(tokenizer, name))
    return []


def _choose(wished: str | None, language: str, codes: Sequence[str]) -> str:
    return find_code(language, codes) if wished is None else check_code(wished, codes)


def _prefix(wish: Wish) -> str:
    if wish.target_code is not None:
        raise BackendError("`target_code` has no effect beside `prefix`; remove one.")
    return wish.prefix or ""


def _prefix_tokens(vocabulary: Sequence[str]) -> dict[str, str]:
    matches = filter(None, map(PREFIX_TOKENS.fullmatch, vocabulary))
    return {match["marian"] or match["madlad"]: match.group() for match in matches}


def _instruction(languages: LanguagePair) -> str:
    names = [T5_LANGUAGES.get(primary(tag)) for tag in (languages.source, languages.target)]
    if None in names:
        raise BackendError(
            f"a T5 model must be told the direction and {languages} is none that T5 was made for; "
            'set `prefix`, for instance prefix = "translate English to German: ".'
        )
    return f"translate {names[0]} to {names[1]}: "
