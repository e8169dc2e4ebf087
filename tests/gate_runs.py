"""Small real runs for gates: sentences whose words are spoilt by number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

import mtqe
from mtqe.corpus import Corpus, LanguagePair, Segment
from mtqe.gate import Gate, parse_gate
from mtqe.run import Run

WORDS = "the river carried seven grey boats past our quiet mill before dawn on market day"


def sentence(index: int) -> str:
    return " ".join(np.random.default_rng(index).choice(WORDS.split(), size=12))


def spoilt(text: str, words: int) -> str:
    return " ".join(["xx"] * words + text.split()[words:])


def corpus_of(size: int, documents: int = 0) -> Corpus:
    segments = (
        Segment(
            id=f"s{index}",
            source=f"source {index}",
            references=(sentence(index),),
            document=f"d{index % documents}" if documents else None,
            metadata={"domain": "news" if index % 2 else "talk"},
        )
        for index in range(size)
    )
    return Corpus("toy", LanguagePair("en", "en"), tuple(segments))


def run_of(
    size: int,
    systems: Mapping[str, Any],
    metrics: Sequence[str] = ("chrf",),
    *,
    documents: int = 0,
) -> Run:
    """Each system spoils so many words of every segment; None leaves a segment untranslated."""
    corpus = corpus_of(size, documents)
    texts = {
        name: [
            None if count is None else spoilt(segment.references[0] or "", count)
            for segment, count in zip(
                corpus, [words] * size if isinstance(words, int) else words, strict=True
            )
        ]
        for name, words in systems.items()
    }
    return mtqe.score(corpus, texts, metrics, use_cache=False)


def mixed(size: int, usual: int, worse: int, every: int) -> list[int]:
    """Words to spoil: `worse` in every so-manieth segment, `usual` elsewhere."""
    return [worse if index % every == 0 else usual for index in range(size)]


def gate_of(*rules: Mapping[str, object], **settings: object) -> Gate:
    return parse_gate({**settings, "rules": [dict(rule) for rule in rules]}, "mtqe.toml")
