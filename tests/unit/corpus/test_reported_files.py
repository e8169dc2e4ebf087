"""Kinds of files that people reported other programs to misread, rebuilt with text of our own."""

from __future__ import annotations

import datetime
import io
import time
import zipfile

import pytest

from mtqe.corpus.base import LanguagePair
from mtqe.corpus.readers import load_hypotheses, read_dataset, read_lines
from mtqe.errors import DataError
from tests.fuzz.seeds import opendocument

EN_NL = LanguagePair("en-US", "nl-NL")
MARKED = """\
<?xml version="1.0" encoding="UTF-8"?>
<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2" xmlns:sdl="http://sdl.com/FileTypes/SdlXliff/1.0" xmlns:mq="MQXliff" xmlns:m="http://www.memsource.com/mxlf/2.0">
<file original="a.txt" datatype="x" source-language="en-US" target-language="nl-NL"><body>
<trans-unit id="t1" {attributes}><source><g id="31">First step. Second step.</g></source>
<seg-source><g id="31"><mrk mtype="seg" mid="10">First step.</mrk> <mrk mtype="seg" mid="11">Second step.</mrk></g></seg-source>
<target><g id="31"><mrk mtype="seg" mid="10">Eerste stap.</mrk> <mrk mtype="seg" mid="11"/></g></target>
<sdl:seg-defs><sdl:seg id="10" conf="Translated" percent="98" origin="tm"/><sdl:seg id="11"/></sdl:seg-defs>
</trans-unit>
<trans-unit id="t2" translate="no"><source>CODE_7</source></trans-unit>
<group translate="no"><trans-unit id="t3"><source>CODE_8</source></trans-unit></group>
</body></file></xliff>"""  # noqa: E501


def pairs(path, **options):
    return [(s.source, *s.references) for s in read_dataset(path, name="x", **options).corpus]


@pytest.mark.parametrize("name", ["a.sdlxliff", "a.mqxliff", "a.mxliff", "a.xlf", "a.xliff"])
def test_segments_marked_in_xliff_are_pairs_by_mid(write, name):
    path = write(name, MARKED.format(attributes="").encode())
    corpus = read_dataset(path, name="x").corpus
    assert corpus.languages == EN_NL
    assert [(s.id, s.source, *s.references) for s in corpus] == [
        ("t1::10", "First step.", "Eerste stap."),
        ("t1::11", "Second step.", None),
    ]
    assert dict(corpus[0].metadata) == {"state": "Translated", "match": "98", "origin": "tm"}
    assert "2 units not for translation left out" in corpus.notes


@pytest.mark.parametrize(
    ("attributes", "metadata"),
    [
        ('mq:status="ManuallyConfirmed" mq:percent="101"', ("ManuallyConfirmed", "101")),
        ('m:confirmed="1" m:score="0.85" m:locked="false"', ("confirmed", "0.85")),
        ('m:confirmed="0" m:score="0"', ("unconfirmed", "0")),
    ],
)
def test_states_and_match_rates_of_memoq_and_phrase_are_metadata(write, attributes, metadata):
    path = write("a.xlf", MARKED.format(attributes=attributes).encode())
    labels = read_dataset(path, name="x").corpus[1].metadata
    assert (labels["state"], labels["match"]) == metadata
    assert "locked" not in labels


def test_a_whole_target_is_not_paired_with_a_part(write):
    whole = MARKED.format(attributes="").split("<target>")[0] + (
        "<target>Eerste stap. Tweede stap.</target></trans-unit></body></file></xliff>"
    )
    assert pairs(write("a.sdlxliff", whole.encode())) == [
        ('<g id="31">First step. Second step.</g>', "Eerste stap. Tweede stap.")
    ]


def test_a_loose_target_segment_is_counted(write):
    data = MARKED.format(attributes="").replace('mid="11"/>', 'mid="12">Derde.</mrk>')
    corpus = read_dataset(write("a.sdlxliff", data.encode()), name="x").corpus
    assert [s.references for s in corpus] == [("Eerste stap.",), (None,)]
    assert "1 target segment without a source left out" in corpus.notes


XLIFF_2 = (
    '<xliff version="2.0" xmlns="urn:oasis:names:tc:xliff:document:2.0" srcLang="de" trgLang="en">'
    '<file id="f"><unit id="1"><segment><source>a{}b</source><target>t</target></segment></unit>'
    '<unit id="2" translate="no"><segment><source>X</source></segment></unit></file></xliff>'
)


@pytest.mark.parametrize("number", ["ZZ", "", "110000", "D800", "-1", "0", "٣٣", "1" * 99])
def test_a_code_point_that_is_none_is_refused_with_its_line(write, number):
    with pytest.raises(DataError, match=r"a\.xliff, line 1: .*<cp hex="):
        read_dataset(write("a.xliff", XLIFF_2.format(f'<cp hex="{number}"/>').encode()), name="x")


def test_xliff_2_with_a_control_character_and_a_unit_not_for_translation(write):
    assert pairs(write("a.xliff", XLIFF_2.format('<cp hex="0007"/>').encode())) == [("a\x07b", "t")]


def tmx(*tuvs):
    body = "".join(f"<tu>{pair}</tu>\n" for pair in tuvs)
    return f'<tmx version="1.4"><header srclang="en"/><body>\n{body}</body></tmx>'.encode()


GOOD = '<tuv xml:lang="en"><seg>a</seg></tuv><tuv xml:lang="es"><seg>b</seg></tuv>'


@pytest.mark.parametrize(
    "bad",
    [
        '<tuv xml:lang="en">a</tuv><tuv xml:lang="es"><seg>b</seg></tuv>',
        '<tuv xml:lang="en"><seg>a</seg></tuv><tuv xml:lang="es">b</tuv>',
        '<tuv xml:lang="en"><seg>a</seg></tuv><tuv xml:lang="es"><prop type="x">b</prop></tuv>',
    ],
)
def test_a_tuv_without_seg_is_refused_with_its_line(write, bad):
    with pytest.raises(DataError, match=r"a\.tmx, line 3: .*<seg> inside <tuv>"):
        read_dataset(write("a.tmx", tmx(GOOD, bad)), name="x")


XLIFF_1 = (
    '<xliff version="1.2"><file original="a" source-language="en" target-language="de" '
    'datatype="x"><body>\n<trans-unit id="1"><source>a</source></trans-unit>\n{}</body></file>'
    "</xliff>"
)
RESX = '<root>\n<data name="a"><value>Hi</value></data>\n{}</root>'
ANDROID = '<resources>\n<string name="a">Hi</string>\n{}</resources>'
QT = (
    '<TS version="2.1" language="de" sourcelanguage="en"><context><name>W</name>\n'
    "<message><source>a</source></message>\n{}</context></TS>"
)


@pytest.mark.parametrize(
    ("name", "whole", "bad", "says"),
    [
        ("a.xlf", XLIFF_1, '<trans-unit id="2"><target>c</target></trans-unit>', "no source"),
        (
            "a.xliff",
            XLIFF_2.replace("{}", "").replace("</file>", "\n\n{}</file>"),
            '<unit id="3"><segment><target>t</target></segment></unit>',
            "this segment has no source",
        ),
        ("a.resx", RESX, '<data name="b" xml:space="preserve"/>', "'b' has no value"),
        (
            "values/strings.xml",
            ANDROID,
            '<plurals name="b"><item>x</item></plurals>',
            "plurals 'b' has no quantity",
        ),
        ("a.ts", QT, "<message><translation>c</translation></message>", "message has no source"),
    ],
)  # fmt: skip
def test_units_without_their_text_are_refused_with_their_line(
    write, tmp_path, name, whole, bad, says
):
    (tmp_path / "values").mkdir()
    languages = LanguagePair("de", "en") if "xliff" in name else LanguagePair("en", "de")
    assert len(
        read_dataset(write(name, whole.format("").encode()), name="x", languages=languages).corpus
    )
    path = write(name, whole.format(bad).encode())
    with pytest.raises(DataError, match=rf"{path.name}, line 3: .*{says}"):
        read_dataset(path, name="x", languages=languages)


MARKS = (
    '<xliff version="1.2"><file original="a" source-language="{}" target-language="{}" '
    'datatype="x"><body><trans-unit id="u"><source>{}</source><seg-source>{}</seg-source>'
    "<target>{}</target></trans-unit></body></file></xliff>"
)


@pytest.mark.parametrize(
    ("languages", "source", "target", "expected"),
    [
        (
            ("ja", "de"),
            '<mrk mtype="seg" mid="1">図書館は<ph id="1">{{0}}</ph>時に開く。</mrk>'
            '<mrk mtype="seg" mid="2">明日は休み。</mrk>',
            '<mrk mtype="seg" mid="2">Morgen ist zu.</mrk>'
            '<mrk mtype="seg" mid="1">Die Bibliothek öffnet um <ph id="1">{{0}}</ph>.</mrk>',
            [
                ("図書館は{{0}}時に開く。", "Die Bibliothek öffnet um {{0}}."),
                ("明日は休み。", "Morgen ist zu."),
            ],
        ),
        (
            ("ar", "fr"),
            '<g id="1"><mrk mtype="seg" mid="a">صباح <mrk mtype="term">الخير</mrk>.</mrk></g>',
            '<g id="1"><mrk mtype="seg" mid="a">Bonne <mrk mtype="term">matinée</mrk>.</mrk></g>',
            [("صباح الخير.", "Bonne matinée.")],
        ),
        (
            ("pl", "uk"),
            '<mrk mtype="seg" mid="1">Raz.</mrk> <mrk mtype="seg" mid="2">Dwa.</mrk> '
            '<mrk mtype="seg" mid="3">Trzy.</mrk>',
            '<mrk mtype="seg" mid="1">Один.</mrk> <mrk mtype="seg" mid="3">Три.</mrk>',
            [("Raz.", "Один."), ("Dwa.", None), ("Trzy.", "Три.")],
        ),
    ],
    ids=["other order", "terms and tags", "one missing"],
)
def test_marked_segments_of_other_languages(write, languages, source, target, expected):
    data = MARKS.format(*languages, "x", source, target)
    assert pairs(write("a.mqxliff", data.encode())) == expected


@pytest.mark.parametrize("number", ["1000000000", "0", "-1", "x", "9" * 5000, "٣"])
def test_a_reference_number_out_of_reach_is_refused(write, number):
    variant = '<tuv xml:lang="es">'
    bad = GOOD.replace(variant, f'{variant}<prop type="x-reference">{number}</prop>')
    started = time.monotonic()
    with pytest.raises(DataError, match=r"line 2: the property x-reference"):
        read_dataset(write("a.tmx", tmx(bad)), name="x")
    assert time.monotonic() - started < 1


PO = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset={charset}\\n"
"Plural-Forms: {forms};\\n"

#, c-format
msgid "%d file removed"
msgid_plural "%d files removed"
{targets}
"""
GERMAN = "nplurals=2; plural=(n != 1)"
RUSSIAN = (
    "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) "
    "? 1 : 2)"
)
ARABIC = (
    "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 "
    ": n%100>=11 && n%100<=99 ? 4 : 5"
)


def po(language, forms, count, charset="UTF-8"):
    targets = "\n".join(f'msgstr[{n}] "%d {n}"' for n in range(count))
    return PO.format(language=language, charset=charset, forms=forms, targets=targets)


@pytest.mark.parametrize(
    ("language", "expression", "labels"),
    [
        ("de", GERMAN, ["singular", "plural"]),
        ("ja", "nplurals=1; plural=0", ["plural"]),
        ("fr", "nplurals=2; plural=(n > 1)", ["singular", "plural"]),
        ("ru", RUSSIAN, ["plural 0", "plural 1", "plural"]),
        ("ar", ARABIC, ["for 0", "singular", "for 2", "plural 3", "plural 4", "plural"]),
    ],
)
def test_plural_forms_are_metadata(write, language, expression, labels):
    pytest.importorskip("translate")
    data = po(language, expression, len(labels))
    corpus = read_dataset(write("a.po", data.encode()), name="x").corpus
    assert [s.metadata["plural"] for s in corpus] == labels
    assert [s.source for s in corpus] == [
        "%d file removed" if label == "singular" else "%d files removed" for label in labels
    ]


@pytest.mark.parametrize(
    "expression",
    ["nplurals=2; plural=n+", "plural=" + "(" * 900 + "n", "plural=n/0", "plural=1**9"],
)
def test_a_plural_expression_that_is_none_is_refused(write, expression):
    pytest.importorskip("translate")
    with pytest.raises(DataError, match=r"a\.po: Plural-Forms"):
        read_dataset(write("a.po", po("de", expression, 2).encode()), name="x")


@pytest.mark.parametrize(
    ("charset", "word"),
    [("ISO-8859-8", "קבצים"), ("windows-1251", "файл"), ("EUC-JP", "個"), ("KOI8-R", "файл")],
)
def test_po_is_read_in_the_charset_that_it_names(write, charset, word):
    pytest.importorskip("translate")
    data = po("he", GERMAN, 2, charset).replace('"%d 1"', f'"%d {word}"').encode(charset)
    corpus = read_dataset(write("a.po", data), name="x").corpus
    assert corpus[1].references == (f"%d {word}",)
    assert any(charset in note for note in corpus.notes)


@pytest.mark.parametrize(
    ("data", "mark"),
    [
        ('\ufeffsource;reference\r\n"Guten Tag; hallo";"Good ""day""; hello"\r\n', "semicolons"),
        ('source\treference\n"Guten Tag; hallo"\t"Good ""day""; hello"\n', "tabs"),
        ('sep=;\r\nsource;reference\r\n"Guten Tag; hallo";"Good ""day""; hello"\r\n', "semicolons"),
        ('"source"|"reference"\n"Guten Tag; hallo"|"Good ""day""; hello"\n', "vertical bars"),
    ],
)
def test_csv_of_other_countries_is_read_by_its_header(write, data, mark):
    path = write("a.csv", data.encode())
    assert pairs(path) == [("Guten Tag; hallo", 'Good "day"; hello')]
    assert any(mark in note for note in read_dataset(path, name="x").corpus.notes)


def test_commas_win_and_rows_are_named_after_the_sep_line(write):
    assert pairs(write("a.csv", b"source,ref;x\na,b\n")) == [("a",)]
    with pytest.raises(DataError, match="line 3"):
        read_dataset(write("b.csv", b"sep=;\nsource;reference\na;b;c\n"), name="x")


@pytest.mark.parametrize(
    "name",
    [
        "a.docx",
        "a.html",
        "a.pptx",
        "a.pdf",
        "a.plist",
        "a.odt",
        "a.zip",
        "a.xls",
        "a.DOC",
        "a.mqxlz",
        "a.sdlppx",
        "a.mo",
        "a.epub",
    ],
)
def test_containers_are_not_lines_of_text_by_their_names(write, name):
    corpus = read_dataset(write("c.tsv", b"source\ttext\na\tb\n"), name="x").corpus
    with pytest.raises(DataError, match="not lines of text"):
        load_hypotheses(write(name, b"a\n"), corpus)


@pytest.mark.parametrize(
    "data",
    [
        b'<?xml version="1.0"?><a/>',
        b"<!DOCTYPE html><p>a",
        b"<html>",
        b"%PDF-1.4",
        b"{\\rtf1 a}",
        b'\n# x\nmsgid ""\nmsgstr ""\n',
        b"1\n00:00:01,000 --> 00:00:02,000\na\n",
        b"WEBVTT\n\n",
        b'<tmx version="1.4">\n',
        b'<xliff version="1.2">\n',
        b'{"source": "a"}\n',
        b"[\n1\n]\n",
    ],
)
def test_containers_are_not_lines_of_text_by_their_beginnings(write, data):
    corpus = read_dataset(write("c.tsv", b"source\ttext\na\tb\n"), name="x").corpus
    with pytest.raises(DataError, match="not lines of text"):
        load_hypotheses(write("a.txt", data), corpus)


@pytest.mark.parametrize(
    "line",
    ["{name} is here", "<b>Bold</b> text", "[Applause]", "{", "# 1", "msgid", "<root", '{"a'],
)
def test_lines_that_only_begin_alike_are_text(write, line):
    corpus = read_dataset(write("c.tsv", b"source\ttext\na\tb\n"), name="x").corpus
    assert load_hypotheses(write("a.txt", line.encode()), corpus).texts == (line,)


def test_numbers_that_no_computer_keeps_are_refused(write):
    for number in ("1e999", "-1e400", "9" * 5000):
        with pytest.raises(DataError, match=r"a\.jsonl, line 1: not valid JSON"):
            read_dataset(write("a.jsonl", f'{{"source": "a", "x": {number}}}'.encode()), name="x")


def parquet(path, **columns):
    import pyarrow.parquet

    pyarrow.parquet.write_table(pyarrow.table(columns), path)
    return path


def test_parquet_that_decodes_to_gigabytes_is_refused(tmp_path):
    import pyarrow

    ones = pyarrow.array([0] * 5000, pyarrow.int32())
    dictionary = pyarrow.DictionaryArray.from_arrays(ones, ["a" * 100_000])
    bombs = [
        parquet(tmp_path / "a.parquet", source=dictionary),
        parquet(tmp_path / "b.parquet", source=["a"] * 50, ref=[["q" * 100_000] * 100] * 50),
        parquet(tmp_path / "c.parquet", source=pyarrow.nulls(30_000_000, pyarrow.string())),
    ]
    for bomb in bombs:
        assert bomb.stat().st_size < 100_000
        started = time.process_time()
        with pytest.raises(DataError, match=rf"{bomb.name}: (unpacks to more|says that it has)"):
            read_dataset(bomb, name="x")
        assert time.process_time() - started < 2


@pytest.mark.parametrize("kind", ["date", "time", "zone", "duration"])
def test_parquet_times_that_python_has_not_are_named(tmp_path, kind):
    import pyarrow

    cells = {
        "date": pyarrow.array([10**9], pyarrow.date32()),
        "time": pyarrow.array([-(2**60)], pyarrow.timestamp("us")),
        "zone": pyarrow.array([0], pyarrow.timestamp("us", "Nowhere/Land")),
        "duration": pyarrow.array([2**62], pyarrow.duration("s")),
    }
    path = parquet(tmp_path / "a.parquet", source=["a"], when=cells[kind])
    with pytest.raises(DataError, match=r"a\.parquet, row 1: 'when'"):
        read_dataset(path, name="x")


def test_parquet_with_lists_structures_and_dates_is_read(tmp_path):
    path = parquet(
        tmp_path / "a.parquet",
        source=["a", "b"],
        references=[["c"], ["d", "e"]],
        day=[datetime.date(2024, 5, 9)] * 2,
        more=[{"k": "v"}] * 2,
    )
    corpus = read_dataset(path, name="x").corpus
    assert [s.references for s in corpus] == [("c", None), ("d", "e")]
    assert dict(corpus[0].metadata) == {"day": "2024-05-09", "more": '{"k": "v"}'}


def workbook(path, *, hide=None):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.title = "first"
    for row in (["source", "reference"], ["a", "b"], ["c", "d"]):
        book.active.append(row)
    other = book.create_sheet("second")
    for row in (["source", "reference"], ["x", "y"]):
        other.append(row)
    if hide is not None:
        hide(book)
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("what", "first", "note"),
    [
        (lambda b: setattr(b["first"], "sheet_state", "hidden"), "x", "'first' (hidden)"),
        (lambda b: setattr(b["second"], "sheet_state", "veryHidden"), "a", "'second' (hidden)"),
        (lambda b: setattr(b["first"].row_dimensions[3], "hidden", True), "a", "1 hidden row read"),
        (lambda b: setattr(b["first"].column_dimensions["B"], "hidden", True), "a", "column read"),
    ],
)
def test_what_excel_hides_is_said(tmp_path, what, first, note):
    corpus = read_dataset(workbook(tmp_path / "a.xlsx", hide=what), name="x").corpus
    assert corpus[0].source == first
    assert any(note in said for said in corpus.notes)


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "[Content_Types].xml"]
)
def test_a_workbook_with_a_damaged_part_is_refused(tmp_path, part):
    path = workbook(tmp_path / "a.xlsx")
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo(part)
    data = bytearray(path.read_bytes())
    start = info.header_offset + 30 + len(part)
    for place in range(start + 5, start + info.compress_size, 7):
        data[place] ^= 0xFF
    path.write_bytes(bytes(data))
    with pytest.raises(DataError, match=r"a\.xlsx: is not a whole Excel workbook"):
        read_dataset(path, name="x")


def test_a_workbook_whose_parts_are_swapped_is_refused(tmp_path):
    out = io.BytesIO()
    with (
        zipfile.ZipFile(workbook(tmp_path / "a.xlsx")) as archive,
        zipfile.ZipFile(out, "w") as copy,
    ):
        for name in archive.namelist():
            copy.writestr(name, archive.read("[Content_Types].xml"))
    (tmp_path / "b.xlsx").write_bytes(out.getvalue())
    with pytest.raises(DataError, match=r"b\.xlsx"):
        read_dataset(tmp_path / "b.xlsx", name="x")


def metrics_eval(folder, pair, *, scores=""):
    for name, text in {
        f"sources/{pair}.txt": "a\nb\n",
        f"references/{pair}.refA.txt": "c\nd\n",
        f"human-scores/{pair}.mqm.seg.score": scores,
    }.items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_text(text)
    return folder


@pytest.mark.parametrize(
    ("pair", "languages"),
    [
        ("en-zh_CN", LanguagePair("en", "zh-CN")), ("eng-zho", LanguagePair("en", "zh")),
        ("en-de", LanguagePair("en", "de")), ("cs-uk", None),
        ("en-de_DE", LanguagePair("en", "deu")),
    ],
)  # fmt: skip
def test_mt_metrics_eval_is_found_under_any_spelling_of_its_languages(tmp_path, pair, languages):
    corpus = read_dataset(metrics_eval(tmp_path, pair), name="x", languages=languages).corpus
    assert [s.references for s in corpus] == [("c",), ("d",)]
    assert corpus.languages == (languages or LanguagePair("cs", "uk"))


@pytest.mark.parametrize("pair", ["de", "-", "en-", "-de", ".hidden"])
def test_mt_metrics_eval_with_names_that_are_no_pairs_is_refused(tmp_path, pair):
    with pytest.raises(DataError, match="--source-language"):
        read_dataset(metrics_eval(tmp_path, pair), name="x")


@pytest.mark.parametrize(
    "scores", ["mt x\n", "mt\n", "mt 1 2\n", "mt " + "9" * 5000 + "x\n", "mt 1\n"]
)
def test_mt_metrics_eval_with_bad_scores_is_refused(tmp_path, scores):
    with pytest.raises(DataError, match=r"seg\.score"):
        read_dataset(metrics_eval(tmp_path, "en-de", scores=scores), name="x")


@pytest.mark.parametrize("attribute", ["rows", "columns"])
def test_a_repeated_cell_is_no_million_cells(write, attribute):
    where = "row" if attribute == "rows" else "cell"
    rows = opendocument(["source", "reference"], ["a", "b"])
    content = zipfile.ZipFile(io.BytesIO(rows)).read("content.xml").decode()
    bomb = content.replace(
        f"<t:table-{where}>", f'<t:table-{where} t:number-{attribute}-repeated="9999999">'
    )
    bomb = bomb.replace("<t:table-cell o:", '<t:table-cell t:number-columns-repeated="9999999" o:')
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("content.xml", bomb)
    started = time.process_time()
    with pytest.raises(DataError, match=r"a\.ods: (its first sheet|a row|two columns)"):
        read_dataset(write("a.ods", out.getvalue()), name="x")
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("XFD1000", "row 1000: column XFD has a cell, and no name in the header"),
        ("A1048576", "over 200,000 cells from the first row to row"),
        ("ZZ9999", "row 9999: column ZZ has a cell, and no name in the header"),
    ],
)
def test_a_cell_far_away_is_refused_before_the_empty_ones_are_made(tmp_path, cell, says):
    path = workbook(tmp_path / "a.xlsx", hide=lambda book: book["first"].__setitem__(cell, "x"))
    started = time.process_time()
    with pytest.raises(DataError, match=says):
        read_dataset(path, name="x")
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    "lines",
    [
        [f'{{"source": "a", "k{number}": 1}}' for number in range(20_000)],
        ['{"source": "a"}'] * 20_000
        + ['{"source": "a", "references": [' + '"b",' * 9999 + '"b"]}'],
        ['{"source": "a", "references": [' + "null," * 1500 + "null]}"],
    ],
    ids=["keys", "references", "nulls"],
)
def test_one_long_row_does_not_multiply_all_others(write, lines):
    started = time.process_time()
    with pytest.raises(DataError, match=r"a\.jsonl: .*(different keys|references for)"):
        read_dataset(write("a.jsonl", "\n".join(lines).encode()), name="x")
    assert time.process_time() - started < 2


def test_opendocument_workbooks_are_read(write):
    data = opendocument(
        ["source", "reference", "note"],
        ['a<x:s x:c="2"/>b', "c<x:line-break/>d"],
        ["e &amp; f", "g", "h"],
        after='<t:table t:name="two"/>',
    )
    corpus = read_dataset(write("a.ods", data), name="x").corpus
    assert [(s.source, *s.references) for s in corpus] == [("a  b", "c\nd"), ("e & f", "g")]
    assert [s.metadata.get("note") for s in corpus] == [None, "h"]
    assert any("'two'" in note for note in corpus.notes)


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"PK\x03\x04 cut short", "not a whole OpenDocument"),
        (opendocument(), "is empty"),
        (opendocument(["source", "source"]), "two columns"),
        (opendocument(["source"], ["a", "b"]), "more cells"),
        (opendocument(["source"], ["</x:p>"]), "well-formed"),
        (opendocument(["source"], ["a" * (70 << 20)]), "unpacks to more"),
    ],
    ids=["cut", "empty", "twice", "wide", "xml", "bomb"],
)
def test_broken_opendocument_workbooks_are_refused(write, data, named):
    with pytest.raises(DataError, match=named):
        read_dataset(write("a.ods", data), name="x")


@pytest.mark.parametrize(
    "start",
    [
        b"%PDF-1.7\n%text\n", b"PK\x03\x04\x14\x00\x06\x00", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"7z\xbc\xaf\x27\x1c\x00", b"Rar!\x1a\x07\x00", b"BZh91AY&SY\x01", b"\xfd7zXZ\x00",
        b"PAR1\x15\x04", b"SQLite format 3\x00", b"\xde\x12\x04\x95", b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0", b"\x7fELF\x02", b"bplist00\xd1\x01",
        b"{\\rtf1\\ansi x}", b"<html><p>x</p>", b"<head><title>x</title>", b"<!doctype html>",
        b'<?xml version="1.0"?>', b"<xliff version='1.2'>", b'[{"a": "b"}, {"a": "c"}]',
        b'["a", "b"]', b'{"a": "b"}', b"---\nen:\n  a: b\n", b"%YAML 1.2\n", b"WEBVTT\n",
        b"1\r\n00:00:01,000 --> 00:00:02,000\r\nHi\r\n", b'/* note */\n"a" = "b";\n',
        b"\\documentclass{article}\n", b"MIME-Version: 1.0\n", b"[Script Info]\n",
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["h.txt", "h.de", "h"])
def test_any_beginning_of_a_container_is_refused(write, start, name):
    corpus = read_dataset(write("c.tsv", b"source\ttext\na\tb\n"), name="x").corpus
    with pytest.raises(DataError, match="not lines of text") as error:
        load_hypotheses(write(name, start), corpus)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        "PK is short for a penalty kick.", "BZh", "GIF8 is a file's beginning.", "[laughs]",
        '["Hello," she said', "--- and then", "<p>Hi</p>", "MZ", "1", '"a" is a letter',
        "From here on", "PAR1 SQLite format 3",
    ],
)  # fmt: skip
def test_texts_that_look_a_little_like_containers_are_read(write, text):
    corpus = read_dataset(write("c.tsv", b"source\ttext\na\tb\n"), name="x").corpus
    assert load_hypotheses(write("h.txt", text.encode()), corpus).texts == (text,)


@pytest.mark.parametrize(
    "name",
    ["a.sdlxliff", "a.mqxliff", "a.mxliff", "a.xlf", "a.tmx", "a.po", "a.arb", "a.resx",
     "a.strings", "a.properties", "a.srt", "a.vtt", "a.ass", "a.docx", "a.odt", "a.json", "a.html",
     "a.pdf",
     "a.zip", "a.ods", "a.xlsx", "a.eml"],
)  # fmt: skip
def test_sources_of_other_formats_are_not_lines_of_text(write, name):
    with pytest.raises(DataError, match="not lines of text"):
        read_lines(write(name, b"just a line\n"))
