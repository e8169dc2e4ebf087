"""How far metrics are to be trusted, on one scale: the most trusted one leads a verdict.

People come before everything. Published neural models come before strings, as they agree with
people better (Freitag et al. 2022, Findings of WMT). mtqe's own small models come where they were
measured to stand: before chrF only where they agree with people clearly better than it does.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files

from mtqe.corpus.base import LanguagePair
from mtqe.support.languages import primary

PEOPLE = 4.0
PUBLISHED = 3.0
"""Models that others have measured, and that know the languages; up to 0.9 more by kind."""
MEASURED = 2.0
"""Own models that agree with people better than chrF does; the share of agreement is added."""
MODEL = 2.0
"""A model that nobody has measured, but that somebody chose."""
CHRF_PLUS_PLUS = 1.4
CHRF = 1.3
BLEU = 1.2
TER = 1.1
POOR = 1.0
"""A model that is measured no better than BLEU, or doesn't know the languages."""
UNKNOWN = 0.0

CLEARLY = 0.005
"""Shares of agreement that differ by less are equal in whole percent, and within chance."""

Shares = Mapping[str, float]


def measured_trust(model: str, languages: LanguagePair) -> float:
    """The trust in one of mtqe's own models, by its measured agreement with people.

    Args:
        model: as `agreement` has it.
        languages: the corpus's direction; the mean over all pairs where it was not measured.
    """
    shares, _ = agreement(languages)
    share = shares.get(model)
    if share is None:
        return POOR
    if share >= shares["chrf"] + CLEARLY:
        return MEASURED + share
    return (CHRF + BLEU) / 2 if share >= shares["bleu"] + CLEARLY else POOR


def agreement(languages: LanguagePair) -> tuple[Shares, tuple[str, ...]]:
    """Shares of people's preferences that metrics agree with, and the pairs they stand for.

    Returns:
        The figures of this pair, or the means over all measured pairs; by own model or metric.
    """
    pairs = _measured_pairs()
    pair = f"{primary(languages.source)}-{primary(languages.target)}"
    if pair in pairs:
        return pairs[pair], (pair,)
    return _mean(pairs.values()), tuple(pairs)


def _mean(pairs: Collection[Shares]) -> Shares:
    return {
        metric: sum(shares[metric] for shares in pairs) / len(pairs) for metric in next(iter(pairs))
    }


@cache
def _measured_pairs() -> Mapping[str, Shares]:
    """By pair, as docs/why/models.md has them."""
    text = (files("mtqe.metrics.models") / "weights" / "agreement.json").read_text(encoding="utf-8")
    pairs: dict[str, Shares] = json.loads(text)["pairs"]
    return pairs
