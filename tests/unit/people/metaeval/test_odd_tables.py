"""Tables that people filled in: odd cells are named, and figures that say nothing are marked."""

from __future__ import annotations

import pytest

from tests.command_line import mtqe
from tests.project import write_lines


def table(folder, *, human=lambda s, k: s + k % 3, metric=lambda s, k: s * k % 7, systems=3):
    rows = [
        f"s{s}\t{k}\t{human(s, k)}\t{metric(s, k)}\t{k % 5}"
        for s in range(systems)
        for k in range(12)
    ]
    write_lines(folder / "a.tsv", ["system\tsegment_id\thuman\tm1\tm2", *rows])
    return folder / "a.tsv"


def odd(cell):
    return lambda s, k: cell if (s, k) == (1, 3) else s + k


@pytest.mark.parametrize("cell", ["0x1F", "inf", "-Infinity", "1e999", "1,5", "true"])
def test_a_cell_of_people_that_is_no_number_is_named(tmp_path, cell):
    path = table(tmp_path, human=odd(cell))
    result = mtqe("metaeval", path, "--permutations", "0")
    assert result.code == 1
    assert f"a.tsv, line 17: 'human' is '{cell}'; write a finite decimal number" in result.err


def test_a_column_of_people_without_any_number_is_named_too(tmp_path):
    result = mtqe("metaeval", table(tmp_path, human=lambda s, k: "good"))
    assert "a.tsv, line 2: 'human' is 'good'; write a finite decimal number" in result.err


def test_a_cell_that_says_nan_is_a_missing_rating(tmp_path):
    result = mtqe("metaeval", table(tmp_path, human=odd("NaN")), "--permutations", "0")
    assert "3 systems scored by people (human), 35 ratings of 12 segments" in result.out


def test_a_metric_with_an_odd_cell_is_left_out_with_a_note(tmp_path):
    path = table(tmp_path, metric=odd("0x1F"))
    result = mtqe("metaeval", path, "--permutations", "0")
    assert "'m1' is left out: it is not a number everywhere (" in result.out
    assert "a.tsv, line 17: 'm1' is '0x1F')" in result.out
    refused = mtqe("metaeval", path, "-m", "m1")
    assert "a.tsv, line 17: 'm1' is '0x1F'; write a finite decimal number" in refused.err


def test_equal_scores_by_people_and_few_systems_are_said(tmp_path):
    said = mtqe("metaeval", table(tmp_path, human=lambda s, k: 5), "--permutations", "0").out
    assert "People gave every system the same score: figures over systems say nothing" in said
    assert "People gave every translation the same score: no figure here says anything" in said
    assert "With 3 systems there are only 3 pairs of them: figures over systems are coarse" in said
    assert "cluster" not in said
    many = mtqe("metaeval", table(tmp_path, systems=8), "--permutations", "0").out
    assert "coarse" not in many
    assert "same score" not in many


def test_the_brackets_are_explained(tmp_path):
    said = mtqe("metaeval", table(tmp_path), "--permutations", "50").out
    assert "In brackets: clusters. Metrics of cluster 2 are significantly worse" in said
