from __future__ import annotations

import pytest

from mtqe.people.review import penalties, system_scores
from mtqe.people.review.mqm import weight
from mtqe.people.review.reviewer_agreement import agreement
from mtqe.report.text.reviews import review_text
from tests.unit.people.review.samples import error, review, reviews


@pytest.mark.parametrize(
    ("severity", "category", "cost"),
    [
        ("major", "Accuracy/Omission", 5),
        ("major", "Non-translation!", 25),
        ("major", "Fluency/Punctuation", 5),
        ("minor", "Fluency/Grammar", 1),
        ("minor", "Fluency/Punctuation", 0.1),
        ("neutral", "Non-translation!", 0),
    ],
)
def test_the_weights_of_freitag_et_al(severity, category, cost):
    assert weight(error(0, 1, severity=severity, category=category)) == cost


def test_a_marked_segment_counts_for_all_systems_an_unmarked_one_where_it_has_errors():
    said = review("Ana", s1=("ok",), s2=("", error(0, 1), error(2, 3)), s3=("",))
    assert penalties(said, ("A", "B")) == {("s1", "A"): 0, ("s1", "B"): 0, ("s2", "A"): 10}


def test_reviewers_are_averaged_before_translations():
    ana = review("Ana", s1=("problem", error(0, 1)), s2=("ok",))
    ben = review("Ben", s1=("ok",))
    scores = {score.system: score for score in system_scores(reviews(ana, ben))}
    assert scores["A"].score == pytest.approx((2.5 + 0) / 2)
    assert scores["A"].by_reviewer == {"Ana": 2.5, "Ben": 0}
    assert scores["A"].translations == 2
    assert [score.system for score in system_scores(reviews(ana, ben))] == ["B", "A"]


def test_a_system_nobody_reviewed_has_no_score():
    assert [s.system for s in system_scores(reviews(review("Ana", s1=("", error(0, 1)))))] == ["A"]


def test_scores_of_different_segments_say_so_beside_them():
    ana = review("Ana", s1=("ok",), s2=("ok",))
    ben = review("Ben", s2=("ok",), s3=("", error(0, 1)))
    file = reviews(ana, ben)
    scores = system_scores(file)
    assert {score.system: (score.translations, score.in_common) for score in scores} == {
        "A": (3, 2),
        "B": (2, 2),
    }
    text = review_text(file, scores, agreement(file))
    assert "systems were reviewed on different segments; all of them on 2 segments" in text
    assert "(Ana 2, Ben 2; in common 1)" in text
    same = reviews(review("Ana", s1=("ok",)), review("Ben", s1=("ok",)))
    assert "different segments" not in review_text(same, system_scores(same), agreement(same))
