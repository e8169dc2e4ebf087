"""Cheap looks at all texts: they may suspect too much, never too little."""

from __future__ import annotations

import random

import numpy as np
import pytest

from mtqe.checks import dates, run_checks, texts
from mtqe.checks.alphabet import Sign
from mtqe.checks.content import folded
from mtqe.checks.texts import Texts
from mtqe.config import default_checks
from mtqe.corpus.base import Corpus, LanguagePair, Segment, Translations

FRAGMENTS = (
    "the the", "house", "Haus", "ha ha ha ha ha ha", "und so weiter", "<b>", "</b>", "{0}", "%s",
    "{n, plural, one {# day} other {# days}}", "https://x.org/en/", "www.a.de", "a@b.example",
    "12,345.6", "3 May 2024", "3. Mai 2024", "2024年5月3日", "١٢", "«", "»", '"', '5" x 6"', "(",
    ")", "（", "）", "[", ":-)", "…", "。", ".", "?!", "¿", "中文句子", "日本の家",
    "Привет", "аpple",
    "Ω", "\u200b", "e\u0301", "ﬁ", "  ", "\u00a0", " .", "don't", "is n't", "@-@", "&File", "_Edit",
    "\n", "Straße", "STRASSE", "İstanbul", "ΟΔΟΣ", "nein nein", "x", "eighty-seven", "87", "`code`",
    "*",
)  # fmt: skip
PAIRS = [("de", "en"), ("en", "de"), ("en", "zh"), ("en", "es"), ("ja", "en"), ("ru", "uk")]


class Unknowing(Texts):
    """Texts of which nothing is ruled out but by the rules."""

    def has(self, texts, signs):
        if signs == Sign.VISIBLE:
            return super().has(texts, signs)
        return texts < -1 if signs == Sign.CAPITAL else texts >= 0

    def may_be_equal(self, texts, others, slack):
        return (texts >= 0) & (others >= 0)

    def having(self, holds):
        return np.ones(len(self.strings) + 1, np.bool_)

    @property
    def are_many(self):
        return False


def text(rng):
    separator = rng.choice(("", " "))
    return separator.join(rng.choices(FRAGMENTS, k=rng.randint(0, 6)))


def made_test_set(languages, seed):
    """Texts of fragments; some translations are their source, their reference or missing."""
    rng = random.Random(seed)
    rows = [(text(rng), text(rng)) for _ in range(250)]
    corpus = Corpus(
        "toy",
        LanguagePair(*languages),
        tuple(Segment(str(n), source, (target,)) for n, (source, target) in enumerate(rows)),
    )
    systems = [
        Translations.from_texts(
            name, corpus, [rng.choice((text(rng), target, source, None)) for source, target in rows]
        )
        for name in "ab"
    ]
    return corpus, systems


@pytest.mark.parametrize("many", [0, 10**9], ids=["compiled", "few"])
@pytest.mark.parametrize("languages", PAIRS, ids="-".join)
def test_what_is_ruled_out_has_no_finding(languages, many, monkeypatch):
    monkeypatch.setattr(texts, "MANY", many)
    corpus, systems = made_test_set(languages, seed=sum(map(ord, "".join(languages))))
    checks = default_checks(corpus.languages)
    found = run_checks(checks, corpus, systems)
    assert found == run_checks(checks, corpus, Unknowing(corpus, systems))
    assert len({finding.check for finding in found}) > 12


def test_each_distinct_text_is_held_once():
    corpus = Corpus(
        "toy",
        LanguagePair("de", "en"),
        (Segment("1", "a", ("b", None)), Segment("2", "b", (None, "c"))),
    )
    found = Texts(corpus, [Translations.from_texts("s", corpus, ["c", None])])
    assert found.strings == ("a", "b", "c")
    assert found.translations.tolist() == [[2, -1]]
    assert found.first_references.tolist() == [1, 2]
    assert Texts.of(corpus, found) is found


def test_texts_that_differ_in_case_spaces_and_the_end_weigh_the_same():
    rows = ["Die Straße ist lang.", "die  STRASSE ist\tlang…", "Die Strasse ist kurz."]
    corpus = Corpus("toy", LanguagePair("de", "en"), tuple(Segment(t, t) for t in rows))
    weights = Texts(corpus, []).looks.weights.tolist()
    assert folded(rows[0]) == folded(rows[1])
    assert weights[0] == weights[1] != weights[2]


def test_nothing_is_known_of_an_empty_corpus():
    corpus = Corpus("toy", LanguagePair("de", "en"), ())
    found = Texts(corpus, [Translations.from_texts("s", corpus, [])])
    assert found.looks.flags.tolist() == [0]
    assert list(found.pairs(found.present)) == []


@pytest.mark.parametrize("language", ["de", "en", "es", "ja", "ko", "el", "zh"])
def test_texts_without_the_signs_of_dates_have_none(language, monkeypatch):
    rng = random.Random(sum(map(ord, language)))
    pieces = (
        *FRAGMENTS, *dates._month_names(language), "3", "21.", "2024", "3/4/2024", "1.2.", "3月",
        "5일", "7월", "MAI", "ΜΑΪ́ΟΣ", "ΙΑΝΟΥΆΡΙΟΣ", "de",
    )  # fmt: skip
    made = [rng.choice(("", " ")).join(rng.choices(pieces, k=5)) for _ in range(2000)]
    read = dates.dates.__wrapped__
    found = [read(text, language) for text in made]
    monkeypatch.setattr(dates, "_may_have_dates", lambda text, language: True)
    assert found == [read(text, language) for text in made]
    assert sum(map(bool, found)) > 100
