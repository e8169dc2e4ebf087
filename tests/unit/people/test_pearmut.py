"""Campaigns and results of Pearmut, as its README and its own files have them."""

from __future__ import annotations

import json

import pytest

from mtqe.api import score
from mtqe.corpus.spans import FoundSpan, Span
from mtqe.errors import ConfigError, DataError
from mtqe.people.pearmut import characters, found_span, pearmut_span, units
from mtqe.people.ratings import add_scores, read_scores
from mtqe.people.ratings.marot import marked_spans
from mtqe.people.sampling import choose, items_of, write_sample
from mtqe.people.sampling.items import item_spans
from mtqe.people.sampling.span_disagreement import span_disagreement
from mtqe.run import Run
from tests.engines import corpus
from tests.span_metric import register

TEXT = "Das 🏠 kostet 300 我们 Euro."


@pytest.fixture
def run(monkeypatch):
    """A metric marks "bad" in two systems' translations of three segments."""
    register(monkeypatch)
    sample = corpus(["one", "two", "three"], ["r"] * 3)
    texts = {"mt": ["🏠 bad", "fine", "bad\nbad"], "pe": ["🏠 bad", "bad 🏠 bad", None]}
    return score(sample, texts, ["badwords"], use_cache=False)


def test_places_are_counted_in_utf_16_units():
    assert [units(TEXT, place) for place in (0, 4, 5, len(TEXT))] == [0, 4, 6, len(TEXT) + 1]
    assert [characters(TEXT, unit) for unit in (0, 4, 6, 7)] == [0, 4, 5, 6]
    for place in range(len(TEXT) + 1):
        assert characters(TEXT, units(TEXT, place)) == place
    assert characters(TEXT, len(TEXT) + 2) == len(TEXT) + 1


@pytest.mark.parametrize(("start", "end"), [(0, 3), (4, 5), (3, 6), (14, 21), (len(TEXT),) * 2])
def test_a_span_comes_back_as_it_went(start, end):
    span = Span(
        segment_id="s", system="a", origin="metric:x", start=start, end=end,
        text=TEXT[start:end], severity="critical", confidence=0.5,
    )  # fmt: skip
    mark = pearmut_span(span, TEXT)
    assert mark is not None
    assert mark["severity"] == "major"
    back = found_span(mark, TEXT)
    assert (back.start, back.end, back.text) == (start, end, TEXT[start:end])
    assert back.explanation == "accepted from metric:x"
    changed = found_span({**mark, "severity": "minor"}, TEXT)
    assert (changed.severity, changed.explanation) == ("minor", "changed from metric:x (critical)")


def test_the_token_for_what_is_missing_is_an_omission():
    mark = {"start_i": units(TEXT, len(TEXT)), "end_i": units(TEXT, len(TEXT)), "severity": "major"}
    assert found_span(mark, TEXT) == FoundSpan(
        start=len(TEXT), end=len(TEXT), text="", category="Accuracy/Omission", severity="major"
    )


def campaign_of(run, path, begin_with=None):
    items = items_of(run)
    spans = item_spans(run, items, begin_with) if begin_with else None
    write_sample(path, items, run.manifest.corpus, format="pearmut", spans=spans, seed=3)
    return json.loads(path.read_text(encoding="utf-8"))


def test_a_campaign_has_what_pearmut_asks_for(run, tmp_path):
    made = campaign_of(run, tmp_path / "c.json", "badwords")
    assert made["info"]["assignment"] == "task-based"
    assert made["info"]["protocol"] == "ESA"
    (documents,) = made["data"]
    first, second, third = (item for document in documents for item in document)
    assert first["src"] == "one"
    assert set(first["tgt"]) == set(first["error_spans"]) == {"mt", "pe"}
    assert set(third["tgt"]) == {"mt"}
    mark = first["error_spans"]["pe"][0]
    assert (mark["start_i"], mark["end_i"], mark["origin"]) == (3, 5, "metric:badwords")
    assert second["error_spans"]["mt"] == []
    assert campaign_of(run, tmp_path / "d.json")["data"][0][0][0]["error_spans"]["pe"] == []


def answered(made, user="ana", score=70, change=lambda marks: marks):
    """What Pearmut logs when an annotator goes through a campaign."""
    for number, document in enumerate(made["data"][0]):
        annotation = [
            {
                name: {"score": score, "error_spans": change(item["error_spans"].get(name, []))}
                for name in item["tgt"]
            }
            for item in document
        ]
        yield {"user_id": user, "item_i": number, "item": document, "annotation": annotation}


@pytest.mark.parametrize("download", [False, True])
def test_annotations_come_back_as_scores_and_spans_that_say_who_said_what(run, tmp_path, download):
    made = campaign_of(run, tmp_path / "c.json", "metric:badwords")
    own = {"start_i": 0, "end_i": 1, "severity": "minor", "category": None}
    log = [
        *answered(made, score=10),  # rated again below
        *answered(made, change=lambda marks: [*marks[:1], own]),
        *answered(made, user="ben", score=1),
        {"user_id": "ben", "annotation": "__RESET__", "item": []},
    ]
    path = tmp_path / ("annotations.json" if download else "c.jsonl")
    lines = "".join(json.dumps(entry) + "\n" for entry in log)
    path.write_text(json.dumps({"c": log}) if download else lines, encoding="utf-8")
    ratings, unknown = read_scores(path, run)
    assert unknown == 0
    assert {(r.rater, r.kind, r.score) for r in ratings} == {("ana", "esa", 70.0)}
    added = add_scores(run, ratings).run
    frame = added.spans[added.spans["origin"] == "person:ana"]
    ids = added.segments["segment_id"].tolist()
    mine = frame[(frame["segment_id"] == ids[0]) & (frame["system"] == "pe")]
    assert sorted(zip(mine["start"], mine["end"], mine["text"], strict=True)) == [
        (0, 1, "🏠"),
        (2, 5, "bad"),
    ]
    assert set(mine["explanation"]) == {"accepted from metric:badwords", ""}


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ({"user_id": "a", "annotation": 7, "item": []}, "entry 1: is not what Pearmut writes"),
        ({"user_id": "a", "annotation": [{"mt": {"score": 300}}]}, "not a score from 0 to 100"),
        (
            {"user_id": "a", "annotation": [{"mt": {"score": 3, "error_spans": [{}]}}]},
            "an error span can't be read",
        ),
    ],
)
def test_broken_results_are_refused_in_a_sentence(run, tmp_path, entry, says):
    item = campaign_of(run, tmp_path / "c.json")["data"][0][0]
    (tmp_path / "r.jsonl").write_text(json.dumps({"item": item, **entry}) + "\n")
    with pytest.raises(DataError, match=says):
        read_scores(tmp_path / "r.jsonl", run, "pearmut")


def test_marot_begins_with_spans_too(run, tmp_path):
    items = items_of(run)[:1]
    spans = item_spans(run, items, "badwords")
    write_sample(tmp_path / "m.tsv", items, run.manifest.corpus, format="mqm", spans=spans)
    head, *rows = (tmp_path / "m.tsv").read_text(encoding="utf-8").splitlines()
    cells = dict(zip(head.split("\t"), rows[0].split("\t"), strict=True))
    assert (cells["rater"], cells["target"], cells["severity"]) == (
        "metric:badwords", "🏠 <v>bad</v>", "Major",
    )  # fmt: skip
    (back,) = marked_spans(cells)
    assert (back.start, back.end, back.text, back.explanation) == (2, 5, "bad", "it says bad")


def test_spans_are_refused_where_a_format_has_no_room(run, tmp_path):
    items = items_of(run)
    spans = item_spans(run, items, "badwords")
    for form in ("esa", "tsv"):
        with pytest.raises(ConfigError, match="pearmut or mqm"):
            write_sample(tmp_path / "x", items, run.manifest.corpus, format=form, spans=spans)
    with pytest.raises(ConfigError, match="no error spans by 'nobody'"):
        item_spans(run, items, "nobody")


def rated(run, **marks):
    """The run with ana's spans by segment number; she looked at these segments of mt alone."""
    from mtqe.people.ratings.rating import rating

    items = {item.segment: item for item in items_of(run) if "mt" in item.systems}
    found = [
        rating(items[int(name[1:])], "mqm", "ana", 0.0, tuple(several))
        for name, several in marks.items()
    ]
    return add_scores(run, found).run


def test_where_two_origins_disagree_most_comes_first(run: Run):
    bad = FoundSpan(start=2, end=5, text="bad", severity="major")
    both = rated(run, s0=[bad], s2=[])
    apart = span_disagreement(both)
    assert apart[0] == 0  # the same marks
    assert apart[1] == 0  # ana did not look at it
    assert apart[2] == pytest.approx((3 + 3) * 5 / 7**0.5)
    assert choose(both, 1, by="spans").tolist() == [2]
    named = choose(both, 1, by="spans", origins=["badwords", "person:ana"])
    assert named.tolist() == [2]
    minor = rated(run, s0=[FoundSpan(start=2, end=5, text="bad", severity="minor")], s2=[])
    assert span_disagreement(minor)[0] == pytest.approx(2 * 3 * 4 / 5**0.5)  # of both systems


def test_one_origin_cannot_disagree(run: Run):
    with pytest.raises(ConfigError, match="at least two origins"):
        choose(run, 1, by="spans")
    with pytest.raises(ConfigError, match="no origin of error spans is called 'x'"):
        choose(run, 1, by="spans", origins=["x", "badwords"])
