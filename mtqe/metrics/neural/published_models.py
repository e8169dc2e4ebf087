"""Published models by exact name: how far they are trusted, and their scale in mt-thresholds."""

from __future__ import annotations

from dataclasses import dataclass

from mtqe.metrics import trust


@dataclass(frozen=True)
class PublishedModel:
    """What is known of a model from its publication.

    Attributes:
        trust: how far its scores lead (see `mtqe.metrics.trust`), by the order in which WMT's
            metrics tasks of 2020 to 2023 found such models to agree with people.
        curve: its name in mt-thresholds.
    """

    trust: float
    curve: str | None = None


def _model(order: float, curve: str | None = None) -> PublishedModel:
    return PublishedModel(trust.PUBLISHED + order, curve)


PUBLISHED = {
    "Unbabel/XCOMET-XXL": _model(0.9, "xcometxxl"),
    "Unbabel/XCOMET-XL": _model(0.8, "xcometxl"),
    "Unbabel/wmt22-comet-da": _model(0.7, "comet22"),
    "Unbabel/wmt22-unite-da": _model(0.65),
    "Unbabel/wmt23-cometkiwi-da-xxl": _model(0.6),
    "Unbabel/wmt23-cometkiwi-da-xl": _model(0.55),
    "Unbabel/wmt22-cometkiwi-da": _model(0.5, "cometkiwi22"),
    "Unbabel/wmt20-comet-da": _model(0.4, "comet20"),
    "Unbabel/eamt22-cometinho-da": _model(0.35),
    "Unbabel/wmt20-comet-qe-da": _model(0.3),
    "microsoft/deberta-xlarge-mnli": _model(0.2),
    "roberta-large": _model(0.15),
    "xlm-roberta-large": _model(0.1),
    "bert-base-chinese": _model(0.1),
    "bert-base-multilingual-cased": _model(0.1),
}
"""Encoders, for BERTScore, come last."""
