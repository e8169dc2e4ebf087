"""`mtqe.score` with lists and frames, and corpora from frames."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest
import sacrebleu

import mtqe
from tests.command_line import mtqe as run_mtqe

HYPOTHESES = ["the cat sat on a mat", "he lives in a big house", "good morning"]
FIRST = ["the cat sat on the mat", "he lives in a large house", "good morning"]
SECOND = ["a cat sat on the mat", "his house is big", "morning"]
SOURCES = ["die Katze sass auf der Matte", "er wohnt in einem grossen Haus", "guten Morgen"]


def score(hypotheses=HYPOTHESES, references=FIRST, sources=None, metrics="chrf", **named):
    named = {"target_language": "en", "use_cache": False, **named}
    return mtqe.score(hypotheses, references, sources, metrics=metrics, **named)


def expected(*references):
    return sacrebleu.corpus_chrf(HYPOTHESES, list(references)).score


def test_lists_are_scored_as_sacrebleu_scores_them():
    run = score()
    assert list(run.scores.index) == ["system"]
    assert run.scores.loc["system", "chrf"] == expected(FIRST)


def test_a_mapping_holds_systems():
    run = score({"same": FIRST, "other": [*HYPOTHESES[:2], None]})
    assert run.scores.loc["same", "chrf"] == 100
    assert run.manifest.systems[1].failures == 1


@pytest.mark.parametrize(
    "references",
    [
        [FIRST, SECOND],
        [[a, b] for a, b in zip(FIRST, SECOND, strict=True)],
        {"A": FIRST, "B": SECOND},
        pd.DataFrame({"A": FIRST, "B": SECOND}),
        pa.table({"A": FIRST, "B": SECOND}),
    ],
    ids=["columns", "per segment", "mapping", "pandas", "arrow"],
)
def test_several_references_in_every_form(references):
    run = score(references=references)
    assert run.scores.loc["system", "chrf"] == expected(FIRST, SECOND)


def test_references_per_segment_may_differ_in_number():
    run = score(references=[[FIRST[0]], [FIRST[1], SECOND[1]], [FIRST[2]]])
    assert run.manifest.corpus.references == "var"


def test_lists_that_can_be_read_two_ways_are_refused():
    with pytest.raises(mtqe.DataError, match="a list per segment or a list per reference"):
        score(references=[FIRST, SECOND, FIRST])


def test_one_text_is_one_text():
    run = score("good morning", "good evening")
    assert run.manifest.corpus.segments == 1
    assert run.segments["hypothesis"].tolist() == ["good morning"]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"references": "the cat"}, "reference 1: 1 text for 3 segments"),
        ({"references": FIRST[:2]}, "reference 1: 2 texts for 3 segments"),
        ({"references": [FIRST[:2], SECOND[:1]]}, "2 lists of 1, 2 texts for 3 segments"),
        ({"references": [1, 2, 3]}, "reference 1 is 1"),
        ({"references": 5}, r"references: 5 \(int\)"),
        ({"references": {}}, "an empty mapping"),
        ({"references": None}, "neither references nor sources"),
        ({"sources": "die Katze"}, "sources: 1 text for 3 segments"),
        ({"sources": [*SOURCES[:2], None]}, "source 3 is None"),
        ({"sources": [*SOURCES[:2], float("nan")]}, "source 3 is nan"),
        ({"hypotheses": None}, "hypotheses: None"),
        ({"hypotheses": [h.split() for h in HYPOTHESES]}, "lists of tokens"),
        ({"hypotheses": {"a": HYPOTHESES, "b": HYPOTHESES[:1]}}, "system 'b': 1 text for 3"),
        ({"hypotheses": {1: HYPOTHESES}}, "1 is not a name"),
        ({"hypotheses": [], "references": []}, "no segments"),
        ({"target_language": "English!"}, "not a language tag"),
        ({"target_language": 5}, "target_language: 5 is not a text"),
        ({"metrics": 5}, "metrics: 5 is not a name"),
        ({"output": 5}, "output: 5 is not a path"),
        ({"name": 5}, "name: 5 is not a text"),
    ],
)
def test_messages_say_what_was_given(arguments, named):
    with pytest.raises(mtqe.MtqeError, match=named):
        score(**arguments)


def test_metrics_that_need_what_is_missing_are_left_out_by_default():
    from mtqe.evaluation.evaluate import default_metrics

    corpus = score().manifest.corpus
    assert "no sources: checks and metrics that need them are left out" in corpus.notes
    assert "2 empty sources" not in corpus.notes
    frame = pd.DataFrame({"source": SOURCES, "reference": FIRST})
    whole = mtqe.Corpus.from_frame(frame, target_language="en")
    assert default_metrics(whole) == ("bleu", "chrf", "comet", "bertscore")
    alone = mtqe.Corpus.from_frame(frame[["reference"]], target_language="en")
    assert default_metrics(alone) == ("bleu", "chrf", "bertscore")
    assert default_metrics(mtqe.Corpus.from_frame(frame[["source"]])) == ("comet-qe",)


def test_without_a_target_language_a_note_says_how_words_are_counted():
    run = score(target_language=None)
    assert any(note.startswith("no target language") for note in run.manifest.corpus.notes)


def test_frames_give_systems_references_and_sources_by_column():
    frame = pd.DataFrame({"src": SOURCES, "ref": FIRST, "old": SECOND, "new": HYPOTHESES})
    run = score(frame[["old", "new"]], frame["ref"], frame["src"])
    assert list(run.scores.index) == ["old", "new"]
    corpus = mtqe.Corpus.from_frame(frame, target_language="en", metadata=())
    again = mtqe.score(corpus, frame[["old", "new"]], "chrf", use_cache=False)
    assert again.scores.equals(run.scores)
    assert again.manifest.corpus.hash == run.manifest.corpus.hash


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA])
def test_what_pandas_calls_missing_is_none(missing):
    run = score(pd.Series([*HYPOTHESES[:2], missing], dtype=object))
    assert run.manifest.systems[0].failures == 1


def test_a_frame_s_columns_may_be_named():
    frame = pd.DataFrame(
        {"de": SOURCES, "en": FIRST, "en2": [*SECOND[:2], None], "doc": list("aab"), "n": [7, 8, 9]}
    )
    corpus = mtqe.Corpus.from_frame(
        frame, name="mine", source_language="de", target_language="en", id="n", source="de",
        references=["en", "en2"], document="doc",
    )  # fmt: skip
    assert [segment.id for segment in corpus] == ["7", "8", "9"]
    assert corpus.reference_count == "var"
    assert [segment.document for segment in corpus] == list("aab")
    assert str(corpus.languages) == "de-en"


@pytest.mark.parametrize(
    ("frame", "named", "message"),
    [
        (["a"], {}, "is not a frame"),
        ({"source": SOURCES}, {}, "is not a frame"),
        (pd.DataFrame({"x": SOURCES}), {}, "no column of sources or references"),
        (pd.DataFrame({"source": SOURCES}), {"references": "ref"}, "no column 'ref'"),
        (pd.DataFrame({"source": [1, 2]}), {}, "row 1: 'source' is of type int"),
        (pd.DataFrame({0: SOURCES}), {}, "a column is called 0"),
        (pd.DataFrame({"source": []}), {}, "no segments"),
    ],
)
def test_frames_that_can_t_be_used_are_refused(frame, named, message):
    with pytest.raises(mtqe.DataError, match=message):
        mtqe.Corpus.from_frame(frame, **named)


def test_polars_frames():
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({"source": SOURCES, "reference": FIRST, "new": HYPOTHESES})
    corpus = mtqe.Corpus.from_frame(frame, target_language="en", metadata=[])
    run = mtqe.score(corpus, frame.select("new"), "chrf", use_cache=False)
    assert run.scores.loc["new", "chrf"] == expected(FIRST)
    assert score(frame["new"], frame["reference"]).scores.iloc[0, 0] == expected(FIRST)


def test_hugging_face_data_sets():
    datasets = pytest.importorskip("datasets")
    pairs = [{"de": s, "en": r} for s, r in zip(SOURCES, FIRST, strict=True)]
    data = datasets.Dataset.from_dict({"translation": pairs, "new": HYPOTHESES})
    corpus = mtqe.Corpus.from_frame(data, source_language="de", target_language="en")
    assert [segment.source for segment in corpus] == SOURCES
    run = mtqe.score(corpus, data.select_columns("new"), "chrf", use_cache=False)
    assert run.scores.loc["new", "chrf"] == expected(FIRST)
    with pytest.raises(mtqe.DataError, match="holds de, en"):
        mtqe.Corpus.from_frame(data)
    with pytest.raises(mtqe.DataError, match="is not a frame"):
        mtqe.Corpus.from_frame(datasets.DatasetDict({"test": data}))


def test_the_command_line_needs_two_files_alone(tmp_path):
    (tmp_path / "r.txt").write_text("\n".join(FIRST) + "\n")
    (tmp_path / "h.txt").write_text("\n".join(HYPOTHESES) + "\n")
    files = ["--reference", tmp_path / "r.txt", "--hypothesis", tmp_path / "h.txt"]
    result = run_mtqe("score", *files, "-m", "chrf", "-o", tmp_path / "run")
    assert result.code == 0, result.err
    assert f"{expected(FIRST):.1f}" in result.out
    assert "no target language" in result.out
