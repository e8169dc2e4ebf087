"""Files made to exhaust memory or time are refused early, in one sentence."""

from __future__ import annotations

import gzip
import io
import resource
import time
import tracemalloc
import zipfile

import pytest

from mtqe.corpus import bounded
from mtqe.corpus.readers import read_dataset, read_lines
from mtqe.errors import DataError

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
BOMB = f'<!DOCTYPE tmx [<!ENTITY l0 "lol">{LAUGHS}]>'
OUTSIDE = '<!DOCTYPE tmx [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
QUADRATIC = f'<!DOCTYPE tmx [<!ENTITY x "{"a" * 50_000}">]>'
PARAMETER = '<!DOCTYPE tmx [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]>'
TMX = '<tmx version="1.4"><header srclang="en"/><body><tu><tuv xml:lang="en"><seg>{}</seg></tuv><tuv xml:lang="de"><seg>b</seg></tuv></tu></body></tmx>'  # noqa: E501
NAMES = {"a.tmx": "tmx", "a.xlf": "xliff", "a.xml": "wmt-xml"}


@pytest.mark.parametrize("doctype", [BOMB, OUTSIDE, QUADRATIC, PARAMETER])
@pytest.mark.parametrize("name", NAMES)
def test_xml_that_defines_entities_is_refused(write, name, doctype):
    path = write(name, (doctype + TMX.format("&l11;" * 5)).encode())
    with pytest.raises(DataError, match="defines the XML entity"):
        read_dataset(path, name="a")


@pytest.mark.parametrize("codec", ["utf-16", "utf-8-sig"])
def test_an_entity_can_t_hide_in_another_encoding(write, codec):
    with pytest.raises(DataError, match="defines the XML entity"):
        read_dataset(write("a.tmx", (BOMB + TMX.format("&l9;")).encode(codec)), name="a")


def test_a_document_type_without_entities_is_what_honest_tools_write(write):
    path = write("a.tmx", ('<!DOCTYPE tmx SYSTEM "tmx14.dtd">' + TMX.format("a")).encode())
    assert read_dataset(path, name="a").corpus[0].source == "a"


@pytest.mark.parametrize(
    "data",
    [
        TMX.format("\xe9").encode("latin-1"),
        TMX.format("a").encode()[:-9],
        TMX.format("\x01").encode(),
        b'<?xml version="1.0" encoding="x-unheard-of"?>' + TMX.format("a").encode(),
        b"",
        b"\x1f\x8b not gzip",
        ("<a>" * 5_000 + "</a>" * 5_000).encode(),
    ],
    ids=["latin-1", "cut short", "control", "encoding", "empty", "gzip", "deep"],
)
def test_broken_xml_is_refused(write, data):
    with pytest.raises(DataError, match=r"not well-formed XML|no translation unit"):
        read_dataset(write("a.tmx", data), name="a")


def test_a_huge_line_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(2 << 30)  # a hole of 2 GiB, which takes no disk
        file.write(b"")
    tracemalloc.start()
    started = time.monotonic()
    with pytest.raises(DataError, match="a line of more than 16 MiB"):
        read_lines(path)
    assert tracemalloc.get_traced_memory()[1] < 64 << 20
    tracemalloc.stop()
    assert time.monotonic() - started < 5


def test_a_gzip_bomb_is_refused_in_bounded_memory(tmp_path):
    path = tmp_path / "a.tsv.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(100):
            file.write(b"a\n" * (1 << 20))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(DataError, match=r"a\.tsv\.gz: its 915,163 bytes unpack to over"):
        read_dataset(path, name="a")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 512 << 10  # KiB


def test_several_gzip_members_are_read_one_after_the_other(write):
    data = gzip.compress(b"a\n") + gzip.compress(b"b\n") + b"\0" * 10
    assert read_lines(write("a.gz", data)) == ("a", "b")


def test_a_limit_holds_across_blocks(monkeypatch):
    monkeypatch.setattr(bounded, "BLOCK", 4)
    data = io.BytesIO(b"ab\ncdefghij\nkl")
    assert bounded.gather("a", bounded.blocks(data), longest_line=12, largest=20) == data.getvalue()
    with pytest.raises(DataError, match="a line of more than"):
        bounded.gather("a", bounded.blocks(io.BytesIO(b"abc" * 9)), longest_line=10, largest=99)
    with pytest.raises(DataError, match="is larger than"):
        bounded.gather("a", bounded.blocks(io.BytesIO(b"a\n" * 9)), longest_line=10, largest=9)


def zipped(parts, level=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", level) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_a_zip_bomb_is_refused_by_its_sizes(write):
    pytest.importorskip("openpyxl")
    data = zipped({"[Content_Types].xml": b"x", "xl/sheet1.xml": bytes(100 << 20)})
    with pytest.raises(DataError, match="200 times its size"):
        read_dataset(write("a.xlsx", data), name="a")


@pytest.mark.parametrize(
    ("parts", "match"),
    [
        ({"a.txt": b"x"}, "not an Excel workbook"),
        ({"[Content_Types].xml": BOMB + "<Types/>"}, "defines the XML entity"),
        ({"[Content_Types].xml": "<Types/>"}, "not a whole Excel workbook"),
    ],
)
def test_a_workbook_that_is_none_is_refused(write, parts, match):
    pytest.importorskip("openpyxl")
    with pytest.raises(DataError, match=match):
        read_dataset(write("a.xlsx", zipped(parts)), name="a")
    with pytest.raises(DataError, match="not a whole Excel workbook"):
        read_dataset(write("b.xlsx", b"PK\x03\x04 cut short"), name="a")


def test_a_cell_far_away_is_no_million_rows(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["source", "reference"])
    book.active["XFD1048576"] = "far"
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(DataError, match="over 200,000 cells from the first row to row"):
        read_dataset(tmp_path / "a.xlsx", name="a")
