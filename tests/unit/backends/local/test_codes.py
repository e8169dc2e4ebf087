"""Language tags to models' codes, with the real lists of NLLB and M2M100."""

from __future__ import annotations

import pytest
from transformers.models.m2m_100.tokenization_m2m_100 import FAIRSEQ_LANGUAGE_CODES as FAIRSEQ
from transformers.models.nllb.tokenization_nllb import FAIRSEQ_LANGUAGE_CODES as NLLB

from mtqe.backends.local.codes import check_code, find_code
from mtqe.errors import BackendError

M2M100 = FAIRSEQ["m2m100"]
MBART50 = ["ar_AR", "en_XX", "es_XX", "pt_XX", "zh_CN"]
OPUS = ["spa", "pt_BR", "por", "cmn_Hans", "cmn_Hant"]


@pytest.mark.parametrize(
    ("tag", "codes", "code"),
    [
        ("en", NLLB, "eng_Latn"),
        ("en-GB", NLLB, "eng_Latn"),
        ("zh", NLLB, "zho_Hans"),
        ("zh-TW", NLLB, "zho_Hant"),
        ("ar", NLLB, "arb_Arab"),
        ("fa", NLLB, "pes_Arab"),
        ("no", NLLB, "nob_Latn"),
        ("sw", NLLB, "swh_Latn"),
        ("spa_Latn", NLLB, "spa_Latn"),
        ("es", M2M100, "es"),
        ("pt-BR", M2M100, "pt"),
        ("nb", M2M100, "no"),
        ("he", M2M100, "he"),
        ("es", MBART50, "es_XX"),
        ("zh", MBART50, "zh_CN"),
        ("es", OPUS, "spa"),
        ("pt-BR", OPUS, "pt_BR"),
    ],
)
def test_a_tag_finds_the_models_code(tag, codes, code):
    assert find_code(tag, codes) == code


@pytest.mark.parametrize("tag", ["tlh", "not a tag", "xx"])
def test_a_language_that_the_model_lacks_is_no_other_one(tag):
    with pytest.raises(BackendError, match=f"no code for the language '{tag}'"):
        find_code(tag, NLLB)


def test_danish_is_not_taken_for_norwegian():
    with pytest.raises(BackendError, match=r"no code for the language 'da'; .*nb"):
        find_code("da", ["nb", "en"])


def test_a_misspelt_code_is_told():
    with pytest.raises(BackendError, match=r"no code 'spa_Lat'; did you mean 'spa_Latn'\?"):
        check_code("spa_Lat", NLLB)


def test_hundreds_of_codes_are_not_all_listed():
    with pytest.raises(BackendError, match="it has 202 codes, such as") as caught:
        check_code("?", NLLB)
    assert len(str(caught.value)) < 600
