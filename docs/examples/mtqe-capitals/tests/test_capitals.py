"""A check needs nothing of mtqe's machinery to be tested: build it, and look at a translation."""

from __future__ import annotations

from pathlib import Path

import pytest
from mtqe_capitals import Capitals

from mtqe.checks.base import CheckContext, Finding
from mtqe.corpus.base import Corpus, LanguagePair, Segment, Translations
from mtqe.errors import ConfigError

ENGLISH_SPANISH = LanguagePair("en", "es")
CORPUS = Corpus("c", ENGLISH_SPANISH, (Segment("a", "Stop here"), Segment("b", "STOP HERE")))


def findings(check, *texts):
    return list(check.findings(CORPUS, [Translations.from_texts("engine", CORPUS, texts)]))


def test_words_in_capitals_are_found_and_marked():
    (found,) = findings(Capitals(), "PARE AQUÍ, amigo", "PARE AQUÍ")
    spans = (("hypothesis", 0, 4), ("hypothesis", 5, 9))
    assert found == Finding("a", "engine", "capitals", "minor", "2 words are in capitals", spans)


def test_a_translation_may_be_missing():
    assert findings(Capitals(), None, "Pare aquí") == []


def test_options_are_checked():
    context = CheckContext(ENGLISH_SPANISH, Path())
    check = Capitals.from_options({"at_least": 3, "severity": "major"}, context)
    assert findings(check, "PARE AQUÍ", "") == []
    with pytest.raises(ConfigError, match="at_least"):
        Capitals.from_options({"at_most": 3}, context)
