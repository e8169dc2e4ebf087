"""Existing translations: one for each segment, or refused."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mtqe.corpus import Corpus, LanguagePair, Segment
from mtqe.corpus.readers import (
    ColumnMapping,
    load_hypotheses,
    read_dataset,
    read_hypotheses,
    read_lines,
    read_parallel,
    read_table,
)
from mtqe.errors import DataError

DE_EN = LanguagePair("de", "en")
CORPUS = Corpus("news", DE_EN, tuple(Segment(key, key.upper()) for key in ("a", "b", "c")))
WMT = Path(__file__).parents[4] / "shared" / "data" / "systems" / "de-en.tsv.gz"


def test_lines_stay_in_place_and_empty_ones_are_counted(write):
    found = load_hypotheses(write("h.txt", b"\xef\xbb\xbfA\n\nC\rc\n"), CORPUS)
    assert found.texts == ("A", "", "C\rc")
    assert found.notes[0].endswith("byte order mark removed")
    assert found.notes[1:] == ("1 empty hypothesis", "1 hypothesis with a line break inside")


@pytest.mark.parametrize(("data", "lines"), [(b"A\nB\n", "2 lines"), (b"A\nB\nC\nD\n", "4 lines")])
def test_another_number_of_lines_is_refused(write, data, lines):
    with pytest.raises(DataError, match=rf"corpus 'news' has 3 segments .*h\.txt has {lines}"):
        read_hypotheses(write("h.txt", data), CORPUS)


def test_rows_are_matched_by_id(write, tmp_path):
    expected = ("A", "", "C")
    tsv = write("h.tsv", b"segment_id\thypothesis\nc\tC\na\tA\nb\t\n")
    csv = write("h.csv", b"hypothesis,id\nC,c\nA,a\n,b\n")
    rows = [{"seg_id": key, "hypothesis": key.upper()} for key in "ca"]
    rows.append({"seg_id": "b", "hypothesis": ""})
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "h.parquet")
    for path in (tsv, csv, tmp_path / "h.parquet"):
        assert read_hypotheses(path, CORPUS) == expected


def test_null_is_a_missing_hypothesis(write):
    lines = '{"id": "a", "hypothesis": null}\n{"id": "b", "hypothesis": ""}\n'
    path = write("h.jsonl", (lines + '{"id": "c", "hypothesis": "C"}\n').encode())
    found = load_hypotheses(path, CORPUS)
    assert found.texts == (None, "", "C")
    assert found.notes == ("1 missing hypothesis", "1 empty hypothesis")


def test_an_absent_key_is_not_null(write):
    with pytest.raises(DataError, match="line 2: 'hypothesis' is missing"):
        read_hypotheses(write("h.jsonl", b'{"id": "a", "hypothesis": "A"}\n{"id": "b"}\n'), CORPUS)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["a", "b"], "has no row for segment 3, c “.+” of corpus 'news'; add one"),
        (["c"], "has no row for segment 1, a “.+”; segment 2, b “.+” of corpus 'news'; add"),
        (["a", "b", "c", "d"], "has a row for segment 'd', unknown to corpus 'news'"),
        ([*"abcdefghijk"], "has a row for segments 'd', 'e', 'f', 'g', 'h' and 3 more, unknown"),
        (["a", "b", "a"], "lines 2 and 4 have the same id 'a'"),
        (["a", ""], "line 3: the id is empty"),
    ],
)
def test_ids_must_match_one_to_one(write, rows, message):
    table = "".join(f"{key}\tX\n" for key in ["id", *rows]).replace("id\tX", "id\thypothesis")
    with pytest.raises(DataError, match=rf"h\.tsv: {message}|h\.tsv, {message}"):
        read_hypotheses(write("h.tsv", table.encode()), CORPUS)


def test_columns_can_be_named(write):
    path = write("h.tsv", b"key\tsysA\tsysB\na\t1\tx\nb\t2\ty\nc\t3\tz\n")
    assert read_hypotheses(path, CORPUS, column="sysB", id_column="key") == ("x", "y", "z")
    with pytest.raises(DataError, match=r"no column 'hypothesis' among .*'sysA'.*; .* `column`"):
        read_hypotheses(path, CORPUS, id_column="key")
    with pytest.raises(DataError, match=r"no column of segment ids among .* set `id_column`"):
        read_hypotheses(path, CORPUS, column="sysA")


def test_a_table_without_ids_matches_by_its_sources(write):
    path = write("c.tsv", b"source\tsysA\nx\t1\nx\t2\ny\t3\n")
    corpus = read_table(path, name="n", languages=DE_EN, columns=ColumnMapping(metadata=()))
    assert read_hypotheses(path, corpus, column="sysA") == ("1", "2", "3")
    moved = write("d.tsv", b"source\tsysA\ny\t3\nx\t1\nx\t2\n")
    assert read_hypotheses(moved, corpus, column="sysA") == ("1", "2", "3")


SYSTEMS = b"source\treference\tsysA\tsysB\nx\tr\t1\ta\nx\tr\t2\tb\ny\tr\t3\tc\n"


@pytest.mark.parametrize(
    ("header", "system", "expected"),
    [
        ("id\tsysA\tsysB", "sysB", ("x", "y", "z")),
        ("id\tsysA\thypothesis", "sysA", ("x", "y", "z")),
        ("id\thypothesis:sysA\thypothesis", "sysA", ("1", "2", "3")),
    ],
)
def test_a_column_may_have_the_name_of_its_system(write, header, system, expected):
    path = write("h.tsv", f"{header}\na\t1\tx\nb\t2\ty\nc\t3\tz\n".encode())
    assert read_hypotheses(path, CORPUS, system=system) == expected


@pytest.mark.parametrize("system", ["source", "doc_id", "refA", "seg_id", "sysC"])
def test_a_column_of_something_else_is_no_system_s(write, system):
    path = write("h.tsv", b"id\tsource\tdoc_id\trefA\tseg_id\na\tA\td\tr\ta\n")
    with pytest.raises(DataError, match="no column 'hypothesis'"):
        read_hypotheses(path, CORPUS, system=system)


def test_the_rows_of_the_corpus_s_own_file_are_taken_in_order(write):
    path = write("own.tsv", SYSTEMS.replace(b"source", b"German"))
    mapping = ColumnMapping(source="German", translations=("sysA", "sysB", "absent"))
    corpus = read_table(path, name="n", languages=DE_EN, columns=mapping)
    assert corpus.slice_columns == ()
    assert read_hypotheses(path, corpus, system="sysA") == ("1", "2", "3")
    relative = path.parent / "." / path.name
    assert read_hypotheses(relative, corpus, column="sysB") == ("a", "b", "c")


def test_rows_of_another_file_or_in_another_order_are_not(write):
    data = SYSTEMS.replace(b"source", b"German")
    path = write("own.tsv", data)
    columns = ColumnMapping(source="German")
    corpus = read_table(path, name="n", languages=DE_EN, columns=columns)
    turned = Corpus("n", DE_EN, corpus[::-1])
    for file, segments in ((write("copy.tsv", data), corpus), (path, turned)):
        with pytest.raises(DataError, match="no column of segment ids among"):
            read_hypotheses(file, segments, system="sysA")


def test_systems_of_a_table_are_read_with_it(write):
    found = read_dataset(
        write("own.tsv", SYSTEMS), name="n", languages=DE_EN, systems=["sysB", "sysA"]
    )
    assert {item.system: item.hypotheses for item in found.systems} == {
        "sysB": ("a", "b", "c"),
        "sysA": ("1", "2", "3"),
    }
    assert found.corpus.slice_columns == ()
    path = write("one.tsv", SYSTEMS.replace(b"sysA", b"hypothesis"))
    with pytest.raises(DataError, match=r"column 'hypothesis' is taken for .* 'a' and of 'b'"):
        read_dataset(path, name="n", languages=DE_EN, systems=["a", "b"])


def test_the_format_can_be_said(write):
    path = write("h.tsv", b"A\tand a tab\nB\nC\n")
    assert read_hypotheses(path, CORPUS, format="lines") == ("A\tand a tab", "B", "C")


@pytest.mark.skipif(not WMT.exists(), reason=f"needs the WMT23 outputs in {WMT}")
def test_wmt_outputs_by_column_and_as_lines(tmp_path):
    columns = ColumnMapping(id="seg_id", source="src", references=("refA",), metadata=())
    corpus = read_table(WMT, name="wmt23", languages=DE_EN, columns=columns)
    online_a = read_hypotheses(WMT, corpus, column="ONLINE-A")
    assert len(corpus) == len(online_a) == 549
    for name, texts in (("src", [s.source for s in corpus]), ("mt", online_a)):
        (tmp_path / name).write_text("".join(f"{text}\n" for text in texts), "utf-8", newline="\n")
    assert read_lines(tmp_path / "mt") == online_a
    parallel = read_parallel(tmp_path / "src", name="wmt23", languages=DE_EN)
    assert [s.source for s in parallel] == [s.source for s in corpus]
