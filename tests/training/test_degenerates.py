"""Cases of degenerate hypotheses, and how often they score below real ones."""

from __future__ import annotations

from mtqe.people.metaeval.public_ratings import PublicRating
from training.degenerates import STRANGER, WRONG_LANGUAGE, make_cases, shares_below

RATINGS = [
    PublicRating(lp, system, source, source, hypothesis, "eins zwei drei", 0.0)
    for lp, system, source, hypothesis in (
        ("en-de", "a", "one two", "eins zwei 17"),
        ("en-de", "a", "two three", "zwei drei"),
        ("en-ru", "b", "one two", "vier 5"),
    )
]


def test_cases_are_what_their_names_say():
    cases = make_cases(RATINGS, seed=1)
    assert {case.degenerate for case in cases["empty"]} == {""}
    assert all(case.degenerate == case.real.source for case in cases["copied"])
    assert all(case.degenerate != case.real.hypothesis for case in cases["renumbered"])
    for case in cases[STRANGER]:
        origin = next(r for r in RATINGS if r.hypothesis == case.degenerate)
        assert origin.source != case.real.source
    assert {(c.real.lp, c.degenerate) for c in cases[WRONG_LANGUAGE]} == {
        ("en-de", "vier 5"),
        ("en-ru", "eins zwei 17"),
    }


def test_shares_are_given_for_both_heads(model):
    shares = shares_below(model, {"empty": make_cases(RATINGS, seed=1)["empty"]})
    assert len(shares["empty"]) == 2
    assert all(0 <= share <= 1 for share in shares["empty"])
