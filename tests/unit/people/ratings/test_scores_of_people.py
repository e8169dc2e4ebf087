"""People's scores come back as one more metric, from every file that they may come in."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest

from mtqe.compare import compare_run
from mtqe.config import NamedMetric
from mtqe.corpus.base import Translations
from mtqe.corpus.dataset import Dataset, HumanScores
from mtqe.corpus.writers import write_dataset
from mtqe.errors import ConfigError, DataError, MetricError
from mtqe.evaluation.evaluate import score_translations
from mtqe.evaluation.translate import Translated
from mtqe.gate import judge
from mtqe.metrics.human import Human
from mtqe.people.ratings import add_scores, read_scores, write_ratings
from mtqe.people.ratings.esa import read_esa
from mtqe.people.ratings.rating import RatedTranslations, Rating
from mtqe.people.sampling import choose, items_of, write_sample
from mtqe.run import Run, write_run
from tests.gate_runs import corpus_of, gate_of, run_of

SIZE = 12


@pytest.fixture(scope="module")
def run():
    """Both systems translate the even segments alike; b translates no last one."""
    words = [2 if index % 2 == 0 else 6 for index in range(SIZE - 1)]
    return run_of(SIZE, {"a": 2, "b": [*words, None]}, documents=4)


@pytest.fixture
def filled(run, tmp_path):
    """A sample of the first four segments, rated by ana: 90 for a, 40 for b alone."""
    items = [item for item in items_of(run) if item.segment < 4]
    path = tmp_path / "sample.jsonl"
    write_sample(path, items, run.manifest.corpus)
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    systems = {str(item.number): item.systems for item in items}
    for row in rows:
        row |= {"score": 90.0 if "a" in systems[row["item"]] else 40.0, "rater": "ana"}
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def scores(run, system, metric):
    frame = run.segments
    return frame.loc[frame["system"] == system, metric].to_numpy(float)


def test_a_filled_sheet_becomes_a_metric_with_unrated_segments_unscored(run, filled):
    ratings, unknown = read_scores(filled, run)
    added = add_scores(run, ratings, name="quality")
    assert (unknown, added.rated, added.raters) == (0, 8, 1)
    assert scores(added.run, "a", "quality")[:4].tolist() == [90.0] * 4
    assert scores(added.run, "b", "quality")[:4].tolist() == [90.0, 40.0, 90.0, 40.0]
    assert np.isnan(scores(added.run, "a", "quality")[4:]).all()
    system = added.run.manifest.systems[1].score("quality")
    assert (system.score, system.segments, system.unscored) == (65.0, 4, SIZE - 4)


def test_it_is_compared_and_kept_on_disk_like_any_metric(run, filled, tmp_path):
    added = add_scores(run, read_scores(filled, run)[0])
    written = write_run(tmp_path / "run", added.run)
    read = Run.read(written.folder)
    (metric,) = compare_run(read, metrics=["human"]).metrics
    assert (metric.segments, metric.left_out) == (4, SIZE - 4)
    assert [standing.score for standing in metric.standings] == [90.0, 65.0]
    assert read.manifest.metrics[-1].signature.startswith("kind:human|raters:1|ratings:")
    assert "human" in read.manifest.systems[0].scores[-1].metric


def test_two_raters_are_averaged_and_a_second_import_replaces(run, filled):
    ratings = read_scores(filled, run)[0]
    other = [
        type(r)(r.segment_id, r.systems, r.source, r.hypothesis, r.kind, "ben", 50.0)
        for r in ratings
    ]
    both = add_scores(run, [*ratings, *other])
    assert scores(both.run, "a", "human")[0] == 70.0
    assert both.raters == 2
    again = add_scores(both.run, ratings)
    assert scores(again.run, "a", "human")[0] == 90.0
    assert [info.name for info in again.run.manifest.metrics].count("human") == 1
    first, second = (item.run.manifest.metrics[-1].signature for item in (both, again))
    assert first != second


def test_gate_rules_on_it_judge_what_is_rated(run, filled):
    rated = add_scores(run, read_scores(filled, run)[0]).run
    gate = gate_of(
        {"metric": "human", "segment_min": 30},
        {"metric": "human", "segment_min": 50},
        {"metric": "human", "min": 60, "system": "b", "interval": False},
    )
    verdicts = [check.verdict for check in judge(gate, rated).checks]
    assert verdicts == ["pass", "pass", "pass", "fail", "pass"]


def test_an_mqm_table_costs_what_errors_cost(run, tmp_path):
    items = [item for item in items_of(run) if item.segment < 3]
    path = tmp_path / "mqm.tsv"
    write_sample(path, items, run.manifest.corpus, format="mqm")
    head, *lines = path.read_text().splitlines()
    rows = [line.split("\t") for line in lines]
    errors = [
        [("Accuracy/Mistranslation", "Major"), ("Fluency/Punctuation", "Minor")],
        [("No-error", "No-error")],
        [("Style/Awkward", "minor")],
        [("Non-translation!", "Major")],
    ]
    out = [head]
    for row, found in zip(rows, errors, strict=False):
        for category, severity in found:
            marked = row[6].replace(" ", " <v>", 1) + "</v>"
            out.append("\t".join([*row[:4], "bob", row[5], marked, category, severity, row[9]]))
    path.write_text("\n".join(out) + "\n")
    ratings, _ = read_scores(path, run)
    assert [round(r.score, 6) for r in ratings] == [-5.1, 0.0, -1.0, -25.0]
    added = add_scores(run, ratings)
    assert added.metric == "mqm"
    assert added.run.manifest.metrics[-1].range == (None, 0.0)


def test_wmt_s_own_mqm_table_is_matched_by_system_and_text(run, tmp_path):
    frame = run.segments
    first = frame[(frame["system"] == "b") & (frame["segment_id"] == "s1")].iloc[0]
    row = ["b", "d1", "d1", "7", "rater1", first["source"], first["hypothesis"] + "<v></v>"]
    lost = [*row[:6], "another text", "No-error", "No-error"]
    header = "system\tdoc\tdoc_id\tseg_id\trater\tsource\ttarget\tcategory\tseverity"
    rows = [header, "\t".join([*row, "Accuracy/Addition", "Major"]), "\t".join(lost)]
    (tmp_path / "wmt.tsv").write_text("\n".join(rows) + "\n")
    ratings, unknown = read_scores(tmp_path / "wmt.tsv", run)
    assert [(r.segment_id, r.systems, r.score) for r in ratings] == [("s1", ("b",), -5.0)]
    assert unknown == 1


def test_appraise_s_export_is_read(run, tmp_path):
    items = items_of(run)[:3]
    with (tmp_path / "out.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        for index, item in enumerate(items):
            common = [item.number, "TGT", "eng", "deu", 60 + index, "d0", False, "[]", 1.5, 9.0]
            writer.writerow(["engdeu0101", "A", *common])
        writer.writerow(
            [
                "engdeu0101",
                "A",
                items[0].number,
                "TGT",
                "eng",
                "deu",
                99,
                "d0",
                False,
                "[]",
                10.0,
                12.0,
            ]
        )
        writer.writerow(
            [
                "engdeu0101",
                "A",
                items[1].number,
                "BAD",
                "eng",
                "deu",
                3,
                "d0",
                False,
                "[]",
                1.0,
                2.0,
            ]
        )
        writer.writerow(["engdeu0101", "A", 5, "TGT", "eng", "deu", 3, "d0", False, "[]", 1.0, 2.0])
    ratings, unknown = read_scores(tmp_path / "out.csv", run)
    assert sorted(r.score for r in ratings) == [61.0, 62.0, 99.0]
    assert (ratings[0].kind, ratings[0].rater, unknown) == ("esa", "engdeu0101", 1)


@pytest.mark.parametrize("number", ["9" * 6000, "٣" * 50, "-1", "1e9", ""])
def test_items_that_no_export_has_are_counted_as_unknown(run, tmp_path, number):
    row = f"u,A,{number},TGT,eng,deu,3,d0,False,[],1.0,2.0\n"
    (tmp_path / "out.csv").write_text(row, encoding="utf-8")
    ratings, unknown = read_esa(tmp_path / "out.csv", RatedTranslations(run))
    assert (ratings, unknown) == ([], 1)


@pytest.mark.parametrize(
    "row",
    [
        'u,"' + "x" * 200_000 + ",1",
        "u,A,{item},TGT,eng,deu,nan,d0,False,[]",
        "u,A,{item},TGT,eng,deu," + "9" * 6000 + ",d0,False,[]",
        "u,A,{item},TGT,eng,deu,inf,d0,False,[]",
    ],
)
def test_broken_exports_are_refused_with_their_line(run, tmp_path, row):
    known = RatedTranslations(run)
    (tmp_path / "out.csv").write_text(row.format(item=next(iter(known.by_number))))
    with pytest.raises(DataError, match=r"out\.csv, line 1"):
        read_esa(tmp_path / "out.csv", known)


def test_a_review_of_the_report_is_read(run, tmp_path):
    error = {"system": "b", "side": "hypothesis", "start": 0, "end": 2, "text": "xx"}
    errors = [{**error, "category": "Accuracy/Mistranslation", "severity": "major"}]
    segments = [{"segment_id": "s1", "mark": "problem", "errors": errors}]
    reviews = [{"reviewer": "ana", "segments": segments}]
    content = {
        "format": "mtqe-review",
        "version": 1,
        "run": "x",
        "systems": ["a", "b"],
        "reviews": reviews,
    }
    (tmp_path / "r.json").write_text(json.dumps(content))
    ratings, _ = read_scores(tmp_path / "r.json", run)
    assert {(r.systems, r.score) for r in ratings} == {(("a",), 0.0), (("b",), -5.0)}


def test_the_scores_of_mt_metrics_eval_are_read(tmp_path):
    from mtqe.corpus.readers.ids import content_ids

    corpus = corpus_of(4)
    ids = content_ids([segment.source for segment in corpus])
    segments = tuple(type(s)(i, s.source, s.references) for i, s in zip(ids, corpus, strict=True))
    corpus = type(corpus)("toy", corpus.languages, segments)
    systems = [
        Translations.from_texts(name, corpus, [f"{name} {i}" for i in range(4)]) for name in "ab"
    ]
    human = HumanScores("da-z", {"a": (0.5, None, -1.0, 2.0), "b": (None, None, None, 1.0)})
    write_dataset(
        tmp_path / "mme", Dataset(corpus, tuple(systems), (human,)), format="mt-metrics-eval"
    )
    run = score_translations(corpus, [Translated(s) for s in systems], [chrf()])
    ratings, unknown = read_scores(tmp_path / "mme", run)
    added = add_scores(run, ratings)
    assert (added.metric, unknown, added.rated) == ("da-z", 0, 4)
    np.testing.assert_array_equal(scores(added.run, "a", "da-z"), [0.5, np.nan, -1.0, 2.0])


def chrf():
    from mtqe.metrics.surface import CHRF

    return NamedMetric("chrf", CHRF())


def test_ratings_score_a_later_run_where_the_translation_is_the_same(run, filled, tmp_path):
    ratings = read_scores(filled, run)[0]
    write_ratings(tmp_path / "r.jsonl", ratings)
    metric = Human.from_options({"path": str(tmp_path / "r.jsonl")}, "en")
    corpus = corpus_of(SIZE, 4)
    frame = run.segments
    texts = frame.loc[frame["system"] == "a", "hypothesis"].tolist()
    changed = [texts[0], "something else", *texts[2:]]
    later = score_translations(
        corpus,
        [Translated(Translations.from_texts("new", corpus, changed))],
        [NamedMetric("people", metric)],
    )
    assert scores(later, "new", "people")[[0, 2, 3]].tolist() == [90.0] * 3
    assert np.isnan(scores(later, "new", "people")[[1, *range(4, SIZE)]]).all()
    assert add_scores(run, ratings).run.manifest.metrics[-1].signature == str(metric.signature("1"))


def test_scores_of_people_can_t_be_computed():
    with pytest.raises(MetricError, match="put them in with `mtqe human`"):
        Human().check()
    with pytest.raises(ConfigError, match="path"):
        Human.from_options({}, "en")


@pytest.mark.parametrize(
    ("rows", "match"),
    [
        ([{"item": "1", "score": "5"}], "holds no rating of this run"),
        ([{"item": "NUMBER", "score": "good"}], "'good' is no score"),
        ([{"item": "NUMBER", "score": "nan"}], "'nan' is no score"),
        ([{"item": "x1", "score": "5"}], "'x1' is no item number"),
        ([{"item": "NUMBER", "score": "5", "translation": "edited"}], "columns sorted apart"),
        ([{"item": "NUMBER"}], "has no column 'score'"),
        ([{"item": "NUMBER", "score": None}], "is it filled in"),
    ],
)
def test_a_spoilt_sheet_is_refused(run, tmp_path, rows, match):
    number = str(items_of(run)[0].number)
    rows = [row | {"item": row["item"].replace("NUMBER", number)} for row in rows]
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    with pytest.raises(DataError, match=match):
        read_scores(path, run)


def test_a_decimal_comma_is_a_number(run, tmp_path):
    number = items_of(run)[0].number
    (tmp_path / "a.tsv").write_text(f"item\tscore\n{number}\t4,5\n")
    assert read_scores(tmp_path / "a.tsv", run)[0][0].score == 4.5


def test_a_computed_metric_is_not_replaced(run, filled):
    ratings = read_scores(filled, run)[0]
    with pytest.raises(ConfigError, match="has a metric 'chrf' already"):
        add_scores(run, ratings, name="chrf")


def by_system(run, system):
    frame = run.spans
    frame = frame[(frame["system"] == system) & frame["origin"].str.startswith("person:")]
    return frame[["segment_id", "origin", "side", "start", "end", "text", "severity"]].to_numpy()


def marot_row(run, system, segment, target, *, rater="bob", source=None, severity="Major"):
    frame = run.segments
    row = frame[(frame["system"] == system) & (frame["segment_id"] == segment)].iloc[0]
    said = ["Accuracy/Omission", severity, json.dumps({"note": "why", "segment_id": segment})]
    return [system, "d", segment, "1", rater, source or row["source"], target, *said]


def write_marot(path, *rows):
    head = ["system", "doc", "docSegId", "globalSegId", "rater", "source", "target"]
    head += ["category", "severity", "metadata"]
    path.write_text("".join("\t".join(row) + "\n" for row in [head, *rows]))
    return path


def test_a_row_whose_translation_was_edited_is_no_rating_of_it(run, tmp_path):
    """Its item's number is right, but the rater saw another text."""
    found = run.segments.query("system == 'b' and segment_id == 's1'").iloc[0]
    text = found["hypothesis"]
    pair = (found["source"], text)
    (item,) = (item for item in items_of(run) if (item.source, item.hypothesis) == pair)
    metadata = json.dumps({"item": item.number})
    row = marot_row(run, "b", "s1", f"<v>{text}</v>")
    edited = marot_row(run, "b", "s1", "<v>another text</v>")
    row[-1] = edited[-1] = metadata
    ratings, unknown = read_scores(write_marot(tmp_path / "mqm.tsv", row), run)
    assert (len(ratings), unknown) == (1, 0)
    with pytest.raises(DataError, match=r"no rating of this run's translations \(1 of others\)"):
        read_scores(write_marot(tmp_path / "mqm.tsv", edited), run)


def test_errors_of_an_mqm_table_become_spans_of_their_rater(run, tmp_path):
    def text(system, segment):
        frame = run.segments
        found = frame[(frame["system"] == system) & (frame["segment_id"] == segment)]
        return found.iloc[0]["hypothesis"]

    marked = "<v>" + text("b", "s1")[:5] + "</v>" + text("b", "s1")[5:]
    rows = [
        marot_row(run, "b", "s1", marked),
        marot_row(run, "b", "s1", text("b", "s1"), source="<v>source</v> 1", severity="Critical"),
        marot_row(run, "b", "s3", text("b", "s3"), severity="No-error"),
        marot_row(run, "a", "s2", text("a", "s2") + "<v></v>", rater="eve", severity="Minor"),
    ]
    ratings, unknown = read_scores(write_marot(tmp_path / "mqm.tsv", *rows), run)
    added = add_scores(run, ratings).run
    assert unknown == 0
    assert by_system(added, "b").tolist() == [
        ["s1", "person:bob", "target", 0, 5, text("b", "s1")[:5], "major"],
        ["s1", "person:bob", "source", 0, 6, "source", "critical"],
        ["s2", "person:eve", "target", *[len(text("b", "s2"))] * 2, "", "minor"],  # the same text
    ]
    first = added.spans[added.spans["origin"] == "person:bob"].iloc[0]
    assert (first["category"], first["explanation"]) == ("Accuracy/Omission", "why")
    names = [(info.name, info.metric, info.spans) for info in added.manifest.origins]
    assert names == [("person:bob", "mqm", 2), ("person:eve", "mqm", 2)]
    again = add_scores(write_run(tmp_path / "run", added), ratings).run
    assert len(again.spans) == len(added.spans)
    only = add_scores(added, [r for r in ratings if r.rater == "eve"]).run
    assert {name for name in only.spans["origin"] if "person" in name} == {"person:eve"}


def test_spans_of_reviews_are_held_against_the_text(run, tmp_path):
    frame = run.segments
    text = frame[(frame["system"] == "b") & (frame["segment_id"] == "s1")].iloc[0]["hypothesis"]
    error = {"system": "b", "side": "hypothesis", "category": "Style/Awkward", "severity": "minor"}
    errors = [
        {**error, "start": 0, "end": 4, "text": text[:4]},
        {**error, "start": 4, "end": 8, "text": "text of another run"},
    ]
    segments = [{"segment_id": "s1", "mark": "problem", "errors": errors}]
    content = {
        "format": "mtqe-review",
        "version": 1,
        "run": "x",
        "systems": ["a", "b"],
        "reviews": [{"reviewer": "ana", "segments": segments}],
    }
    (tmp_path / "r.json").write_text(json.dumps(content))
    added = add_scores(run, read_scores(tmp_path / "r.json", run)[0]).run
    assert by_system(added, "b").tolist() == [
        ["s1", "person:ana", "target", 0, 4, text[:4], "minor"]
    ]
    assert "1 of 2 spans name another text" in " ".join(added.manifest.metrics[-1].notes)


def test_scores_without_spans_make_no_origin(run, filled):
    added = add_scores(run, read_scores(filled, run)[0]).run
    assert added.manifest.origins == ()


def rated(run, rows):
    ratings = [
        Rating(str(row.segment_id), (str(row.system),), "", str(row.hypothesis), "da", "ana", 50.0)
        for place, row in enumerate(run.segments.itertuples())
        if place % run.manifest.corpus.segments in rows
    ]
    return add_scores(run, ratings).run


@pytest.mark.parametrize("stratify", [None, "domain"])
@pytest.mark.parametrize(
    ("by", "told"), [("disagreement", True), ("random", False), ("diversity", False)]
)
def test_a_verdict_says_when_metrics_disagree_on_the_rated_segments(stratify, by, told):
    rng = np.random.default_rng(5)
    run = run_of(60, {name: rng.integers(0, 9, 60).tolist() for name in "abc"}, ("chrf", "bleu"))
    found = rated(run, set(choose(run, 20, by=by, stratify=stratify, seed=2).tolist()))
    remarks = [remark for remark in found.manifest.remarks if "do not estimate" in remark]
    assert bool(remarks) == told
    if told:
        assert remarks[0].startswith("DA (people): metrics disagree more on the 20 rated segments")
        again = rated(found, set(choose(run, 20, by=by, stratify=stratify, seed=2).tolist()))
        assert again.manifest.remarks == found.manifest.remarks


def test_a_sample_of_everything_and_one_that_nothing_disagrees_on_say_nothing():
    run = run_of(12, {"a": 1, "b": 3})
    assert not any("estimate" in remark for remark in rated(run, set(range(12))).manifest.remarks)
    alone = run_of(12, {"a": 1})
    assert not any("estimate" in remark for remark in rated(alone, {1, 2}).manifest.remarks)
