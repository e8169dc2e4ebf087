"""Agreement of error spans by characters, beside a count that goes from character to character."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from mtqe.corpus.spans import Span
from mtqe.errors import DataError
from mtqe.people.metaeval.spans import score_spans, span_standings
from mtqe.people.ratings import add_scores
from mtqe.people.ratings.rating import Rating
from mtqe.run import SPANS, OriginInfo, Run, write_run
from mtqe.run.spans import spans_table
from tests.command_line import mtqe
from tests.gate_runs import run_of


def counted(people, found, length=40):
    """WMT's definition, spelt out: sets of severities of each character."""
    credit = marked = by_people = 0.0
    for theirs, ours in zip(people, found, strict=True):
        for character in range(length):
            gold, judged = (
                {
                    "major" if severity == "critical" else severity
                    for start, end, severity in spans
                    if start <= character < end or start == end == character
                }
                for spans in (theirs, ours)
            )
            marked += bool(judged)
            by_people += bool(gold)
            if gold and judged:
                credit += 1 if gold & judged else 0.5
    precision = credit / marked if marked else 1.0
    recall = credit / by_people if by_people else 1.0
    return precision, recall, 2 * precision * recall / ((precision + recall) or 1)


def random_spans(rng):
    spans = []
    for _ in range(rng.integers(0, 4)):
        start = int(rng.integers(0, 30))
        severity = str(rng.choice(["minor", "major", "critical"]))
        spans.append((start, start + int(rng.integers(0, 9)), severity))
    return spans


@pytest.mark.parametrize("seed", range(20))
def test_it_is_what_one_counts(seed):
    rng = np.random.default_rng(seed)
    people, found = ([random_spans(rng) for _ in range(15)] for _ in range(2))
    scores = score_spans(people, found)
    assert (scores.precision, scores.recall, scores.f1) == pytest.approx(counted(people, found))


@pytest.mark.parametrize(
    ("people", "found", "precision", "recall"),
    [
        ([(0, 10, "major")], [(0, 10, "major")], 1, 1),
        ([(0, 10, "major")], [(0, 10, "critical")], 1, 1),
        ([(0, 10, "major")], [(0, 10, "minor")], 0.5, 0.5),
        ([(0, 10, "major")], [(5, 15, "major")], 0.5, 0.5),
        ([(0, 10, "major")], [(0, 5, "minor")], 0.5, 0.25),
        ([(0, 10, "major"), (0, 10, "minor")], [(0, 10, "minor")], 1, 1),
        ([(0, 10, "major")], [], 1, 0),
        ([], [(0, 10, "major")], 0, 1),
        ([], [], 1, 1),
        ([(3, 3, "major")], [(3, 4, "major")], 1, 1),
        ([(0, 10, "neutral")], [(0, 10, "undecided")], 1, 1),
    ],
)
def test_small_cases(people, found, precision, recall):
    scores = score_spans([people], [found])
    assert (scores.precision, scores.recall) == (precision, recall)
    assert 0 <= scores.f1 <= 1


def test_texts_are_summed_before_dividing():
    people = [[(0, 90, "major")], [(0, 10, "major")]]
    scores = score_spans(people, [[], [(0, 10, "major")]])
    assert scores.recall == pytest.approx(0.1)
    assert (scores.marked, scores.marked_by_people, scores.credit) == (10, 100, 10)


@pytest.mark.parametrize(
    ("people", "found", "sentence"),
    [
        ([[]], [[], []], "spans of 2 texts stand against people's of 1"),
        ([[(5, 3, "major")]], [[]], "from 5 to 3 is not possible"),
        ([[(-1, 3, "major")]], [[]], "from -1 to 3 is not possible"),
        ([[(0, 3, "huge")]], [[]], "'huge' is not a severity of spans; use minor, major, critical"),
    ],
)
def test_what_makes_no_sense_is_refused(people, found, sentence):
    with pytest.raises(DataError, match=sentence):
        score_spans(people, found)


def span(segment, system, origin, start, end, severity, side="target"):
    return Span(
        segment_id=segment, system=system, origin=origin, side=side, start=start, end=end,
        text="", category=None, severity=severity, confidence=None, explanation="",
    )  # fmt: skip


@pytest.fixture
def run():
    """People scored the first three segments of both systems by MQM and marked two of six."""
    plain = run_of(5, {"a": 2, "b": 4})
    ratings = [
        Rating(f"s{number}", (system,), "", "", "mqm", "ana", -1.0)
        for number in range(3)
        for system in ("a", "b")
    ]
    scored = add_scores(plain, ratings).run
    people, metric, none = "person:mqm", "metric:toy", "metric:blind"
    spans = [
        span("s0", "a", people, 0, 5, "major"),
        span("s1", "b", people, 0, 5, "minor"),
        span("s1", "b", people, 0, 5, "minor", side="source"),
        span("s0", "a", metric, 0, 5, None),
        span("s1", "b", metric, 0, 5, "major"),
        span("s2", "b", metric, 0, 5, "major"),
        span("s4", "b", metric, 0, 5, "major"),
        span("s0", "a", "check:numbers", 0, 5, "major"),
    ]
    rows = plain.segments.astype(str).to_dict("records")
    texts = {
        (str(row["segment_id"]), str(row["system"])): {
            "source": str(row["source"]),
            "target": str(row["hypothesis"]),
        }
        for row in rows
    }
    spans = [
        replace(one, text=texts[one.segment_id, one.system][one.side][one.start : one.end])
        for one in spans
    ]
    origins = tuple(
        OriginInfo(name=name, label=name, metric=of, spans=1)
        for name, of in ((people, "mqm"), (metric, "chrf"), (none, "chrf"))
    )
    manifest = scored.manifest.model_copy(update={"origins": origins})
    return Run(None, manifest, scored.tables() | {SPANS: spans_table(spans)})


def test_spans_of_a_run_are_judged_where_people_looked(run):
    toy, blind = span_standings(run, ["a", "b"])
    assert (toy.origin, toy.people, toy.translations) == ("metric:toy", "person:mqm", 6)
    assert (toy.scores.marked, toy.scores.marked_by_people, toy.scores.credit) == (15, 10, 7.5)
    assert (toy.scores.precision, toy.scores.recall) == (0.5, 0.75)
    assert (blind.origin, blind.scores.recall, blind.scores.f1) == ("metric:blind", 0, 0)
    (only, _) = span_standings(run, ["a"])
    assert (only.translations, only.scores.f1) == (3, 1)


def test_the_command_shows_them(run, tmp_path):
    write_run(tmp_path / "run", run)
    result = mtqe("metaeval", tmp_path / "run", "--permutations", 0)
    assert "Error spans by characters against person:mqm, 6 translations" in result.out
    assert re.search(r"metric:toy +0\.500 +0\.750 +0\.600 +15 +10\n", result.out)
    assert mtqe("metaeval", tmp_path / "run", "--json", "--permutations", 0).out.count('"f1"') == 2


def test_a_run_without_spans_says_nothing_of_them():
    assert span_standings(run_of(3, {"a": 1}), ["a"]) == ()
