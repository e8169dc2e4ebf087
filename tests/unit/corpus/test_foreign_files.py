"""Files as other programs write them, made by those programs where they are here."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from mtqe.corpus.base import LanguagePair
from mtqe.corpus.readers import read_dataset
from mtqe.corpus.writers import write_dataset
from mtqe.errors import DataError

DE_EN = LanguagePair("en", "de")
PO = """\
msgid ""
msgstr ""
"Language: de\\n"
"Content-Type: text/plain; charset=UTF-8\\n"

#. Shown at the top
#: main.c:12 main.c:40
msgid "Open <b>%s</b>\\n"
msgstr "Öffne <b>%s</b>\\n"

#, fuzzy
msgctxt "menu"
msgid "Save \\"all\\""
msgstr "Alles sichern"

msgid "one file"
msgid_plural "%d files"
msgstr[0] "eine Datei"
msgstr[1] "%d Dateien"

msgid "Untranslated"
msgstr ""

#~ msgid "Old"
#~ msgstr "Alt"
"""


def converted(program, *arguments):
    """Run one of translate-toolkit's converters."""
    pytest.importorskip("translate")
    code = f"from translate.convert.{program} import main; main()"
    command = [sys.executable, "-c", code, "--progress=none", *map(str, arguments)]
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture
def po(write):
    return write("de.po", PO.encode())


def test_po_as_programmers_write_it(po):
    pytest.importorskip("translate")
    corpus = read_dataset(po, name="po").corpus
    assert corpus.languages == DE_EN
    assert [(s.source, *s.references) for s in corpus] == [
        ("Open <b>%s</b>\n", "Öffne <b>%s</b>\n"),
        ('Save "all"', "Alles sichern"),
        ("one file", "eine Datei"),
        ("%d files", "%d Dateien"),
        ("Untranslated", None),
    ]
    assert dict(corpus[0].metadata) == {
        "note": "Shown at the top",
        "location": "main.c:12 main.c:40",
    }
    assert corpus[1].id == "menu"
    assert corpus[1].metadata["fuzzy"] == "yes"
    assert corpus[3].metadata["plural"] == "plural"
    assert "1 obsolete entry left out" in corpus.notes


@pytest.mark.skipif(shutil.which("msgfmt") is None, reason="needs gettext's msgfmt")
@pytest.mark.filterwarnings("default")
def test_gettext_accepts_the_po_that_we_write(po, tmp_path):
    pytest.importorskip("translate")
    dataset = read_dataset(po, name="po")
    write_dataset(tmp_path / "out.po", dataset)
    subprocess.run(["msgfmt", "-c", "-o", "/dev/null", tmp_path / "out.po"], check=True)
    command = ["msgcat", "--no-wrap", "-o", tmp_path / "again.po", tmp_path / "out.po"]
    subprocess.run(command, check=True)
    again = read_dataset(tmp_path / "again.po", name="po").corpus
    assert [(s.id, s.source, s.references, s.metadata) for s in again] == [
        (s.id, s.source, s.references, s.metadata) for s in dataset.corpus
    ]


def test_po_in_a_charset_that_it_does_not_name_is_refused(write):
    pytest.importorskip("translate")
    po = PO.replace("UTF-8", "ISO-8859-1")
    with pytest.raises(DataError, match="says ISO-8859-1, but it is UTF-8"):
        read_dataset(write("a.po", po.encode()), name="a")
    with pytest.raises(DataError, match="msgconv --to-code=UTF-8"):
        read_dataset(write("a.po", PO.replace("UTF-8", "rot13").encode("latin-1")), name="a")
    with pytest.raises(DataError, match="not UTF-8"):
        read_dataset(write("a.po", PO.encode("latin-1")), name="a")
    with pytest.raises(DataError, match="not a valid PO file"):
        read_dataset(write("a.po", b'msgid "a\nmsgstr "b"\n'), name="a")


def test_tmx_of_po2tmx(po, tmp_path):
    converted("po2tmx", "-l", "de", po, tmp_path / "a.tmx")
    corpus = read_dataset(tmp_path / "a.tmx", name="tmx").corpus
    assert corpus.languages == DE_EN
    assert ("Open <b>%s</b>\n", ("Öffne <b>%s</b>\n",)) in [
        (s.source, s.references) for s in corpus
    ]


def test_xliff_of_po2xliff(po, tmp_path):
    converted("po2xliff", po, tmp_path / "a.xlf")
    corpus = read_dataset(tmp_path / "a.xlf", name="xliff", languages=DE_EN).corpus
    texts = {s.source: s for s in corpus}
    assert texts["Open <b>%s</b>\n"].references == ("Öffne <b>%s</b>\n",)
    assert texts['Save "all"'].metadata["state"] == "needs-translation"
    assert texts["Untranslated"].references == (None,)


@pytest.mark.parametrize(
    ("name", "format"), [("a.xlf", "xliff"), ("a.xlf", "xliff2"), ("a.tmx", "tmx")]
)
def test_translate_toolkit_reads_what_we_write(po, tmp_path, name, format):  # noqa: A002
    pytest.importorskip("translate")
    from translate.storage import tmx, xliff, xliff2

    stores = {"tmx": tmx.tmxfile, "xliff": xliff.xlifffile, "xliff2": xliff2.Xliff2File}
    dataset = read_dataset(po, name="po")
    write_dataset(tmp_path / name, dataset, format=format)
    units = stores[format].parsefile(str(tmp_path / name)).units
    assert [str(unit.source) for unit in units] == [s.source for s in dataset.corpus]
    assert [unit.target or None for unit in units] == [s.references[0] for s in dataset.corpus]


TMX = """<?xml version="1.0" encoding="UTF-16"?>
<!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4"><header srclang="*all*" segtype="sentence"/><body>
<tu tuid="7" changedate="20200101T000000Z"><prop type="domain">law</prop><note>n</note><note>m</note>
 <tuv xml:lang="DE-DE"><seg>Das ist <bpt i="1">&lt;b&gt;</bpt>gut<ept i="1">&lt;/b&gt;</ept>.</seg></tuv>
 <tuv xml:lang="EN-US"><seg>This is <hi>good</hi><ph x="1"/>.</seg></tuv>
 <tuv lang="fr"><seg>Bien.</seg></tuv></tu>
<tu tuid="7"><tuv xml:lang="de-DE"><seg>Ja</seg></tuv><tuv xml:lang="en-us"><seg/></tuv></tu>
</body></tmx>"""  # noqa: E501


def test_tmx_of_a_cat_tool(write):
    path = write("a.tmx", TMX.encode("utf-16"))
    corpus = read_dataset(path, name="tmx", languages=LanguagePair("de", "en")).corpus
    first, second = corpus
    assert first.source == "Das ist <b>gut</b>."
    assert first.references == ("This is good<ph/>.",)
    assert dict(first.metadata) == {"note": "n", "note_2": "m", "domain": "law", "tuid": "7"}
    assert second.references == (None,)
    assert first.id != second.id
    assert "4 inline elements kept as text" in corpus.notes
    with pytest.raises(DataError, match="holds DE-DE, EN-US, fr; say which to use"):
        read_dataset(path, name="tmx")
    with pytest.raises(DataError, match="has no ja among its languages"):
        read_dataset(path, name="tmx", languages=LanguagePair("de", "ja"))


XLIFF = """<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">
<file original="a.html" source-language="en" target-language="de" datatype="html"><body><group>
<trans-unit id="1"><source>Press <g id="1">OK</g><x id="2"/></source><target state="new"/></trans-unit>
</group></body></file>
<file original="b.html" source-language="en" target-language="de" datatype="html"><body>
<trans-unit id="1"><source>Two</source><target>Zwei</target><note from="dev">x</note></trans-unit>
</body></file></xliff>"""  # noqa: E501


def test_xliff_of_several_files(write):
    corpus = read_dataset(write("a.xlf", XLIFF.encode()), name="xliff").corpus
    assert [segment.id for segment in corpus] == ["a.html:1", "b.html:1"]
    assert corpus[0].source == 'Press <g id="1">OK</g><x id="2"/>'
    assert corpus[0].references == (None,)
    assert dict(corpus[1].metadata) == {"note": "x"}
    assert "1 empty target counted as missing" in corpus.notes


def test_xliff2_with_several_segments_in_a_unit(write):
    data = b"""<xliff version="2.0" xmlns="urn:oasis:names:tc:xliff:document:2.0" srcLang="en" trgLang="de">
    <file id="f"><unit id="u"><notes><note category="hint">h</note></notes>
    <segment id="s1"><source>A<pc id="1">b</pc><cp hex="0007"/></source><target>C</target></segment>
    <ignorable><source> </source></ignorable>
    <segment><source>D</source></segment></unit></file></xliff>"""  # noqa: E501
    corpus = read_dataset(write("a.xlf", data), name="xliff").corpus
    assert [segment.id for segment in corpus] == ["u::s1", "u::2"]
    assert corpus[0].source == 'A<pc id="1">b</pc>\x07'
    assert corpus[1].metadata == {"hint": "h"}


def test_sacrebleu_reads_the_wmt_xml_that_we_write(write, tmp_path):
    from sacrebleu.dataset.wmt_xml import WMTXMLDataset

    table = (
        "id\tdocument\torig\tsource\treference\treference_2\thypothesis:A\n"
        "x\td1\ten\ta & <b>\tA\tAA\tha\ny\td1\ten\tb\tB\tBB\thb\nz\td2\ten\tc\tC\tCC\thc\n"
    ).replace("\torig\t", "\toriglang\t")
    dataset = read_dataset(write("a.tsv", table.encode()), name="a", languages=DE_EN)
    write_dataset(tmp_path / "a.xml", dataset)
    found = WMTXMLDataset._unwrap_wmt21_or_later(str(tmp_path / "a.xml"))
    assert found["src"] == ["a & <b>", "b", "c"]
    assert found["ref:B"] == ["AA", "BB", "CC"]
    assert found["A"] == ["ha", "hb", "hc"]
    assert found["docid"] == ["d1", "d1", "d2"]


WMT_SGM = {
    "src.en.sgm": """<srcset setid="newstest" srclang="any"><doc sysid="ref" docid="d1" genre="news" origlang="en">
<p><seg id="1">AT&T says "no" &amp; goes</seg>
<seg id="2"> b </seg></p></doc></srcset>""",  # noqa: E501
    "ref.de.sgm": """<refset setid="newstest" srclang="any" trglang="de">
<DOC sysid="ref" docid="d1">
<seg id="1">A</seg><seg id="2"></seg></DOC></refset>""",
    "online.sgm": """<tstset setid="newstest" srclang="en" trglang="de">
<doc sysid='online-A' docid=d1>
<seg id="1">hA</seg><seg id="2">hB</seg></doc></tstset>""",
}


def test_the_sgm_files_of_a_folder(write, tmp_path):
    for name, text in WMT_SGM.items():
        write(name, text.encode())
    dataset = read_dataset(tmp_path, name="sgm")
    assert dataset.corpus.languages == DE_EN
    assert [s.id for s in dataset.corpus] == ["d1:1", "d1:2"]
    assert [s.source for s in dataset.corpus] == ['AT&T says "no" & goes', " b "]
    assert [s.references for s in dataset.corpus] == [("A",), (None,)]
    assert dict(dataset.corpus[0].metadata) == {"genre": "news", "origlang": "en"}
    assert [(s.system, s.hypotheses) for s in dataset.systems] == [("online-A", ("hA", "hB"))]


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("<doc docid='a'><seg id='1'>x</seg></doc>", "line 1: <doc> outside of any set"),
        ("<srcset srclang='en'><doc docid='a'>\n<seg id='1'>x\n</doc></srcset>", "line 2: this segment is not closed"),  # noqa: E501
        ("<srcset srclang='en'><doc docid='a'><seg id='1'>x", "ends inside a segment"),
        ("<refset srclang='en' trglang='de'></refset>", "holds no source set"),
    ],
)  # fmt: skip
def test_sgm_out_of_shape_is_refused(write, text, match):
    with pytest.raises(DataError, match=match):
        read_dataset(write("a.sgm", text.encode()), name="a")


def test_a_workbook_of_another_program(tmp_path):
    pytest.importorskip("openpyxl")
    import pandas as pd

    frame = pd.DataFrame({"id": [1, 2], "source": ["a\nb", "=c"], "reference": ["A", None]})
    with pd.ExcelWriter(tmp_path / "a.xlsx") as writer:
        frame.to_excel(writer, index=False, sheet_name="pairs")
        frame.to_excel(writer, index=False, sheet_name="more")
    frame.loc[1, "source"] = "c"
    with pytest.raises(DataError, match="row 3: column 2 holds a formula"):
        read_dataset(tmp_path / "a.xlsx", name="a", languages=DE_EN)
    frame.to_excel(tmp_path / "b.xlsx", index=False)
    corpus = read_dataset(tmp_path / "b.xlsx", name="b", languages=DE_EN).corpus
    assert [(s.id, s.source, s.references) for s in corpus] == [
        ("1", "a\nb", ("A",)),
        ("2", "c", (None,)),
    ]


@pytest.mark.filterwarnings("default")
def test_a_saved_data_set_of_hugging_face(tmp_path):
    datasets = pytest.importorskip("datasets")
    pairs = [{"en": "a", "de": "A"}, {"en": "b", "de": "B"}]
    made = datasets.Dataset.from_dict({"translation": pairs, "domain": ["x", "y"]})
    made.save_to_disk(tmp_path / "set")
    corpus = read_dataset(tmp_path / "set", name="a", languages=DE_EN).corpus
    assert [(s.source, s.references) for s in corpus] == [("a", ("A",)), ("b", ("B",))]
    assert corpus[1].metadata == {"domain": "y"}
    with pytest.raises(DataError, match=r"holds en, de; say which"):
        read_dataset(tmp_path / "set", name="a")


def test_a_test_set_that_sacrebleu_has_downloaded(tmp_path, monkeypatch):
    import sacrebleu.dataset

    known = sacrebleu.dataset.DATASETS["wmt18"]
    monkeypatch.setattr(known, "_outdir", str(tmp_path))
    monkeypatch.setattr(known, "_rawdir", str(tmp_path / "raw"))
    for field, text in (
        ("src", "a\nb\n"),
        ("ref", "A\n\n"),
        ("docid", "d\ne\n"),
        ("genre", "x\ny\n"),
        ("origlang", "en\nde\n"),
    ):
        (tmp_path / f"wmt18.en-de.{field}").write_text(text)
    corpus = read_dataset("wmt18:en-de", name="wmt").corpus
    assert corpus.languages == DE_EN
    assert [(s.source, s.references[0]) for s in corpus] == [("a", "A"), ("b", None)]


def test_an_unknown_test_set_is_refused_in_one_sentence():
    with pytest.raises(DataError, match="sacreBLEU has no test set 'wmt99'"):
        read_dataset("wmt99:en-de", name="a")
    with pytest.raises(DataError, match=r"sacreBLEU has wmt23 for .*zh-en"):
        read_dataset("wmt23:en-xx", name="a")


def test_a_missing_library_is_named_with_its_command(write, monkeypatch):
    monkeypatch.setitem(sys.modules, "translate.storage.pypo", None)
    with pytest.raises(DataError, match=r"pip install 'mtqe\[formats\]'"):
        read_dataset(write("a.po", PO.encode()), name="a")
