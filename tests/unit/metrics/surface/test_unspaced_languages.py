"""Languages without spaces between words: the right tokenizer, or a note."""

from __future__ import annotations

import pytest

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
