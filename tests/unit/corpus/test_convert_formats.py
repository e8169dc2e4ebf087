"""What a format holds comes back from it to the last character, however awkward."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from mtqe.corpus.readers import read_dataset
from mtqe.corpus.writers import write_dataset
from tests.unit.corpus.awkward import PAIR, content, datasets

FAST = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])

CASES = {
    "tmx": ("a.tmx", {"references": 2}),
    "tmx.gz": ("a.tmx.gz", {"references": 1}),
    "xliff": ("a.xlf", {}),
    "xliff2": ("a.xlf", {}),
    "po": ("a.po", {"controls": True}),
    "wmt-xml": ("a.xml", {"references": 2, "systems": 2}),
    "sgm": ("a.sgm", {"references": 2, "systems": 2, "controls": True}),
    "tsv": ("a.tsv", {"breaks": False, "references": 2, "systems": 2}),
    "csv": ("a.csv", {"references": 2, "systems": 2, "controls": True}),
    "jsonl": ("a.jsonl", {"references": 2, "systems": 2, "controls": True}),
    "parquet": ("a.parquet", {"references": 2, "systems": 2, "controls": True}),
    "mt-metrics-eval": (
        "folder",
        {"breaks": False, "references": 2, "systems": 2, "ids": False, "labels": False},
    ),
    "moses": ("prefix", {"breaks": False, "ids": False, "labels": False}),
}


@pytest.mark.parametrize("case", CASES)
def test_everything_a_format_holds_comes_back(case):
    name, shape = CASES[case]
    kind = case.removesuffix(".gz")

    @FAST
    @given(dataset=datasets(**shape))
    def check(dataset):
        if kind not in ("tsv", "csv", "jsonl", "parquet") and kind != "mt-metrics-eval":
            dataset = type(dataset)(dataset.corpus, dataset.systems)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            assert write_dataset(path, dataset, format=kind) == ()
            read = read_dataset(path, name="awkward", languages=PAIR, format=kind)
        assert content(read) == content(dataset)

    check()
