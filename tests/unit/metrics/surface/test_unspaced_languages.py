"""Languages without spaces between words: the right tokenizer, or a note."""

from __future__ import annotations

import pytest
import sacrebleu

import mtqe
from mtqe.corpus.base import LanguagePair
from mtqe.metrics.surface.bleu import BLEU
from mtqe.metrics.surface.chrf import CHRF, CHRFPlusPlus
from mtqe.metrics.surface.ter import TER


@pytest.mark.parametrize("language", ["th", "tha", "km", "lo", "my_MM", "bo"])
def test_word_metrics_say_what_they_count(language):
    pair = LanguagePair("en", language)
    bleu = BLEU.from_options({}, language)
    assert bleu.tokenize == "char"
    assert any("characters" in note for note in bleu.notes(pair))
    assert bleu.calibration(pair) is None
    for metric in (BLEU(), TER(), CHRFPlusPlus()):
        assert any("between words" in note for note in metric.notes(pair))
    assert CHRF().notes(pair) == ()


@pytest.mark.parametrize("language", ["de", "deu", "ko", "vi", "ar"])
def test_languages_with_spaces_need_no_note(language):
    pair = LanguagePair("en", language)
    for metric in (BLEU.from_options({}, language), TER(), CHRFPlusPlus(), CHRF()):
        assert metric.notes(pair) == ()


def test_chinese_and_japanese_have_tokenizers_of_their_own():
    for language, tokenizer in (("zho", "zh"), ("yue", "zh"), ("jpn", "ja-mecab")):
        bleu = BLEU.from_options({}, language)
        assert bleu.tokenize == tokenizer
        assert bleu.notes(LanguagePair("en", language)) == ()
    assert TER(normalized=True, asian_support=True).notes(LanguagePair("en", "zh")) == ()


@pytest.mark.parametrize(
    ("names", "tokenizer", "reference", "hypothesis"),
    [
        (
            ("zh", "zho", "cmn", "zh_CN"),
            "zh",
            ["图书馆中午开门。", "我们明天见。"],
            ["图书馆中午开了门。", "我们明天见。"],
        ),
        (
            ("zh-Hant", "yue", "chi"),
            "zh",
            ["圖書館中午開門。", "我哋聽日見。"],
            ["圖書館中午開門啦。", "我哋聽日見。"],
        ),
        (
            ("ja", "jpn", "ja_JP"),
            "ja-mecab",
            ["私は学校へ行きました。", "今日は雨です。"],
            ["私は学校に行きました。", "今日は雨です。"],
        ),
        (
            ("ko", "kor", "ko-KR"),
            "ko-mecab",
            ["나는 학교에 갔다.", "오늘은 비가 온다."],
            ["나는 학교에 갔어.", "오늘은 비가 온다."],
        ),
        (
            ("th", "tha", "th_TH"),
            "char",
            ["ห้องสมุดเปิดตอนเที่ยง", "วันนี้ฝนตก"],
            ["ห้องสมุดเปิดเที่ยง", "วันนี้ฝนตก"],
        ),
        (
            ("km", "khm", "km_KH"),
            "char",
            ["បណ្ណាល័យបើកនៅពេលថ្ងៃត្រង់។", "ថ្ងៃនេះមេឃភ្លៀង។"],
            ["បណ្ណាល័យបើកពេលថ្ងៃត្រង់។", "ថ្ងៃនេះមេឃភ្លៀង។"],
        ),
    ],
)
def test_a_score_is_the_same_by_any_name_of_its_language(names, tokenizer, reference, hypothesis):
    expected = sacrebleu.corpus_bleu(hypothesis, [reference], tokenize=tokenizer).score
    assert 60 < expected < 95
    for name in names:
        run = mtqe.score(
            hypothesis, reference, metrics="bleu", target_language=name, use_cache=False
        )
        assert run.scores.iloc[0, 0] == expected
