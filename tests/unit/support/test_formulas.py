"""Texts that a spreadsheet would take for formulas come back as they were."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtqe.corpus.base import Corpus, LanguagePair, Segment
from mtqe.corpus.dataset import Dataset
from mtqe.corpus.readers import read_dataset
from mtqe.corpus.writers import write_dataset
from mtqe.support.formulas import guarded, unguarded

FORMULAS = ("=1+1", "+49 30", "-5", "@sum", "'=1", "''-", "'quoted'", "plain", '=HYPERLINK("x")')


@given(st.text())
def test_the_guard_comes_off_again_and_leaves_no_formula(text):
    safe = guarded(text)
    assert unguarded(safe) == text
    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r"))


def _dataset():
    segments = (Segment(f"s{n}", text, (text,)) for n, text in enumerate(FORMULAS))
    return Dataset(Corpus("f", LanguagePair("en", "es"), tuple(segments)))


@pytest.mark.parametrize("kind", ["csv", "csv-exact"])
def test_csv_gives_back_the_very_texts(tmp_path, kind):
    write_dataset(tmp_path / "f.csv", _dataset(), format=kind)
    pair = LanguagePair("en", "es")
    read = read_dataset(tmp_path / "f.csv", name="f", languages=pair, format=kind)
    assert [segment.source for segment in read.corpus] == list(FORMULAS)
    with (tmp_path / "f.csv").open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    dangerous = [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert bool(dangerous) == (kind == "csv-exact")
    assert any("apostrophe" in note for note in read.corpus.notes) == (kind == "csv")
