"""What raters are given: every translation once, blind, and found again by its number."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace

import pytest

from mtqe.corpus.readers.tables import load_table
from mtqe.errors import ConfigError, DataError
from mtqe.people.sampling import items_of, write_sample
from mtqe.people.sampling.items import blind_labels, only_systems
from tests.gate_runs import run_of

SYSTEMS: dict[str, int | list[int | None]] = {"alpha": 2, "beta": [2, 5, None, 5, 5, 5], "gamma": 7}


@pytest.fixture(scope="module")
def run():
    return run_of(6, SYSTEMS, documents=2)


@pytest.fixture(scope="module")
def items(run):
    return items_of(run)


def test_equal_translations_are_one_item(items):
    assert [item.systems for item in items[:2]] == [("alpha", "beta"), ("gamma",)]
    assert len(items) == 6 * 3 - 2
    assert len({item.number for item in items}) == len(items)


def test_a_number_depends_on_segment_and_translation_alone(items):
    alone = items_of(run_of(6, {"other": 7}, ["bleu"]))
    assert [item.number for item in alone] == [i.number for i in items if i.systems == ("gamma",)]


@pytest.mark.parametrize("name", ["a.tsv", "a.jsonl", "a.xlsx"])
def test_a_sheet_has_each_translation_and_no_system(tmp_path, run, items, name):
    if name == "a.xlsx":
        pytest.importorskip("openpyxl")
    write_sample(tmp_path / name, items, run.manifest.corpus, references=True)
    table = load_table(tmp_path / name)
    shown = dict(
        zip(map(int, map(str, table.columns["item"])), table.columns["translation"], strict=True)
    )
    assert shown == {item.number: item.hypothesis for item in items}
    assert not {cell for cells in table.columns.values() for cell in cells} & set(SYSTEMS)
    assert set(table.columns["score"]) <= {None, ""}
    assert table.columns["reference"][0] == items[0].references[0]
    if name != "a.xlsx":
        assert not any(system in (tmp_path / name).read_text() for system in SYSTEMS)


@pytest.mark.parametrize(
    ("name", "third"),
    [
        ("a.tsv", "a third"),
        ("a.jsonl", "of two\nlines"),
        ("a.jsonl", "with a\ttab"),
        ("a.xlsx", "=1+1"),
        ("a.tsv", "第三"),
    ],
)
def test_each_reference_has_a_column_of_its_own(tmp_path, run, items, name, third):
    if name == "a.xlsx":
        pytest.importorskip("openpyxl")
    more = [replace(item, references=("first", "second", third)) for item in items]
    more[0] = replace(items[0], references=("alone",))
    write_sample(tmp_path / name, more, run.manifest.corpus, references=True)
    table = load_table(tmp_path / name)
    assert set(table.columns["reference"]) == {"alone", "first"}
    assert {cell for cell in table.columns["reference_2"] if isinstance(cell, str) and cell} == {
        "second"
    }
    assert third in table.columns["reference_3"]


def test_the_order_of_systems_differs_between_segments(tmp_path, run, items):
    write_sample(tmp_path / "a.tsv", items, run.manifest.corpus)
    by_number = {item.number: item for item in items}
    table = load_table(tmp_path / "a.tsv")
    ordered = [by_number[int(str(cell))] for cell in table.columns["item"]]
    assert [item.segment for item in ordered] == sorted(item.segment for item in items)
    firsts = {item.segment: item.systems[0] for item in reversed(ordered)}
    assert len(set(firsts.values())) > 1


def test_labels_are_one_a_system_in_a_document(items):
    labels = blind_labels(items, seed=3)
    for document in ("d0", "d1"):
        inside = {(i.systems[0], labels[i.number]) for i in items if i.document == document}
        assert len(inside) == len({name for name, _ in inside}) == len({mark for _, mark in inside})


def test_an_mqm_table_is_marot_s(tmp_path, run, items):
    write_sample(tmp_path / "a.tsv", items, run.manifest.corpus, format="mqm")
    lines = [line.split("\t") for line in (tmp_path / "a.tsv").read_text().splitlines()]
    assert lines[0] == [
        "system", "doc", "docSegId", "globalSegId", "rater", "source", "target", "category",
        "severity", "metadata",
    ]  # fmt: skip
    assert {json.loads(line[9])["item"] for line in lines[1:]} == {i.number for i in items}
    assert {line[4] for line in lines[1:]} == {""}


def test_appraise_gets_documents_in_one_piece(tmp_path, run, items):
    write_sample(tmp_path / "a.json", items, run.manifest.corpus)
    (batch,) = json.loads((tmp_path / "a.json").read_text())
    assert batch["task"]["batchSize"] == len(batch["items"]) == len(items)
    pieces = [(item["documentID"], item["targetID"]) for item in batch["items"]]
    changes = sum(one != two for one, two in itertools.pairwise(pieces))
    assert changes == len(set(pieces)) - 1
    assert all(0 < item["itemID"] < 2**31 for item in batch["items"])


def test_only_some_systems(run, items):
    assert {item.systems for item in only_systems(run, items, ["gamma"])} == {("gamma",)}
    with pytest.raises(ConfigError, match="no system 'gama'"):
        only_systems(run, items, ["gama"])


def test_what_does_not_fit_is_refused(tmp_path, run, items):
    corpus = run.manifest.corpus
    with pytest.raises(ConfigError, match=r"a\.doc: its name stands for no format"):
        write_sample(tmp_path / "a.doc", items, corpus)
    with pytest.raises(ConfigError, match="--references is for spreadsheets"):
        write_sample(tmp_path / "a.json", items, corpus, references=True)
    broken = [type(items[0])(1, 0, "s", None, "a\nb", (), "c", ("x",))]
    with pytest.raises(DataError, match=r"a tab or line break inside.*\.xlsx or \.jsonl"):
        write_sample(tmp_path / "a.tsv", broken, corpus)
