"""Good files of every format, small and of our own text, from which the hostile ones are made."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from mtqe.corpus.base import Corpus, LanguagePair, Segment, Translations
from mtqe.corpus.dataset import Dataset, HumanScores
from mtqe.corpus.writers import write_dataset

PAIR = LanguagePair("en", "de")
TEXTS = (
    ("Open <b>%s</b> on 9 May", "Öffne <b>%s</b> am 9. Mai"),
    ('A "quoted" text, twice', "Ein „zitierter“ Text, zweimal"),
    ("2,500 people & more", "2.500 Leute & mehr"),
)
SEGMENTS = tuple(
    Segment(f"s{number}", source, (reference,), f"d{number // 2}", {"domain": "ui"})
    for number, (source, reference) in enumerate(TEXTS)
)
CORPUS = Corpus("seed", PAIR, SEGMENTS)
SYSTEMS = (Translations.from_texts("mt", CORPUS, ["Öffne %s", "Ein Text", "2500 Leute"]),)
FULL = Dataset(CORPUS, SYSTEMS, (HumanScores("esa", {"mt": (50.0, None, 90.5)}),))
PLAIN = Dataset(CORPUS)
WRITTEN = {
    "tsv": ("a.tsv", FULL),
    "csv": ("a.csv", FULL),
    "jsonl": ("a.jsonl", FULL),
    "parquet": ("a.parquet", FULL),
    "xlsx": ("a.xlsx", FULL),
    "tmx": ("a.tmx", PLAIN),
    "xliff": ("a.xlf", PLAIN),
    "xliff2": ("a.xliff", PLAIN),
    "po": ("a.po", PLAIN),
    "wmt-xml": ("a.xml", Dataset(CORPUS, SYSTEMS)),
    "sgm": ("a.sgm", Dataset(CORPUS, SYSTEMS)),
}
HAND = {
    "sdlxliff": (
        "a.sdlxliff",
        '<xliff version="1.2" xmlns:sdl="x"><file original="a" source-language="en" '
        'target-language="de" datatype="x"><body><trans-unit id="1"><source>A. B.</source>'
        '<seg-source><mrk mtype="seg" mid="1">A.</mrk> <mrk mtype="seg" mid="2">B.</mrk>'
        '</seg-source><target><mrk mtype="seg" mid="1">Ä.</mrk><mrk mtype="seg" mid="2"/></target>'
        '<sdl:seg-defs><sdl:seg id="1" conf="Draft" percent="99"/></sdl:seg-defs></trans-unit>'
        '<trans-unit id="2" translate="no"><source>X<ph id="1">&lt;b&gt;</ph></source>'
        "</trans-unit></body></file></xliff>",
    ),
    "xliff2-cp": (
        "a.xliff",
        '<xliff version="2.0" srcLang="en" trgLang="de"><file id="f"><unit id="1"><segment '
        'state="final"><source>a<cp hex="0007"/><pc id="1">b</pc></source><target>c</target>'
        "</segment></unit></file></xliff>",
    ),
    "po-plural": (
        "a.po",
        'msgid ""\nmsgstr ""\n"Language: ru\\n"\n"Content-Type: text/plain; charset=KOI8-R\\n"\n'
        '"Plural-Forms: nplurals=3; plural=(n%10==1 ? 0 : n%10>=2 && n%10<=4 ? 1 : 2);\\n"\n\n'
        '#. mtqe {"document": "d", "metadata": {"a": "b"}}\n#: a.c:1\n#, fuzzy\nmsgctxt "menu"\n'
        'msgid "%d file"\nmsgid_plural "%d files"\nmsgstr[0] "%d a"\nmsgstr[1] "%d b"\n'
        'msgstr[2] "%d c"\n\n#~ msgid "old"\n#~ msgstr "alt"\n',
    ),
    "csv-semicolons": ("a.csv", 'source;reference;n\n"a;b";"c ""d""";1\ne;f;2\n'),
    "json": (
        "a.json",
        '{"menu": {"open": "Open %s", "list": ["a", "b"]}, "f_one": "1", "f_other": "n"}',
    ),
    "arb": ("a.arb", '{"open": "{n, plural, one{a} other{# b}}", "@open": {"description": "x"}}'),
    "android": (
        "strings.xml",
        '<resources><string name="a">It\\\'s \\u0041 "  b"</string><plurals name="p"><item '
        'quantity="one">a</item></plurals><string-array name="l"><item>x</item></string-array>'
        "</resources>",
    ),
    "resx": ("a.resx", '<root><data name="a"><value>b</value><comment>c</comment></data></root>'),
    "strings": ("a.strings", '/* note */ "a" = "b \\n \\U0041";\n// c\nkey = "v";\n'),
    "stringsdict": (
        "a.stringsdict",
        '<plist version="1.0"><dict><key>f</key><dict><key>n</key><dict><key>one</key>'
        "<string>a</string><key>other</key><string>b</string></dict></dict></dict></plist>",
    ),
    "properties": ("a.properties", "# c\na = b \\\n  c\nd: \\u0041\nkey value\n"),
    "srt": ("a.srt", "1\n00:00:01,000 --> 00:00:02,000\nHello\nyou\n\n2\n0:1,5 --> 0:02\nx\n"),
    "vtt": (
        "a.vtt",
        "WEBVTT\n\nNOTE x\n\nSTYLE\n::cue { color: red }\n\n1\n00:01.000 --> 00:02.000 align:left\n"
        "<v Ann>Hello <c.x>you</c>\n\n00:00:03.000 --> 00:00:04.000\n- a\n- b\n",
    ),
    "catalog": (
        "a.xcstrings",
        '{"sourceLanguage": "en", "strings": {"a": {"localizations": {"de": {"stringUnit": '
        '{"value": "b"}, "variations": {"plural": {"one": {"stringUnit": {"value": "c"}}}}}}}}}',
    ),
    "qt": (
        "a.ts",
        '<TS language="de"><context><name>M</name><message numerus="yes"><source>%n a</source>'
        "<translation><numerusform>b</numerusform><numerusform>c</numerusform></translation>"
        '</message><message><source>d</source><translation type="vanished">e</translation>'
        "</message></context></TS>",
    ),
    "ods": ("a.ods", ""),
    "lines": ("a.txt", "one\ntwo\nthree\n"),
}


OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"


def opendocument(*rows: list[str], after: str = "") -> bytes:
    """A workbook of one sheet of texts, as LibreOffice has it, with more XML after the rows."""
    cells = "".join(
        "<t:table-row>"
        + "".join(
            f'<t:table-cell o:value-type="string"><x:p>{cell}</x:p></t:table-cell>' for cell in row
        )
        + '<t:table-cell t:number-columns-repeated="16382"/></t:table-row>'
        for row in rows
    )
    content = (
        f'<o:document-content xmlns:o="{OFFICE}office:1.0" xmlns:t="{OFFICE}table:1.0" '
        f'xmlns:x="{OFFICE}text:1.0"><o:body><o:spreadsheet><t:table t:name="one">{cells}'
        '<t:table-row t:number-rows-repeated="1048570"><t:table-cell/></t:table-row></t:table>'
        f"{after}</o:spreadsheet></o:body></o:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return out.getvalue()


def seed(name: str, folder: Path) -> tuple[str, bytes]:
    """A file's name and content, for a format or a variety of one."""
    if name == "ods":
        return "a.ods", opendocument(["source", "reference"], ["a", "b"], ["c", "d"])
    if name in HAND:
        file, text = HAND[name]
        return file, text.encode()
    file, dataset = WRITTEN[name]
    path = folder / file
    write_dataset(path, dataset, format=name)
    return file, path.read_bytes()


NAMES = (*WRITTEN, *HAND)
FOLDERS = {
    "mt-metrics-eval": {
        "sources/en-de.txt": "one\ntwo\n",
        "references/en-de.refA.txt": "eins\nzwei\n",
        "documents/en-de.docs": "news\td1\nnews\td2\n",
        "system-outputs/en-de/mt.txt": "ein\nzwo\n",
        "human-scores/en-de.mqm.seg.score": "mt -1.0\nmt None\n",
    },
    "moses": {"a.en": "one\ntwo\n", "a.de": "eins\nzwei\n"},
    "sgm-folder": {
        "a-src.en.sgm": '<srcset setid="a" srclang="any"><doc docid="d" genre="n"><p>'
        '<seg id="1">one</seg></p></doc></srcset>',
        "a-ref.de.sgm": '<refset setid="a" srclang="any" trglang="de"><doc docid="d" sysid="ref">'
        '<p><seg id="1">eins</seg></p></doc></refset>',
    },
}
"""Folders that are a corpus, by the files in them."""
DOCUMENTS = ("docx", "html", "markdown", "pdf")


def document(name: str) -> tuple[str, bytes]:
    """A document's name and content."""
    if name == "docx":
        return "a.docx", _docx()
    if name == "pdf":
        return "a.pdf", _pdf()
    if name == "markdown":
        return "a.md", b"# Title\n\nFirst paragraph,\ntwo lines.\n\n- a\n- b\n\n| a | b |\n"
    return "a.html", (
        b'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>T</title></head><body>'
        b"<nav>menu</nav><h1>Title</h1><p>First &amp; <b>bold</b>.<br>Next</p><ul><li>a</li></ul>"
        b"<table><tr><td>x</td></tr></table><p hidden>no</p><figcaption>c</figcaption></body>"
        b"</html>"
    )


def _docx() -> bytes:
    from docx import Document

    out = io.BytesIO()
    made = Document()
    made.add_heading("Title")
    made.add_paragraph("First paragraph.")
    table = made.add_table(2, 2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "merged"
    made.save(out)
    return out.getvalue()


def _pdf() -> bytes:
    """One page with two lines of text."""
    text = b"BT /F1 12 Tf 72 720 Td (First line of the page) Tj 0 -14 Td (and the second.) Tj ET"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> "
        b">>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(text), text),
    ]
    data = bytearray(b"%PDF-1.4\n")
    places = []
    for number, part in enumerate(parts, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, part)
    start = len(data)
    data += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % p for p in places)
    data += b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
    return bytes(data)
