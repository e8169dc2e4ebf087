"""Small files that would become gigabytes or millions of objects are refused before they do."""

from __future__ import annotations

import gzip
import io
import resource
import subprocess
import sys
import time
import zipfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mtqe.corpus.base import LanguagePair
from mtqe.corpus.readers import read_dataset
from mtqe.errors import DataError
from tests.fuzz.seeds import opendocument

MOST = 200 << 10
"""KiB by which refusing a file may enlarge this process."""
SMALL = 3_000_000
"""Bytes of the largest bomb."""
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LONG = "q" * 32_000
ZERO = pa.array(np.zeros(200_000, np.int32))


def parquet(table, **options):
    sink = io.BytesIO()
    pq.write_table(pa.table(table), sink, **options)
    return sink.getvalue()


def nested(texts):
    """A list of lists of the texts."""
    inner = pa.ListArray.from_arrays(pa.array([0, len(texts)], pa.int32()), texts)
    return pa.ListArray.from_arrays(pa.array([0, 1], pa.int32()), inner)


def groups(count):
    sink = io.BytesIO()
    row = pa.table({"source": ["a"]})
    with pq.ParquetWriter(sink, row.schema) as writer:
        for _ in range(count):
            writer.write_table(row)
    return sink.getvalue()


def repeated(text):
    return pa.DictionaryArray.from_arrays(ZERO, pa.array([text]))


def xlsx(rows, strings="", extra=""):
    """A workbook of one sheet whose first row is a header, with more XML."""
    openpyxl = pytest.importorskip("openpyxl")
    made, out = io.BytesIO(), io.BytesIO()
    openpyxl.Workbook().save(made)
    header = "".join(
        f'<c r="{cell}" t="inlineStr"><is><t>{name}</t></is></c>'
        for cell, name in (("A1", "source"), ("B1", "reference"))
    )
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    part = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    with (
        zipfile.ZipFile(made) as book,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as changed,
    ):
        for name in book.namelist():
            data = book.read(name).decode()
            if name.endswith("sheet1.xml"):
                data = (
                    f'<worksheet xmlns="{SHEET}"><sheetData><row r="1">{header}</row>{rows}'
                    f"</sheetData>{extra}</worksheet>"
                )
            changed.writestr(name, data.replace("</Types>", part))
        changed.writestr("xl/sharedStrings.xml", f'<sst xmlns="{SHEET}">{strings}</sst>')
    return out.getvalue()


def shared(number):
    cells = "".join(f'<c r="{column}{number}" t="s"><v>0</v></c>' for column in "AB")
    return f'<row r="{number}">{cells}</row>'


def cells(count):
    return f'<row r="2">{"<c/>" * count}</row>'


def repeated_rows(data):
    """The OpenDocument workbook with its second row 90,000 times, in one element."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        content = old.read("content.xml").decode()
        row, more = "<t:table-row>", '<t:table-row t:number-rows-repeated="90000">'
        first, header, second = content.split(row)
        new.writestr("content.xml", first + row + header + more + second)
    return out.getvalue()


UNIT = '<tu><tuv xml:lang="en"><seg>a</seg></tuv><tuv xml:lang="de"><seg>b</seg></tuv></tu>'
TMX = '<tmx version="1.4"><header srclang="en"/><body>{}</body></tmx>'
ODS_CELL = "<t:table><t:table-row>{}</t:table-row></t:table>"
RATIO = "unpacks to more than 200 times its size"
MARKS = "lines, elements or values, as no text does"
BOMBS = {
    "dictionary.parquet": (lambda: parquet({"source": repeated(LONG)}), RATIO),
    "nested.parquet": (
        lambda: parquet({"source": nested(repeated("q" * 500).cast(pa.string()))}),
        RATIO,
    ),
    "groups.parquet": (lambda: groups(1_500), "1,500 row groups for 1,500 rows"),
    "columns.parquet": (
        lambda: parquet({f"c{n}": ["a"] for n in range(10_001)}, write_statistics=False),
        "10,001 columns, and at most 10,000 are read",
    ),
    "prefixes.parquet": (
        lambda: parquet(
            {"source": ["q" * 2_000] * 20_000},
            use_dictionary=False,
            column_encoding={"source": "DELTA_BYTE_ARRAY"},
        ),
        RATIO,
    ),
    "packed.parquet": (
        lambda: parquet(
            {"source": ["q" * 800] * 100_000}, use_dictionary=False, compression="brotli"
        ),
        RATIO,
    ),
    "shared.xlsx": (
        lambda: xlsx("".join(map(shared, range(2, 20_000))), f"<si><t>{LONG}</t></si>"),
        RATIO,
    ),
    "cells.xlsx": (lambda: xlsx(cells(300_000)), MARKS),
    "rows.xlsx": (lambda: xlsx("<row/>" * 300_000), MARKS),
    "strings.xlsx": (lambda: xlsx("", "<si/>" * 300_000), MARKS),
    "far.xlsx": (lambda: xlsx('<row r="1048576"><c r="A1048576"><v>1</v></c></row>'), "over 200,0"),
    "wide.xlsx": (
        lambda: xlsx('<row r="2"><c r="XFD2"><v>1</v></c></row>' * 20),
        "column XFD has a cell",
    ),
    "merged.xlsx": (
        lambda: xlsx("", extra='<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
        "holds no segments",
    ),
    "linked.xlsx": (
        lambda: xlsx("", extra='<hyperlinks><hyperlink ref="A1:XFD1048576"/></hyperlinks>'),
        "holds no segments",
    ),
    "cells.ods": (
        lambda: opendocument(["a"], after=ODS_CELL.format("<t:table-cell/>" * 300_000)),
        MARKS,
    ),
    "rows.ods": (lambda: repeated_rows(opendocument(["source", "reference"], [LONG, LONG])), RATIO),
    "lines.tsv.gz": (lambda: gzip.compress(b"source\treference\n" + b"a\tb\n" * 300_000), MARKS),
    "long.tsv.gz": (lambda: gzip.compress((b"source\n" + b"q" * 1_000_000 + b"\n") * 20), RATIO),
    "units.tmx.gz": (lambda: gzip.compress(TMX.format(UNIT * 50_000).encode()), MARKS),
    "entries.po.gz": (lambda: gzip.compress(b'msgid "a"\nmsgstr "b"\n\n' * 80_000), MARKS),
    "lists.json.gz": (lambda: gzip.compress(b"[" + b"[]," * 200_000 + b"[]]"), MARKS),
    "cells.xlsx.gz": (lambda: gzip.compress(xlsx(cells(300_000))), MARKS),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_before_it_goes_off(write, name):
    make, says = BOMBS[name]
    data = make()
    path = write(name, data)
    del data
    assert path.stat().st_size < SMALL
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(DataError, match=says) as error:
        read_dataset(path, name="x", languages=LanguagePair("en", "de"))
    assert name in str(error.value)
    assert "\n" not in str(error.value)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST


def test_a_refused_parquet_file_costs_no_import_of_pyarrow(write):
    """Importing it takes as long as all the rest."""
    path = write("a.parquet", BOMBS["dictionary.parquet"][0]())
    program = (
        "import sys\n"
        "from mtqe.corpus.readers import read_dataset\n"
        "from mtqe.errors import DataError\n"
        "try:\n    read_dataset(sys.argv[1], name='x')\n"
        "except DataError as error:\n    print(error)\n"
        "print(sorted({'pyarrow', 'pandas', 'numpy'} & set(sys.modules)))\n"
    )
    command = [sys.executable, "-c", program, path]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert RATIO in said
    assert "[]" in said


def test_a_refusal_by_mtqe_check_imports_little(write):
    path = write("a.parquet", BOMBS["dictionary.parquet"][0]())
    program = (
        "import sys\n"
        "from mtqe.cli.app import main\n"
        "languages = '--source-language en --target-language de'.split()\n"
        "sys.argv[1:] = ['check', sys.argv[1], *languages]\n"
        "try:\n    main()\nexcept SystemExit as end:\n    print(end.code)\n"
        "heavy = {'pyarrow', 'pandas', 'scipy', 'torch', 'ssl', 'lxml', 'yaml'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    command = [sys.executable, "-c", program, path]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert RATIO in done.stderr
    assert done.stdout == "1\n[]\n"


def test_texts_in_every_encoding_are_read(write):
    texts = [f"a text that shares its beginning {n}" for n in range(30_000)]
    for encoding in ("PLAIN", "DELTA_BYTE_ARRAY", "DELTA_LENGTH_BYTE_ARRAY"):
        data = parquet(
            {"source": texts, "reference": [None, *texts[1:]]},
            use_dictionary=False,
            column_encoding={"source": encoding, "reference": encoding},
        )
        corpus = read_dataset(write("a.parquet", data), name="x").corpus
        assert [segment.source for segment in corpus] == texts


def test_a_hundred_thousand_real_lines_are_no_bomb(write):
    lines = "".join(f"the text of line {n}\tder Text {n * 7919 % 100_003}\n" for n in range(90_000))
    path = write("a.tsv.gz", gzip.compress(b"source\treference\n" + lines.encode()))
    assert len(read_dataset(path, name="x").corpus) == 90_000


def test_the_time_for_subtitles_grows_with_their_number(write):
    """Not with its square, as where each cue looks through the whole file."""

    def seconds(cues):
        text = "\n".join(f"{n}\n00:00:01,000 --> 00:00:02,000\nx\n" for n in range(cues))
        path = write("a.srt", text.encode())
        started = time.thread_time()
        read_dataset(path, name="x", languages=LanguagePair("en", "de"))
        return time.thread_time() - started

    seconds(100)
    few = min(seconds(4_000) for _ in range(2))
    assert min(seconds(16_000) for _ in range(2)) < 9 * few  # 4 times, and 16 with the square
