"""Texts of programs as corpora: a file per language, keys as ids, plural forms as metadata."""

from __future__ import annotations

import json

import pytest

from mtqe.corpus.base import LanguagePair
from mtqe.corpus.localisation.pairs import spellings
from mtqe.corpus.readers import load_hypotheses, read_dataset
from mtqe.errors import DataError

EN_DE = LanguagePair("en", "de")
EN_RU = LanguagePair("en", "ru")


@pytest.fixture
def put(tmp_path):
    def write(name, text):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    return write


def rows(path, languages=EN_DE):
    corpus = read_dataset(path, name="x", languages=languages).corpus
    return [(s.id, s.source, *s.references) for s in corpus]


ANDROID = """\
<resources xmlns:x="urn:x"><string name="open">{}</string>
<string name="app" translatable="false">Demo</string>
<string-array name="days"><item>{}</item></string-array>
<plurals name="files"><item quantity="one">{}</item><item quantity="other">%d {}</item></plurals>
</resources>"""
RESX = '<root><data name="open"><value>{}</value><comment>Menu</comment></data></root>'
STRINGSDICT = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict><key>files</key><dict><key>NSStringLocalizedFormatKey</key>
<string>%#@n@</string><key>n</key><dict><key>one</key><string>{}</string>
<key>other</key><string>%d {}</string></dict></dict></dict></plist>"""


@pytest.mark.parametrize(
    ("source", "target", "form", "texts", "expected"),
    [
        ("en.json", "de.json", '{{"menu": {{"open": "{}"}}}}', [("Open",), ("Öffnen",)],
         [("menu.open", "Open", "Öffnen")]),
        ("app_en.arb", "app_de.arb", '{{"open": "{}", "@open": {{"description": "x"}}}}',
         [("Open",), ("Öffnen",)], [("open", "Open", "Öffnen")]),
        ("values/strings.xml", "values-de/strings.xml", ANDROID,
         [("It\\'s \\u0041", "Mon", "a file", "files"), ("Es", "Mo", "eine Datei", "Dateien")],
         [("open", "It's A", "Es"), ("days.0", "Mon", "Mo"),
          ("files#one", "a file", "eine Datei"), ("files#other", "%d files", "%d Dateien")]),
        ("en.lproj/a.strings", "de.lproj/a.strings", '/* n */ "open" = "{}\\n";\n// x\nk = "v";\n',
         [("Open",), ("Öffnen",)], [("open", "Open\n", "Öffnen\n"), ("k", "v", "v")]),
        ("messages.properties", "messages_de.properties", "# n\nopen = {}\\\n   now\nk: v\n",
         [("Open ",), ("\\u00d6ffnen ",)], [("open", "Open now", "Öffnen now"), ("k", "v", "v")]),
        ("Resources.resx", "Resources.de.resx", RESX, [("Open",), ("Öffnen",)],
         [("open", "Open", "Öffnen")]),
        ("Base.lproj/a.stringsdict", "de.lproj/a.stringsdict", STRINGSDICT,
         [("a file", "files"), ("eine Datei", "Dateien")],
         [("files#one", "a file", "eine Datei"), ("files#other", "%d files", "%d Dateien")]),
        ("film.en.srt", "film.de.srt", "1\n00:00:01,000 --> 00:00:02,000\n{}\n\n",
         [("Hello\nyou",), ("Hallo\ndu",)], [("1", "Hello\nyou", "Hallo\ndu")]),
        ("film.en.vtt", "film.de.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000 align:left\n{}\n",
         [("Hello",), ("Hallo",)], [("1", "Hello", "Hallo")]),
    ],
)  # fmt: skip
def test_a_file_and_the_source_s_file_beside_it(put, source, target, form, texts, expected):
    put(source, form.format(*texts[0]))
    path = put(target, form.format(*texts[1]))
    assert rows(path) == expected
    assert {s.document for s in read_dataset(path, name="x", languages=EN_DE).corpus} == {path.name}


def test_plural_forms_of_the_target_are_segments(put):
    put(
        "en.json", json.dumps({"file_one": "a file", "file_other": "{{count}} files", "a_one": "A"})
    )
    forms = {"file_one": "{{count}} файл", "file_few": "{{count}} файла", "file_many": "файлов"}
    path = put("ru.json", json.dumps({**forms, "file_other": "{{count}} файла", "a_one": "А"}))
    corpus = read_dataset(path, name="x", languages=EN_RU).corpus
    assert [(s.id, s.source, s.metadata.get("plural")) for s in corpus] == [
        ("file#one", "{{count}} files", "one"),
        ("file#few", "{{count}} files", "few"),
        ("file#many", "{{count}} files", "many"),
        ("file#other", "{{count}} files", "other"),
        ("a_one", "A", None),
    ]


def test_a_string_catalog_holds_every_language(put):
    unit = {"stringUnit": {"state": "translated", "value": "Öffnen"}}
    plural = {
        "variations": {
            "plural": {
                "one": {"stringUnit": {"value": "eine Datei"}},
                "other": {"stringUnit": {"value": "%d Dateien"}},
            }
        }
    }
    strings = {
        "Open": {"localizations": {"de": unit}},
        "%d files": {"localizations": {"de": plural}},
    }
    path = put("a.xcstrings", json.dumps({"sourceLanguage": "en", "strings": strings}))
    assert rows(path) == [
        ("Open", "Open", "Öffnen"),
        ("%d files#one", "%d files", "eine Datei"),
        ("%d files#other", "%d files", "%d Dateien"),
    ]


QT = """<?xml version="1.0"?><!DOCTYPE TS><TS version="2.1" language="de_DE" sourcelanguage="en">
<context><name>Main</name><message><source>Open %1</source><translation>Öffne %1</translation>
</message><message numerus="yes"><source>%n file(s)</source><translation>
<numerusform>eine Datei</numerusform><numerusform>%n Dateien</numerusform></translation></message>
<message><source>New</source><translation type="unfinished"></translation></message>
<message><source>Old</source><translation type="vanished">Alt</translation></message>
</context></TS>"""


def test_qt_files(put):
    corpus = read_dataset(put("app_de.ts", QT), name="x").corpus
    assert corpus.languages == LanguagePair("en", "de-DE")
    assert [(s.source, *s.references) for s in corpus] == [
        ("Open %1", "Öffne %1"),
        ("%n file(s)", "eine Datei"),
        ("%n file(s)", "%n Dateien"),
        ("New", None),
    ]
    assert [s.metadata.get("plural") for s in corpus] == [None, "singular", "other", None]
    assert "1 obsolete message left out" in corpus.notes


def test_a_source_file_alone_takes_hypotheses_by_key(put):
    corpus = read_dataset(put("en.json", '{"a": "A", "b": "B"}'), name="x", languages=EN_DE).corpus
    assert [s.references for s in corpus] == [(), ()]
    assert load_hypotheses(put("mt/de.json", '{"b": "Be", "c": "Ce"}'), corpus).texts == (
        None,
        "Be",
    )
    with pytest.raises(DataError, match="none of the keys"):
        load_hypotheses(put("other.json", '{"z": "Z"}'), corpus)


@pytest.mark.parametrize(
    ("name", "text", "named"),
    [
        ("de.json", "[1]", "object"), ("de.json", "{", "JSON"),
        ("de.json", '{"a": "\\ud800"}', "half"),
        ("de.arb", "[]", "ARB"), ("a.xcstrings", "{}", "catalog"), ("a.de.resx", "<a", "XML"),
        ("values-de/strings.xml", "<a/>", "resources"), ("de.strings", '"a" "b";', "line 1"),
        ("de.stringsdict", "<plist><dict><key>", "XML"), ("x_de.ts", "<a/>", "TS"),
    ],
)  # fmt: skip
def test_broken_files_are_refused(put, name, text, named):
    path = put(name, text)
    for source in ("en.json", "en.arb", "a.en.resx", "values/strings.xml", "en.strings",
                   "en.stringsdict"):  # fmt: skip
        put(source, text)
    with pytest.raises(DataError, match=named):
        read_dataset(path, name="x", languages=EN_DE)


def test_apple_s_utf_16_is_read(put):
    put("en.strings", "").write_bytes('"a" = "Ä";'.encode("utf-16"))
    put("de.strings", "").write_bytes('"a" = "Ö";'.encode("utf-16-be").join([b"\xfe\xff", b""]))
    assert rows(put("x", "").with_name("de.strings")) == [("a", "Ä", "Ö")]
    put("de.strings", "").write_bytes(b"\xff\xfe\x00\xd8")
    with pytest.raises(DataError, match="UTF-16"):
        rows(put("x", "").with_name("de.strings"))


def test_a_missing_source_file_is_named(put):
    with pytest.raises(DataError, match=r"en\.json"):
        rows(put("de.json", "{}"))
    with pytest.raises(DataError, match="--source-language"):
        read_dataset(put("de.json", "{}"), name="x")


def test_spellings_of_a_language_in_file_names():
    assert {"pt-BR", "pt_BR", "pt-rBR", "pt"} <= set(spellings("pt_BR"))


@pytest.mark.parametrize("name", ["a.po", "a.xlf", "a.tmx", "a.ts"])
def test_files_of_translations_are_hypotheses_too(put, name):
    pytest.importorskip("translate")
    forms = {
        "a.po": 'msgid ""\nmsgstr ""\n"Language: de\\n"\n\nmsgid "B"\nmsgstr "b"\n\nmsgid "A"\n'
        'msgstr ""\n',
        "a.xlf": '<xliff version="1.2"><file original="f" source-language="en" datatype="x" '
        'target-language="de"><body><trans-unit id="2"><source>B</source><target>b</target>'
        '</trans-unit><trans-unit id="1"><source>A</source></trans-unit></body></file></xliff>',
        "a.tmx": '<tmx><header srclang="en"/><body><tu><tuv xml:lang="en"><seg>B</seg></tuv><tuv '
        'xml:lang="de"><seg>b</seg></tuv></tu><tu><tuv xml:lang="en"><seg>A</seg></tuv><tuv '
        'xml:lang="de"><seg></seg></tuv></tu></body></tmx>',
        "a.ts": '<TS language="de"><context><message><source>B</source><translation>b</translation>'
        "</message><message><source>A</source></message></context></TS>",
    }
    corpus = read_dataset(put("c.tsv", "source\nA\nB\n"), name="x", languages=EN_DE).corpus
    assert load_hypotheses(put(name, forms[name]), corpus).texts == (None, "b")
    other = read_dataset(put("d.tsv", "source\nC\n"), name="x", languages=EN_DE).corpus
    with pytest.raises(DataError, match="has nothing for line 2"):
        load_hypotheses(put(name, forms[name]), other)
