from __future__ import annotations

import json

import pytest

from mtqe.api import score
from mtqe.corpus.base import Corpus, LanguagePair, Segment
from mtqe.people.review import read_reviews, write_reviews
from tests.command_line import mtqe
from tests.unit.people.review.samples import error, review, reviews


@pytest.fixture
def files(tmp_path):
    """Two reviewers' files."""
    said = {
        "ana": review("Ana", s1=("problem", error(0, 4)), s2=("ok",)),
        "ben": review("Ben", s1=("ok",), s2=("ok",)),
    }
    for name, one in said.items():
        write_reviews(tmp_path / f"{name}.json", reviews(one))
    return [tmp_path / f"{name}.json" for name in said]


def test_merging_prints_scores_and_agreement(files, tmp_path):
    out = tmp_path / "merged.json"
    result = mtqe("review", "merge", *files, "-o", out)
    assert result.code == 0
    assert "MQM score" in result.out
    assert "Krippendorff's alpha 0.00" in result.out
    assert "Different marks:\n- s1" in result.out
    assert [one.reviewer for one in read_reviews(out).reviews] == ["Ana", "Ben"]


def test_segments_are_named_as_the_report_names_them(tmp_path):
    name = "line 2, s1 “The mill stood…”"
    for reviewer, mark in (("Ana", "problem"), ("Ben", "ok")):
        one = review(reviewer, s1=(mark,))
        (said,) = one.segments
        one = one.model_copy(update={"segments": (said.model_copy(update={"segment": name}),)})
        write_reviews(tmp_path / f"{reviewer}.json", reviews(one))
    files = tmp_path / "Ana.json", tmp_path / "Ben.json"
    assert f"- {name}" in mtqe("review", "merge", *files, "-o", tmp_path / "m.json").out
    found = json.loads(mtqe("review", "merge", *files, "-o", tmp_path / "m.json", "--json").out)
    assert found["agreement"]["disputed"] == ["s1"]
    assert found["agreement"]["disputed_names"] == [name]
    assert read_reviews(tmp_path / "m.json").reviews[0].segments[0].segment == name


def test_merging_prints_json_and_what_is_merged_merges_again(files, tmp_path):
    out = tmp_path / "merged.json"
    first = json.loads(mtqe("review", "merge", *files, "-o", out, "--json").out)
    again = json.loads(mtqe("review", "merge", out, "-o", tmp_path / "2.json", "--json").out)
    assert first == again
    assert {each["system"]: each["score"] for each in first["mqm"]} == {"A": 1.25, "B": 0}


def test_a_file_that_is_no_review_ends_in_one_sentence(tmp_path):
    (tmp_path / "x.json").write_text("{")
    result = mtqe("review", "merge", tmp_path / "x.json", "-o", tmp_path / "y.json")
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith(f"mtqe: {tmp_path / 'x.json'} is not a review")
    assert not (tmp_path / "y.json").exists()


def _run(folder, texts, target="en"):
    segments = tuple(Segment(f"s{i}", f"Satz {i}", (text,)) for i, text in enumerate("abc"))
    corpus = Corpus("abc", LanguagePair("de", target), segments)
    score(corpus, {"engine": texts}, ["chrf"], output=folder, use_cache=False)


def test_a_report_of_two_runs_lies_beside_the_first(tmp_path):
    _run(tmp_path / "new", list("abc"))
    _run(tmp_path / "old", list("abd"))
    result = mtqe("report", tmp_path / "new", tmp_path / "old")
    assert (result.code, result.out) == (0, f"{tmp_path / 'new' / 'comparison.html'}\n")
    assert "engine · old" in (tmp_path / "new" / "comparison.html").read_text(encoding="utf-8")


def test_runs_of_other_test_sets_are_refused_with_the_field(tmp_path):
    _run(tmp_path / "new", list("abc"))
    _run(tmp_path / "old", list("abc"), target="fr")
    result = mtqe("report", tmp_path / "new", tmp_path / "old")
    assert result.code == 1
    assert "corpus.target_language (en and fr)" in result.err


def test_serving_needs_a_folder(tmp_path):
    result = mtqe("serve", tmp_path / "none")
    assert result.code == 2
