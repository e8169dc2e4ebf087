"""Text to tokens and back, as a model's own library does it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mtqe.backends.local.directions import Wish, find_direction
from mtqe.backends.local.trouble import first_line
from mtqe.corpus.base import LanguagePair
from mtqe.errors import BackendError
from mtqe.support.quiet import quiet

TOO_LONG = "sequence-length-is-longer-than-the-specified-maximum"


class Tokenizer:
    """A transformers tokenizer that knows the direction."""

    def __init__(self, folder: Path, languages: LanguagePair, wish: Wish) -> None:
        """Load the tokenizer.

        Raises:
            BackendError: there is none that can be loaded, or it doesn't know the languages.
        """
        self.own = load_tokenizer(folder)
        self.direction = find_direction(self.own, languages, wish)
        self.limit = int(self.own.model_max_length)
        self.end = str(self.own.eos_token)
        if self.direction.source_code is not None:
            self.own.src_lang = self.direction.source_code

    def encode(self, text: str) -> Sequence[int]:
        """Token ids of a source, whole however long it is."""
        ids: list[int] = self.own(self.direction.prefix + text, truncation=False).input_ids
        return ids

    def tokens(self, ids: Sequence[int]) -> list[str]:
        """The same as the vocabulary writes them."""
        tokens: list[str] = self.own.convert_ids_to_tokens(list(ids))
        return tokens

    def decode(self, ids: Sequence[Sequence[int]]) -> list[str]:
        """The texts of translations."""
        texts: list[str] = self.own.batch_decode(ids, skip_special_tokens=True)
        return texts

    def decode_tokens(self, tokens: Sequence[str]) -> str:
        """The text of a translation whose tokens are given as the vocabulary writes them."""
        return self.decode([self.own.convert_tokens_to_ids(list(tokens))])[0]

    def forced(self) -> int | None:
        """The id of the token that every translation starts with, if the direction has one."""
        token = self.direction.target_token
        return None if token is None else int(self.own.convert_tokens_to_ids(token))


def load_tokenizer(folder: Path) -> Any:  # noqa: ANN401 - transformers has no types
    """The tokenizer of a transformers folder.

    Raises:
        BackendError: there is none that can be loaded.
    """
    try:
        with quiet():
            tokenizer = _load(folder)
    except (OSError, ValueError, KeyError, TypeError, ImportError) as error:
        raise BackendError(
            f"the tokenizer in {folder} can't be loaded ({first_line(error)}); copy the original "
            "model's tokenizer files there."
        ) from error
    tokenizer.deprecation_warnings[TOO_LONG] = True  # it is no trouble: the caller looks
    return tokenizer


def _load(folder: Path) -> Any:  # noqa: ANN401 - transformers has no types
    from transformers import AutoTokenizer

    # Without a tokenizer.json, making a fast tokenizer depends on protobuf and on what else this
    # process has loaded, and may number languages otherwise. The slow one is always the same.
    return AutoTokenizer.from_pretrained(
        str(folder),
        use_fast=(folder / "tokenizer.json").is_file(),
        local_files_only=True,
        trust_remote_code=False,
    )
