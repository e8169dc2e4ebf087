"""Checks that need a whole test set: what is usual, what comes again, what references are."""

from __future__ import annotations

import numpy as np
import pytest

from mtqe.checks import Evidence, run_checks
from mtqe.corpus.base import Translations
from mtqe.errors import ConfigError, DataError
from tests.unit.checks.looking import built, corpus_of, findings
from tests.wording import mentions

WORDS = "every old house by the river has seven quiet rooms with a view of boats"
SENTENCES = [
    " ".join(np.random.default_rng(n).permutation(WORDS.split())[: 6 + n % 8]) for n in range(60)
]


def at(found):
    return [finding.segment_id for finding in found]


def test_length_is_judged_by_what_is_usual():
    corpus = corpus_of(*((text, f"{text} und so") for text in SENTENCES))
    texts = [f"{text} etc" for text in SENTENCES]
    texts[3], texts[8] = texts[3][:4], texts[8] * 4
    short, long = findings("length", corpus, texts)
    assert at([short, long]) == ["s3", "s8"]
    assert short.message.startswith("Too short: 4 characters, where about ")
    assert long.message.startswith("Too long: ")


def test_length_without_references_or_enough_segments_knows_what_scripts_hold():
    corpus = corpus_of("今天天气很好，我们出去走走吧。" * 4, languages=("zh", "en"))
    fine = "The weather is nice today, let us go for a walk. " * 4
    assert findings("length", corpus, [fine]) == []
    assert at(findings("length", corpus, [fine[:30]])) == ["s0"]


def test_one_output_for_many_sources_is_found_unless_references_agree():
    texts = ["Es tut mir leid, das geht nicht."] * 4 + SENTENCES[4:]
    assert at(findings("repeated-output", corpus_of(*SENTENCES), texts)) == ["s0", "s1", "s2", "s3"]
    same = corpus_of(*((text, texts[n]) for n, text in enumerate(SENTENCES)))
    assert findings("repeated-output", same, texts) == []


def test_duplicates_name_the_first():
    (finding,) = findings("duplicates", corpus_of(("a", "b"), ("a", "c"), ("a", "b")))
    assert (finding.segment_id, finding.system) == ("s2", None)
    assert finding.message == "The same source and references as segment 1, s0 “a”."


def test_a_reference_that_is_the_source():
    corpus = corpus_of(("The weather is nice today.", "the weather is nice today"), ("OK", "OK"))
    assert at(findings("reference-copy", corpus)) == ["s0"]


def test_references_that_are_a_systems_output_are_found_from_half_on():
    corpus = corpus_of(*((f"q {text}", text) for text in SENTENCES))
    half = [text if n % 2 else f"{text} x" for n, text in enumerate(SENTENCES)]
    third = [f"{text} x" if n % 3 else text for n, text in enumerate(SENTENCES)]
    assert len(findings("reference-output", corpus, half)) == 30
    assert findings("reference-output", corpus, third) == []


def test_sources_and_references_in_each_others_place_are_told():
    corpus = corpus_of(("Das Wetter ist heute schön.", "The weather is nice today."),
                       languages=("en", "de"))  # fmt: skip
    (finding,) = findings("language", corpus)
    assert finding.system is None
    assert finding.message.endswith("Are the two swapped?")
    assert [span[0] for span in finding.spans] == ["source", "reference"]


def test_a_word_that_no_reference_has_was_not_translated():
    corpus = corpus_of(("The hotel has skylights", "El hotel tiene tragaluces"),
                       languages=("en", "es"))  # fmt: skip
    (finding,) = findings("untranslated", corpus, ["El hotel tiene skylights"])
    assert finding.message == "Not translated: skylights."


def test_test_sets_own_texts_are_looked_at_for_characters():
    assert at(findings("characters", corpus_of(("A\u200bB", "C"), ("A", "C")))) == ["s0"]


def test_glossary_terms_must_be_there_with_any_ending(tmp_path):
    (tmp_path / "terms.tsv").write_text(
        "# checked by legal\nlease\tMietvertrag|Pacht\nmtqe\t\n", encoding="utf-8"
    )
    corpus = corpus_of("The lease ends.", "the LEASE", "release mtqe", languages=("en", "de"))
    found = findings(
        "glossary", corpus, ["Des Mietvertrags Ende", "der Vertrag", "MTQ"],
        folder=tmp_path, path="terms.tsv",
    )  # fmt: skip
    lease, name = found
    assert (lease.segment_id, name.segment_id) == ("s1", "s2")
    assert mentions(lease.message, "glossary", "lease", "Mietvertrag", "Pacht")
    assert mentions(name.message, "glossary", "mtqe", "mtqe")
    assert found[0].spans == (("source", 4, 9),)


def test_a_watch_list_finds_whole_words(tmp_path):
    (tmp_path / "words.txt").write_text("ass\n", encoding="utf-8")
    found = findings(
        "watch-list", corpus_of("a", "b", "c"), ["Was für ein Ass", "eine Klasse", "用ass吧"],
        folder=tmp_path, path="words.txt",
    )  # fmt: skip
    assert at(found) == ["s0", "s2"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("glossary", "\tx\n", "line 1: no term before the tab"),
        ("glossary", "", "no terms"),
        ("watch-list", "# none\n", "no words"),
    ],
)
def test_lists_without_anything_are_refused(tmp_path, name, text, message):
    (tmp_path / "list").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=message):
        built(name, folder=tmp_path, path="list")


def test_an_option_that_is_not_there_is_an_error():
    with pytest.raises(ConfigError, match=r"checks\.length: unknown key 'deviation'; did you mean"):
        built("length", deviation=3)


def test_leakage_is_found_in_what_an_engine_was_shown():
    corpus = corpus_of(("The cat sleeps on the mat.", "Die Katze schläft."), ("Yes.", "Ja."))
    systems = [Translations.from_texts(name, corpus, ["x", "y"]) for name in ("llm", "other")]
    evidence = Evidence(prompts={"llm": ("Example:\nthe cat sleeps on the mat → …", "Yes.")})
    found = run_checks([built("leakage")], corpus, systems, evidence=evidence)
    assert [(f.segment_id, f.system, f.message) for f in found] == [
        ("s0", "llm", "The prompt shows this source.")
    ]


def test_texts_that_a_metric_cut_are_named():
    corpus = corpus_of("a", "b")
    systems = [Translations.from_texts(name, corpus, ["x", "y"]) for name in ("one", "two")]
    evidence = Evidence(cut={"comet": np.array([[False, False], [False, True]])})
    (finding,) = run_checks([built("truncation")], corpus, systems, evidence=evidence)
    assert (finding.segment_id, finding.system) == ("s1", "two")
    assert "comet" in finding.message


def test_findings_come_in_the_corpuss_order_the_test_sets_own_first():
    corpus = corpus_of(("a", ""), ("b", "B"))
    systems = [Translations.from_texts(name, corpus, ["", ""]) for name in ("one", "two")]
    found = run_checks([built("empty")], corpus, systems)
    assert [(f.segment_id, f.system) for f in found] == [
        ("s0", None), ("s0", "one"), ("s0", "two"), ("s1", "one"), ("s1", "two"),
    ]  # fmt: skip


def test_a_missing_translation_has_no_findings():
    corpus = corpus_of("In 1987 {x}")
    system = Translations.from_texts("mt", corpus, [None])
    checks = [built(name) for name in ("empty", "numbers", "placeholders", "length", "language")]
    assert run_checks(checks, corpus, [system]) == ()


def test_a_block_that_is_one_line_late_is_found_and_named():
    rng = np.random.default_rng(3)
    sources = [f"{'word ' * rng.integers(2, 40)}{rng.integers(100, 999)}" for _ in range(120)]
    texts = [source.replace("word", "Wort") for source in sources]
    corpus = corpus_of(*sources)
    assert findings("misalignment", corpus, texts) == []
    late = [*texts[:40], "zu viel", *texts[40:-1]]
    found = findings("misalignment", corpus, late)
    assert set(at(found)) >= {f"s{n}" for n in range(45, 115)}
    assert found[0].message.endswith("the translations seem one line late.")
    assert found[0].message.startswith("In lines 4")
