"""Names of languages as people write them, and what follows from them."""

from __future__ import annotations

from itertools import product
from string import ascii_lowercase

import langcodes
import pytest

from mtqe.backends.local.codes import find_code
from mtqe.checks.identify import cld2_code
from mtqe.corpus.languages import find_language
from mtqe.errors import ConfigError
from mtqe.metrics.surface.bleu import BLEU
from mtqe.support.languages import (
    HABITS,
    between_sentences,
    canonical,
    is_known,
    is_unspaced,
    language,
    language_name,
    primary,
    says_script,
    script,
)
from mtqe.support.scripts import scripts_of


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("zho", "zh"), ("chi", "zh"), ("cmn", "zh"), ("cn", "zh"), ("zho_Hans", "zh-Hans"),
        ("zh_CN", "zh-CN"), ("zh-Hant-TW", "zh-Hant-TW"), ("zh-CHT", "zh-Hant"),
        ("jpn", "ja"), ("jp", "ja"), ("kor", "ko"), ("yue", "yue"), ("zh-yue", "yue"),
        ("deu", "de"), ("ger", "de"), ("deu_Latn", "de"), ("de_DE", "de-DE"),
        ("de_AT.UTF-8", "de-AT"), ("de_DE@euro", "de-DE"), ("DE", "de"), ("iw", "he"),
        ("arb_Arab", "ar"), ("sr@latin", "sr-Latn"), ("sr_Cyrl", "sr-Cyrl"), ("sh", "sr-Latn"),
        ("ca@valencia", "ca-valencia"), ("tl", "tl"), ("cz", "cs"), ("zsm", "ms"), ("und", "und"),
        ("not a tag", "not a tag"),
    ],
)  # fmt: skip
def test_names_people_use_mean_one_tag(name, tag):
    assert canonical(name) == tag
    assert canonical(tag) == tag


@pytest.mark.parametrize("name", ["zho", "cmn", "chi", "zho_Hans", "zh_CN", "yue", "zh-Hant-HK"])
def test_chinese_gets_its_tokenizer_and_script_by_any_name(name):
    assert BLEU.from_options({}, name) == BLEU.from_options({}, "zh")
    assert scripts_of(name) == ("Hani",)
    assert between_sentences(name) == ""


@pytest.mark.parametrize(("name", "tag"), [("jpn", "ja"), ("kor", "ko"), ("deu", "de")])
def test_tokenizers_identifier_and_engines_ask_for_the_canonical_tag(name, tag):
    assert BLEU.from_options({}, name) == BLEU.from_options({}, tag)
    assert cld2_code(name) == cld2_code(tag)
    assert find_code(name, ["en", "de", "ja", "ko"]) == tag
    assert language_name(name) == language_name(tag)


@pytest.mark.parametrize(
    ("tag", "code", "said"),
    [
        ("sr", "Cyrl", False), ("sr-Latn", "Latn", True), ("zh", "Hans", False),
        ("zh-TW", "Hant", True), ("zh_CN", "Hans", True), ("pa-PK", "Arab", True),
        ("de", "Latn", False), ("und", "", False), ("xx", "", False),
    ],
)  # fmt: skip
def test_script_of_a_tag_or_its_region(tag, code, said):
    assert script(tag) == code
    assert says_script(tag) is said


def test_spaces_between_words_and_between_sentences():
    tags = ("th", "km", "lo", "my", "bo", "ja", "de", "ko")
    assert list(filter(is_unspaced, tags)) == ["th", "km", "lo", "my", "bo", "ja"]
    assert between_sentences("th") == " "
    assert primary("de_DE") == "de"


def test_codes_of_two_letters_mean_what_langcodes_says():
    codes = ["".join(letters) for letters in product(ascii_lowercase, repeat=2)]
    known = {"und"} | {
        code for code in codes if langcodes.Language.get(code).is_valid()
    } - HABITS.keys()
    expected = {code: langcodes.standardize_tag(code, macro=True) for code in known}
    assert {code: canonical(code) for code in known} == expected | {"tl": "tl"}
    assert {code for code in known if canonical(code) != code} > {"iw", "in", "mo"}


def test_locale_names_are_tags_and_english_names_are_not():
    assert language("de_DE", "x") == "de_DE"
    with pytest.raises(ConfigError, match="German"):
        language("German", "x")


@pytest.mark.parametrize(
    ("wanted", "found", "is_found"),
    [
        ("deu", "de-DE", True), ("zh-Hant", "zh-TW", True), ("iw", "he_IL", True),
        ("en-US", "en-GB", False), ("sr-Latn", "sr", True), ("zh-CN", "zh-TW", False),
        ("sr-Latn", "sr@latin", True), ("de", "da", False),
    ],
)  # fmt: skip
def test_languages_of_files_are_found_by_meaning(wanted, found, is_found):
    assert (find_language(wanted, [found]) == found) is is_found


@pytest.mark.parametrize("tag", ["de", "ger", "zh_CN", "deu_Latn", "jp", "tlh", "und", "sr@latin"])
def test_languages_that_there_are_are_known(tag):
    assert is_known(tag)


@pytest.mark.parametrize("tag", ["xx", "zz-DE", "xyz"])
def test_languages_that_there_are_not_are_not_known(tag):
    assert not is_known(tag)
