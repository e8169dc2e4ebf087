"""What a format holds comes back from it to the last character, however awkward."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from mtqe.corpus.base import Corpus, Segment
from mtqe.corpus.dataset import Dataset
from mtqe.corpus.readers import read_dataset
from mtqe.corpus.writers import write_dataset
from mtqe.errors import DataError
from tests.unit.corpus.awkward import PAIR, content, datasets

FAST = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])

CASES: dict[str, tuple[str, dict[str, Any]]] = {
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


@FAST
@given(dataset=datasets(references=2, systems=1))
def test_a_workbook_gives_back_what_it_takes(dataset):
    pytest.importorskip("openpyxl")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        try:
            assert write_dataset(path, dataset) == ()
        except DataError as error:
            assert "Excel" in str(error)  # noqa: PT017 - carriage returns and Excel's own escapes
            return
        assert content(read_dataset(path, name="awkward", languages=PAIR)) == content(dataset)


DATASET = Dataset(
    Corpus(
        "c",
        PAIR,
        (
            Segment("x", "a", ("A", ""), "d", {"domain": "news", "my col": "1"}),
            Segment("y", "b", (None, "B"), None, {}),
        ),
    )
)
LOST = {
    "tmx": ["1 empty reference, now lacking"],
    "wmt-xml": ["metadata (my col)", "1 empty reference, now lacking"],
    "mt-metrics-eval": ["ids", "metadata (my col)", "1 empty reference, now lacking"],
    "jsonl": [],
}


@pytest.mark.parametrize("kind", LOST)
def test_labels_that_a_format_can_t_hold_are_named(tmp_path, kind):
    lost = write_dataset(tmp_path / "out", DATASET, format=kind)
    assert list(lost) == LOST[kind]


@pytest.mark.parametrize("kind", ["xliff", "xliff2", "po", "moses"])
def test_references_are_left_out_only_when_that_is_asked(tmp_path, kind):
    with pytest.raises(DataError, match=r"can't hold more than one of 2 references; write JSONL"):
        write_dataset(tmp_path / "out", DATASET, format=kind)
    lost = write_dataset(tmp_path / "out", DATASET, format=kind, lossy=True)
    assert lost[0] == "more than one of 2 references"
    read = read_dataset(tmp_path / "out", name="c", languages=PAIR, format=kind).corpus
    assert [segment.references for segment in read] == [("A",), (None,)]


@pytest.mark.parametrize("kind", ["tmx", "xliff", "xliff2", "wmt-xml"])
def test_what_xml_can_t_hold_is_refused_by_name(tmp_path, kind):
    dataset = Dataset(Corpus("c", PAIR, (Segment("x", "a\x1fb", ("A",)),)))
    with pytest.raises(DataError, match=r"can't hold the character U\+001F .*write JSONL"):
        write_dataset(tmp_path / "out", dataset, format=kind)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("kind", "text", "match"),
    [
        ("tsv", "a\tb", "TSV cannot hold"),
        ("moses", "a\nb", "line-aligned text cannot hold"),
        ("mt-metrics-eval", "a\rb", "this layout cannot hold"),
        ("xlsx", "a\rb", "that Excel can't"),
        ("jsonl", "a\0b", "holds a NUL"),
    ],
)
def test_what_other_formats_can_t_hold_is_refused(tmp_path, kind, text, match):
    if kind == "xlsx":
        pytest.importorskip("openpyxl")
    dataset = Dataset(Corpus("c", PAIR, (Segment("x", text, ("A",)),)))
    with pytest.raises(DataError, match=match):
        write_dataset(tmp_path / "out", dataset, format=kind)


def test_a_metadata_column_can_t_pass_for_another(tmp_path):
    dataset = Dataset(Corpus("c", PAIR, (Segment("x", "a", ("A",), None, {"ref2": "z"}),)))
    with pytest.raises(DataError, match="'ref2' has a name that means something else"):
        write_dataset(tmp_path / "a.tsv", dataset)


def test_unknown_formats_are_refused(tmp_path):
    with pytest.raises(DataError, match=r"a\.doc: its name stands for no format"):
        write_dataset(tmp_path / "a.doc", DATASET)
    (tmp_path / "a.doc").write_text("x")
    with pytest.raises(DataError, match=r"a\.doc: its name stands for no format"):
        read_dataset(tmp_path / "a.doc", name="a")
    with pytest.raises(DataError, match="'tmz' stands for no format"):
        read_dataset(tmp_path / "a.doc", name="a", format="tmz")
