"""Agreement of error spans by characters, beside a count that goes from character to character."""

from __future__ import annotations

import numpy as np
import pytest

from mtqe.errors import DataError
from mtqe.people.metaeval.spans import score_spans


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
