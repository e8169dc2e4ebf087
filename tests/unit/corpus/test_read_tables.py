"""TSV, CSV, JSONL and Parquet: the same corpus from each, and every malformed table refused."""

from __future__ import annotations

import datetime
import gzip
import json
import re
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mtqe.corpus import LanguagePair
from mtqe.corpus.readers import ColumnMapping, read_dataset, read_table
from mtqe.errors import DataError

DE_EN = LanguagePair("de", "en")


def table(path, **options):
    return read_table(path, name="news", languages=DE_EN, **options)


def test_each_format_gives_the_same_corpus(write, tmp_path):
    header = ["id", "source", "reference", "refB", "document", "domain"]
    row = ["x1", 'say "eins"', "one", "", "d1", "news"]
    tsv = write("c.tsv", ("\t".join(header) + "\n" + "\t".join(row) + "\n").encode())
    csv = write("c.csv", b'id,source,reference,refB,document,domain\r\n'
                         b'x1,"say ""eins""",one,,d1,news\r\n')  # fmt: skip
    record = dict(zip(header, [*row[:3], None, *row[4:]], strict=True))
    jsonl = write("c.jsonl.gz", gzip.compress(json.dumps(record).encode()))
    pq.write_table(pa.Table.from_pylist([record]), tmp_path / "c.parquet")
    corpora = [table(path) for path in (tsv, csv, jsonl, tmp_path / "c.parquet")]
    assert len({corpus.hash for corpus in corpora}) == 1
    for corpus in corpora:
        (segment,) = corpus
        assert segment.references == ("one", None)
        assert (segment.document, segment.metadata) == ("d1", {"domain": "news"})
        assert corpus.notes == ("1 segment without reference 2",)


class TestColumns:
    def test_named_columns_replace_the_usual_ones(self, write):
        path = write("c.tsv", b"k\tde\ten\tsysA\tgroup\n1\ta\tA\tX\tg\n")
        mapping = ColumnMapping("k", "de", ("en",), "group", metadata=())
        (segment,) = table(path, columns=mapping)
        assert (segment.id, segment.source, segment.references) == ("1", "a", ("A",))
        assert (segment.document, segment.metadata) == ("g", {})

    def test_usual_reference_names_in_the_order_of_the_table(self, write):
        path = write(
            "c.tsv", b"src\trefB\trefA\treference_2\tref3\tref_kind\tref\na\t1\t2\t3\t4\tk\t5\n"
        )
        (segment,) = table(path)
        assert segment.references == ("1", "2", "3", "4", "5")
        assert segment.metadata == {"ref_kind": "k"}

    def test_without_ids_the_sources_give_them(self, write):
        corpus = table(write("c.tsv", b"source\na\na\n"))
        assert [segment.id for segment in corpus] == ["ca978112", "ca978112.2"]

    def test_a_missing_source_names_file_columns_and_key(self, write):
        with pytest.raises(DataError) as error:
            table(write("c.tsv", b"id\ttext\n1\ta\n"))
        assert "c.tsv: no column 'source' or 'src' among 'id', 'text'" in str(error.value)
        assert "--column source=text" in str(error.value)
        assert 'columns = {source = "text"} under [corpus]' in str(error.value)

    def test_what_names_a_column_can_be_pasted(self, write):
        with pytest.raises(DataError) as error:
            table(write("c.tsv", b'id\tref\tin "German"\n1\ta\tb\n'))
        assert "--column 'source=in \"German\"'," in str(error.value)
        assert '{source = "in \\"German\\""}' in str(error.value)

    @pytest.mark.parametrize("key", ["id", "references", "document", "metadata"])
    def test_a_missing_named_column_names_its_key(self, write, key):
        mapping: dict[str, Any] = {key: "nope" if key in {"id", "document"} else ("nope",)}
        role = "reference" if key == "references" else key
        says = f"--column {role}=source, or columns = {{{key} = "
        with pytest.raises(DataError, match=f"no column 'nope' among .* {re.escape(says)}"):
            table(write("c.tsv", b"source\na\n"), columns=ColumnMapping(**mapping))

    def test_a_source_that_is_its_own_reference_is_refused(self, write):
        with pytest.raises(DataError, match="'source' is mapped to two roles"):
            table(write("c.tsv", b"source\na\n"), columns=ColumnMapping(references=("source",)))

    def test_the_format_can_be_said(self, write):
        assert len(table(write("c.data", b"source\na\n"), format="tsv")) == 1
        with pytest.raises(DataError, match="table format; set `format`"):
            table(write("c.data", b"source\na\n"))
        with pytest.raises(DataError, match="'xml' stands for no table format"):
            table(write("c.tsv", b"source\na\n"), format="xml")


class TestDelimited:
    @pytest.mark.parametrize("name", ["c.tsv", "c.csv"])
    @pytest.mark.parametrize(
        ("rows", "message"),
        [
            ([], "is empty; its first line must name the columns"),
            (["id|source"], "holds no segments"),
            (["id|source", "1|a|b"], "line 2: 3 columns where the header has 2"),
            (["id|source", "1|a", "", "2|b"], "line 3: 1 column where the header has 2"),
            (["id|source|id", "1|a|2"], "two columns are named 'id'"),
            (["id||source", "1|a|2"], "column 2 has no name"),
            (["id|source", "x|a", "y|b", "x|c"], "lines 2 and 4 have the same id 'x'"),
            (["id|source", "|a"], "line 2: the id is empty"),
            (["id|source", "1|a\0"], "line 2: a NUL character"),
        ],
    )
    def test_malformed_tables(self, write, name, rows, message):
        text = "\n".join(rows).replace("|", "\t" if name == "c.tsv" else ",")
        with pytest.raises(DataError, match=rf"{name}.*{message}"):
            table(write(name, text.encode()))

    def test_tsv_has_no_quoting(self, write):
        assert table(write("c.tsv", b'source\n"a\n b"\n'))[0].source == '"a'

    def test_tsv_takes_crlf_and_a_byte_order_mark_and_says_so(self, write):
        corpus = table(write("c.tsv", b"\xef\xbb\xbfid\tsource\r\n1\ta\r\n"))
        assert corpus[0].source == "a"
        assert [note.rsplit(": ")[-1] for note in corpus.notes] == [
            "byte order mark removed",
            "2 lines ended in CR LF",
        ]

    def test_csv_keeps_quoted_line_breaks_and_counts_them(self, write):
        corpus = table(write("c.csv", b'id,source\n1,"a\r\nb\rc\n"\n2,d\n'))
        assert [segment.source for segment in corpus] == ["a\r\nb\rc\n", "d"]
        assert corpus.notes == ("1 source with a line break inside",)

    def test_csv_counts_physical_lines_in_messages(self, write):
        with pytest.raises(DataError, match="lines 2 and 5 have the same id"):
            table(write("c.csv", b'id,source\n1,"a\n\nb"\n1,d\n'))

    def test_csv_separator_like_characters_are_content(self, write):
        awkward = "a\u2028b\u0085c\fd\x1ee"
        assert table(write("c.csv", f"source,x\n{awkward},1\n".encode()))[0].source == awkward

    def test_csv_blanks_and_inner_quotes_are_content(self, write):
        assert table(write("c.csv", b'id,source\n1, say "a" \n'))[0].source == ' say "a" '

    def test_csv_row_ends_may_differ(self, write):
        corpus = table(write("c.csv", b"id,source\r\n1,a\n2,b\r\n"))
        assert [segment.source for segment in corpus] == ["a", "b"]

    @pytest.mark.parametrize("quote", [b"", b'"'])
    def test_csv_fields_may_be_long(self, write, quote):
        corpus = table(write("c.csv", b"source,x\n" + quote + b"a" * 300_000 + quote + b",1\n"))
        assert len(corpus[0].source) == 300_000

    @pytest.mark.parametrize(
        "row", [b'1,"never closed\nx', b'1,"closed"early\n', b"1,a\rb\n", b"1,a\r\r\n", b"1,a\r"]
    )
    def test_csv_that_would_lose_characters_is_refused(self, write, row):
        with pytest.raises(DataError, match=r"c\.csv, line 3: .*quote"):
            table(write("c.csv", b"id,source\n0,z\n" + row))

    def test_a_blank_line_of_a_one_column_csv_is_an_empty_source(self, write):
        corpus = table(write("c.csv", b"source\na\n\n"))
        assert [segment.source for segment in corpus] == ["a", ""]


class TestJsonl:
    def test_lists_of_references_and_absent_keys(self, write):
        rows = [
            {"id": 7, "source": "a", "references": ["A", None, ""], "score": 0.5, "ok": True},
            {"id": 8, "source": "b", "references": ["B"], "tags": ["x"], "note": None},
            {"id": 9, "source": "", "references": None},
        ]
        corpus = table(write("c.jsonl", "\n".join(map(json.dumps, rows)).encode()))
        assert [segment.id for segment in corpus] == ["7", "8", "9"]
        assert [segment.references for segment in corpus] == [
            ("A", None, ""),
            ("B", None, None),
            (None, None, None),
        ]
        assert [segment.metadata for segment in corpus] == [
            {"score": "0.5", "ok": "true"},
            {"tags": '["x"]'},
            {},
        ]
        assert "1 empty source" in corpus.notes
        assert "1 empty reference" in corpus.notes

    def test_tabs_and_line_breaks_are_kept(self, write):
        corpus = table(write("c.jsonl", b'{"source": "a\\tb\\nc\\u2028d"}\n'))
        assert corpus[0].source == "a\tb\nc\u2028d"
        assert corpus.notes == ("1 source with a line break inside",)

    @pytest.mark.parametrize(
        ("line", "message"),
        [
            (b"", "not valid JSON"),
            (b'{"source": "a"', "not valid JSON"),
            (b'["a"]', "not a JSON object"),
            (b'{"source": "a", "source": "b"}', "a key occurs twice"),
            (b'{"source": "a", "x": NaN}', "NaN is not a JSON value"),
            (b'{"source": ' + b"[" * 100_000, "not valid JSON"),
            (b'{"source": 5}', "'source' is of type int; it must be text"),
            (b'{"source": null}', "'source' is null"),
            (b'{"id": "x"}', "'source' is missing"),
            (b'{"source": "\\ud800"}', "'source' holds half of a surrogate pair"),
            (b'{"source": "\\u0000"}', "'source' holds a NUL character"),
            (b'{"source": "a", "reference": 1}', "'reference' is of type int"),
            (b'{"source": "a", "id": 1.5}', "'id' is of type float"),
            (b'{"source": "a", "id": true}', "'id' is of type bool"),
        ],
    )
    def test_malformed_lines(self, write, line, message):
        first = b'{"source": "z", "id": "0"}\n'
        with pytest.raises(DataError, match=rf"c\.jsonl, line 2: .*{message}"):
            table(write("c.jsonl", first + line + b"\n"))

    def test_a_reference_beside_lists_is_refused(self, write):
        lines = b'{"source": "a", "references": ["A"]}\n{"source": "b", "references": "B"}\n'
        with pytest.raises(DataError, match="line 2: 'references' is not a list"):
            table(write("c.jsonl", lines))


class TestParquet:
    def write(self, path, columns):
        pq.write_table(pa.table(columns), path)
        return path

    def test_nulls_lists_and_dates(self, tmp_path):
        path = self.write(
            tmp_path / "c.parquet",
            {
                "id": [1, 2],
                "source": pa.array(["a", "b\n"]).dictionary_encode(),
                "references": [["A", "AA"], None],
                "day": [datetime.date(2024, 1, 2), None],
            },
        )
        corpus = table(path)
        assert [segment.references for segment in corpus] == [("A", "AA"), (None, None)]
        assert [segment.metadata for segment in corpus] == [{"day": "2024-01-02"}, {}]
        assert "1 source with a line break inside" in corpus.notes

    def test_not_parquet(self, write):
        with pytest.raises(DataError, match=r"c\.parquet: not a whole Parquet file"):
            table(write("c.parquet", b"source\na\n"))

    def test_cut_short(self, tmp_path):
        path = self.write(tmp_path / "c.parquet", {"source": ["a"] * 100})
        path.write_bytes(path.read_bytes()[:-20])
        with pytest.raises(DataError, match="not a whole Parquet file"):
            table(path)

    def test_a_duplicate_id_names_both_rows(self, tmp_path):
        path = self.write(tmp_path / "c.parquet", {"id": ["x", "y", "x"], "source": ["a"] * 3})
        with pytest.raises(DataError, match="rows 1 and 3 have the same id 'x'"):
            table(path)

    def test_strings_that_are_not_utf8_name_their_row(self, tmp_path):
        binary = pa.array([b"ok", b"\xff"], pa.binary())
        text = pa.StringArray.from_buffers(2, *binary.buffers()[1:])
        path = self.write(tmp_path / "c.parquet", {"source": text})
        with pytest.raises(DataError, match=r"c\.parquet, row 2: 'source' is not UTF-8"):
            table(path)

    def test_bytes_are_no_text(self, tmp_path):
        path = self.write(tmp_path / "c.parquet", {"source": [b"a"]})
        with pytest.raises(DataError, match="row 1: 'source' is of type bytes"):
            table(path)

    def test_duplicate_columns(self, tmp_path):
        pq.write_table(pa.table([["a"], ["b"]], names=["source", "source"]), tmp_path / "c.parquet")
        with pytest.raises(DataError, match="two columns are named 'source'"):
            table(tmp_path / "c.parquet")


def test_a_table_of_another_separator_is_named(write):
    with pytest.raises(DataError, match=r"separated by commas, not by tabs; call the file \.csv"):
        read_dataset(write("a.tsv", b"source,reference\na,b\n"), name="x")


@pytest.mark.parametrize("name", ["target", "tgt", "Translation", "hypothesis"])
def test_a_column_that_does_not_say_whose_translations_it_has_is_noted(write, name):
    corpus = read_dataset(write("a.tsv", f"source\t{name}\na\tb\n".encode()), name="x").corpus
    assert any(f"column {name!r} read as metadata" in note for note in corpus.notes)
    data = f"source\treference\t{name}\na\tb\tc\n".encode()
    assert read_dataset(write("b.tsv", data), name="x").corpus.notes == ()
