"""Blocks of samples to statistics: what runs beside other threads."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from mtqe.metrics.base import Matrix
from mtqe.metrics.surface.blocks import Block
from mtqe.metrics.surface.kernels import tokens
from mtqe.metrics.surface.kernels.ngrams import matches
from mtqe.metrics.surface.kernels.texts import Sequences, pack, without_whitespace

Counts = NDArray[np.int64]

FAR = np.iinfo(np.int64).max
SEPARATORS: Mapping[str, Callable[[Sequences], Sequences]] = {
    "13a": tokens.western,
    "zh": tokens.chinese,
    "char": tokens.characters,
}


def bleu_counts(block: Block, prepared: list[str], tokenize: str, order: int) -> Matrix:
    """BLEU's statistics [m, 2 + 2 * order]; `prepared` as `BLEU._preparation` left it."""
    texts = pack(prepared)
    separate = SEPARATORS.get(tokenize)
    words = tokens.words(separate(texts) if separate else texts)
    lengths = words.lengths
    matched = matches(words.units, words.offsets, block.hypotheses, block.references, order)
    hypothesis = lengths[block.hypotheses]
    reference = _closest(hypothesis, lengths[block.references], block.references >= 0)
    totals = _ngrams(hypothesis, order)
    return np.column_stack((hypothesis, reference, matched, totals)).astype(np.float64)


def chrf_counts(
    block: Block, prepared: list[str], char_order: int, word_order: int, *, whitespace: bool
) -> Matrix:
    """The statistics of chrF against each reference [m, r, 3 * (char_order + word_order)]."""
    texts = pack(prepared)
    triples = _triples(texts if whitespace else without_whitespace(texts), block, char_order)
    if word_order:
        words = tokens.words(tokens.detach_punctuation(texts))
        triples = np.concatenate((triples, _triples(words, block, word_order)), axis=2)
    return triples.reshape(*triples.shape[:2], -1).astype(np.float64)


def ter_counts(block: Block, prepared: list[str]) -> Matrix:
    """TER's statistics [m, 2]."""
    from mtqe.metrics.surface.kernels.shifts import edits  # half of all kernels

    words = tokens.words(pack(prepared))
    present = block.references >= 0
    counts = edits(words.units, words.offsets, block.hypotheses, block.references)
    fewest = np.where(present, counts, FAR).min(axis=1)
    lengths = np.where(present, words.lengths[block.references], 0).sum(axis=1)
    return np.column_stack((fewest, lengths / present.sum(axis=1)))


def _ngrams(lengths: Counts, order: int) -> Counts:
    """How many n-grams of each order sequences of these lengths have [..., order]."""
    return np.maximum(lengths[..., None] - np.arange(order), 0)


def _closest(hypothesis: Counts, references: Counts, present: NDArray[np.bool_]) -> Counts:
    """The reference length closest to the hypothesis's [m]; the shorter of two as close."""
    distance = np.where(present, np.abs(references - hypothesis[:, None]), FAR)
    closest = distance == distance.min(axis=1, keepdims=True)
    lengths: Counts = np.where(closest, references, FAR).min(axis=1)
    return lengths


def _triples(sequences: Sequences, block: Block, order: int) -> Counts:
    """Counts against each reference [m, r, order, 3]: of hypothesis, of reference, of both.

    Where the reference has no n-gram of an order, those of the hypothesis don't count either.
    """
    totals = _ngrams(sequences.lengths, order)
    reference = np.where(block.references[..., None] >= 0, totals[block.references], 0)
    hypothesis = np.where(reference > 0, totals[block.hypotheses][:, None], 0)
    columns = [
        matches(*sequences, block.hypotheses, np.ascontiguousarray(column[:, None]), order)
        for column in block.references.T
    ]
    return np.stack((hypothesis, reference, np.stack(columns, axis=1)), axis=-1)
