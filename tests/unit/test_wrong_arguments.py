"""What callers of the library confuse is refused in one sentence, never scored letter by letter."""
# mypy: disable-error-code="arg-type, call-overload, dict-item, call-arg, attr-defined, list-item"

from __future__ import annotations

from typing import Any

import pytest

import mtqe
from mtqe.corpus.base import Corpus, LanguagePair, Segment, Translations
from mtqe.corpus.readers import read_parallel
from mtqe.corpus.readers.ids import content_ids
from mtqe.errors import ConfigError, DataError
from mtqe.run import Run
from tests.command_line import mtqe as run_mtqe

SEGMENTS: Any = (Segment("0", "ein Haus", ("a house",)), Segment("1", "ein Baum", ("a tree",)))
CORPUS = Corpus("c", LanguagePair("de", "en"), SEGMENTS)
NAN = float("nan")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("0", "x", "The cat sat on the mat."), "list of texts"),
        (("0", "x", b"The cat"), "list of texts"),
        (("0", "x", NAN), "list of texts"),
        (("0", "x", ("a", NAN)), "reference 2 is nan"),
        (("0", "x", (["The", "cat"],)), "lists of tokens"),
        (("0", NAN), "source is nan"),
        (("0", None), "source is None"),
        ((5, "x"), "id is 5"),
    ],
)
def test_segments_hold_texts(arguments, named):
    with pytest.raises(DataError, match=named):
        Segment(*arguments)


def test_a_list_of_references_is_as_good_as_a_tuple():
    references: Any = ["a", None]
    assert Segment("0", "x", references) == Segment("0", "x", ("a", None))


@pytest.mark.parametrize(
    ("hypotheses", "named"),
    [
        ({"h": "ab"}, "one text per segment"),
        ({"h": b"ab"}, "one text per segment"),
        ({"h": ["a", NAN]}, "hypothesis 2 is nan"),
        ({"h": ["a", 5]}, "hypothesis 2 is 5"),
        ({"h": [["a", "house"], ["a", "tree"]]}, "lists of tokens"),
        ({"h": ["a"]}, "1 hypotheses for 2 segments"),
        ("ab", "name: texts"),
        (["a", "b"], "name: texts"),
        ([["a", "b"]], "name: texts"),
        (7, "name: texts"),
        ({5: ["a", "b"]}, "5 is not a name"),
        ({"h": 5}, "5 .int.; give a list with one text"),
    ],
)
def test_hypotheses_are_texts_by_name(hypotheses, named):
    for call in (mtqe.score, mtqe.check):
        with pytest.raises(DataError, match=named):
            call(CORPUS, hypotheses)


@pytest.mark.parametrize("names", [[5], 5, [None], b"chrf"])
def test_names_are_texts(names):
    with pytest.raises(ConfigError, match=r"^metrics: "):
        mtqe.score(CORPUS, {"h": ["a", "b"]}, names)
    with pytest.raises(ConfigError, match=r"^checks: "):
        mtqe.check(CORPUS, {"h": ["a", "b"]}, names)


def test_one_name_is_one_metric():
    run = mtqe.score(CORPUS, {"h": ["a", "b"]}, "chrf", use_cache=False)
    assert list(run.scores.columns) == ["chrf"]
    with pytest.raises(ConfigError, match="no check is called 'chrf'"):
        mtqe.check(CORPUS, {"h": ["a", "b"]}, "chrf")


@pytest.mark.parametrize("call", [mtqe.load_corpus, mtqe.translate, mtqe.run_config])
@pytest.mark.parametrize("given", [5, None, ["x"], CORPUS])
def test_configurations_are_paths(call, given):
    with pytest.raises(ConfigError, match=r"config: .* is not a path"):
        call(given)


PAIR = LanguagePair("de", "en")


@pytest.fixture(scope="module")
def run():
    return mtqe.score(CORPUS, {"g": ["a", "b"], "h": ["c", "d"]}, "chrf", use_cache=False)


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda run: mtqe.compare_run("reports/x"), "mtqe.Run.read"),
        (lambda run: mtqe.compare_run(run, metrics=5), "metrics: 5"),
        (lambda run: mtqe.compare_run(run, slices=5), "slices: 5"),
        (lambda run: mtqe.compare_run(run, baseline=5), "baseline: 5"),
        (lambda run: mtqe.compare_run(run, settings=5), "settings: 5"),
        (lambda run: mtqe.compare_runs(run, None), "old: None"),
        (lambda run: mtqe.compare_runs([run], run), "new: "),
        (lambda run: mtqe.Run.read(None), "folder: None is not a path"),
        (lambda run: run.report(5), "5 is not a path"),
        (lambda run: mtqe.read_dataset(5, name="x"), "path: 5"),
        (lambda run: mtqe.read_dataset("x.tsv", name=5), "name: 5"),
        (lambda run: mtqe.read_dataset("x.tsv", name="x", languages="de-en"), "languages: "),
        (lambda run: mtqe.read_dataset("x.tsv", name="x", columns={"id": "n"}), "columns: "),
        (lambda run: mtqe.read_table(None, name="x", languages=PAIR), "path: None"),
        (lambda run: mtqe.read_parallel(5, name="x", languages=PAIR), "path: 5"),
        (lambda run: mtqe.read_parallel("x", [5], name="x", languages=PAIR), "path: 5"),
        (lambda run: mtqe.read_parallel("x", name="x", languages="de-en"), "languages: "),
        (lambda run: mtqe.write_dataset(CORPUS, "x.tsv"), "path: "),
        (lambda run: mtqe.write_dataset("x.tsv", CORPUS), "dataset: .*mtqe.Dataset"),
        (lambda run: Corpus("c", PAIR, ["a", "b"]), "a segment: 'a' is of type str"),
        (lambda run: Corpus("c", PAIR, 5), "segments: 5"),
        (lambda run: Corpus("c", "de-en", SEGMENTS), "languages: 'de-en'"),
        (lambda run: Corpus(5, PAIR, SEGMENTS), "name: 5"),
        (lambda run: LanguagePair("de", None), "target language: None"),
        (lambda run: Segment("0", "x", metadata={"domain": 5}), "metadata 'domain': 5"),
        (lambda run: Segment("0", "x", metadata=5), "metadata: 5"),
        (lambda run: Segment("0", "x", document=5), "document: 5"),
        (lambda run: Translations.from_texts("h", ["a"], ["b"]), "an mtqe.Corpus"),
        (lambda run: Translations.from_texts("h", CORPUS, None), "hypotheses are None"),
        (lambda run: Translations.from_texts(5, CORPUS, ["a", "b"]), "name: 5"),
        (lambda run: Translations.align("h", CORPUS, ["a", "b"], {}), "'a' is of type str"),
        (lambda run: mtqe.score(CORPUS, {"h": ["a", "b"]}, "chrf", options=5), "options: 5"),
        (
            lambda run: mtqe.score(CORPUS, {"h": ["a", "b"]}, "chrf", options={"chrf": 5}),
            "options: chrf: 5",
        ),
        (
            lambda run: mtqe.score(CORPUS, {"h": ["a", "b"]}, "chrf", options={"bleu": {}}),
            "'bleu' is not among the metrics",
        ),
        (lambda run: mtqe.check(CORPUS, {"h": ["a", "b"]}, options=5), "options: 5"),
    ],
)
def test_public_functions_say_what_they_got(run, call, named):
    with pytest.raises(mtqe.MtqeError, match=named):
        call(run)


def test_a_list_of_segments_is_as_good_as_a_tuple():
    assert Corpus("c", PAIR, list(SEGMENTS)).segments == SEGMENTS


def test_a_corpus_is_one():
    with pytest.raises(DataError, match=r"give an mtqe\.Corpus"):
        mtqe.score(SEGMENTS, {"h": ["a", "b"]}, ["chrf"])


@pytest.mark.parametrize(
    ("metric", "options"),
    [
        ("chrf", {"word_order": 1_000_000_000}),
        ("chrf", {"char_order": 1_000_000_000}),
        ("chrf", {"beta": 10**30}),
        ("bleu", {"max_ngram_order": 1_000_000_000}),
        ("bertscore", {"max_length": 1_000_000_000}),
    ],
)
def test_options_have_upper_limits(metric, options):
    with pytest.raises(ConfigError, match=rf"metrics\.{metric}\.{next(iter(options))}"):
        mtqe.score(CORPUS, {"h": ["a", "b"]}, [metric], options={metric: options})


def test_translations_of_the_library_are_taken():
    given = [Translations.from_texts("h", CORPUS, ["a house", None])]
    run = mtqe.score(CORPUS, given, ["chrf"], use_cache=False)
    assert list(run.scores.index) == ["h"]


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "r").write_text("a house\nno. 12\n")
    (tmp_path / "h").write_text("a house\nnumber 13\n")
    return tmp_path


def score(*arguments):
    return run_mtqe(
        "score", "--reference", "r", "--hypothesis", "h=h", "--target-language", "en", *arguments
    )


def test_scoring_needs_no_source_on_the_command_line(files):
    result = score("-m", "chrf", "-m", "bleu", "-o", "run")
    assert result.code == 0, result.err
    assert "no sources" in result.out + result.err
    assert not len(Run.read(files / "run").findings)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("r.tsv", "reference\thypothesis:h\na house\ta house\nno. 12\tnumber 13\n"),
        ("r.csv", "reference;hypothesis:h\na house;a house\nno. 12;number 13\n"),
        ("r.jsonl", '{"references": ["a house"], "hypothesis:h": "a house"}\n'
         '{"references": ["no. 12"], "hypothesis:h": "number 13"}\n'),
    ],
)  # fmt: skip
def test_tables_of_references_alone_are_scored(files, name, text):
    (files / name).write_text(text)
    result = run_mtqe("score", "--corpus", name, "--target-language", "en", "-m", "chrf", "-o", "t")
    assert result.code == 0, result.err
    assert "no sources" in result.out
    score("-m", "chrf", "-o", "run")
    assert Run.read(files / "t").scores.equals(Run.read(files / "run").scores)


def test_a_table_with_sources_wants_their_language(files):
    (files / "r.tsv").write_text("source\treference\thypothesis:h\na\tb\tc\n")
    result = run_mtqe("score", "--corpus", "r.tsv", "--target-language", "en", "-m", "chrf")
    assert result.code == 1
    assert "--source- and --target-language" in result.err


@pytest.mark.parametrize(
    ("metric", "model"),
    [("comet", ()), ("comet-qe", ("--model", "comet-qe=mtqe-kiwi-mini"))],
)
def test_metrics_that_read_sources_are_refused_without(files, metric, model):
    result = score("-m", metric, "-o", "run", *model)
    assert result.code != 0
    assert "needs sources" in result.err
    assert not (files / "run").exists()


def test_ids_without_sources_are_made_from_references(files):
    corpus = read_parallel(None, ["r"], name="c", languages=LanguagePair("und", "en"))
    assert [s.id for s in corpus] == content_ids(["a house", "no. 12"])
    assert not corpus.has_sources
    with pytest.raises(DataError, match="without sources there must be references"):
        read_parallel(None, name="c", languages=LanguagePair("und", "en"))


def test_half_of_a_surrogate_pair_is_named_by_its_place():
    said = "hypotheses 'a': hypothesis 2 holds half of a surrogate pair"
    with pytest.raises(DataError, match=said):
        mtqe.score({"a": ["a house", "a \ud83d"]}, ["a house", "a tree"], metrics=["chrf"])
    with pytest.raises(DataError, match="reference 1 holds half"):
        mtqe.score(["a house", "\U0001f600"], ["\udfff", "a tree"], metrics=["chrf"])
