"""BLEU, chrF and TER beside sacreBLEU's own classes: statistics, scores, signatures, options."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from resource import RUSAGE_SELF, getrusage

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sacrebleu.tokenizers import tokenizer_ja_mecab

from mtqe.errors import ConfigError, MetricError
from mtqe.metrics.base import Sample, Signature
from mtqe.metrics.pool import ModelPool
from mtqe.metrics.scores import MetricScores
from mtqe.metrics.surface import BLEU, CHRF, TER, CHRFPlusPlus
from mtqe.metrics.surface.base import BLOCK_SIZE, FEWEST, SurfaceMetric
from mtqe.support.native import Native, NotCompiled
from tests.unit.metrics.surface.surface_samples import fuzz, samples, texts
from tests.wording import mentions

CONFIGURATIONS = [
    BLEU(),
    BLEU(lowercase=True),
    BLEU(tokenize="zh", smooth_method="floor"),
    BLEU(tokenize="char", smooth_method="add-k", smooth_value=0.5),
    BLEU(tokenize="none", smooth_method="none"),
    BLEU(tokenize="intl", smooth_method="add-k", max_ngram_order=2),
    BLEU(smooth_method="floor", smooth_value=0.3, max_ngram_order=6),
    CHRF(),
    CHRF(lowercase=True, beta=1, char_order=3),
    CHRF(whitespace=True, eps_smoothing=True),
    CHRFPlusPlus(),
    CHRFPlusPlus(word_order=3, eps_smoothing=True),
    TER(),
    TER(case_sensitive=True, no_punct=True),
    TER(normalized=True),
    TER(normalized=True, no_punct=True, asian_support=True),
]
ALL = pytest.mark.parametrize("metric", CONFIGURATIONS, ids=repr)


@pytest.fixture(autouse=True, scope="module")
def _kernels_count_few_samples_too() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for metric in (BLEU, CHRF, TER):
            patch.setattr(metric, "few", 0)
        yield


def columns(given: list[Sample]) -> list[list[str | None]]:
    return [list(column) for column in zip(*(sample.references for sample in given), strict=True)]


def statistics(metric: SurfaceMetric, given: list[Sample]) -> np.ndarray:
    return metric.statistics(given, ModelPool())


@ALL
@fuzz
@given(given_samples=samples(texts()))
def test_statistics_and_scores_equal_sacrebleus(
    metric: SurfaceMetric, given_samples: list[Sample]
) -> None:
    hypotheses = [sample.hypothesis for sample in given_samples]
    peer = metric.peer()
    theirs = peer._extract_corpus_statistics(hypotheses, columns(given_samples))
    ours = statistics(metric, given_samples)
    assert ours.tolist() == theirs
    assert metric.corpus_scores(ours.sum(axis=0)) == peer._aggregate_and_compute(theirs).score
    peer.effective_order = True
    references = [list(sample.present_references) for sample in given_samples]
    segments = [
        peer.sentence_score(*pair).score for pair in zip(hypotheses, references, strict=True)
    ]
    assert metric.segment_scores(ours).tolist() == segments


@pytest.mark.parametrize("tokenize", ["ja-mecab", "ko-mecab"])
@fuzz
@given(given_samples=samples(st.text("ひらがなカタカナ漢字。、한국어를 abc12.\u3000", max_size=20)))
def test_mecab_statistics_equal_sacrebleus(tokenize: str, given_samples: list[Sample]) -> None:
    metric = BLEU.from_options({"tokenize": tokenize}, "xx")
    hypotheses = [sample.hypothesis for sample in given_samples]
    theirs = metric.peer()._extract_corpus_statistics(hypotheses, columns(given_samples))
    assert statistics(metric, given_samples).tolist() == theirs


@ALL
def test_long_texts(metric: SurfaceMetric) -> None:
    words = "so it goes and on it goes " * 12
    given_samples = [
        Sample("", words, ("it goes, " * 25,)),
        Sample("", "漢" * 300, ("漢字" * 100,)),
        Sample("", "😀 ", (words,)),
        Sample("", words, ("",)),
        Sample("", "", (words,)),
    ]
    hypotheses = [sample.hypothesis for sample in given_samples]
    theirs = metric.peer()._extract_corpus_statistics(hypotheses, columns(given_samples))
    assert statistics(metric, given_samples).tolist() == theirs


@ALL
def test_few_samples_give_the_same_without_the_kernels(
    metric: SurfaceMetric, monkeypatch: pytest.MonkeyPatch
) -> None:
    given_samples = [
        Sample("", "The cat sat.", ("The cat sat down.", None)),
        Sample("", "A dog, a cat", ("A cat, a dog", "Dog and cat")),
        Sample("", "It was 5,,000.5 up", ("The price was 5,,000.5 and,.5 up", "a,,1")),
        Sample("", "a,,1", ("a,,1", "5,.5")),
    ]
    counted = statistics(metric, given_samples)
    monkeypatch.setattr(type(metric), "few", 5)
    np.testing.assert_array_equal(statistics(metric, given_samples), counted)


@pytest.mark.parametrize("metric", [BLEU(tokenize="zh"), CHRF()], ids=repr)
def test_few_samples_are_counted_by_kernels_that_were_compiled_before(
    metric: SurfaceMetric, monkeypatch: pytest.MonkeyPatch
) -> None:
    several = [Sample("", f"你好,{number} a", (f"您好 {number}",)) for number in range(FEWEST)]
    by_kernels = statistics(metric, several)
    monkeypatch.setattr(type(metric), "few", FEWEST + 1)
    with monkeypatch.context() as patch:
        patch.setattr(type(metric), "_count_few", None)  # calling it would fail
        np.testing.assert_array_equal(statistics(metric, several), by_kernels)

    def uncompiled(*_: object) -> None:
        raise NotCompiled

    monkeypatch.setattr(Native, "__call__", uncompiled)
    np.testing.assert_array_equal(statistics(metric, several), by_kernels)
    monkeypatch.setattr(type(metric), "_count_few", None)
    with pytest.raises(TypeError):
        statistics(metric, several)


def test_few_samples_load_no_numba() -> None:
    program = (
        "import sys; from mtqe.metrics.base import Sample; from mtqe.metrics.surface import BLEU;"
        "BLEU().statistics([Sample('', 'a b', ('a b',))], None); sys.exit('numba' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_blocks_give_their_rows_back_in_place() -> None:
    count = 2 * BLOCK_SIZE + 3
    given_samples = [
        Sample("", "a " * (i % 7) + "b", ("a " * (i % 11) + "b",)) for i in range(count)
    ]
    whole = statistics(BLEU(), given_samples)
    lengths = [[i % 7 + 1, i % 11 + 1] for i in range(count)]
    assert whole[:, :2].tolist() == lengths


@ALL
@pytest.mark.parametrize("references", ["1", "3", "var"])
def test_signature_equals_sacrebleus(metric: SurfaceMetric, references: str) -> None:
    peer = metric.peer()
    peer.num_refs = -1 if references == "var" else int(references)
    theirs = peer.get_signature().format()
    ours = metric.signature(references)
    assert ours.fields[: theirs.count("|") + 1] == Signature.parse(theirs).fields


def test_signature_says_what_sacrebleu_leaves_out() -> None:
    assert CHRF().signature("1") != CHRF(beta=3).signature("1")
    assert BLEU().signature("1") != BLEU(max_ngram_order=3).signature("1")


@ALL
def test_many_sums_are_scored_like_one(metric: SurfaceMetric) -> None:
    draws = np.random.default_rng(0).integers(0, 40, (6, 5, len(metric.statistic_names)))
    sums = draws.astype(np.float64)
    alone = [[metric.corpus_scores(one) for one in row] for row in sums]
    assert metric.corpus_scores(sums).tolist() == alone


@ALL
def test_nan_stays_nan(metric: SurfaceMetric) -> None:
    rows = np.ones((2, len(metric.statistic_names)))
    rows[1] = np.nan
    assert np.isnan(metric.segment_scores(rows)).tolist() == [False, True]


@pytest.mark.parametrize(
    ("language", "tokenize"),
    [("zh", "zh"), ("zh-Hant", "zh"), ("ja", "ja-mecab"), ("ko", "ko-mecab"), ("de", "13a")],
)
def test_the_tokenizer_follows_the_target_language(language: str, tokenize: str) -> None:
    assert BLEU.from_options({}, language).tokenize == tokenize
    assert BLEU.from_options({"tokenize": "char"}, language).tokenize == "char"


@pytest.mark.parametrize(
    ("metric", "options", "words"),
    [
        (BLEU, {"tokenise": "13a"}, "metrics.bleu.*'tokenise'.*tokenize"),
        (BLEU, {"tokenize": "moses"}, "metrics.bleu.*tokenize.*'moses'"),
        (CHRF, {"char_order": 0}, "metrics.chrf.*char_order"),
        (TER, {"normalized": 3}, "metrics.ter.*normalized"),
    ],
)
def test_wrong_options(metric: type[SurfaceMetric], options: dict, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        metric.from_options(options, "en")


def test_a_missing_mecab_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokenizer_ja_mecab, "MeCab", None)  # as sacreBLEU sees it not installed
    with pytest.raises(MetricError, match=r"pip install 'sacrebleu\[ja\]'"):
        BLEU(tokenize="ja-mecab").check()


@pytest.mark.parametrize("count", [1, TER.few])
def test_ter_leaves_texts_that_are_too_long_unscored_and_says_so(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mtqe.metrics.surface.ter.MOST_WORDS", 300)
    long, fits = "word " * 301, "word " * 300
    samples = [
        Sample(source="", hypothesis=long, references=(fits,)),
        *[Sample(source="", hypothesis=fits, references=(fits,))] * count,
        Sample(source="", hypothesis="word", references=(fits, long)),
    ]
    statistics = TER().statistics(samples, ModelPool())
    scores = MetricScores(TER(), statistics)
    assert scores.is_scored.tolist() == [False, *[True] * count, False]
    assert scores.corpus == 0
    (remark,) = TER().remarks(statistics)
    assert mentions(remark, "2 translations", "300 words")
    assert TER().remarks(statistics[1:-1]) == ()
    missing = np.full((3, 2), np.nan)
    assert TER().remarks(missing) == ()


def test_ter_of_long_texts_takes_memory_by_their_words_and_not_by_their_product() -> None:
    words = [f"w{number % 97}" for number in range(20_000)]
    moved = [*words[:9_000], *words[9_010:9_015], *words[9_000:9_010], *words[9_015:]]
    sample = Sample(source="", hypothesis=" ".join(moved), references=(" ".join(words),))
    before = getrusage(RUSAGE_SELF).ru_maxrss
    statistics = TER().statistics([sample], ModelPool())
    assert statistics.tolist() == [[1, 20_000]]
    assert getrusage(RUSAGE_SELF).ru_maxrss - before < 1_000_000  # kB; the matrices had 3.6 GB


@given(data=st.data())
def test_ter_of_shifted_texts_is_sacrebleu_s(data: st.DataObject) -> None:
    """Long against short too, so that the beam is wide, and repeated words, so that shifts tie."""
    word = st.sampled_from("abcdefgh")
    reference = data.draw(st.lists(word, min_size=1, max_size=60))
    hypothesis = list(reference)
    for _ in range(data.draw(st.integers(0, 3))):
        start, stop, goal = sorted(data.draw(st.tuples(*[st.integers(0, len(hypothesis))] * 3)))
        hypothesis = [
            *hypothesis[:start], *hypothesis[stop:goal], *hypothesis[start:stop],
            *hypothesis[goal:],
        ]  # fmt: skip
    hypothesis += data.draw(st.lists(word, max_size=20))
    hypothesis = hypothesis[data.draw(st.integers(0, len(hypothesis))) :]
    sample = Sample("", " ".join(hypothesis), (" ".join(reference),))
    ((_, ours),) = TER().count_blocks([sample])
    theirs = TER().peer()._extract_corpus_statistics([sample.hypothesis], [sample.references])
    assert ours.tolist() == [list(map(float, theirs[0]))]


def test_chrf_with_pairs_of_words_is_called_what_it_is():
    assert CHRF(word_order=2).full_label == CHRFPlusPlus().full_label == "chrF++"
    assert [CHRF(word_order=n).full_label for n in (0, 1, 3)] == ["chrF"] * 3
