"""Sources that resemble each other as little as can be."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

WIDTH = 1024
"""Dimensions that character n-grams are hashed into."""
NGRAM = 3


def diverse_order(texts: Sequence[str], rng: np.random.Generator) -> NDArray[np.intp]:
    """An order in which every text is the one least like those before it (farthest first).

    The first is drawn at random. Alike is the cosine of hashed counts of character trigrams, which
    needs no model and no word boundaries (Gonzalez, 1985, for the order).
    """
    vectors = np.stack([_vector(text) for text in texts])
    order = np.empty(len(texts), np.intp)
    nearest = np.full(len(texts), -np.inf)
    current = int(rng.integers(len(texts)))
    for place in range(len(texts)):
        order[place] = current
        nearest = np.maximum(nearest, vectors @ vectors[current])
        nearest[current] = np.inf
        current = int(np.argmin(nearest))
    return order


def _vector(text: str) -> NDArray[np.float32]:
    """A unit vector of hashed trigram counts, damped by their square root [WIDTH]."""
    padded = f" {text} "
    places = [
        zlib.crc32(padded[start : start + NGRAM].encode("utf-8", "surrogatepass")) % WIDTH
        for start in range(max(1, len(padded) - NGRAM + 1))
    ]
    counts = np.sqrt(np.bincount(places, minlength=WIDTH).astype(np.float32))
    vector: NDArray[np.float32] = counts / np.linalg.norm(counts)
    return vector
