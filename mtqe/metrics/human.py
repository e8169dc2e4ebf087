"""People's scores of translations, as a metric like any other."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, ClassVar

import numpy as np
from typing_extensions import override

from mtqe.corpus.base import LanguagePair
from mtqe.errors import DataError, MetricError
from mtqe.metrics import trust
from mtqe.metrics.base import Chunk, MeanMetric, Sample, Signature
from mtqe.metrics.pool import ModelPool
from mtqe.support.arguments import path_argument
from mtqe.support.json_text import json_value
from mtqe.support.lines import read_lines
from mtqe.support.options import parse_options

DIGEST = 16
"""Hexadecimal digits of a digest of ratings."""
LABELS = {"mqm": "MQM", "esa": "ESA", "da": "DA"}
RANGES = {"mqm": (-np.inf, 0.0), "esa": (0.0, 100.0), "da": (0.0, 100.0)}


@dataclass(frozen=True)
class HumanOptions:
    """Options of a ``metric = "human"`` table.

    Attributes:
        path: ratings as `mtqe human --ratings` writes them; relative to where mtqe runs.
    """

    path: str


@dataclass(frozen=True)
class Human(MeanMetric):
    """The mean of people's scores of exactly this translation; unscored where nobody rated it.

    Scores are put into a run by `mtqe human`, or read from a file of ratings, where a changed
    translation finds none.

    Attributes:
        kind: what people gave, such as ``mqm`` or ``esa``.
        raters: number of people who rated; 0 if that is not known.
        digest: digest of all ratings: other ratings, other scores.
        path: the file of ratings; empty for scores that are in a run.
    """

    kind: str = "human"
    raters: int = 0
    digest: str = ""
    path: str = ""

    name: ClassVar[str] = "human"
    label: ClassVar[str] = "Human"
    needs_source: ClassVar[bool] = True
    needs_references: ClassVar[bool] = False
    range: ClassVar[tuple[float, float]] = (-np.inf, np.inf)
    decimals: ClassVar[int] = 2
    cacheable: ClassVar[bool] = False
    partial: ClassVar[bool] = True

    @classmethod
    @override
    def from_options(cls, options: Mapping[str, Any], target_language: str) -> Human:
        """Build from a table such as ``[metrics.mqm]``.

        Raises:
            ConfigError: no path, or an unknown key.
            DataError: the ratings can't be read.
        """
        path = parse_options(HumanOptions, options, "metrics.human").path
        ratings = read_ratings(path)
        kinds = sorted({rating["kind"] for rating in ratings})
        if len(kinds) > 1:
            raise DataError(f"{path}: holds {', '.join(kinds)}; a file is of one kind.")
        raters = {rating["rater"] for rating in ratings if rating["rater"]}
        return cls(kinds[0], len(raters), digest(ratings), path)

    @classmethod
    @override
    def readiness(cls, target_language: str) -> str:
        return "people's scores; `mtqe human` puts them in"

    @property
    @override
    def full_label(self) -> str:
        """Such as "MQM (people)", where the kind is a known one."""
        return f"{LABELS[self.kind]} (people)" if self.kind in LABELS else self.label

    @property
    @override
    def score_range(self) -> tuple[float, float]:
        """The lowest and highest score that people could give."""
        return RANGES.get(self.kind, self.range)

    @override
    def notes(self, languages: LanguagePair) -> tuple[str, ...]:
        """How many people rated."""
        return (f"rated by {self.raters} people",) if self.raters > 1 else ()

    @override
    def trust(self, languages: LanguagePair) -> float:
        """People come first."""
        return trust.PEOPLE

    @override
    def check(self) -> None:
        """Raise `MetricError` for scores that are in a run, which no program can make again."""
        if not self.path:
            raise MetricError(
                "scores by people can't be computed again; put them in with `mtqe human`."
            )

    @override
    def signature(self, reference_count: str) -> Signature:
        """Kind, number of raters and digest of the ratings."""
        fields = {
            "kind": self.kind,
            "raters": str(self.raters or "unknown"),
            "ratings": self.digest,
        }
        return Signature(tuple(fields.items()))

    @override
    def stream(self, samples: Sequence[Sample], pool: ModelPool) -> Iterator[Chunk]:
        """Look up each sample; rows of NaN where nobody rated it."""
        scores: dict[tuple[str, str], list[float]] = {}
        for rating in read_ratings(self.path):
            key = (rating["source"], rating["hypothesis"])
            scores.setdefault(key, []).append(rating["score"])
        rows = np.full((len(samples), 2), np.nan)
        for index, sample in enumerate(samples):
            found = scores.get((sample.source, sample.hypothesis))
            if found:
                rows[index] = (float(np.mean(found)), 1.0)
        yield np.arange(len(samples)), rows


def digest(ratings: Sequence[Mapping[str, Any]]) -> str:
    """What tells two sets of ratings apart, whatever their order."""
    lines = sorted(json.dumps(rating, sort_keys=True) for rating in ratings)
    return sha256("\n".join(lines).encode()).hexdigest()[:DIGEST]


def read_ratings(path: str) -> list[dict[str, Any]]:
    """Ratings as `mtqe human --ratings` writes them: an object a line.

    Each has ``segment_id``, ``source``, ``hypothesis``, ``kind``, ``rater`` and ``score``.

    Raises:
        DataError: the file can't be read or is none of this kind; names the line.
    """
    try:
        lines = read_lines(path_argument(path, "path of ratings"))
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: can't be read ({error}); see `mtqe human --ratings`.") from error
    ratings = []
    for number, line in enumerate(lines, 1):
        try:
            rating = json_value(line)
            rating["score"] = float(rating["score"])
            ratings.append({key: rating[key] for key in RATING_KEYS})
        except (ValueError, LookupError, TypeError, OverflowError) as error:
            raise DataError(
                f"{path}, line {number}: no rating ({error}); write it with `mtqe human --ratings`."
            ) from error
    if not ratings:
        raise DataError(f"{path}: holds no rating.")
    return ratings


RATING_KEYS = ("segment_id", "source", "hypothesis", "kind", "rater", "score")
