"""mtqe's own small models: what they are called, and how well they agree with people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mtqe.corpus.base import LanguagePair
from mtqe.metrics.trust import agreement, measured_trust
from mtqe.support.languages import primary

COMPARED_WITH = "chrF"


@dataclass(frozen=True)
class OwnModel:
    """What a reader should know of a small model.

    Attributes:
        short: what labels of scores say, as in "COMET (mini)".
        name: name in `mtqe models list`.
        measured_as: what the table of measured agreement calls it.
        published: which model people mean, as a clause; by target language, "" for all others.
        on_length: what is known of scores of long texts, as a sentence; empty where nothing is.
    """

    short: str
    name: str
    measured_as: str
    published: Mapping[str, str]
    on_length: str = ""

    def trust(self, languages: LanguagePair) -> float:
        """By its measured agreement with people."""
        return measured_trust(self.measured_as, languages)

    def notes(self, languages: LanguagePair) -> tuple[str, ...]:
        """Which model is the published one, and how well this one agrees with people.

        Reports say a sentence once that is true of several metrics, so none begins with "It".
        """
        target = primary(languages.target)
        published = self.published.get(target, self.published.get("", ""))
        first = f"{self.name} is mtqe's own small model; {published}."
        shares, pairs = agreement(languages)
        if self.measured_as not in shares:
            return (first,)
        where = f"on {pairs[0]} development data"
        if len(pairs) > 1:
            where = (
                f"on development data of {', '.join(pairs)} ({languages.shown} was not measured)"
            )
        return (
            first,
            f"In {shares[self.measured_as]:.0%} of pairs of translations {where}, the one that "
            f"people prefer has the better score; by {COMPARED_WITH}, in {shares['chrf']:.0%}.",
        )


_MODELS = (
    OwnModel(
        "mini",
        "mtqe-comet-mini",
        "mtqe-comet-mini",
        {"": 'comet.model = "Unbabel/wmt22-comet-da" is the published one'},
        "mtqe-comet-mini gives several sentences together a lower score than each by itself: "
        "compare long texts with long texts alone.",
    ),
    OwnModel(
        "mini",
        "mtqe-kiwi-mini",
        "mtqe-kiwi-mini",
        {"": 'comet-qe.model = "Unbabel/wmt22-cometkiwi-da" is the published one'},
    ),
    OwnModel(
        "E5",
        "mtqe-e5-small",
        "bertscore",
        {
            "": 'bertscore.model = "bert-base-multilingual-cased" is what bert-score takes',
            "zh": 'bertscore.model = "bert-base-chinese" is what bert-score takes for Chinese',
            "en": 'bertscore.model = "microsoft/deberta-xlarge-mnli" is the one that '
            "bert-score recommends for English",
        },
    ),
)
OWN_MODELS = {model.name: model for model in _MODELS}
