from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtqe.people.review.reviewer_agreement import agreement, nominal_alpha
from tests.unit.people.review.samples import error, review, reviews

# Four observers, twelve units, some values missing: Krippendorff (2011), section C.
PUBLISHED = """
1 2 3 3 2 1 4 1 2 . . .
1 2 3 3 2 2 4 1 2 5 . 3
. 3 3 3 2 3 4 2 2 5 1 .
1 2 3 3 2 4 4 1 2 5 1 .
"""


def test_alpha_of_krippendorffs_own_example():
    observers = [line.split() for line in PUBLISHED.strip().splitlines()]
    units = [[value for value in unit if value != "."] for unit in zip(*observers, strict=True)]
    assert nominal_alpha(units) == pytest.approx(0.743, abs=5e-4)


@given(st.lists(st.lists(st.sampled_from("abc"), max_size=4), max_size=12))
def test_alpha_is_one_only_for_perfect_agreement_and_ignores_order(units):
    alpha = nominal_alpha(units)
    assert alpha == pytest.approx(nominal_alpha([sorted(unit) for unit in reversed(units)]))
    agreed = all(len(set(unit)) < 2 for unit in units)
    assert alpha is None or (alpha == 1) == agreed


def test_alpha_is_undefined_without_variation():
    assert nominal_alpha([["ok", "ok"], ["ok", "ok"]]) is None
    assert nominal_alpha([["ok"], ["problem"]]) is None


def test_spans_match_one_to_one_and_only_where_both_reviewed():
    first = review("Ana", s1=("problem", error(0, 10)), s2=("ok",), s3=("problem", error(0, 2)))
    second = review(
        "Ben",
        s1=("problem", error(0, 5), error(5, 10, severity="minor")),
        s2=("problem", error(3, 4, system="B")),
    )
    found = agreement(reviews(first, second))
    (pair,) = found.pairs
    assert pair.translations == 4
    assert pair.span_f1 == pytest.approx(2 * 1 / (1 + 3))
    assert pair.character_f1 == pytest.approx(2 * 10 / (10 + 11))
    assert pair.same_category == 1
    assert found.disputed == ("s2",)
    assert found.marked == 2


def test_as_many_spans_match_as_can():
    first = review("Ana", s1=("", error(0, 4), error(3, 9)))
    second = review("Ben", s1=("", error(3, 4), error(0, 2)))
    (pair,) = agreement(reviews(first, second)).pairs
    assert pair.span_f1 == 1


def test_source_and_translation_spans_never_match():
    first = review("Ana", s1=("", error(0, 4, side="source")))
    second = review("Ben", s1=("", error(0, 4)))
    (pair,) = agreement(reviews(first, second)).pairs
    assert pair.span_f1 == pair.character_f1 == 0


def test_reviewers_without_errors_have_no_f1():
    (pair,) = agreement(reviews(review("Ana", s1=("ok",)), review("Ben", s1=("ok",)))).pairs
    assert (pair.span_f1, pair.character_f1, pair.same_category) == (None, None, None)
