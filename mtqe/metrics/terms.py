"""The share of a termbase's terms that are translated as it says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from typing_extensions import override

from mtqe.corpus.base import LanguagePair
from mtqe.corpus.term_search import TermSearch
from mtqe.corpus.termbase import Term, read_termbase
from mtqe.errors import ConfigError
from mtqe.metrics.base import Chunk, Matrix, Metric, Sample, Signature
from mtqe.metrics.pool import ModelPool
from mtqe.support.languages import UNKNOWN_LANGUAGE, language
from mtqe.support.options import check_keys, parse_options

DIGEST = 16
"""Hexadecimal digits of a digest of terms."""


@dataclass(frozen=True)
class TermsOptions:
    """Options of a ``[metrics.terms]`` table.

    Attributes:
        path: a termbase as TSV, CSV or TBX; relative to where mtqe runs.
        source_language: language of the terms; needed for TBX, and for their inflection in sources.
        match_case: whether capitals count.
    """

    path: str
    source_language: str = UNKNOWN_LANGUAGE
    match_case: bool = False


@dataclass(frozen=True)
class Terms(Metric):
    """How many of the termbase's terms in the sources are translated as it says, in percent.

    A term counts once for each time that the source has it, and is found in any of its forms
    (see `TermSearch`). The corpus score is the share over all terms, so that its interval, like
    other metrics', comes from resampled segments. A segment without a term is unscored.

    Attributes:
        path: the termbase.
        source_language: language of its terms.
        target_language: language of their translations.
        match_case: whether capitals count.
        digest: digest of the terms: other terms, other scores.
    """

    path: str
    source_language: str = UNKNOWN_LANGUAGE
    target_language: str = UNKNOWN_LANGUAGE
    match_case: bool = False
    digest: str = ""

    name: ClassVar[str] = "terms"
    label: ClassVar[str] = "Terms"
    needs_source: ClassVar[bool] = True
    needs_references: ClassVar[bool] = False
    range: ClassVar[tuple[float, float]] = (0.0, 100.0)
    decimals: ClassVar[int] = 1
    cacheable: ClassVar[bool] = False
    partial: ClassVar[bool] = True

    @classmethod
    @override
    def from_options(cls, options: Mapping[str, Any], target_language: str) -> Terms:
        """Build from a ``[metrics.terms]`` table.

        Raises:
            ConfigError: no path, or an unknown key.
            DataError: the termbase can't be read.
        """
        check_keys(TermsOptions, options, "metrics.terms")
        if "path" not in options:
            raise ConfigError(
                "metrics.terms: 'path' is missing; name a termbase, such as "
                'terms = { path = "terms.csv" } under [metrics].'
            )
        given = parse_options(TermsOptions, options, "metrics.terms")
        if given.source_language != UNKNOWN_LANGUAGE:
            language(given.source_language, "metrics.terms.source_language")
        pair = LanguagePair(given.source_language, target_language)
        terms = read_termbase(Path(given.path), pair)
        return cls(
            given.path, given.source_language, target_language, given.match_case, digest(terms)
        )

    @classmethod
    @override
    def readiness(cls, target_language: str) -> str:
        return "the share of a termbase's terms; [metrics.terms] names it"

    @property
    @override
    def statistic_names(self) -> tuple[str, ...]:
        return ("found", "terms")

    @override
    def check(self) -> None:
        """Nothing is needed but the termbase, which was read."""

    @override
    def signature(self, reference_count: str) -> Signature:
        """Languages, case and digest of the terms."""
        fields = {
            "terms": self.digest,
            "source": self.source_language,
            "target": self.target_language,
            "case": "match" if self.match_case else "ignore",
            "forms": "snowball",
        }
        return Signature(tuple(fields.items()))

    @override
    def stream(self, samples: Sequence[Sample], pool: ModelPool) -> Iterator[Chunk]:
        """Count terms and those that are translated; rows of NaN where the source has none."""
        languages = LanguagePair(self.source_language, self.target_language)
        terms = read_termbase(Path(self.path), languages)
        search = TermSearch(terms, languages, match_case=self.match_case)
        rows = np.full((len(samples), 2), np.nan)
        for index, sample in enumerate(samples):
            wanted = search.wanted(sample.source)
            if wanted:
                found = sum(search.has(item.term, sample.hypothesis) for item in wanted)
                rows[index] = (found, len(wanted))
        yield np.arange(len(samples)), rows

    @override
    def corpus_scores(self, sums: Matrix) -> Matrix:
        with np.errstate(invalid="ignore", divide="ignore"):
            share: Matrix = 100.0 * sums[..., 0] / sums[..., 1]
        return share

    @override
    def segment_scores(self, statistics: Matrix) -> Matrix:
        return self.corpus_scores(statistics)


def digest(terms: Sequence[Term]) -> str:
    """What tells two termbases apart, whatever the order of their terms."""
    lines = sorted("\t".join((term.source, *term.targets)) for term in terms)
    return sha256("\n".join(lines).encode()).hexdigest()[:DIGEST]
