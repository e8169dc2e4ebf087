"""What a reader should know of scores by mtqe's own small models."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files

from mtqe.corpus.base import LanguagePair
from mtqe.metrics.base import Metric

PUBLISHED = {
    "mtqe-comet-mini": 'comet.model = "Unbabel/wmt22-comet-da" is the published one',
    "mtqe-kiwi-mini": 'comet-qe.model = "Unbabel/wmt22-cometkiwi-da" is the published one',
    "mtqe-e5-small": 'bertscore.model = "microsoft/deberta-xlarge-mnli" is the one that '
    "bert-score recommends for English",
}
COMPARED_WITH = "chrF"

Shares = Mapping[str, float]


def model_notes(metric: Metric, languages: LanguagePair) -> tuple[str, ...]:
    """Which model is the published one, and how well this one agrees with people; loads no model.

    Args:
        metric: any; only a metric with one of mtqe's own models has notes.
        languages: the corpus's direction, to find the figures nearest to it.
    """
    model = getattr(metric, "model", None)
    if model not in PUBLISHED:
        return ()
    judged_as = metric.name if metric.name == "bertscore" else model
    first = f"{model} is mtqe's own small model; {PUBLISHED[model]}."
    return (first, *_agreement_note(judged_as, languages))


def _agreement_note(name: str, languages: LanguagePair) -> tuple[str, ...]:
    pairs = _agreement()
    if not pairs:
        return ()
    pair = str(languages)
    shares, where = pairs.get(pair, _mean(pairs.values())), f"on {pair} development data"
    if pair not in pairs:
        where = f"on development data of {', '.join(pairs)} ({pair} was not measured)"
    if name not in shares:
        return ()
    return (
        f"It agrees with human preference in {shares[name]:.0%} of pairs {where}; "
        f"{COMPARED_WITH} in {shares['chrf']:.0%}.",
    )


def _mean(pairs: Collection[Shares]) -> Shares:
    return {
        metric: sum(shares[metric] for shares in pairs) / len(pairs) for metric in next(iter(pairs))
    }


@cache
def _agreement() -> Mapping[str, Shares]:
    """Shares of human preferences that metrics agree with, by pair, as docs/models.md has them."""
    text = (files("mtqe.metrics.models") / "weights" / "agreement.json").read_text(encoding="utf-8")
    pairs: dict[str, Shares] = json.loads(text)["pairs"]
    return pairs
