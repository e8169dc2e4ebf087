"""BLEU, with the tokenizers of sacreBLEU."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, Self

import sacrebleu.metrics
from annotated_types import Ge, Le
from sacrebleu.metrics.base import Metric as SacrebleuMetric
from typing_extensions import override

from mtqe.corpus.base import LanguagePair
from mtqe.errors import MetricError
from mtqe.metrics import trust
from mtqe.metrics.base import Calibration, Matrix
from mtqe.metrics.surface.base import Prepare, SurfaceMetric
from mtqe.metrics.surface.blocks import Block
from mtqe.metrics.surface.formulas import bleu_scores
from mtqe.metrics.surface.subwords import is_here, is_subword_tokenizer, subword_model
from mtqe.support.languages import is_unspaced, language_name, primary

MECAB_EXTRAS = {"ja-mecab": "ja", "ko-mecab": "ko"}
Tokenizer = Literal[
    "13a", "intl", "char", "zh", "none", "ja-mecab", "ko-mecab",
    "spm", "flores101", "flores200", "spBLEU-1K",
]  # fmt: skip
TOKENIZER_OF_LANGUAGE = {"zh": "zh", "yue": "zh", "ja": "ja-mecab", "ko": "ko-mecab"}


def tokenizer_of(language: str) -> str:
    """The tokenizer for a language: characters where spaces separate no words."""
    plain = "char" if is_unspaced(language) else "13a"
    return TOKENIZER_OF_LANGUAGE.get(primary(language), plain)


@dataclass(frozen=True)
class BLEU(SurfaceMetric):
    """BLEU (Papineni et al., 2002), as sacreBLEU computes it.

    By default, corpus scores use all n-gram orders and segment scores the effective order, as
    sacreBLEU's program does. Several references: matches up to the highest count in any of them,
    length of the closest.

    Attributes:
        tokenize: sacreBLEU's tokenizer; by default the one for the target language.
        lowercase: ignore case.
        smooth_method: method of counting orders without any match.
        smooth_value: value for ``floor`` (sacreBLEU's default: 0.1) and ``add-k`` (1).
        max_ngram_order: the longest n-gram.
        effective_order: whether n-grams longer than any match are left out; None for segment scores
            alone.
    """

    few: ClassVar[int] = 1000
    instead: ClassVar[str] = 'set tokenize = "char", or use chrF'
    name: ClassVar[str] = "bleu"
    label: ClassVar[str] = "BLEU"
    trusted: ClassVar[float] = trust.BLEU
    curve: ClassVar[str | None] = "bleu"
    tokenizer_languages: ClassVar[tuple[str, ...]] = ("ja", "ko")

    tokenize: Tokenizer = "13a"
    lowercase: bool = False
    smooth_method: Literal["exp", "floor", "add-k", "none"] = "exp"
    smooth_value: Annotated[float, Ge(0), Le(1e9)] | None = None
    max_ngram_order: Annotated[int, Ge(1), Le(100)] = 4
    effective_order: bool | None = None

    @classmethod
    @override
    def from_options(cls, options: Mapping[str, Any], target_language: str) -> Self:
        tokenize = tokenizer_of(target_language)
        return super().from_options({"tokenize": tokenize, **options}, target_language)

    @override
    def counts_words(self, language: str) -> bool:
        return self.tokenize in ("13a", "intl", "none")

    @override
    def calibration(self, languages: LanguagePair) -> Calibration | None:
        """None for characters, which mt-thresholds did not count."""
        return None if self.tokenize == "char" else super().calibration(languages)

    @override
    def notes(self, languages: LanguagePair) -> tuple[str, ...]:
        """Which tokenizer a language without spaces got, and whether it can find words."""
        target = languages.target
        if self.tokenize == "char" and is_unspaced(target):
            name = language_name(primary(target))
            return (
                f"BLEU counts characters, for {name} ({target}) puts no spaces between words: "
                "do not compare it with BLEU of another tokenizer.",
            )
        return super().notes(languages)

    @property
    @override
    def statistic_names(self) -> tuple[str, ...]:
        orders = range(1, self.max_ngram_order + 1)
        correct = tuple(f"correct_{n}" for n in orders)
        return ("sys_len", "ref_len", *correct, *(f"total_{n}" for n in orders))

    @override
    def corpus_scores(self, sums: Matrix) -> Matrix:
        return self._scores(sums, effective_order=bool(self.effective_order))

    @override
    def resampled_scores(self, sums: Matrix) -> Matrix:
        return self._scores(sums, effective_order=bool(self.effective_order), exact=False)

    @override
    def segment_scores(self, statistics: Matrix) -> Matrix:
        return self._scores(statistics, effective_order=self.effective_order is not False)

    def _scores(self, sums: Matrix, *, effective_order: bool, exact: bool = True) -> Matrix:
        value = self.smooth_value
        if value is None:
            value = sacrebleu.metrics.BLEU.SMOOTH_DEFAULTS[self.smooth_method] or 0.0
        return bleu_scores(
            sums,
            self.max_ngram_order,
            self.smooth_method,
            value,
            effective_order=effective_order,
            exact=exact,
        )

    def _further_fields(self) -> tuple[tuple[str, str], ...]:
        order = self.max_ngram_order
        return (
            *((("max_ngram_order", str(order)),) if order != 4 else ()),
            *((("eff_segments", "no"),) if self.effective_order is False else ()),
        )

    @override
    def peer(self) -> SacrebleuMetric:
        if is_subword_tokenizer(self.tokenize):
            subword_model(self.tokenize)
        try:
            return sacrebleu.metrics.BLEU(
                lowercase=self.lowercase,
                force=True,
                tokenize="flores101" if self.tokenize == "spm" else self.tokenize,  # its new name
                smooth_method=self.smooth_method,
                smooth_value=self.smooth_value,
                max_ngram_order=self.max_ngram_order,
                effective_order=bool(self.effective_order),
            )
        except RuntimeError as error:
            extra = MECAB_EXTRAS[self.tokenize]
            raise MetricError(
                f"bleu: the tokenizer {self.tokenize!r} is not installed; "
                f"run: pip install 'sacrebleu[{extra}]'."
            ) from error

    def _preparation(self) -> Prepare:
        case: Prepare = str.lower if self.lowercase else str
        if self.tokenize in ("char", "none"):
            return case
        if self.tokenize == "zh":
            return lambda text: case(text).strip()
        if self.tokenize == "13a":
            return lambda text: unescape_13a(case(text).rstrip())
        tokenizer: Prepare = self.peer().tokenizer
        return lambda text: tokenizer(case(text).rstrip())

    def _count(self, block: Block, prepared: list[str]) -> Matrix:
        from mtqe.metrics.surface.counts import bleu_counts

        return bleu_counts(block, prepared, self.tokenize, self.max_ngram_order)


def unescape_13a(text: str) -> str:
    """What ``13a`` does before its regular expressions, the spaces around included."""
    text = text.replace("<skipped>", "").replace("-\n", "").replace("\n", " ")
    for entity, character in (("&quot;", '"'), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")):
        text = text.replace(entity, character)
    return f" {text} "


@dataclass(frozen=True)
class SpBLEU(BLEU):
    """spBLEU (Goyal et al., 2022): BLEU over subwords, the same for every language.

    Its SentencePiece model is downloaded once, by sacreBLEU's address for it.
    """

    name: ClassVar[str] = "spbleu"
    label: ClassVar[str] = "spBLEU"
    curve: ClassVar[str | None] = "spbleu200"
    tokenizer_languages: ClassVar[tuple[str, ...]] = ()

    tokenize: Tokenizer = "flores200"

    @classmethod
    @override
    def from_options(cls, options: Mapping[str, Any], target_language: str) -> Self:
        return super().from_options({"tokenize": "flores200", **options}, target_language)

    @classmethod
    @override
    def readiness(cls, target_language: str) -> str:
        """Downloads nothing: the model is fetched when it is first scored with."""
        metric = cls.from_options({}, target_language)
        if is_here(metric.tokenize):
            return super().readiness(target_language)
        return "ready; downloads a SentencePiece model of a few MB at first use"
