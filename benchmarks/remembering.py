"""An encoder that embeds each text once, for benchmarks that look at the same texts again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from mtqe.align.encoders import Encoder, Vectors


class Remembering:
    """An encoder that embeds each text once, for all rows of the table."""

    vectors: ClassVar[dict[tuple[str, str], Vectors]] = {}

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self.name, self.weight, self.usual = encoder.name, encoder.weight, encoder.usual

    def knows(self, language: str) -> bool:
        """See `Encoder`."""
        return self.encoder.knows(language)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder`."""
        new = [text for text in dict.fromkeys(texts) if (self.name, text) not in self.vectors]
        if new:
            vectors = self.encoder.embed(new)
            self.vectors.update({(self.name, t): v for t, v in zip(new, vectors, strict=True)})
        return np.stack([self.vectors[self.name, text] for text in texts])
