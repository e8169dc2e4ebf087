"""SentencePiece models as tokenizers, as OpenNMT's and Argos's models have them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mtqe.backends.local.directions import Direction, Wish
from mtqe.backends.local.trouble import first_line
from mtqe.errors import BackendError

END = "</s>"
LIMIT = 512
"""Such a file doesn't say what its model takes; OpenNMT's and Marian's usual limit."""


class Pieces:
    """A SentencePiece file for the source, and one for the target or the same."""

    def __init__(self, source: Path, target: Path | None, wish: Wish) -> None:
        """Load the SentencePiece models of both sides.

        Raises:
            BackendError: one can't be loaded, or language codes are wished for.
        """
        if wish.source_code is not None or wish.target_code is not None:
            raise BackendError(
                "a SentencePiece file has no language codes; give the original model's tokenizer "
                "folder as `tokenizer`, or remove `source_code` and `target_code`."
            )
        self.direction = Direction(prefix=wish.prefix or "")
        self.limit = LIMIT
        self.end = END
        self._source = _load(source)
        self._target = self._source if target is None else _load(target)

    def encode(self, text: str) -> Sequence[int]:
        """Piece ids of a source."""
        ids: list[int] = self._source.encode(self.direction.prefix + text)
        return ids

    def tokens(self, ids: Sequence[int]) -> list[str]:
        """The same as the vocabulary writes them."""
        return [self._source.id_to_piece(number) for number in ids]

    def decode_tokens(self, tokens: Sequence[str]) -> str:
        """The text of a translation."""
        text: str = self._target.decode([token for token in tokens if token != self.end])
        return text


def _load(path: Path) -> Any:  # noqa: ANN401 - SentencePiece has no types
    from sentencepiece import SentencePieceProcessor

    try:
        return SentencePieceProcessor(model_file=str(path))
    except (OSError, RuntimeError) as error:
        raise BackendError(
            f"{path} is no SentencePiece model ({first_line(error)}); correct the tokenizer's path."
        ) from error
