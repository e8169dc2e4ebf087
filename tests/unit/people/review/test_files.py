from __future__ import annotations

import json

import pytest

from mtqe.errors import DataError, MtqeError
from mtqe.people.review import merge, read_reviews, spans_by_translation, write_reviews
from mtqe.people.review.files import COLUMNS
from tests.unit.people.review.samples import error, review, reviews

FILE = reviews(review("Ana", s1=("problem", error(0, 3)), s2=("ok",)))


def _tsv(*rows: tuple[str, ...]) -> str:
    return "".join("\t".join(row) + "\n" for row in (COLUMNS, *rows))


def _row(system: str, category: str, severity: str, **metadata) -> tuple[str, ...]:
    content = {"run": "r", "segment_id": "s1", "mark": "", "note": "", **metadata}
    cells = ("doc", "s1", "1", "Ana", "source", "<v>tar</v>get", category, severity)
    return (system, *cells, json.dumps(content))


def test_what_is_written_is_read_again(tmp_path):
    path = tmp_path / "merged.json"
    write_reviews(path, FILE, agreement={"marks_alpha": None})
    assert read_reviews(path) == FILE


def test_tsv_gives_errors_marks_and_notes(tmp_path):
    path = tmp_path / "ana.tsv"
    place = {"side": "hypothesis", "start": 0, "end": 3, "marked_text": "tar"}
    said = {"mark": "problem", "note": "two\nlines"}
    rows = [
        _row("A", "Fluency/Grammar", "Minor", **said, **place),
        _row("A", "Fluency/Spelling", "Major", **said, **place),
        _row("B", "No-error", "No-error", **said),
        _row("", "", "", segment_id="s2", note="only a note"),
    ]
    path.write_text(_tsv(*rows), encoding="utf-8")
    file = read_reviews(path)
    assert file.systems == ("A", "B")
    (ana,) = file.reviews
    first, second = ana.segments
    assert (first.mark, first.note) == ("problem", "two\nlines")
    assert [label.severity for label in first.errors] == ["minor", "major"]
    assert (second.note, second.errors) == ("only a note", ())


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.json", "[]", "not a review that this version"),
        ("a.json", '{"format": "mtqe-review", "version": 2}', "not a review that this version"),
        ("a.tsv", "system\tdoc\n", "first line must name"),
        ("a.tsv", _tsv(), "holds no review"),
        ("a.tsv", _tsv(("A", "doc")), "line 2: 2 of 10"),
        ("a.tsv", _tsv((*_row("A", "", "")[:-1], "no json")), "line 2: not as a report"),
        ("a.tsv", _tsv(_row("A", "Other", "Major")), "line 2: not as a report"),
        ("a.tsv", _tsv(_row("A", "", ""), _row("A", "", "", run="q")), "more than one run"),
    ],
)
def test_what_is_no_review_is_said(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=message):
        read_reviews(path)


def test_a_file_that_is_not_there_or_not_text_is_said(tmp_path):
    with pytest.raises(DataError, match="can't be read"):
        read_reviews(tmp_path / "none.json")
    (tmp_path / "bytes.json").write_bytes(b"\xff")
    with pytest.raises(DataError, match="not UTF-8"):
        read_reviews(tmp_path / "bytes.json")
    with pytest.raises(MtqeError, match="could not be written"):
        write_reviews(tmp_path, FILE)


def test_merging_joins_reviewers_and_takes_one_review_once(tmp_path):
    ben = reviews(review("Ben", s1=("ok",)))
    merged = merge({tmp_path / "a": FILE, tmp_path / "b": ben, tmp_path / "c": FILE})
    assert [one.reviewer for one in merged.reviews] == ["Ana", "Ben"]


def test_merging_refuses_other_runs_and_two_opinions_of_one_reviewer(tmp_path):
    with pytest.raises(DataError, match="different runs"):
        merge({tmp_path / "a": FILE, tmp_path / "b": reviews(run="run-2")})
    other = reviews(review("Ana", s1=("ok",)))
    with pytest.raises(DataError, match="different reviews by 'Ana'"):
        merge({tmp_path / "a": FILE, tmp_path / "b": other})


GIVEN = {
    "origin": "metric:x", "system": "A", "side": "hypothesis", "start": 0, "end": 3, "text": "tar",
    "category": None, "severity": "critical", "confidence": 0.5,
}  # fmt: skip


@pytest.mark.parametrize("as_tsv", [False, True])
def test_a_review_that_began_with_spans_says_what_became_of_each(tmp_path, as_tsv):
    place = {"side": "hypothesis", "start": 0, "end": 3}
    said = {"mark": "problem", "dropped": [GIVEN]}
    errors = [
        ("Other", "major", GIVEN),
        ("Style/Awkward", "minor", GIVEN),
        ("Other", "major", None),
    ]
    if as_tsv:
        path = tmp_path / "ana.tsv"
        rows = [
            _row("A", category, severity.title(), **said, **place, marked_text="tar", **more)
            for category, severity, given in errors
            for more in [{"proposed": given} if given else {}]
        ]
        path.write_text(_tsv(*rows), encoding="utf-8")
    else:
        path = tmp_path / "ana.json"
        labels = [
            {**place, "system": "A", "text": "tar", "category": category, "severity": severity}
            | ({"proposed": given} if given else {})
            for category, severity, given in errors
        ]
        segment = {"segment_id": "s1", "errors": labels, **said}
        content = {
            "format": "mtqe-review", "version": 1, "run": "r", "systems": ["A"],
            "reviews": [{"reviewer": "Ana", "segments": [segment]}],
        }  # fmt: skip
        path.write_text(json.dumps(content), encoding="utf-8")
    file = read_reviews(path)
    (read,) = file.reviews[0].segments
    assert [label.is_as_proposed for label in read.errors] == [True, False, False]
    assert [proposal.origin for proposal in read.dropped] == ["metric:x"]
    found = spans_by_translation(file.reviews[0])["s1", "A"]
    assert [span.explanation for span in found] == [
        "accepted from metric:x", "changed from metric:x (critical)", "",
    ]  # fmt: skip
    write_reviews(tmp_path / "again.json", file)
    assert read_reviews(tmp_path / "again.json") == file
